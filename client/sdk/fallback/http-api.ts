import type { ErrorData } from '../../../src/protocol/error-codes.ts';
import type { AckFrame, ErrorFrame } from '../connection/frame.ts';

/** Where the server is, and who we are. */
export interface Address {
  /** That of its WebSockets: the HTTP interface is beside it, under `api/`. Its query has a guest's secret and name. */
  readonly url: URL;
  /** The newest token; a guest has none. */
  readonly token: () => string | undefined;
}

/** What is asked. */
export interface Request {
  /** Below `api/`. */
  readonly path: string;
  readonly query?: Readonly<Record<string, string | number | undefined>>;
  /** Makes it a POST. */
  readonly body?: object;
}

/** What the server answered a request with, in the words of the protocol. */
export type HttpAnswer = Pick<AckFrame, 'event' | 'data'> | Pick<ErrorFrame, 'event' | 'data'>;

/** The HTTP interface of a server, as far as a client needs it. */
export class HttpApi {
  readonly #address: Address;
  readonly #signal: AbortSignal;

  /** @param signal ends everything that is under way */
  constructor(address: Address, signal: AbortSignal) {
    this.#address = address;
    this.#signal = signal;
  }

  /**
   * Asks, and waits for the head of the answer.
   *
   * @throws Error when there was none
   */
  request({ path, query = {}, body }: Request, signal = this.#signal): Promise<Response> {
    const { url, token } = this.#address;
    const target = new URL(`api/${path}`, url);
    target.protocol = url.protocol.replace('ws', 'http');
    const bearer = token();
    // The secret of a guest says nothing more once there is a token.
    const self = bearer ? {} : Object.fromEntries(url.searchParams);
    for (const [key, value] of Object.entries({ ...self, ...query })) {
      if (value !== undefined) target.searchParams.set(key, String(value));
    }
    return fetch(target, {
      signal,
      headers: {
        ...(bearer && { Authorization: `Bearer ${bearer}` }),
        ...(body && { 'Content-Type': 'application/json' }),
      },
      ...(body && { method: 'POST', body: JSON.stringify(body) }),
    });
  }

  /**
   * Asks, and reads the whole answer.
   *
   * @throws Error when there was none, or it did not come from Belfry but from something before it
   */
  async ask(request: Request): Promise<HttpAnswer> {
    const response = await this.request(request);
    return response.ok
      ? { event: 'ack', data: await response.json() }
      : { event: 'error', data: await refusal(response) };
  }
}

/**
 * The problem document (RFC 9457) that a request was refused with, as an error of the protocol.
 *
 * @throws Error when it is none
 */
export async function refusal(response: Response): Promise<ErrorData> {
  const { code, detail, errors } = (await response.json()) as {
    readonly code?: ErrorData['code'];
    readonly detail?: string;
    readonly errors?: ErrorData['details'];
  };
  if (!code) throw new Error(`not an answer of Belfry: ${response.status}`);
  const temporary = response.status === 429 || response.status >= 500;
  const after = retryAfter(response);
  return {
    code,
    message: detail ?? '',
    temporary,
    ...(errors && { details: errors }),
    ...(after !== undefined && { retryAfter: after }),
  };
}

/** Milliseconds after which a refusal says to come back; undefined when it does not say. */
export function retryAfter(response: Response): number | undefined {
  const seconds = Number(response.headers.get('Retry-After') ?? Number.NaN);
  return Number.isNaN(seconds) ? undefined : seconds * 1_000;
}
