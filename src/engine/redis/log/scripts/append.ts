/**
 * Appends messages to one channel in one atomic step: keys looked up and remembered, offsets assigned, stored, announced.
 *
 * A call that got no answer may have been done or not, and may even lie in a socket of a Redis that is stopped. A node
 * therefore numbers its calls to a channel and has one at a time under way. The channel remembers the last number of each node
 * with the answer: the same number again is answered and not done again, a smaller one comes too late and is refused.
 *
 * A message is stored and announced as its JSON from behind the offset on (`,"from":…,"at":…}`), as only the script knows that.
 * News are one line with epoch and first offset, and one line for each message: JSON has no line breaks.
 *
 * KEYS 3 the node's last call, 4… idempotency keys. ARGV 6 messages that are kept, 7 the call's number,
 * 8 and 9 how and where to publish, 10 milliseconds without appends after which the stream may go, 11 the same for keys,
 * 12 keys from before this time are forgotten, 13 the time, then for each message the number of its key in KEYS or 0, and its JSON.
 * Answers epoch, first new offset, number of new messages, and then for each duplicate: its place among the messages from 1, offset,
 * time and epoch of the first; one line each.
 */
import { CHANNEL_LIFE } from './channel-life.ts';
import { script } from '../../connection/script.ts';

/** Milliseconds that a node's last call is remembered: longer than a network holds back what a closed socket had sent. */
const CALL_FOR = 20 * 60 * 1000;

/** What a call is answered that comes too late. */
export const TOO_LATE = 'TOO_LATE';

const ONCE = `
local last = redis.call('GET', KEYS[3])
if last then
  local number, answer = string.match(last, '^(%d+) (.*)$')
  if tonumber(number) == tonumber(ARGV[7]) then return answer end
  if tonumber(number) > tonumber(ARGV[7]) then return '${TOO_LATE}' end
end`;

const APPEND = `
local news, answer = {}, {}
local remembered = {}
for i = 14, #ARGV, 2 do
  local key = KEYS[tonumber(ARGV[i])]
  local value = key and (remembered[key] or redis.call('GET', key))
  local duplicate = value and tonumber(string.match(value, '^%d+ (%d+)')) >= tonumber(ARGV[12])
  if duplicate then
    answer[#answer + 1] = ((i - 12) / 2) .. ' ' .. value
  else
    news[#news + 1] = ARGV[i + 1]
    if key then remembered[key] = id(head + #news) .. ' ' .. ARGV[13] .. ' ' .. epoch end
  end
end
for n = 1, #news do redis.call('XADD', stream, id(head + n), 'm', news[n]) end
for key, value in pairs(remembered) do redis.call('SET', key, value, 'PX', ARGV[11]) end
table.insert(answer, 1, epoch .. ' ' .. id(head + 1) .. ' ' .. #news)
if #news > 0 then
  if head == 0 then redis.call('PERSIST', record) end
  redis.call('HSET', record, 'head', id(head + #news), 'safe', safe)
  redis.call('XTRIM', stream, 'MAXLEN', ARGV[6])
  redis.call('PEXPIRE', stream, ARGV[10])
  redis.call(ARGV[8], ARGV[9], epoch .. ' ' .. id(head + 1) .. '\\n' .. table.concat(news, '\\n'))
end
local lines = table.concat(answer, '\\n')
redis.call('SET', KEYS[3], ARGV[7] .. ' ' .. lines, 'PX', ${CALL_FOR})
return lines`;

export const APPEND_SCRIPT = script(ONCE, CHANNEL_LIFE, APPEND);
