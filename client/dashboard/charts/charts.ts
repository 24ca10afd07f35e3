import type { NodeStats } from '../../../src/protocol/stats.ts';
import { connectionsOf } from '../feed/nodes.ts';
import type { Nodes } from '../feed/nodes.ts';
import type { ChartName } from '../language/texts.ts';
import type { Voice } from '../language/voice.ts';
import { Chart } from './chart.ts';

type Value = (stats: NodeStats) => number | undefined;

/** What each chart shows of a node: a line, or a second, dashed one before it. */
const VALUES: Readonly<Record<ChartName, readonly Value[]>> = {
  messages: [({ rates }) => rates.messages],
  deliveries: [({ rates }) => rates.deliveries],
  connections: [connectionsOf],
  append: [({ append }) => append?.p50, ({ append }) => append?.p99],
  delivery: [({ delivery }) => delivery?.p50, ({ delivery }) => delivery?.p99],
  loopDelay: [({ loopDelay }) => loopDelay],
};

/** All charts. */
export class Charts {
  readonly #charts = (Object.keys(VALUES) as ChartName[]).map((name) => ({ name, chart: new Chart() }));

  constructor(place: HTMLElement) {
    place.append(...this.#charts.map(({ chart }) => chart.element));
  }

  /** Shows the last minutes of all nodes. */
  show(nodes: Nodes, { texts, number, time }: Voice): void {
    const { seconds, all } = nodes;
    for (const { name, chart } of this.#charts) {
      const lines = all.flatMap((node) =>
        VALUES[name].map((value, index, { length }) => ({
          name: node.name,
          colour: node.colour,
          isDashed: index < length - 1,
          values: nodes.series(node, value),
        })),
      );
      chart.show({ title: texts.chartTitles[name], seconds, lines, number, time });
    }
  }
}
