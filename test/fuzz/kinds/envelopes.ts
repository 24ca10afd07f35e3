/**
 * Requests in frames that are as they should be, with everything wrong inside: each event of the protocol with data that is mutated
 * by its grammar, and text that is no JSON any more.
 */
import { BINARY, frameBytes, TEXT } from '../../support/wire/frames.ts';
import type { Random } from '../../faults/random.ts';
import { damaged, noise } from '../mutations/bytes.ts';
import { hostileObject, hostileValue } from '../mutations/json.ts';
import type { Kind } from '../session.ts';
import { someEnding, written } from './opening.ts';

/** Envelopes in one visit. Fewer in a row than would close the connection are no requests at all. */
const PER_SESSION = 20;
const KEEPS_OPEN = 4;

const CHANNELS = ['a', 'b', 'news', 'room:1', 'announcements'] as [string, ...string[]];
const EVENTS = [
  'nonsense',
  '',
  '__proto__',
  'constructor',
  'toString',
  'connection',
  'message\\u0000',
  'x'.repeat(5000),
] as [string, ...string[]];

/** Data that is as it should be, by its event. */
const VALID: readonly ((random: Random) => readonly [event: string, data: Record<string, unknown>])[] = [
  (random) => ['join', { channel: channel(random) }],
  (random) => ['join', { channel: channel(random), since: { epoch: 'x', offset: random.between(0, 50) } }],
  (random) => ['join', { channel: channel(random), since: { last: random.between(1, 10) } }],
  (random) => ['leave', { channel: channel(random) }],
  (random) => ['message', { channel: channel(random), text: 'hello', key: `k${random.between(0, 1000)}` }],
  (random) => ['message', { channel: channel(random), data: { a: { b: [random.between(0, 9)] } } }],
  (random) => ['history', { channel: channel(random), after: random.between(0, 50), limit: random.between(1, 20) }],
  (random) => ['history', { channel: channel(random), before: random.between(1, 50) }],
  (random) => ['presence', { channel: channel(random) }],
  () => ['ping', {}],
  (random) => ['auth', { token: token(random) }],
];

const channel = (random: Random): string => random.pick(CHANNELS);

/** A family of visits. */
export const ENVELOPES: Kind = {
  name: 'envelopes',
  title: 'requests with hostile contents',
  share: 45,
  concurrency: 4,
  session(random) {
    const isPlain = random.chance(0.2);
    const frames = Array.from({ length: PER_SESSION }, (_each, i) => {
      const text = i % KEEPS_OPEN === 0 ? goodOne(isPlain) : hostileEnvelope(isPlain, random);
      return frameBytes({ opcode: random.chance(0.9) ? TEXT : BINARY, payload: text, mask: noise(4, random) });
    });
    const inputs = PER_SESSION - PER_SESSION / KEEPS_OPEN;
    return { inputs, writes: written(isPlain ? '/' : '/ws', frames, random), ending: someEnding(random) };
  },
};

/** A request as it should be. */
export function validEnvelope(random: Random): string {
  const [event, data] = someRequest(random);
  return JSON.stringify({ event, data, id: random.between(0, 1000) });
}

const part = (object: string): string => Buffer.from(object).toString('base64url');

/** Something that looks like a token: well-formed or not, signed by nobody. */
export function token(random: Random): string {
  const header = random.pick([
    '{"alg":"none"}',
    '{"alg":"HS256","typ":"JWT"}',
    '{"alg":"RS256","kid":"../../x"}',
    '{"alg":1}',
    '[]',
  ]);
  const claims = random.pick([
    '{"sub":"eve","exp":1e999}',
    '{"sub":{"a":1}}',
    '{"sub":"admin","admin":true}',
    hostileValue(random),
  ]);
  return random.chance(0.2)
    ? noise(40, random).toString('latin1')
    : `${part(header)}.${part(claims)}.${part('signature')}`;
}

function someRequest(random: Random): readonly [string, Record<string, unknown>] {
  return VALID[random.between(0, VALID.length - 1)]?.(random) ?? ['ping', {}];
}

function goodOne(isPlain: boolean): string {
  return isPlain ? '{"type":"ping"}' : '{"event":"ping"}';
}

function hostileEnvelope(isPlain: boolean, random: Random): string {
  const text = isPlain ? hostileObject({ id: 'Eve', text: 'hello' }, random) : envelope(random);
  // What is wrong is the JSON and not the UTF-8, which has a kind of its own.
  return random.chance(0.2) ? damaged(Buffer.from(text), random).toString() : text;
}

function envelope(random: Random): string {
  const [event, data] = someRequest(random);
  if (random.chance(0.1)) return hostileObject({ event, data, id: 1 }, random);
  if (random.chance(0.05)) return hostileValue(random);
  const name = random.chance(0.1) ? random.pick(EVENTS) : event;
  const id = random.chance(0.2) ? hostileValue(random) : String(random.between(0, 99));
  return `{"event":"${name}","id":${id},"data":${random.chance(0.1) ? hostileValue(random) : hostileObject(data, random)}}`;
}
