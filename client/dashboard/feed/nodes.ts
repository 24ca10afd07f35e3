/**
 * What the nodes have told of themselves: the newest of each, and its numbers of the last minutes, second by second.
 */
import type { ChannelStats, NodeStats, SlowClient } from '../../../src/protocol/stats.ts';

/** Seconds that the charts show. */
export const SPAN = 300;

/** Seconds of silence after which a node is said to be silent; one that has left is forgotten with its last number. */
export const SILENCE = 5;

/** A node, as it was when it last told. */
export interface KnownNode {
  readonly stats: NodeStats;
  /** What it is called here: its host, and a piece of its id where several have that name. */
  readonly name: string;
  /** Which of the colours is its own. */
  readonly colour: number;
  readonly isSilent: boolean;
}

/** Something with the node that told of it. */
export type At<T> = T & { readonly host: string };

interface Track {
  newest: NodeStats;
  /** The second in which it last told. */
  second: number;
  readonly colour: number;
  readonly bySecond: Map<number, NodeStats>;
}

/** All nodes. */
export class Nodes {
  readonly #tracks = new Map<string, Track>();
  #now = 0;

  /** The newest second that any node told of, on the clock of the log. */
  get now(): number {
    return this.#now;
  }

  /**
   * Takes in what a node told.
   *
   * @param at when, ms since 1970
   */
  add(stats: NodeStats, at: number): void {
    const second = Math.floor(at / 1_000);
    this.#now = Math.max(this.#now, second);
    const track = this.#tracks.get(stats.node) ?? this.#begin(stats, second);
    track.newest = stats;
    track.second = second;
    track.bySecond.set(second, stats);
    for (const [id, { second: last, bySecond }] of this.#tracks) {
      if (last <= this.#now - SPAN) this.#tracks.delete(id);
      for (const old of bySecond.keys()) {
        if (old > this.#now - SPAN) break;
        bySecond.delete(old);
      }
    }
  }

  /** All of them, by name. */
  get all(): readonly KnownNode[] {
    const tracks = [...this.#tracks.values()];
    const nodes = tracks.map(({ newest: stats, second, colour }) => {
      const isAlone = tracks.filter(({ newest }) => newest.host === stats.host).length === 1;
      const name = isAlone ? stats.host : `${stats.host} ${stats.node.slice(0, 4)}`;
      return { stats, name, colour, isSilent: second < this.#now - SILENCE };
    });
    return nodes.toSorted((one, other) => one.name.localeCompare(other.name));
  }

  /** The last minutes in seconds since 1970, oldest first. */
  get seconds(): number[] {
    return Array.from({ length: SPAN }, (_each, index) => this.#now - SPAN + 1 + index);
  }

  /** One number of a node for each of `seconds`; null where it told none. */
  series({ stats: { node } }: KnownNode, value: (stats: NodeStats) => number | undefined): (number | null)[] {
    const bySecond = this.#tracks.get(node)?.bySecond;
    return this.seconds.map((second) => {
      const stats = bySecond?.get(second);
      return (stats && value(stats)) ?? null;
    });
  }

  /** One number, of all nodes together that are heard of. */
  total(value: (stats: NodeStats) => number): number {
    return this.#heard.reduce((sum, stats) => sum + value(stats), 0);
  }

  /** The clients for which most waits. */
  get slowest(): readonly At<SlowClient>[] {
    const all = this.#heard.flatMap(({ host, slowest }) => slowest.map((client) => ({ ...client, host })));
    return all.toSorted((one, other) => other.unsent - one.unsent).slice(0, 10);
  }

  /** The busiest channels. Whoever hears one at a node is counted once; each of its messages comes by every such node. */
  get busiest(): readonly ChannelStats[] {
    const channels = new Map<string, ChannelStats>();
    for (const { channel, subscribers, messages } of this.#heard.flatMap(({ busiest }) => busiest)) {
      const known = channels.get(channel);
      channels.set(channel, {
        channel,
        subscribers: subscribers + (known?.subscribers ?? 0),
        messages: Math.max(messages, known?.messages ?? 0),
      });
    }
    return [...channels.values()]
      .toSorted((one, other) => other.messages - one.messages || other.subscribers - one.subscribers)
      .slice(0, 20);
  }

  get #heard(): readonly NodeStats[] {
    return this.all.filter(({ isSilent }) => !isSilent).map(({ stats }) => stats);
  }

  /** With the first colour that no other node has. */
  #begin(newest: NodeStats, second: number): Track {
    const taken = new Set([...this.#tracks.values()].map(({ colour }) => colour));
    let colour = 0;
    while (taken.has(colour)) colour += 1;
    const track = { newest, second, colour, bySecond: new Map() };
    this.#tracks.set(newest.node, track);
    return track;
  }
}

/** Connections of a node, over WebSocket and over HTTP. */
export function connectionsOf({ gateways, eventStreams }: NodeStats): number {
  return gateways.reduce((sum, { open }) => sum + open, eventStreams);
}
