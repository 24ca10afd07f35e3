/**
 * A client of Server-Sent Events for tests, as simple as the standard allows: events are waited for one by one, so that no test sleeps.
 */
import { request } from 'node:http';
import { request as requestOverTls } from 'node:https';
import type { ClientRequest, IncomingMessage } from 'node:http';
import { once } from 'node:events';

/** An event as it came. */
export interface StreamEvent {
  readonly event: string;
  readonly id: string | undefined;
  readonly retry: string | undefined;
  readonly data: Record<string, unknown>;
}

/** One request, and the events of its answer. */
export class TestStream {
  /** The id of the last event that came whole. */
  lastId: string | undefined;
  /** Comments that came. */
  comments = 0;
  /** Resolves when the answer has ended, whole or not. */
  readonly ended: Promise<void>;
  private readonly events: StreamEvent[] = [];
  private readonly takers: Array<(event: StreamEvent | undefined) => void> = [];
  private readonly commentTakers: Array<() => void> = [];
  private rest = '';
  private hasEnded = false;

  private constructor(
    private readonly sent: ClientRequest,
    readonly response: IncomingMessage,
  ) {
    response.setEncoding('utf8').on('data', (text: string) => this.read(text));
    // A line that breaks is an error to Node, and the end to us.
    response.on('error', () => undefined);
    sent.on('error', () => undefined);
    this.ended = new Promise((resolve) => {
      response.once('close', () => {
        this.hasEnded = true;
        for (const take of this.takers.splice(0)) take(undefined);
        resolve();
      });
    });
  }

  /** Opens a stream. The answer may be a refusal: look at `response.statusCode`. With `ca` it is over TLS. */
  static async open(url: string, headers: Readonly<Record<string, string>> = {}, ca?: string): Promise<TestStream> {
    const all = { Accept: 'text/event-stream', ...headers };
    const sent = ca === undefined ? request(url, { headers: all }) : requestOverTls(url, { headers: all, ca });
    sent.end();
    const [response] = (await once(sent, 'response')) as [IncomingMessage];
    return new TestStream(sent, response);
  }

  /** The next event; undefined when there will be none. */
  async next(): Promise<StreamEvent | undefined> {
    const waiting = this.events.shift();
    if (waiting || this.hasEnded) return waiting;
    return new Promise((resolve) => this.takers.push(resolve));
  }

  /** The next events. */
  async take(count: number): Promise<StreamEvent[]> {
    const taken: StreamEvent[] = [];
    for (let event = await this.next(); event; event = await this.next()) {
      if (taken.push(event) === count) break;
    }
    return taken;
  }

  /** The next event of this name. Those before it are dropped. */
  async event(name: string): Promise<StreamEvent> {
    for (let event = await this.next(); event; event = await this.next()) if (event.event === name) return event;
    throw new Error(`the stream ended without ${name}`);
  }

  /** Resolves at the next comment. */
  async comment(): Promise<void> {
    await new Promise<void>((resolve) => this.commentTakers.push(resolve));
  }

  /** Breaks the line off. */
  cut(): void {
    this.sent.destroy();
  }

  private read(text: string): void {
    const blocks = (this.rest + text).split('\n\n');
    this.rest = blocks.pop() ?? '';
    for (const block of blocks) this.parse(block);
  }

  private parse(block: string): void {
    if (block.startsWith(':')) {
      this.comments += 1;
      for (const take of this.commentTakers.splice(0)) take();
      return;
    }
    const lines = block.split('\n').map((line) => /^(\w+): (.*)$/.exec(line) ?? []);
    const valuesOf = (name: string): (string | undefined)[] =>
      lines.filter(([, field]) => field === name).map(([, , value]) => value);
    const [event = 'message'] = valuesOf('event');
    const [id] = valuesOf('id');
    const [retry] = valuesOf('retry');
    const parsed = { event, id, retry, data: JSON.parse(valuesOf('data').join('\n')) as Record<string, unknown> };
    this.lastId = id ?? this.lastId;
    const taker = this.takers.shift();
    if (taker) taker(parsed);
    else this.events.push(parsed);
  }
}
