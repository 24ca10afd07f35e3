/**
 * A server under load, in a process of its own: started, awaited until it listens, and killed when its measuring is done.
 * Relies on it writing its address to standard output. What is still up when the harness ends is killed with it.
 */
import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onCore, SERVER_CORE } from './cores.ts';

const LISTENING = /https?:\/\/[^\s:]+:(\d+)/;

/** Milliseconds in which it must listen. */
const PATIENCE = 30_000;

/** Characters of output that are kept, for when it fails. */
const MAX_OUTPUT = 5000;

/** How to start one. */
export interface Launch {
  readonly command: string;
  readonly args: readonly string[];
  /** Nothing of the harness's own environment but PATH reaches it beside these. */
  readonly env: Readonly<Record<string, string>>;
}

const running = new Set<ServerProcess>();
process.on('exit', () => running.forEach((server) => server.killNow()));

/** A server that listens. */
export class ServerProcess {
  private written = '';

  private constructor(
    private readonly child: ChildProcess,
    private readonly directory: string,
  ) {
    running.add(this);
    for (const stream of [child.stdout, child.stderr]) {
      stream?.on('data', (chunk: Buffer) => (this.written = (this.written + chunk.toString()).slice(-MAX_OUTPUT)));
    }
  }

  /** Starts one, in a directory of its own that goes when it does. Rejects with its output when it does not listen. */
  static async start({ command, args, env }: Launch): Promise<ServerProcess> {
    const directory = mkdtempSync(join(tmpdir(), 'belfry-bench-'));
    const [program, ...rest] = onCore(SERVER_CORE, [command, ...args]);
    const child = spawn(program, rest, {
      cwd: directory,
      env: { PATH: process.env['PATH'], NODE_ENV: 'production', DATA_DIR: join(directory, 'data'), ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const server = new ServerProcess(child, directory);
    try {
      await server.listening();
    } catch (error) {
      await server.kill();
      throw error;
    }
    return server;
  }

  /** Of the process that serves: `taskset` becomes it. */
  get pid(): number {
    return this.child.pid ?? NaN;
  }

  /** On 127.0.0.1. */
  get port(): number {
    return Number(LISTENING.exec(this.written)?.[1]);
  }

  /** The end of what it wrote, when it has ended by itself; undefined while it runs. */
  get lastWords(): string | undefined {
    const { exitCode, signalCode } = this.child;
    return exitCode === null && signalCode === null ? undefined : this.written.trim();
  }

  /** Ends it without ceremony; nothing of it is needed any more. */
  async kill(): Promise<void> {
    const { child } = this;
    if (child.exitCode === null && child.signalCode === null && child.pid !== undefined) {
      const gone = once(child, 'close');
      child.kill('SIGKILL');
      await gone;
    }
    this.forget();
  }

  /** The same without waiting for it, for a harness that ends. */
  killNow(): void {
    this.child.kill('SIGKILL');
    this.forget();
  }

  private forget(): void {
    if (!running.delete(this)) return;
    rmSync(this.directory, { recursive: true, force: true, maxRetries: 5 });
  }

  private async listening(): Promise<void> {
    await new Promise<void>((resolve, reject) => {
      const fail = (problem: string): void => reject(new Error(`It ${problem}: ${this.written.trim()}`));
      const late = setTimeout(() => fail(`did not listen within ${PATIENCE} ms`), PATIENCE);
      this.child.stdout?.on('data', () => {
        if (!LISTENING.test(this.written)) return;
        clearTimeout(late);
        resolve();
      });
      this.child.once('error', (error) => {
        clearTimeout(late);
        fail(`could not be started (${error.message})`);
      });
      this.child.once('close', () => {
        clearTimeout(late);
        fail('ended before it listened');
      });
    });
  }
}
