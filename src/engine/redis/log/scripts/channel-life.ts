/**
 * What every script of the log begins with: which life of the channel is this, and where does it begin and end.
 *
 * An epoch must not outlive an acknowledged message. Redis may lose the last ones when it ends (no persistence, a snapshot,
 * `appendfsync everysec`) and at each failover, as its replicas lag. What was lost nobody can tell afterwards: a client that
 * has seen offset 100 may come back when the log has reached 100 again with other messages, and would be told that it
 * missed nothing. Heads that nodes remember do not help, as a node may have died along with Redis, or append before
 * another one that knows better is back. So a channel keeps the replication id of the server that last appended to
 * it, which is a new one at each start of a Redis and each promotion of a replica, and in a server with another id it begins
 * a new epoch. The script asks the server that it runs in, so nobody appends, reads or hears anything by an
 * old epoch, whichever node comes first.
 *
 * The one exception: a server with `appendfsync always` and no replica answers only when the disk has it. What it appended
 * is marked as safe, and keeps its epoch over a restart, unless the server says that it was a replica before.
 *
 * The messages that are left are kept in either case, and offsets go on: a new epoch is told to clients as history that they
 * cannot continue, not as history that is gone.
 *
 * KEYS 1 the channel's record, 2 its stream. ARGV 1 an epoch for a new life, 2 whether this Redis flushes always, 3 and 4
 * epoch and head that the caller knows, 5 messages older than this are to go, ms since 1970.
 * Leaves `epoch`, `head`, `first`, `safe` behind, and what is older than ARGV 5 is gone.
 */

/** Milliseconds that a channel in which nothing was ever said keeps its epoch after somebody asked for it. */
const EMPTY_FOR = 24 * 60 * 60 * 1000;

export const CHANNEL_LIFE = `
local record, stream = KEYS[1], KEYS[2]
local replication = redis.call('INFO', 'replication')
local life = string.match(replication, 'master_replid:(%x+)') or ''
local before = string.match(replication, 'master_replid2:(%x+)')
local isAlone = string.find(replication, 'connected_slaves:0', 1, true) ~= nil
local safe = (ARGV[2] == '1' and isAlone) and '1' or '0'

local function id(offset) return string.format('%.0f', offset) end
local function offsetOf(entry) return tonumber(string.match(entry[1], '^%d+')) end
local function timeOf(entry) return tonumber(string.match(string.sub(entry[2][2], -32), '"at":(%d+)}$')) or 0 end

local known = redis.call('HMGET', record, 'epoch', 'head', 'life', 'safe')
local epoch, head = known[1], tonumber(known[2] or 0)
if not epoch then
  redis.call('DEL', stream)
  epoch, head = ARGV[1], 0
  redis.call('HSET', record, 'epoch', epoch, 'head', 0, 'life', life, 'safe', safe)
elseif known[3] ~= life then
  if known[4] ~= '1' or safe ~= '1' or before == known[3] then epoch = ARGV[1] end
  redis.call('HSET', record, 'epoch', epoch, 'life', life)
elseif ARGV[3] == epoch and tonumber(ARGV[4]) > head then
  epoch = ARGV[1]
  redis.call('HSET', record, 'epoch', epoch)
end
if head == 0 then redis.call('PEXPIRE', record, ${EMPTY_FOR}) end

local function entryAt(offset) return redis.call('XRANGE', stream, id(offset), '+', 'COUNT', 1)[1] end
local oldest = redis.call('XRANGE', stream, '-', '+', 'COUNT', 1)[1]
local first = oldest and offsetOf(oldest) or head + 1
local cutoff = tonumber(ARGV[5])
if oldest and timeOf(oldest) < cutoff then
  local low, high = first + 1, head + 1
  while low < high do
    local middle = math.floor((low + high) / 2)
    local entry = entryAt(middle)
    if entry and timeOf(entry) < cutoff then low = middle + 1 else high = middle end
  end
  first = low
  redis.call('XTRIM', stream, 'MINID', id(first))
end`;
