import type { PublishAck } from '../../../src/protocol/events.ts';
import { backoff } from '../connection/backoff.ts';
import { BelfryError, QueueFullError } from '../errors.ts';
import type { Answer, Requests } from '../requests/requests.ts';
import { Entry } from './entry.ts';
import type { Outbox } from './outbox-port.ts';
import type { Content, Delivered, Publication, PublishOptions, Undelivered } from './publication.ts';
import { randomHex } from './random.ts';

/** Bytes that a publication's frame has at most besides its data: the envelope and a request id. */
const ENVELOPE = 64;

/** Milliseconds that a server may ask to be left alone. */
const LONGEST_REST = 60_000;

/** What a publisher needs from the client that it belongs to. */
export interface PublisherHost {
  readonly requests: Requests;
  readonly outbox: Outbox | undefined;
  /** Unanswered publications at most. */
  readonly queue: number;
  /** How long the server remembers a key, in ms. */
  readonly keyLife: number;
  /** Why nothing can be published, if the connection has ended for good. */
  readonly ended: () => BelfryError | undefined;
  /** There should be a connection, if nobody decided against it. */
  readonly need: () => void;
  /** The id of who we are to the server; undefined while that is not known for sure: then nothing is sent. */
  readonly author: () => string | undefined;
  readonly delivered: (outcome: Delivered) => void;
  readonly undelivered: (outcome: Undelivered) => void;
  /** The outbox could not forget something, which is harmless for as long as the server remembers its key. */
  readonly failed: (error: BelfryError) => void;
}

/**
 * Publications from the first call to the server's answer, over as many lines as that takes.
 *
 * Each has its key from the start and leaves in the order in which it was published, those that were on their way when
 * a line broke before all newer ones. It ends exactly once: kept, refused, withdrawn, or too old to be sent again.
 */
export class Publisher {
  readonly #host: PublisherHost;
  /** Oldest first. */
  readonly #entries: Entry[] = [];
  #payload = Infinity;
  #failures = 0;
  #pause: ReturnType<typeof setTimeout> | undefined;

  constructor(host: PublisherHost) {
    this.#host = host;
  }

  /** What is not acknowledged yet, oldest first. */
  get pending(): readonly Publication[] {
    return this.#entries.map(({ publication }) => publication);
  }

