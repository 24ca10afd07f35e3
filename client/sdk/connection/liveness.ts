import type { WelcomeData } from '../../../src/protocol/events.ts';
import { watchTimer } from './timer.ts';

/** An alarm that rings this much too late was asleep with its tab, and proves nothing about the line; in ms. */
const OVERSLEPT = 1_000;

/** What a {@link Liveness} does when it is in doubt, and when it is sure. */
export interface LivenessActions {
  /** Ask the server for a sign of life. */
  readonly ping: () => void;
  /** Nothing came back in time: the line is dead, whatever the socket says. */
  readonly dead: () => void;
}

/**
 * Notices a line that died without a close frame: a phone that left its Wi-Fi, a proxy that forgot us.
 *
 * It relies on being told of every frame that is heard. After an interval of silence it asks, and when the timeout
 * passes without any frame at all it gives the line up. A browser cannot see the server's own pings, so it has to ask.
 */
export class Liveness {
  readonly #actions: LivenessActions;
  #heartbeat: WelcomeData['heartbeat'] | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #heardAt = 0;
  #isProbing = false;

  constructor(actions: LivenessActions) {
    this.#actions = actions;
  }

  /** Begin to watch, with the rhythm that the server's welcome asked for. */
  start(heartbeat: WelcomeData['heartbeat']): void {
    this.#heartbeat = heartbeat;
    this.#isProbing = true;
    this.heard();
  }

  /** A frame came, of whatever kind: the line lives. */
  heard(): void {
    this.#heardAt = Date.now();
    // While nothing is in doubt the running alarm is left alone: thousands of messages a second set no timers.
    if (!this.#isProbing || !this.#heartbeat) return;
    this.#isProbing = false;
    this.#watch(this.#heartbeat.interval);
  }

  /** Doubt the line now, without waiting for the silence to grow: the network changed or the tab woke up. */
  probe(): void {
    if (!this.#heartbeat) return;
    const { timeout } = this.#heartbeat;
    const due = Date.now() + timeout;
    this.#isProbing = true;
    this.#actions.ping();
    this.#setAlarm(timeout, () => {
      // A frozen tab's alarms ring before the frames that waited with them are delivered: ask once more, then judge.
      if (Date.now() - due > OVERSLEPT) this.probe();
      else this.#actions.dead();
    });
  }

  /** Stop watching; the line is gone or given up. */
  stop(): void {
    clearTimeout(this.#timer);
    this.#heartbeat = undefined;
  }

  #watch(interval: number, after = interval): void {
    this.#setAlarm(after, () => {
      const silence = Date.now() - this.#heardAt;
      // A negative one says that the clock was set back: then nobody knows how long it really was.
      if (silence >= interval || silence < 0) this.probe();
      else this.#watch(interval, interval - silence);
    });
  }

  #setAlarm(after: number, ring: () => void): void {
    clearTimeout(this.#timer);
    this.#timer = watchTimer(ring, after);
  }
}
