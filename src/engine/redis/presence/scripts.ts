/**
 * What changes who is in a channel, each in one atomic step, so that `joined` and `left` are told once, whichever node it was.
 *
 * KEYS of a channel as `presenceKeys` says. ARGV 1 the time, ms since 1970, or nothing for that of Redis; 2 milliseconds of grace;
 * 3 and 4 how and where to publish; 5 a token. A change is published as the token, a space, `joined` or `left`, a space, and the user as JSON;
 * the token tells the node that caused it which of its calls this was.
 * Each first ends the graces that are over: who comes back later has left. Each answers in how many milliseconds the next one is
 * (-1 when there is none), and how many changes were published.
 */
import { script } from '../connection/script.ts';

const TIME = `
local function time(given)
  if given ~= '' then return tonumber(given) end
  local now = redis.call('TIME')
  return now[1] * 1000 + math.floor(now[2] / 1000)
end
local now = time(ARGV[1])`;

const CHANGES = `
local here, order, leaving = KEYS[1], KEYS[2], KEYS[3]
local told = 0
local function tell(change, user)
  told = told + 1
  redis.call(ARGV[3], ARGV[4], ARGV[5] .. ' ' .. change .. ' ' .. user)
end
local function enter(connection, user, json, isQuiet)
  if redis.call('HSETNX', here, 'c' .. connection, user) == 1 then redis.call('HINCRBY', here, 'n' .. user, 1) end
  if redis.call('HEXISTS', here, 'u' .. user) == 0 then
    local newest = redis.call('ZREVRANGE', order, 0, 0, 'WITHSCORES')[2]
    redis.call('ZADD', order, (tonumber(newest) or 0) + 1, user)
    if not isQuiet then tell('joined', json) end
  end
  redis.call('HSET', here, 'u' .. user, json)
  redis.call('ZREM', leaving, user)
end
local function leave(connection)
  local user = redis.call('HGET', here, 'c' .. connection)
  if not user then return end
  redis.call('HDEL', here, 'c' .. connection)
  if redis.call('HINCRBY', here, 'n' .. user, -1) <= 0 then
    redis.call('HDEL', here, 'n' .. user)
    redis.call('ZADD', leaving, string.format('%.0f', now + tonumber(ARGV[2])), user)
  end
end
for _, user in ipairs(redis.call('ZRANGEBYSCORE', leaving, '-inf', string.format('%.0f', now))) do
  local json = redis.call('HGET', here, 'u' .. user)
  redis.call('ZREM', leaving, user)
  redis.call('ZREM', order, user)
  redis.call('HDEL', here, 'u' .. user)
  if json then tell('left', json) end
end`;

const ANSWER = `
local soonest = redis.call('ZRANGE', leaving, 0, 0, 'WITHSCORES')[2]
return { soonest and math.max(tonumber(soonest) - now, 0) or -1, told }`;

/** ARGV 6 node, space, connection; 7 the user's id; 8 the user as JSON. */
export const ENTER_SCRIPT = script(TIME, CHANGES, `enter(ARGV[6], ARGV[7], ARGV[8])`, ANSWER);

/** ARGV 6 node, space, connection. */
export const LEAVE_SCRIPT = script(TIME, CHANGES, `leave(ARGV[6])`, ANSWER);

/** Ends the graces that are over. */
export const SWEEP_SCRIPT = script(TIME, CHANGES, ANSWER);

/**
 * Makes a node's connections in the channel exactly these: nobody for one that is gone, and all of them for one that is back.
 * ARGV 6 the node, 7 whether users who come are not news, then connection, user's id and user as JSON for each.
 */
export const SETTLE_SCRIPT = script(
  TIME,
  CHANGES,
  `
local kept = {}
for i = 8, #ARGV, 3 do kept['c' .. ARGV[6] .. ' ' .. ARGV[i]] = true end
local mine = 'c' .. ARGV[6] .. ' '
for _, field in ipairs(redis.call('HKEYS', here)) do
  if string.sub(field, 1, #mine) == mine and not kept[field] then leave(string.sub(field, 2)) end
end
for i = 8, #ARGV, 3 do enter(ARGV[6] .. ' ' .. ARGV[i], ARGV[i + 1], ARGV[i + 2], ARGV[7] == '1') end`,
  ANSWER,
);

/** Answers, for each user in the order in which they came, the user as JSON and the number of connections. */
export const LIST_SCRIPT = script(`
local users = {}
for _, user in ipairs(redis.call('ZRANGE', KEYS[2], 0, -1)) do
  local found = redis.call('HMGET', KEYS[1], 'u' .. user, 'n' .. user)
  if found[1] and found[2] then
    users[#users + 1] = found[1]
    users[#users + 1] = found[2]
  end
end
return users`);

/**
 * Renews the lease of a node. KEYS 1 the leases. ARGV 1 as above, 2 the node, 3 milliseconds that its lease runs.
 * Answers whether it still had one, which life of Redis this is, and the nodes whose lease is over.
 */
export const LEASE_SCRIPT = script(
  TIME,
  `
local had = redis.call('ZSCORE', KEYS[1], ARGV[2])
redis.call('ZADD', KEYS[1], string.format('%.0f', now + tonumber(ARGV[3])), ARGV[2])
local life = string.match(redis.call('INFO', 'replication'), 'master_replid:(%x+)') or ''
local gone = redis.call('ZRANGEBYSCORE', KEYS[1], '-inf', '(' .. string.format('%.0f', now))
return { (had and tonumber(had) >= now) and '1' or '0', life, unpack(gone) }`,
);
