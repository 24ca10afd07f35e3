/**
 * The real thing: several built servers with one real Redis behind them and a front before them. Each node has a line of its own
 * to Redis, which can be broken; each can be killed, stopped and started again on its port.
 */
import { existsSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { FaultyLine } from '../../../src/engine/redis/line.contract.ts';
import { HAS_REDIS, INSTALL, RedisServer } from '../../../src/engine/redis/redis-server.contract.ts';
import type { House, Site } from '../stage/house.ts';
import { Server } from '../stage/server.ts';
import { Front } from './front.ts';

/** What the names of channels with presence begin with. */
export const ROOM = 'room-';

const HOST = '127.0.0.1';

/** Milliseconds in which the nodes must be ready, and between two looks at that. */
const PATIENCE = 20_000;
const LOOK = 20;

/** How a cluster is built. */
export interface ClusterPlan {
  readonly nodes: number;
  /** Arguments of redis-server: how it keeps what it is told. */
  readonly redis: readonly string[];
}

/** One node, and its line to Redis. */
export interface Node {
  readonly name: string;
  readonly server: Server;
  readonly line: FaultyLine;
}

/** A cluster that runs. */
export class Cluster implements House {
  private constructor(
    readonly redis: RedisServer,
    readonly nodes: readonly [Node, ...Node[]],
    readonly front: Front,
  ) {}

  /** Starts all of it. Resolves when every node is ready. */
  static async start({ nodes: count, redis: args }: ClusterPlan, { directory, env, random }: Site): Promise<Cluster> {
    if (!HAS_REDIS) throw new Error(INSTALL);
    const rules = join(directory, 'channels.json');
    await writeFile(rules, JSON.stringify({ [`${ROOM}*`]: { presence: true } }));
    const redis = await RedisServer.start(...args);
    const nodes: Node[] = [];
    try {
      for (let i = 0; i < count; i += 1) {
        const line = await FaultyLine.open(redis.port);
        const server = await Server.start(
          { ...env, ENGINE: 'redis', REDIS_URL: line.url, CHANNELS_FILE: rules },
          random,
        );
        nodes.push({ name: `node ${i + 1}`, server, line });
      }
      const [first, ...others] = nodes;
      if (!first) throw new Error('a cluster has at least one node');
      const front = await Front.open(nodes.map(({ server }) => server.port));
      const cluster = new Cluster(redis, [first, ...others], front);
      await cluster.allReady();
      return cluster;
    } catch (error) {
      for (const { server } of nodes) server.killNow();
      redis.abandon();
      throw error;
    }
  }

  get port(): number {
    return this.front.port;
  }

  get address(): string {
    return `ws://${HOST}:${this.port}`;
  }

  get url(): string {
    return this.nodes[0].server.url;
  }

  get output(): string {
    return this.nodes.map(({ name, server }) => `--- ${name}\n${server.output}`).join('\n');
  }

  /** Resolves when the front has every node among those that it gives connections to. */
  async allReady(): Promise<void> {
    const end = Date.now() + PATIENCE;
    while (this.front.ready.length < this.nodes.length) {
      if (Date.now() > end) throw new Error(`not every node became ready within ${PATIENCE} ms\n${this.output}`);
      await wait(LOOK);
    }
  }

  async leave(): Promise<readonly string[]> {
    await this.front.close();
    const problems = await Promise.all(
      this.nodes.map(async ({ name, server }) => (await server.leave()).map((problem) => `${name}: ${problem}`)),
    );
    await Promise.all(this.nodes.map(({ line }) => line.close()));
    await this.redis.remove();
    if (existsSync(this.redis.directory)) problems.push(['Redis left its files behind']);
    return problems.flat();
  }

  abandon(): void {
    for (const { server } of this.nodes) server.killNow();
    this.redis.abandon();
  }
}
