import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A request as it came. */
export interface Asked {
  readonly method: string;
  /** Below `/api/`. */
  readonly path: string;
  readonly query: Readonly<Record<string, string>>;
  readonly authorization: string | undefined;
  readonly body: unknown;
}

type Answer = (response: ServerResponse) => void;

/** An HTTP server whose answers are the test's; it welcomes by itself. */
export class FakeApi {
  /** What was asked so far, oldest first. */
  readonly asked: Asked[] = [];
  heartbeat = { interval: 25_000, timeout: 10_000 };
  readonly #answers: Array<{ readonly path: string; readonly answer: Answer }> = [];
  readonly #waiting: Array<{ readonly path: string; readonly taken: () => void }> = [];
  readonly #server = createServer(
    (request: IncomingMessage, response: ServerResponse) => void this.#take(request, response),
  );

  /** @returns where its WebSockets would be */
  async listen(): Promise<URL> {
    await once(this.#server.listen(0, '127.0.0.1'), 'listening');
    return new URL(`ws://127.0.0.1:${(this.#server.address() as AddressInfo).port}/ws`);
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  /** How the next request to `path` is answered. */
  on(path: string, answer: Answer): void {
    this.#answers.push({ path, answer });
  }

  /** As {@link on}, with JSON. */
  json(path: string, status: number, body: object, headers: Record<string, string> = {}): void {
    this.on(path, (response) => response.writeHead(status, headers).end(JSON.stringify(body)));
  }

  /** The next request to `path` opens a stream. */
  stream(path: string): Promise<ServerResponse> {
    return new Promise((resolve) => {
      this.on(path, (response) => {
        response.writeHead(200, { 'Content-Type': 'text/event-stream' }).flushHeaders();
        resolve(response);
      });
    });
  }

  /** Resolves when the next request to `path` has come. */
  arrival(path: string): Promise<void> {
    return new Promise((taken) => this.#waiting.push({ path, taken }));
  }

  /** The requests to `path` so far. */
  requests(path: string): Asked[] {
    return this.asked.filter((each) => each.path === path);
  }

  async #take(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { pathname, searchParams } = new URL(request.url ?? '', 'http://localhost');
    const path = pathname.replace('/api/', '');
    let text = '';
    for await (const chunk of request) text += String(chunk);
    this.asked.push({
      method: request.method ?? '',
      path,
      query: Object.fromEntries(searchParams),
      authorization: request.headers.authorization,
      body: text === '' ? undefined : JSON.parse(text),
    });
    this.#one(this.#waiting, path)?.taken();
    const found = this.#one(this.#answers, path);
    if (found) found.answer(response);
    else if (path === 'welcome') response.end(JSON.stringify(this.#welcome()));
  }

  #welcome(): object {
    return { user: { id: 'u1' }, heartbeat: this.heartbeat, limits: { payload: 65_536, channels: 100 } };
  }

  #one<T extends { readonly path: string }>(list: T[], path: string): T | undefined {
    const index = list.findIndex((each) => each.path === path);
    return index === -1 ? undefined : list.splice(index, 1)[0];
  }
}