  /** Publishes; see `Channel.publish`. */
  async publish(channel: string, { text, data }: Content, options: PublishOptions): Promise<PublishAck> {
    const { signal, timeout, key = randomHex() } = options;
    signal?.throwIfAborted();
    const ended = this.#host.ended();
    if (ended) throw ended;
    if (this.#entries.length >= this.#host.queue) throw new QueueFullError();
    const entry = new Entry({ channel, text, data, key }, Date.now());
    const answered = entry.wait({
      signal,
      timeout,
      withdraw: (reason) => this.#settle(entry, () => entry.reject(reason)),
    });
    this.#entries.push(entry);
    const { outbox } = this.#host;
    if (outbox) void this.#keep(entry, outbox);
    else this.#ready(entry);
    this.#host.need();
    return answered;
  }

  /** Takes over what an outbox gave: it was published before anything that is not sent yet. */
  adopt(publications: readonly Publication[]): void {
    const known = new Set(this.#entries.map(({ id }) => id));
    const entries = publications.map(({ at, ...data }) => new Entry(data, at)).filter(({ id }) => !known.has(id));
    for (const entry of entries) {
      entry.isReady = true;
      // Whether it was ever sent nobody knows any more.
      entry.sentAt = entry.publication.at;
    }
    const first = this.#entries.findIndex(({ isAsked }) => !isAsked);
    this.#entries.splice(first === -1 ? this.#entries.length : first, 0, ...entries);
    if (entries.length > 0) this.#host.need();
    this.pump();
  }

  /**
   * There is a new line, and everything unanswered goes over it again.
   *
   * @param payload bytes of one frame at most
   */
  welcome(payload: number): void {
    this.#payload = payload;
    this.#resume();
  }

  /** Sends what there is room for. */
  pump(): void {
    for (;;) {
      const author = this.#host.author();
      if (author === undefined || this.#pause !== undefined || !this.#host.requests.hasRoom) return;
      const next = this.#entries.find(({ isAsked }) => !isAsked);
      // One that is not in the outbox yet holds up the newer ones, whose order would be another otherwise.
      if (!next?.isReady) return;
      this.#send(next, author);
    }
  }

  /**
   * There will be no line until somebody asks for one. What the outbox has is sent then; the rest ends here.
   *
   * @param error what ends here is rejected with
   * @param kept what the outbox has is rejected with, since nobody knows how long that takes
   */
  stop(error: BelfryError, kept: BelfryError): void {
    for (const entry of this.#entries.splice(0)) {
      // What the outbox has not written yet is not kept: it is forgotten once it is written.
      entry.isSettled = !(this.#host.outbox && entry.isReady);
      if (!entry.isSettled) this.#entries.push(entry);
      entry.reject(entry.isSettled ? error : kept);
    }
  }

  #resume(): void {
    clearTimeout(this.#pause);
    this.#pause = undefined;
    this.pump();
  }

  async #keep(entry: Entry, outbox: Outbox): Promise<void> {
    try {
      await outbox.add(entry.publication);
    } catch (cause) {
      return this.#settle(entry, () => entry.reject(new BelfryError('outbox_failed', { cause })));
    }
    this.#ready(entry);
  }

  #ready(entry: Entry): void {
    entry.isReady = true;
    // It may have been withdrawn while it was being written.
    if (entry.isSettled) this.#forget(entry);
    else this.pump();
  }

  #send(entry: Entry, author: string): void {
    const { sentAt = Infinity } = entry;
    // Beyond the server's memory for keys, sending again could double it.
    if (Date.now() - sentAt >= this.#host.keyLife) return this.#refuse(entry, new BelfryError('expired'));
    // Keys count per author: under another one the server would not know it again.
    if ((entry.author ??= author) !== author) return this.#refuse(entry, new BelfryError('other_user'));
    // The server would close the connection on it, again on every new line.
    if (entry.bytes + ENVELOPE > this.#payload) return this.#refuse(entry, new BelfryError('too_large'));
    entry.isAsked = true;
    entry.sentAt ??= Date.now();
    this.#host.requests.ask('message', entry.json, (answer) => {
      entry.isAsked = false;
      this.#answered(entry, answer);
    });
  }

  #answered(entry: Entry, answer: Answer): void {
    switch (answer.event) {
      case 'ack':
        this.#failures = 0;
        this.#acknowledge(entry, answer.data as PublishAck);
        break;
      case 'error':
        if (answer.data.temporary) this.#rest(answer.data.retryAfter);
        else this.#refuse(entry, new BelfryError(answer.data));
        break;
      case 'lost':
        break;
      default:
        answer satisfies never;
    }
  }

  /** Sends nothing for as long as the server says, or for longer each time. */
  #rest(retryAfter = 0): void {
    // Of several that were refused, the last was told to wait longest.
    if (!retryAfter && this.#pause !== undefined) return;
    clearTimeout(this.#pause);
    this.#pause = setTimeout(() => this.#resume(), Math.min(retryAfter || backoff(this.#failures++), LONGEST_REST));
  }

  #acknowledge(entry: Entry, ack: PublishAck): void {
    this.#settle(entry, () => {
      if (!entry.resolve(ack)) this.#host.delivered({ publication: entry.publication, ack });
    });
  }

  #refuse(entry: Entry, error: BelfryError): void {
    this.#settle(entry, () => {
      if (!entry.reject(error)) this.#host.undelivered({ publication: entry.publication, error });
    });
  }

  #settle(entry: Entry, tell: () => void): void {
    const index = this.#entries.indexOf(entry);
    if (index === -1) return;
    this.#entries.splice(index, 1);
    entry.isSettled = true;
    if (entry.isReady) this.#forget(entry);
    tell();
  }

  #forget({ publication }: Entry): void {
    const { outbox, failed } = this.#host;
    outbox?.remove(publication).catch((cause: unknown) => failed(new BelfryError('outbox_failed', { cause })));
  }
}
