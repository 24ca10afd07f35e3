/**
 * What we use of Fastify's requests and replies.
 */
import type { IncomingMessage, OutgoingHttpHeaders, ServerResponse } from 'node:http';
import type { IdentifiedRequest } from '../access/allow.decorator.ts';

/** A request, its body read. Who sent it is known behind `CallerGuard`. */
export interface HttpRequest extends IdentifiedRequest {
  readonly raw: IncomingMessage;
  readonly method: string;
  readonly params: Readonly<Record<string, string | undefined>>;
  readonly query: Readonly<Record<string, string | readonly string[] | undefined>>;
  /** Whether it came with an API key. */
  hasKey?: boolean;
}

/** The answer to it. */
export interface HttpReply {
  readonly raw: ServerResponse;
  /** Whether it was answered, or taken over. */
  readonly sent: boolean;
  code(status: number): this;
  header(name: string, value: string): this;
  headers(headers: Readonly<Record<string, string>>): this;
  send(body?: unknown): this;
  /** Takes it over: from now on `raw` alone is written to. */
  hijack(): this;
  getHeaders(): OutgoingHttpHeaders;
}
