/**
 * What we use of Fastify's requests and replies.
 */
import type { IncomingMessage, OutgoingHttpHeaders, ServerResponse } from 'node:http';

/** A request, its body read. */
export interface HttpRequest {
  readonly raw: IncomingMessage;
  readonly method: string;
  readonly params: Readonly<Record<string, string | undefined>>;
  readonly query: Readonly<Record<string, string | readonly string[] | undefined>>;
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
