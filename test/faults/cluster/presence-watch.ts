/**
 * Presence while something fails: some users are on one node alone, some on another node as well, and somebody on each other node
 * listens. When their node dies, whoever was there alone has to leave soon, once, and nobody else may; when only Redis does,
 * nobody at all.
 */
import { once } from 'node:events';
import { setTimeout as wait } from 'node:timers/promises';
import { WebSocket } from 'ws';
import type { Envelope, PresenceAck, PresenceData, WelcomeData } from '../../../src/protocol/events.ts';
import { secretOf } from '../clients/client.ts';
import type { Random } from '../random.ts';
import { ROOM } from './cluster.ts';
import type { Cluster, Node } from './cluster.ts';

const ALONE = 3;
const TWICE = 2;

/** Milliseconds in which users of a dead node must have left, and after which no second news of it is on its way. */
const PROMISED = 15_000;
const AFTERWARDS = 1500;
const LOOK = 20;

/** Milliseconds after which a user who is wrongly taken to have gone has been told to have left. */
const SETTLED = 13_000;

/** Milliseconds for an answer. */
const PATIENCE = 5000;

/** One connection to one node, which stays away once it is broken. */
class Guest {
  user = '';
  readonly left: string[] = [];
  private readonly answers: Array<(frame: Envelope) => void> = [];

  private constructor(
    private readonly socket: WebSocket,
    private readonly channel: string,
  ) {
    socket.on('error', () => undefined);
    socket.on('message', (raw: Buffer) => {
      const frame = JSON.parse(raw.toString()) as Envelope;
      if (frame.event === 'welcome') this.user = (frame.data as WelcomeData).user.id;
      const { left } = (
        frame.event === 'presence' && frame.id === undefined ? frame.data : {}
      ) as Partial<PresenceData>;
      if (left) this.left.push(left.id);
      if (frame.id !== undefined) this.answers.shift()?.(frame);
    });
  }

  /** Connects to a node, and joins. */
  static async enter(node: Node, channel: string, secret: string): Promise<Guest> {
    const socket = new WebSocket(`${node.server.url}?name=guest&client=${secret}`);
    const guest = new Guest(socket, channel);
    await once(socket, 'open', { signal: AbortSignal.timeout(PATIENCE) });
    await guest.ask('join');
    return guest;
  }

  /** Who is there. */
  async present(): Promise<PresenceAck['users']> {
    return ((await this.ask('presence')) as PresenceAck).users;
  }

  /** Goes. */
  close(): void {
    this.socket.terminate();
  }

  private async ask(event: string): Promise<unknown> {
    const answer = new Promise<Envelope>((resolve) => this.answers.push(resolve));
    this.socket.send(JSON.stringify({ event, id: 1, data: { channel: this.channel } }));
    const frame = await Promise.race([answer, wait(PATIENCE, undefined, { ref: false })]);
    if (frame?.event !== 'ack')
      throw new Error(`${event} of ${this.channel} was answered ${JSON.stringify(frame?.data)}`);
    return frame.data;
  }
}

/** Who is there, and who listens. */
export class PresenceWatch {
  private constructor(
    private readonly alone: readonly Guest[],
    private readonly twice: readonly Guest[],
    private readonly observers: readonly Guest[],
  ) {}

  /** Fills the channel: `victim` is the node that is going to die, if one is. */
  static async open(cluster: Cluster, victim: Node, random: Random): Promise<PresenceWatch> {
    const others = cluster.nodes.filter((node) => node !== victim);
    // One of its own: in another's, that one's guests are still leaving.
    const channel = `${ROOM}${secretOf(random)}`;
    const alone: Guest[] = [];
    const twice: Guest[] = [];
    const observers: Guest[] = [];
    for (const node of others) observers.push(await Guest.enter(node, channel, secretOf(random)));
    for (let i = 0; i < ALONE; i += 1) alone.push(await Guest.enter(victim, channel, secretOf(random)));
    for (let i = 0; i < TWICE; i += 1) {
      const secret = secretOf(random);
      for (const node of [victim, others[i % others.length] ?? victim])
        twice.push(await Guest.enter(node, channel, secret));
    }
    return new PresenceWatch(alone, twice, observers);
  }

  /** Users who are on two nodes must be one. */
  async before(): Promise<readonly string[]> {
    return this.counted(2, 1);
  }

  /**
   * Waits for the users of the node that has just died to leave.
   *
   * @returns what was wrong, in sentences, and after how many milliseconds the last one was told to have left
   */
  async after(died: number): Promise<{ readonly problems: readonly string[]; readonly took: number }> {
    const isOver = (): boolean =>
      this.observers.every(({ left }) => this.alone.every(({ user }) => left.includes(user)));
    while (!isOver() && performance.now() - died < PROMISED) await wait(LOOK);
    const took = performance.now() - died;
    await wait(AFTERWARDS);
    const problems = [...(await this.counted(1, 0))];
    for (const [i, { left }] of this.observers.entries()) {
      for (const { user } of this.alone) {
        const times = left.filter((id) => id === user).length;
        if (times !== 1) problems.push(`observer ${i} was told ${times} times that ${user} left, whose node had died`);
      }
      const others = left.filter((id) => !this.alone.some(({ user }) => user === id));
      if (others.length > 0) problems.push(`observer ${i} was told that ${others.join(', ')} left, who did not`);
    }
    return { problems, took };
  }

  /** Waits for the consequences of a fault that took nobody away. Gives what was wrong, in sentences. */
  async undisturbed(): Promise<readonly string[]> {
    await wait(SETTLED);
    const left = new Set(this.observers.flatMap((observer) => observer.left));
    const problems = [...left].map((user) => `${user} was told to have left, and is there`);
    return [...problems, ...(await this.before())];
  }

  /** Ends it. */
  close(): void {
    for (const guest of [...this.alone, ...this.twice, ...this.observers]) guest.close();
  }

  private async counted(twice: number, alone: number): Promise<readonly string[]> {
    const problems: string[] = [];
    for (const [i, observer] of this.observers.entries()) {
      const users = await observer.present();
      const expect = (guests: readonly Guest[], connections: number): void => {
        for (const user of new Set(guests.map((guest) => guest.user))) {
          const found = users.find(({ id }) => id === user)?.connections ?? 0;
          if (found !== connections)
            problems.push(`observer ${i} finds ${user} there ${found} times, not ${connections}`);
        }
      };
      expect(this.twice, twice);
      expect(this.alone, alone);
    }
    return problems;
  }
}
