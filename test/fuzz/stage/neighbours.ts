/**
 * The well-behaved clients beside the hostile ones (neighbours.mjs), as a process of their own.
 */
import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { ROOT } from '../../support/root.ts';

const SCRIPT = join(ROOT, 'test/fuzz/stage/neighbours.mjs');

/** How many connections they have. */
export const NEIGHBOURS = 2;

/** What they have seen since they were last asked. */
export interface Seen {
  /** Milliseconds from each publication to its arrival. */
  readonly latencies: readonly number[];
  readonly problems: readonly string[];
}

/** The two. */
export class Neighbours {
  private constructor(private readonly child: ChildProcess) {}

  /** Resolves when they talk to each other. */
  static async moveIn(wsUrl: string): Promise<Neighbours> {
    const child = spawn(process.execPath, [SCRIPT, wsUrl], { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
    await once(child, 'message');
    return new Neighbours(child);
  }

  /** What they have seen since. They say nothing more until they are told to go on. */
  async seen(): Promise<Seen> {
    const answer = once(this.child, 'message');
    this.child.send('report');
    return ((await answer) as [Seen])[0];
  }

  goOn(): void {
    this.child.send('go on');
  }

  async moveOut(): Promise<void> {
    const ended = once(this.child, 'close');
    this.child.kill();
    await ended;
  }
}
