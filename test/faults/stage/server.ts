/**
 * The real built server as a process that can be killed and started again on the same port and the same data.
 */
import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import type { Random } from '../random.ts';
import type { House } from './house.ts';
import { ROOT } from '../../support/root.ts';

const MAIN = join(ROOT, 'dist/main.js');
const HOST = '127.0.0.1';
const LISTENING = /https?:\/\/[^\s:]+:\d+/;

/** Milliseconds in which it must listen, and in which it must have left after SIGTERM. */
const PATIENCE = 30_000;

/** Characters of output that are kept, for when it fails. */
const MAX_OUTPUT = 20_000;

/**
 * Ports below the range from which systems take the local end of outgoing connections: while the server is down, a client that
 * tries to reach it could otherwise be given the server's own port, and be connected to itself.
 */
const PORTS = { from: 20_000, to: 30_000 } as const;

/** A server under test. */
export class Server implements House {
  private child: ChildProcess | undefined;
  private written = '';

  private constructor(
    /** The port that it always listens on. */
    readonly port: number,
    private readonly env: Readonly<Record<string, string>>,
  ) {}

  /**
   * Starts it on a port of its own.
   *
   * @param env its settings; nothing of our own environment but PATH reaches it
   */
  static async start(env: Readonly<Record<string, string>>, random: Random): Promise<Server> {
    if (!existsSync(MAIN)) throw new Error(`${MAIN} is not built: npm run build`);
    const server = new Server(await freePort(random), env);
    await server.start();
    return server;
  }

  get address(): string {
    return `ws://${HOST}:${this.port}`;
  }

  /** `ws://127.0.0.1:21234/ws`, past every proxy. */
  get url(): string {
    return `${this.address}/ws`;
  }

  /** The end of what it has written. */
  get output(): string {
    return this.written;
  }

  /** Whether it runs, as it should between `start` and `kill` or `stop`. */
  get isUp(): boolean {
    return this.child !== undefined && this.child.exitCode === null && this.child.signalCode === null;
  }

  /** Starts it again, and resolves when it listens. */
  async start(): Promise<void> {
    const child = spawn(process.execPath, [MAIN], {
      cwd: ROOT,
      env: { PATH: process.env['PATH'], ...this.env, PORT: String(this.port), HOST },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    this.child = child;
    this.written = '';
    for (const stream of [child.stdout, child.stderr]) {
      stream.on('data', (chunk: Buffer) => (this.written = (this.written + chunk.toString()).slice(-MAX_OUTPUT)));
    }
    await this.listening(child);
  }

  /** SIGKILL, in the middle of whatever it does. Resolves when it is gone. */
  async kill(): Promise<void> {
    await this.end('SIGKILL');
  }

  /** SIGKILL without waiting for it to take effect. */
  killNow(): void {
    if (this.isUp) this.child?.kill('SIGKILL');
  }

  /** SIGTERM. Resolves with its exit code, null when it had to be killed. */
  async stop(): Promise<number | null> {
    const { child } = this;
    const impatience = setTimeout(() => child?.kill('SIGKILL'), PATIENCE);
    await this.end('SIGTERM');
    clearTimeout(impatience);
    return child?.exitCode ?? null;
  }

  /**
   * Bytes that it holds for itself, without the pages that are backed by files, as the mapping of its database is; undefined
   * where the system doesn't tell.
   */
  async memory(): Promise<number | undefined> {
    try {
      const status = await readFile(`/proc/${this.child?.pid}/status`, 'utf8');
      const kilobytes = /^RssAnon:\s+(\d+) kB$/m.exec(status)?.[1];
      return kilobytes === undefined ? undefined : Number(kilobytes) * 1024;
    } catch {
      // No Linux, or no such process any more.
      return undefined;
    }
  }

  /** Ends it by SIGTERM. */
  async leave(): Promise<readonly string[]> {
    if (!this.isUp) return [`the server had ended by itself:\n${this.output}`];
    const code = await this.stop();
    return code === 0 ? [] : [`the server left with ${code}:\n${this.output}`];
  }

  /** As `killNow`. */
  abandon(): void {
    this.killNow();
  }

  private async end(signal: NodeJS.Signals): Promise<void> {
    const { child } = this;
    if (!child || !this.isUp) return;
    // A process that was sent a signal before is ending already, and `close` is still to come.
    const ended = once(child, 'close');
    child.kill(signal);
    await ended;
  }

  private async listening(child: ChildProcess): Promise<void> {
    const life = new AbortController();
    const { signal } = life;
    const said = new Promise<void>((resolve) => {
      child.stdout?.on('data', () => LISTENING.test(this.written) && resolve());
    });
    const failed = once(child, 'close', { signal }).then(() => 'ended before it listened');
    const late = wait(PATIENCE, `did not listen within ${PATIENCE} ms`, { signal });
    try {
      const problem = await Promise.race([said, failed, late]);
      if (problem === undefined) return;
      child.kill('SIGKILL');
      throw new Error(`the server ${problem}:\n${this.written}`);
    } finally {
      life.abort();
      // They lost the race, and are rejected by the abort.
      await Promise.allSettled([failed, late]);
    }
  }
}

/** A port of `PORTS` on which nobody listens. */
async function freePort(random: Random): Promise<number> {
  const port = random.between(PORTS.from, PORTS.to);
  const probe = createServer();
  try {
    probe.listen(port, HOST);
    await once(probe, 'listening');
    return port;
  } catch {
    return freePort(random);
  } finally {
    probe.close();
  }
}
