/**
 * The real built server as a process of its own, for tests of what only a process shows: signals, exit codes, output, pages.
 */
import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ROOT } from './root.ts';

const MAIN = join(ROOT, 'dist/main.js');
const ADDRESS = /(https?):\/\/([^\s:]+):(\d+)/;

/** A server that is listening. */
export interface ServerProcess {
  /** Where its page is: `http://127.0.0.1:41234`. */
  readonly url: string;
  /** The same for WebSockets, without a path. */
  readonly wsUrl: string;
  readonly port: number;
  readonly child: ChildProcess;
  /** Everything that it has written so far. */
  output(): string;
  /** Sends a signal, SIGTERM when left out, and resolves when the process has ended. */
  stop(signal?: NodeJS.Signals): Promise<Ending>;
}

/** How a process ended. */
export interface Ending {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

/** How the process itself is run. */
export interface ServerProcessOptions {
  /** Options for Node before the server's own file. */
  readonly node?: readonly string[];
  /** Whether it is given a channel for messages between the two processes. */
  readonly ipc?: boolean;
}

/**
 * Starts the server on a free port of 127.0.0.1.
 *
 * @param env variables over the defaults; nothing of the test's own environment but PATH reaches the server
 */
export async function startServer(
  env: Record<string, string> = {},
  options: ServerProcessOptions = {},
): Promise<ServerProcess> {
  const { child, output, ended } = runServer(env, [], options);
  const address = await new Promise<RegExpExecArray>((resolve, reject) => {
    child.stdout?.on('data', () => {
      const found = ADDRESS.exec(output());
      if (found) resolve(found);
    });
    child.once('exit', (code) => reject(new Error(`the server ended with ${code} before it listened:\n${output()}`)));
  });
  const [, scheme, host, port] = address;
  return {
    url: `${scheme}://${host}:${port}`,
    wsUrl: `${scheme === 'https' ? 'wss' : 'ws'}://${host}:${port}`,
    port: Number(port),
    child,
    output,
    stop: async (signal = 'SIGTERM') => {
      child.kill(signal);
      return ended;
    },
  };
}

/**
 * Runs the server without waiting for it to listen: for starts that fail, and for `--check`. Its data goes with it, unless
 * the test names a DATA_DIR of its own.
 */
export function runServer(
  env: Record<string, string> = {},
  args: readonly string[] = [],
  { node = [], ipc = false }: ServerProcessOptions = {},
) {
  const directory = mkdtempSync(join(tmpdir(), 'belfry-data-'));
  const child = spawn(process.execPath, [...node, MAIN, ...args], {
    env: { PATH: process.env['PATH'], PORT: '0', HOST: '127.0.0.1', DATA_DIR: directory, DRAIN_SECONDS: '1', ...env },
    stdio: ['ignore', 'pipe', 'pipe', ...(ipc ? (['ipc'] as const) : [])],
  });
  let written = '';
  for (const stream of [child.stdout, child.stderr])
    stream?.on('data', (chunk: Buffer) => (written += chunk.toString()));
  const ended: Promise<Ending> = once(child, 'close').then(([code, signal]) => {
    rmSync(directory, { recursive: true });
    return { code, signal };
  });
  return { child, output: (): string => written, ended };
}
