import { byId, make } from '../../page/view/element.ts';
import { connectionsOf } from '../feed/nodes.ts';
import type { KnownNode, Nodes } from '../feed/nodes.ts';
import type { Texts, Total } from '../language/texts.ts';
import type { Voice } from '../language/voice.ts';

/** The numbers of all nodes together, and each node by its colour. */
export class Overview {
  readonly #totals = byId('totals', HTMLElement);
  readonly #nodes = byId('nodes', HTMLUListElement);

  /** Shows them as they are now. */
  show(nodes: Nodes, { texts, number, bytes }: Voice): void {
    const totals: Readonly<Record<Total, string>> = {
      connections: number(nodes.total(connectionsOf)),
      messages: number(nodes.total(({ rates }) => rates.messages)),
      deliveries: number(nodes.total(({ rates }) => rates.deliveries)),
      sent: bytes(nodes.total(({ rates }) => rates.bytesSent)),
      subscriptions: number(nodes.total(({ subscriptions }) => subscriptions)),
      lagging: number(nodes.total(({ lagging }) => lagging)),
    };
    const entries = Object.entries(totals).map(([name, value]) => {
      const entry = make('div', '');
      entry.dataset['total'] = name;
      entry.append(make('dt', '', texts.totals[name as Total]), make('dd', '', value));
      return entry;
    });
    this.#totals.replaceChildren(...entries);
    this.#nodes.replaceChildren(...nodes.all.map((node) => itemOf(node, texts)));
  }
}

function itemOf({ stats, name, colour, isSilent }: KnownNode, texts: Texts): HTMLLIElement {
  const item = make('li', '');
  item.dataset['colour'] = String(colour === 0 ? 'first' : colour % 6);
  const trouble = texts.nodeStates[stateOf(stats, isSilent)];
  item.append(make('span', 'swatch'), make('strong', '', name));
  item.append(make('span', '', texts.uptime(Math.max(0, (Date.now() - stats.since) / 1_000))));
  if (trouble !== '') item.append(make('em', '', trouble));
  return item;
}

function stateOf({ isEngineUp, isDraining }: KnownNode['stats'], isSilent: boolean): keyof Texts['nodeStates'] {
  if (isSilent) return 'silent';
  if (!isEngineUp) return 'engineDown';
  return isDraining ? 'draining' : 'up';
}
