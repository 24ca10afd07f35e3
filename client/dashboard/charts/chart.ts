import uPlot from 'uplot';
import { make } from '../../page/view/element.ts';
import { colourOf, inkOf } from './colours.ts';

/** One line of a chart. */
export interface Line {
  readonly name: string;
  /** Which of the colours. */
  readonly colour: number;
  readonly isDashed?: boolean;
  /** One for each second; null for none. */
  readonly values: readonly (number | null)[];
}

/** What a chart shows. */
export interface ChartContent {
  readonly title: string;
  readonly seconds: readonly number[];
  readonly lines: readonly Line[];
  readonly number: (value: number) => string;
  /** The time of day, from ms since 1970. */
  readonly time: (at: number) => string;
}

/** Pixels of a chart's height. */
const HEIGHT = 150;

/** One chart: its title, what it comes to now in words, and lines. */
export class Chart {
  readonly element = make('figure', 'card chart');
  readonly #title = make('span', '');
  readonly #readout = make('span', 'readout');
  readonly #ground = make('div', 'ground');
  #content: ChartContent | undefined;
  #plot: uPlot | undefined;
  /** What the plot was made for: another number of lines, or theme, needs another plot. */
  #made = '';

  constructor() {
    const caption = make('figcaption', '');
    caption.append(this.#title, this.#readout);
    this.element.append(caption, this.#ground);
    new ResizeObserver(() => this.#fit()).observe(this.#ground);
    matchMedia('(prefers-color-scheme: dark)').addEventListener('change', () => {
      this.#made = '';
      if (this.#content) this.show(this.#content);
    });
  }

  /** Shows it as it is now. */
  show(content: ChartContent): void {
    this.#content = content;
    const { title, seconds, lines } = content;
    this.#title.textContent = title;
    const wanted = lines.map(({ name, colour, isDashed }) => `${name}/${colour}/${isDashed}`).join();
    const data: uPlot.AlignedData = [[...seconds], ...lines.map(({ values }) => [...values])];
    if (wanted === this.#made && this.#plot) this.#plot.setData(data);
    else this.#draw(lines, data);
    this.#made = wanted;
    this.#read(this.#plot?.cursor.idx ?? undefined);
  }

  #draw(lines: readonly Line[], data: uPlot.AlignedData): void {
    this.#plot?.destroy();
    const axis = { stroke: inkOf('--ink-soft'), font: '11px system-ui', ticks: { show: false } };
    const grid = { stroke: inkOf('--edge'), width: 1 };
    const options: uPlot.Options = {
      width: this.#ground.clientWidth || HEIGHT,
      height: HEIGHT,
      legend: { show: false },
      cursor: { drag: { x: false, y: false }, points: { size: 6 } },
      scales: { y: { range: (_plot, _least, most) => [0, Math.max(1, (most ?? 0) * 1.1)] } },
      axes: [
        {
          ...axis,
          size: 24,
          grid: { show: false },
          incrs: [60, 120, 300],
          values: (_plot, splits) => splits.map((second) => this.#content?.time(second * 1_000) ?? ''),
        },
        { ...axis, size: 44, grid, space: 36 },
      ],
      series: [
        {},
        ...lines.map(({ colour, isDashed }) => ({
          stroke: colourOf(colour),
          width: 1.5,
          points: { show: false },
          spanGaps: false,
          ...(isDashed && { dash: [4, 3] }),
        })),
      ],
      hooks: { setCursor: [(plot) => this.#read(plot.cursor.idx ?? undefined)] },
    };
    this.#plot = new uPlot(options, data, this.#ground);
  }

  /** In words what the newest values are, or those under the pointer. */
  #read(index: number | undefined): void {
    if (!this.#content) return;
    const { lines, number } = this.#content;
    const read = lines.map(({ values }) =>
      index === undefined ? values.findLast((value) => value !== null) : values[index],
    );
    this.#readout.textContent = read.map((value) => (typeof value === 'number' ? number(value) : '–')).join(' · ');
  }

  #fit(): void {
    const width = this.#ground.clientWidth;
    if (width > 0) this.#plot?.setSize({ width, height: HEIGHT });
  }
}
