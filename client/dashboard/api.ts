/**
 * What the dashboard asks of the server's HTTP interface, with the key in a header.
 */
import { ANNOUNCEMENTS } from '../../src/protocol/events.ts';
import type { User } from '../../src/protocol/events.ts';

/** A connection, as the node that answered knows it. */
export interface ConnectionInfo {
  readonly id: string;
  readonly user: User;
  readonly path: string;
  /** When it was opened, ms since 1970. */
  readonly since: number;
  readonly channels: number;
  /** Bytes that it has not taken yet. */
  readonly unsent: number;
}

/** Connections of one node. */
export interface ConnectionsAnswer {
  readonly node: string;
  readonly connections: readonly ConnectionInfo[];
  /** There are more when it is set. */
  readonly next?: string;
}

/** The server refused, or could not be reached: then the code is `unreachable`. */
export class ApiError extends Error {
  override readonly name = 'ApiError';
  readonly code: string;

  constructor(code: string, detail: string) {
    super(detail);
    this.code = code;
  }
}

/** Connections that are shown at once. */
const LIMIT = 50;

/** The interface, for one key. All of its methods reject with ApiError. */
export class Api {
  readonly #key: string | undefined;

  /** @param key none, to find out what is said to those without */
  constructor(key: string | undefined) {
    this.#key = key;
  }

  /** Resolves when the key is an operator's. */
  async check(): Promise<void> {
    await this.#ask('GET', 'connections?limit=1');
  }

  /**
   * Connections of the node that answers.
   *
   * @param user of this user alone; of all when empty
   */
  async connections(user: string): Promise<ConnectionsAnswer> {
    const query = new URLSearchParams({ limit: String(LIMIT), ...(user !== '' && { user }) });
    const answer = await this.#ask('GET', `connections?${query}`);
    return (await answer.json()) as ConnectionsAnswer;
  }

  /** Closes a connection, on whichever node it is. */
  async remove(id: string): Promise<void> {
    await this.#ask('DELETE', `connections/${encodeURIComponent(id)}`);
  }

  /** Says something to everybody. */
  async announce(text: string): Promise<void> {
    await this.#ask('POST', `channels/${ANNOUNCEMENTS}/messages`, { text });
  }

  async #ask(method: string, path: string, body?: object): Promise<Response> {
    const headers = {
      ...(this.#key !== undefined && { Authorization: `Bearer ${this.#key}` }),
      ...(body && { 'Content-Type': 'application/json' }),
    };
    let answer: Response;
    try {
      answer = await fetch(`/api/${path}`, {
        method,
        headers,
        cache: 'no-store',
        ...(body && { body: JSON.stringify(body) }),
      });
    } catch (error) {
      throw new ApiError('unreachable', String(error));
    }
    if (answer.ok) return answer;
    // What stands between may answer, too, and in its own words.
    const { code = 'internal', detail = answer.statusText } = (await answer.json().catch(() => ({}))) as Partial<
      Record<string, string>
    >;
    throw new ApiError(code, detail);
  }
}
