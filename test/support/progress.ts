/**
 * How far the run of a harness is: one bar that is drawn anew on a terminal, and a plain line now and then where there is none.
 */
import type { WriteStream } from 'node:tty';

const WIDTH = 30;

/** Milliseconds between two drawings of the bar, and between two plain lines. */
const REDRAW = 100;
const LINE_EVERY = 10_000;
const ERASE_LINE = '\r\u001b[2K';

/** Draws progress on a stream. */
export class Progress {
  private label = '';
  private begin = 0;
  private drawn = 0;

  constructor(private readonly stream: Pick<WriteStream, 'write' | 'isTTY'>) {}

  /** Begins with something new. */
  start(label: string): void {
    this.label = label;
    this.begin = Date.now();
    this.drawn = 0;
    this.update(0);
  }

  /** Says how far it is, 0..1, and what it is at if that has changed. Draws only as often as somebody can read. */
  update(share: number, label = this.label): void {
    this.label = label;
    const now = Date.now();
    if (now - this.drawn < (this.stream.isTTY ? REDRAW : LINE_EVERY)) return;
    this.drawn = now;
    const done = Math.min(1, Math.max(0, share));
    const seconds = Math.round((now - this.begin) / 1000);
    const percent = `${Math.round(done * 100)} %`.padStart(5);
    if (this.stream.isTTY) {
      const bar = '█'.repeat(Math.round(done * WIDTH)).padEnd(WIDTH, '░');
      this.stream.write(`${ERASE_LINE}${bar} ${percent}  ${this.label}  ${seconds} s`);
    } else {
      this.stream.write(`${percent}  ${this.label}  ${seconds} s\n`);
    }
  }

  /** Ends the bar and writes a line in its place. */
  end(line: string): void {
    this.stream.write(`${this.stream.isTTY ? ERASE_LINE : ''}${line}\n`);
  }
}
