import { browser } from './browser.ts';
import type { Fallback, SocketClass } from './connection/socket.ts';
import type { Token } from './dialling/tokens.ts';
import type { OpenOutbox } from './publishing/outbox-port.ts';

/** How a {@link Belfry} is set up. */
export interface BelfryOptions {
  /** The name that others see, at most 64 characters; without it a guest has an id only. */
  readonly name?: string | undefined;
  /**
   * The secret that says that it is still us after a reconnect or a reload: the server makes the user's id of it, and keys
   * count per user. 16..128 characters; 128 random bits for each `Belfry` when left out. An outbox that has one already keeps that.
   */
  readonly client?: string | undefined;
  /**
   * Says who we are, instead of `client`. A function is called for every dial and again before its token expires. It may
   * take 10 s; a rejection goes to the event `error` and is tried again. An empty token is none. A string is never renewed:
   * when it expires, the client stops.
   */
  readonly token?: Token | undefined;
  /** The class of WebSockets; `globalThis.WebSocket` when left out. In Node 20 that of the package `ws`. */
  readonly WebSocket?: SocketClass | undefined;
  /** Another way to the server where no WebSocket gets through: `httpFallback()`, from the entry `fallback.ts`. */
  readonly fallback?: Fallback | undefined;
  /** Unanswered publications at most, 1000 when left out; one more is rejected with `queue_full`. */
  readonly queue?: number | undefined;
  /** Keeps unanswered publications beyond the life of the tab: `indexedDbOutbox()`, from the entry `outbox.ts`. */
  readonly outbox?: OpenOutbox | undefined;
  /**
   * How long the server remembers keys (its IDEMPOTENCY_TTL), in ms; 23 hours when left out, for a server that remembers
   * them for 24. A publication that was sent longer ago, and never answered, is not sent again: it fails with `expired`.
   */
  readonly keyLife?: number | undefined;
}

/** Characters of a name at most. */
const LONGEST_NAME = 64;

/** See {@link BelfryOptions.queue}. */
export const QUEUE = 1_000;

/** See {@link BelfryOptions.keyLife}. */
export const KEY_LIFE = 23 * 3_600_000;

/**
 * The address to dial, with `http:` turned into `ws:`, and in a browser relative to the page.
 *
 * @throws TypeError when it is no address
 */
export function addressOf(url: string | URL): URL {
  const address = new URL(url, browser.location?.href);
  address.protocol = address.protocol.replace(/^http/, 'ws');
  return address;
}

/**
 * A name as the server takes it: one that is blank is none.
 *
 * @throws RangeError when it is too long: the server would refuse the connection, and a browser not say why
 */
export function nameOf(name: string | undefined): string | undefined {
  const trimmed = name?.trim() ?? '';
  if (Array.from(trimmed).length > LONGEST_NAME) throw new RangeError(`A name has at most ${LONGEST_NAME} characters.`);
  return trimmed || undefined;
}

/**
 * The class of WebSockets to use.
 *
 * @throws TypeError when there is none
 */
export function socketClassOf({ WebSocket }: BelfryOptions): SocketClass {
  const found = WebSocket ?? browser.WebSocket;
  if (!found) throw new TypeError('Give a WebSocket, from "ws": new Belfry(url, { WebSocket }).');
  return found;
}
