/**
 * The frames of one connection that wait to be handled: one at a time, in the order in which they came.
 * Nothing is handled before the inbox is opened, and a client that sends faster than it is served is no longer read.
 */

/** Waiting frames above which the socket is no longer read. What its buffers hold already may still come in. */
const MAX_WAITING = 64;

/** What the inbox does with its owner. */
export interface InboxOwner<T> {
  /** Handles one item. Must not reject. */
  handle(item: T): Promise<void>;
  /** Stops reading from the client. */
  pause(): void;
  /** Reads from the client again. */
  resume(): void;
}

/** A queue with one consumer. */
export class Inbox<T> {
  private readonly waiting: T[] = [];
  private opened = false;
  private released = false;
  private working = false;
  private paused = false;
  private whenIdle: (() => void)[] | undefined;

  constructor(private readonly owner: InboxOwner<T>) {}

  /** Takes one item in; it is handled at once when nothing waits before it. */
  push(item: T): void {
    this.waiting.push(item);
    if (this.waiting.length > MAX_WAITING && !this.paused) {
      this.paused = true;
      this.owner.pause();
    }
    this.work();
  }

  /** Lets the handling begin. */
  open(): void {
    this.opened = true;
    this.work();
  }

  /** The client has gone: what came in is still handled, in its order, but nothing waits for its end any more. */
  release(): void {
    this.released = true;
    this.work();
  }

  /** Resolves when everything that came in has been handled, at once if nothing waits; after a release, when it has begun. */
  async idle(): Promise<void> {
    if (this.opened && (this.released || !this.working)) return;
    await new Promise<void>((resolve) => (this.whenIdle ??= []).push(resolve));
  }

  private work(): void {
    if (!this.opened) return;
    if (this.released) this.letGo();
    else if (!this.working) void this.workOff();
  }

  /** Cannot reject: the owner's `handle` does not. */
  private async workOff(): Promise<void> {
    this.working = true;
    for (let item = this.waiting.shift(); item !== undefined; item = this.waiting.shift()) {
      if (this.paused && this.waiting.length < MAX_WAITING / 2) {
        this.paused = false;
        this.owner.resume();
      }
      // One after another is the very purpose of the inbox.
      await this.owner.handle(item);
    }
    this.working = false;
    this.tellIdle();
  }

  private letGo(): void {
    for (const item of this.waiting.splice(0)) void this.owner.handle(item);
    this.tellIdle();
  }

  private tellIdle(): void {
    for (const resolve of this.whenIdle ?? []) resolve();
    this.whenIdle = undefined;
  }
}
