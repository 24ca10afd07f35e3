/**
 * The built server that is fuzzed, and everything about it that can be seen from outside: whether it lives, what it writes, what it
 * holds.
 */
import { once } from 'node:events';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import { ROOT } from '../../support/root.ts';
import { startServer } from '../../support/server-process.ts';
import type { ServerProcess } from '../../support/server-process.ts';
import { LEAK } from './answers.ts';

const COLLECT = pathToFileURL(join(ROOT, 'test/fuzz/stage/collect.mjs')).href;

/**
 * Limits that are about how much one client may do would end most visits at once; what waits has little patience, so that also
 * that is seen to the end.
 */
const SETTINGS: Readonly<Record<string, string>> = {
  COMPRESSION: 'true',
  HANDSHAKE_TIMEOUT: '1s',
  HEARTBEAT_INTERVAL: '1s',
  HEARTBEAT_TIMEOUT: '1s',
  HISTORY_SIZE: '100',
  LOG_LEVEL: 'info',
  HANDSHAKE_RATE: 'off',
  FRAME_RATE: 'off',
  BYTE_RATE: 'off',
  RATE_LIMIT: 'off',
  MAX_CONNECTIONS_PER_ADDRESS: 'off',
};

/** Words of a process that has met something which nobody foresaw. */
const ALARM = /uncaught|unhandled|FATAL|MaxListenersExceeded|DeprecationWarning|\[error\]|"level":"error"/i;

/** Milliseconds in which lines are let go, and garbage is collected. */
const PATIENCE = 20_000;

/** What it holds. */
export interface Held {
  /** Bytes of memory that no file backs, after garbage was collected; undefined where the system doesn't tell. */
  readonly memory: number | undefined;
  /** Bytes of JavaScript objects. */
  readonly heap: number;
}

/** A server under test. */
export class House {
  private constructor(private readonly server: ServerProcess) {}

  /** Starts it. */
  static async open(env: Readonly<Record<string, string>> = {}): Promise<House> {
    const node = ['--expose-gc', '--import', COLLECT];
    return new House(await startServer({ ...SETTINGS, ...env }, { node, ipc: true }));
  }

  get port(): number {
    return this.server.port;
  }

  get wsUrl(): string {
    return this.server.wsUrl;
  }

  /** What is wrong with it, if anything is. */
  get trouble(): string | undefined {
    const { exitCode, signalCode } = this.server.child;
    const output = this.server.output();
    if (exitCode !== null || signalCode !== null)
      return `the server has ended with ${signalCode ?? exitCode}:\n${output}`;
    return LEAK.test(output) || ALARM.test(output) ? `the server has written:\n${output}` : undefined;
  }

  /** Waits until it has no more connections and open files than that. @returns what is still there if it has */
  async settled(connections: number, files: number): Promise<string | undefined> {
    const deadline = performance.now() + PATIENCE;
    for (;;) {
      if (this.trouble !== undefined) return undefined;
      const now = [await this.connections(), await this.files()] as const;
      if (now[0] <= connections && now[1] <= files) return undefined;
      if (performance.now() > deadline)
        return `${now[0]} connections and ${now[1]} open files are left, of ${connections} and ${files} before`;
      await wait(50);
    }
  }

  /** Open file descriptors; 0 where the system doesn't tell. */
  async files(): Promise<number> {
    try {
      const open = await readdir(`/proc/${this.server.child.pid}/fd`);
      return open.length;
    } catch {
      return 0;
    }
  }

  /** Has it collect its garbage. */
  async held(): Promise<Held> {
    const { child } = this.server;
    let heap = 0;
    // What one collection sets free may hold more that the next one finds.
    for (let i = 0; i < 3; i += 1) {
      const answer = once(child, 'message', { signal: AbortSignal.timeout(PATIENCE) });
      child.send('collect');
      [heap] = (await answer) as [number];
    }
    return { heap, memory: await this.memory() };
  }

  /** Ends it, and says what is wrong if it does not leave as it should. */
  async close(): Promise<string | undefined> {
    const { code, signal } = await this.server.stop();
    return code === 0 ? undefined : `the server left with ${signal ?? code}:\n${this.server.output()}`;
  }

  private async connections(): Promise<number> {
    const response = await fetch(`${this.server.url}/health`, { headers: { Connection: 'close' } });
    const { info } = (await response.json()) as { info: { clients: { connections: number } } };
    return info.clients.connections;
  }

  private async memory(): Promise<number | undefined> {
    try {
      const status = await readFile(`/proc/${this.server.child.pid}/status`, 'utf8');
      return Number(/^RssAnon:\s+(\d+) kB$/m.exec(status)?.[1]) * 1024;
    } catch {
      return undefined;
    }
  }
}
