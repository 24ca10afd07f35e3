/**
 * Reads a page of one channel, together with how far it reaches: one look at one state.
 *
 * ARGV 6 messages after this offset, 7 at the most so many (0 for how far it reaches alone), 8 bytes of their JSON at the most,
 * 9 bytes that stand before the offset in each.
 * Answers epoch, head, first, the first message's offset, and each message's JSON from behind the offset on. Where somebody
 * deleted a message (XDEL) the page ends, and the next one begins behind it.
 */
import { CHANNEL_LIFE } from './channel-life.ts';
import { script } from '../../connection/script.ts';

/** Entries that are looked at in one go, so that a page that is bounded in bytes does not first become a large one. */
const CHUNK = 64;

const READ = `
local start = math.max(tonumber(ARGV[6]) + 1, first)
local left, bytes = tonumber(ARGV[7]), tonumber(ARGV[8])
local page = { epoch, id(head), id(first), id(start) }
local from = start
while left > 0 and from <= head do
  local entries = redis.call('XRANGE', stream, id(from), '+', 'COUNT', math.min(left, ${CHUNK}))
  if #entries == 0 then break end
  for _, entry in ipairs(entries) do
    local at = offsetOf(entry)
    if at ~= from then
      if #page > 4 then return page end
      start, from, page[4] = at, at, id(at)
    end
    bytes = bytes - tonumber(ARGV[9]) - #id(from) - #entry[2][2]
    if bytes < 0 and from > start then return page end
    page[#page + 1] = entry[2][2]
    from = from + 1
  end
  left = left - #entries
end
return page`;

export const READ_SCRIPT = script(CHANNEL_LIFE, READ);
