/**
 * A real Redis for tests: a process of its own on a free port, with a directory of its own, gone at the end.
 * With REDIS_URL set, what needs no server of its own uses that one. Where no `redis-server` is installed, tests of a laptop are
 * skipped with a line that says what to install; in CI they fail.
 */
import { spawn, spawnSync } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { rmSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Cluster, Redis } from 'ioredis';
import { parseRedisUrl } from '../../settings/redis-url.ts';
import type { RedisTarget } from '../../settings/redis-url.ts';
import { clientsFor } from './connection/clients.ts';

/** What to do where there is none. */
export const INSTALL = 'No redis-server is installed: apt-get install redis-server';

/** Whether there is a server to start. */
export const HAS_REDIS = spawnSync('redis-server', ['--version']).status === 0;

/** `describe` where there is a Redis; otherwise one skipped test, or one that fails when CI is set. */
export function describeWithRedis(name: string, tests: () => void): void {
  if (HAS_REDIS) {
    describe(name, tests);
    return;
  }
  const explain = (): void => {
    throw new Error(INSTALL);
  };
  // oxlint-disable-next-line jest/expect-expect, jest/no-disabled-tests -- it says why nothing was tested
  if (process.env['CI']) test(name, explain);
  // oxlint-disable-next-line jest/expect-expect, jest/no-disabled-tests -- as above
  else test.skip(`${name} (${INSTALL})`, explain);
}

/** A Redis for tests that leave it running, and what they need of it. */
export interface AnyRedis {
  readonly target: RedisTarget;
  /** Removes everything of these channels. */
  readonly clear: (...channels: readonly string[]) => Promise<void>;
  readonly end: () => Promise<void>;
}

/** The one that REDIS_URL says, or one of its own. */
export async function anyRedis(): Promise<AnyRedis> {
  const url = process.env['REDIS_URL'];
  const server = url === undefined ? await RedisServer.start() : undefined;
  const target = server?.target ?? targetOf(url ?? '');
  const { commands, news } = clientsFor(target);
  const client = commands.on('error', () => {});
  await client.connect();
  return {
    target,
    clear: async (...channels) => {
      for (const node of client instanceof Cluster ? client.nodes('master') : [client]) {
        const keys = await node.keys('belfry:*');
        const tags = channels.map((channel) => `{${channel}}`);
        const mine = keys.filter((key) => key === 'belfry:nodes' || tags.some((tag) => key.includes(tag)));
        for (const key of mine) await node.del(key);
      }
    },
    end: async () => {
      for (const one of new Set([commands, news])) one.disconnect();
      await server?.remove();
    },
  };
}

/** Reads a URL that is known to be right. */
export function targetOf(url: string): RedisTarget {
  const target = parseRedisUrl(url);
  if (!target) throw new Error(`${url} is no REDIS_URL`);
  return target;
}

/** A Redis of a test's own. */
export class RedisServer {
  private process: ChildProcess | undefined;

  private constructor(
    readonly port: number,
    readonly directory: string,
  ) {}

  /** Starts one, with arguments as `redis-server` takes them. It saves nothing unless they say so. */
  static async start(...args: readonly string[]): Promise<RedisServer> {
    const server = new RedisServer(await freePort(), await mkdtemp(join(tmpdir(), 'belfry-redis-')));
    await server.begin(...args);
    return server;
  }

  get url(): string {
    return `redis://127.0.0.1:${this.port}`;
  }

  get target(): RedisTarget {
    return targetOf(this.url);
  }

  /** Starts it again, on its port and with what its directory holds. */
  async begin(...args: readonly string[]): Promise<void> {
    const place = ['--port', `${this.port}`, '--bind', '127.0.0.1', '--dir', this.directory];
    this.process = spawn('redis-server', [...place, '--save', '', '--loglevel', 'warning', ...args], {
      stdio: 'ignore',
    });
    while (!(await answers(this.port))) await new Promise((resolve) => setTimeout(resolve, 5));
  }

  /** A client of the test's own; whoever asks for it disconnects it. */
  client(): Redis {
    return new Redis(this.port, '127.0.0.1', { maxRetriesPerRequest: null });
  }

  /** Sends it a signal. */
  signal(signal: NodeJS.Signals): void {
    this.process?.kill(signal);
  }

  /** kill -9. */
  async kill(): Promise<void> {
    await this.end('SIGKILL');
  }

  /** Lets it end in good order. */
  async stop(): Promise<void> {
    await this.end('SIGTERM');
  }

  /** Ends it and removes what it kept, without waiting: the process that started it is about to end. */
  abandon(): void {
    this.signal('SIGKILL');
    rmSync(this.directory, { recursive: true, force: true });
  }

  /** Ends it and removes what it kept. */
  async remove(): Promise<void> {
    await this.kill();
    await rm(this.directory, { recursive: true, force: true });
  }

  private async end(signal: NodeJS.Signals): Promise<void> {
    const process = this.process;
    if (!process || process.exitCode !== null || process.signalCode !== null) return;
    const ended = once(process, 'exit');
    process.kill(signal);
    await ended;
  }
}

/**
 * Below the range from which systems take the local end of outgoing connections: while a Redis is down, whoever looks for it could
 * otherwise be given its own port, be connected to itself, and keep Redis from coming back.
 */
const PORTS = { from: 10_000, count: 10_000 } as const;

/** A port that nobody listens on. */
export async function freePort(): Promise<number> {
  const port = PORTS.from + Math.floor(Math.random() * PORTS.count);
  const listener = createServer();
  try {
    listener.listen(port, '127.0.0.1');
    await once(listener, 'listening');
    return port;
  } catch {
    return freePort();
  } finally {
    listener.close();
  }
}

/** Whether it has loaded what it kept, and takes commands. */
async function answers(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1', () => socket.write('PING\r\n'));
    socket.on('data', (answer) => {
      resolve(!answer.toString().startsWith('-LOADING'));
      socket.destroy();
    });
    socket.on('error', () => resolve(false));
  });
}
