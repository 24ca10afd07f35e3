/**
 * A picture of a run: groups of horizontal bars, each group to its own linear scale from zero.
 * An SVG that stands alone: no script, no font of its own, and colours that follow light and dark.
 */

/** One bar. */
export interface ChartBar {
  readonly label: string;
  readonly value: number;
  /** The value as it is shown. */
  readonly text: string;
  /** Whether it is one of ours. */
  readonly ours: boolean;
}

/** Bars that share a scale. */
export interface ChartGroup {
  readonly title: string;
  /** Which way is better, and the unit. */
  readonly subtitle: string;
  readonly bars: readonly ChartBar[];
}

/** Pixels. */
const WIDTH = 820;
const LABELS = 200;
const VALUES = 110;
const BAR = 18;
const STEP = 26;
const HEAD = 50;
const GAP = 18;
const LONGEST = WIDTH - LABELS - VALUES;

const STYLE = `text { font: 13px system-ui, sans-serif; fill: #1f2328; }
.title { font-size: 15px; font-weight: 600; }
.quiet { fill: #59636e; }
.ours { fill: #0a69c9; }
.peer { fill: #a3adb8; }
@media (prefers-color-scheme: dark) {
  text { fill: #e6edf3; }
  .quiet { fill: #9198a1; }
  .ours { fill: #4a9dff; }
  .peer { fill: #59636e; }
}`;

/** The picture. Groups without bars are left out. */
export function chart(description: string, groups: readonly ChartGroup[]): string {
  let y = 0;
  const parts: string[] = [];
  for (const group of groups.filter(({ bars }) => bars.length > 0)) {
    parts.push(groupAt(y, group));
    y += HEAD + group.bars.length * STEP + GAP;
  }
  const size = `width="${WIDTH}" height="${y}" viewBox="0 0 ${WIDTH} ${y}"`;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" ${size} role="img" aria-label="${escaped(description)}">`,
    `<style>${STYLE}</style>`,
    ...parts,
    '</svg>\n',
  ].join('\n');
}

function groupAt(top: number, { title, subtitle, bars }: ChartGroup): string {
  const largest = Math.max(...bars.map(({ value }) => value), Number.MIN_VALUE);
  const head = [
    `<text class="title" x="0" y="${top + 18}">${escaped(title)}</text>`,
    `<text class="quiet" x="0" y="${top + 37}">${escaped(subtitle)}</text>`,
  ];
  const drawn = bars.map(({ label, value, text, ours }, i) => {
    const y = top + HEAD + i * STEP;
    const baseline = y + BAR - 4;
    // A value of nearly nothing is still there to be seen.
    const width = Math.max(1, Math.round((Math.max(0, value) / largest) * LONGEST * 10) / 10);
    return [
      `<text x="${LABELS - 10}" y="${baseline}" text-anchor="end">${escaped(label)}</text>`,
      `<rect class="${ours ? 'ours' : 'peer'}" x="${LABELS}" y="${y}" width="${width}" height="${BAR}" rx="2"/>`,
      `<text x="${LABELS + width + 8}" y="${baseline}">${escaped(text)}</text>`,
    ].join('\n');
  });
  return [...head, ...drawn].join('\n');
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
}
