import { byId } from '../../page/view/element.ts';
import type { User } from '../../../src/protocol/events.ts';
import type { ConnectionsAnswer } from '../api.ts';
import type { Nodes } from '../feed/nodes.ts';
import type { Voice } from '../language/voice.ts';
import { Table } from './table.ts';
import type { Row } from './table.ts';

/** Somebody wants a connection closed. */
export type CloseRequest = (id: string, name: string) => void;

/** The three tables: who is slow, which channels are busy, who is connected. */
export class Tables {
  readonly #slow = new Table(byId('slow', HTMLElement));
  readonly #channels = new Table(byId('channels', HTMLElement));
  readonly #connections = new Table(byId('connections', HTMLElement));
  readonly #close: CloseRequest;

  constructor(close: CloseRequest) {
    this.#close = close;
  }

  /** Shows what nodes tell. */
  show(nodes: Nodes, { texts, number, bytes }: Voice): void {
    const { columns } = texts;
    this.#slow.show({
      label: texts.slow,
      heads: [columns.user, columns.node, columns.path, columns.unsent, columns.action],
      numbers: [3],
      rows: nodes.slowest.map(({ id, user, host, path, unsent }) => ({
        key: id,
        cells: [nameOf(user), host, path, bytes(unsent)],
        act: this.#actOn(id, user, texts),
      })),
      empty: texts.nobodySlow,
    });
    this.#channels.show({
      label: texts.channels,
      heads: [columns.channel, columns.subscribers, columns.messages],
      numbers: [1, 2],
      rows: nodes.busiest.map(({ channel, subscribers, messages }) => {
        return { key: channel, cells: [channel, number(subscribers), number(messages)] };
      }),
      empty: texts.nobodyHears,
    });
  }

  /** Shows who was found. */
  showConnections({ connections }: ConnectionsAnswer, { texts, number, bytes, moment }: Voice): void {
    const { columns } = texts;
    this.#connections.show({
      label: texts.connectionsTitle,
      heads: [columns.user, columns.path, columns.since, columns.channels, columns.unsent, columns.action],
      numbers: [3, 4],
      rows: connections.map(({ id, user, path, since, channels, unsent }) => ({
        key: id,
        cells: [nameOf(user), path, moment(since), number(channels), bytes(unsent)],
        act: this.#actOn(id, user, texts),
      })),
      empty: texts.nobodyFound,
    });
  }

  #actOn(id: string, user: User, { close, closeOf }: Voice['texts']): NonNullable<Row['act']> {
    const name = nameOf(user);
    return { label: closeOf(name), words: close, run: () => this.#close(id, name) };
  }
}

/** The id, since names are chosen by whoever has them. */
function nameOf({ id, name }: User): string {
  return name === undefined ? id : `${name} (${id})`;
}
