/**
 * How clients came back, in a few lines: how many, how soon, and how many in each second.
 */
import type { ReconnectFigures } from '../ledger/reconnects.ts';

/** Characters of the longest bar, and seconds that have a line of their own at the most. */
const WIDTH = 40;
const LINES = 24;

/** One line of figures, and a bar for each second or, in a long run, for a few of them together. */
export function reconnectLines({ count, p50, p99, perSecond }: ReconnectFigures): string[] {
  if (count === 0) return ['no reconnects'];
  const span = Math.ceil(perSecond.length / LINES);
  const bars = Array.from({ length: Math.ceil(perSecond.length / span) }, (_each, i) =>
    Math.max(...perSecond.slice(i * span, (i + 1) * span)),
  );
  const most = Math.max(...bars);
  const what = span === 1 ? 'per second' : `per second, the most within each ${span} s`;
  return [
    `${count.toLocaleString('en-US')} reconnects, p50 ${p50.toFixed(0)} ms, p99 ${p99.toFixed(0)} ms; ${what}:`,
    ...bars.map((bar, i) => {
      const drawn = '█'.repeat(Math.ceil((bar / most) * WIDTH));
      return `${`${i * span} s`.padStart(6)} ${String(bar).padStart(5)} ${drawn}`.trimEnd();
    }),
  ];
}
