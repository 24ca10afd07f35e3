/**
 * How each contender is spoken to, and how its frames are told apart by one byte at a known place.
 * Relies on the contenders writing the properties of their JSON in the order in which these texts have them.
 * Every dialect carries the same 64-byte text, and everyone who is connected hears it.
 */

/** What a frame is to the load side. */
export const Kind = { message: 0, answer: 1, ping: 2, complaint: 3 } as const;

/** One of `Kind`. */
export type Kind = (typeof Kind)[keyof typeof Kind];

/** The wire language of a contender. */
export interface Dialect {
  readonly path: string;
  /** What is sent in reply to the first frames of the server, `undefined` for nothing. Whoever got them all is ready. */
  readonly replies: readonly (string | undefined)[];
  /** What the frame is whose payload begins at `start`. Only for connections that are ready. */
  kindOf(bytes: Buffer, start: number): Kind;
  /** Where in a message's payload its text begins; undefined when it differs from message to message. */
  readonly textAt?: number;
  /** Whether a publication is answered by a frame of its own, so that its author waits for that and not for the message. */
  readonly answers: boolean;
  /** A publication. */
  publication(text: string, id: number): string;
}

/** The names under which jobs ask for one. */
export type DialectName = 'channels' | 'connected' | 'plain' | 'nest' | 'socket.io';

/** The bytes that tell frames apart. */
const [A, I, M, TWO, FOUR] = Buffer.from('aim24');

/** What `{"event":"` is followed by. */
const EVENT_AT = '{"event":"'.length;

function eventKind(bytes: Buffer, start: number): Kind {
  const letter = bytes[start + EVENT_AT];
  if (letter === M) return Kind.message;
  return letter === A ? Kind.answer : Kind.complaint;
}

const JOIN = '{"event":"join","id":0,"data":{"channel":"bench"}}';
const CHANNELS: Dialect = {
  path: '/ws',
  replies: [JOIN, undefined],
  kindOf: eventKind,
  answers: true,
  publication: (text, id) => `{"event":"message","id":${id},"data":{"channel":"bench","text":"${text}"}}`,
};

const PLAIN_HEAD = '{"id":"bench","text":"';
const NEST_HEAD = '{"event":"message","data":{"channel":"bench","text":"';
const SOCKET_IO_HEAD = '42["message",{"channel":"bench","text":"';

const DIALECTS: Readonly<Record<DialectName, Dialect>> = {
  channels: CHANNELS,
  /** Channels without joining one: what the connections themselves cost. */
  connected: { ...CHANNELS, replies: [undefined] },
  plain: {
    path: '/',
    replies: [undefined],
    // {"id":…} is a message, {"system":…} a complaint.
    kindOf: (bytes, start) => (bytes[start + 2] === I ? Kind.message : Kind.complaint),
    textAt: PLAIN_HEAD.length,
    answers: false,
    publication: (text) => `${PLAIN_HEAD}${text}"}`,
  },
  nest: {
    path: '/',
    replies: [undefined],
    kindOf: eventKind,
    textAt: NEST_HEAD.length,
    answers: true,
    publication: (text) => `${NEST_HEAD}${text}"}}`,
  },
  'socket.io': {
    path: '/socket.io/?EIO=4&transport=websocket',
    replies: ['40', undefined],
    kindOf: (bytes, start) => {
      if (bytes[start] === TWO) return Kind.ping;
      return bytes[start] === FOUR && bytes[start + 1] === TWO ? Kind.message : Kind.complaint;
    },
    textAt: SOCKET_IO_HEAD.length,
    answers: false,
    publication: (text) => `${SOCKET_IO_HEAD}${text}"}]`,
  },
};

/** What Engine.IO wants to hear when it asks whether one is still there. */
export const ENGINE_IO_PONG = '3';

/** A dialect by its name. */
export function dialectOf(name: DialectName): Dialect {
  return DIALECTS[name];
}
