/**
 * Plays one session: a TCP connection, what is written to it, and what comes back.
 */
import { connect } from 'node:net';
import type { Socket } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';
import type { Session } from '../session.ts';
import { Answers } from './answers.ts';

/** Milliseconds without anything new after which nothing more is expected. */
const QUIET = 15;

/** Milliseconds in which the server has to let go of a line: its own patience is two seconds. */
const PATIENCE = 15_000;

/** Milliseconds that a client which does not read stays. */
const UNREAD = 300;

/** Plays it. Resolves when the line is gone, with what was wrong if anything was. */
export async function visit(port: number, session: Session): Promise<string | undefined> {
  const { writes, pause, ending } = session;
  const answers = new Answers(Buffer.concat(writes));
  const socket = connect({ port, host: '127.0.0.1', allowHalfOpen: true });
  const line = new Line(socket, answers);
  if (ending === 'unread') socket.pause();
  for (const bytes of writes) {
    if (line.isOver) break;
    socket.write(bytes);
    if (writes.length > 1) await (pause === undefined ? soon() : wait(pause));
  }
  await leave(line, ending);
  if (!(await line.gone(PATIENCE))) {
    socket.destroy();
    return `${ending}: the server keeps a line that is over`;
  }
  return answers.problem;
}

async function leave(line: Line, ending: Session['ending']): Promise<void> {
  const { socket } = line;
  switch (ending) {
    case 'end':
      await line.settled();
      socket.end();
      return;
    case 'half-close':
      socket.end();
      return;
    case 'reset':
      await soon();
      socket.resetAndDestroy();
      return;
    case 'unread':
      await wait(UNREAD);
      socket.resetAndDestroy();
      return;
    case 'stay':
      return;
    default:
      throw new Error(`there is no ending ${String(ending satisfies never)}`);
  }
}

async function soon(): Promise<void> {
  await new Promise<void>((resolve) => setImmediate(resolve));
}

/** A socket of which something is awaited. */
class Line {
  private over = false;
  private news: () => void = () => undefined;

  constructor(
    readonly socket: Socket,
    private readonly answers: Answers,
  ) {
    socket.setNoDelay(true);
    socket.on('data', (chunk: Buffer) => {
      answers.take(chunk);
      this.news();
    });
    socket.on('end', () => {
      answers.over();
      socket.end();
    });
    // Its close is all that there is to know.
    socket.on('error', () => undefined);
    socket.once('close', () => {
      this.over = true;
      this.news();
    });
  }

  get isOver(): boolean {
    return this.over;
  }

  /** Resolves when everything was answered, or nothing comes for a while. */
  async settled(): Promise<void> {
    while (!this.over && !this.answers.isComplete && (await this.heard(QUIET)));
  }

  /** Whether the line was gone in time. */
  async gone(patience: number): Promise<boolean> {
    const deadline = performance.now() + patience;
    while (!this.over && performance.now() < deadline) await this.heard(deadline - performance.now());
    return this.over;
  }

  private async heard(milliseconds: number): Promise<boolean> {
    return new Promise((resolve) => {
      const timer = setTimeout(() => resolve(false), milliseconds);
      this.news = () => {
        clearTimeout(timer);
        resolve(true);
      };
    });
  }
}
