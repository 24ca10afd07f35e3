import { make } from '../../page/view/element.ts';

/** One row, by what it is about: the same key is the same row from one look to the next. */
export interface Row {
  readonly key: string;
  readonly cells: readonly string[];
  /** What the button at its end does. */
  readonly act?: { readonly label: string; readonly words: string; readonly run: () => void };
}

/** What a table shows. */
export interface TableContent {
  readonly label: string;
  readonly heads: readonly string[];
  readonly rows: readonly Row[];
  /** Columns of numbers, from 0. */
  readonly numbers?: readonly number[];
  /** What is said where there are no rows. */
  readonly empty: string;
}

/** A table that changes every second under the hands of whoever reads it: rows and buttons stay the elements that they are. */
export class Table {
  readonly #place: HTMLElement;
  readonly #table = make('table', '');
  readonly #head = make('tr', '');
  readonly #body = make('tbody', '');
  readonly #nothing = make('p', 'nothing');
  readonly #rows = new Map<string, HTMLTableRowElement>();
  readonly #acts = new Map<string, () => void>();

  /** @param place scrolls, where the table is too wide for it */
  constructor(place: HTMLElement) {
    this.#place = place;
    const head = make('thead', '');
    head.append(this.#head);
    this.#table.append(head, this.#body);
    place.append(this.#table, this.#nothing);
    place.tabIndex = 0;
    place.role = 'region';
    this.#body.addEventListener('click', ({ target }) => {
      const row = target instanceof HTMLButtonElement ? target.closest('tr') : null;
      this.#acts.get(row?.dataset['key'] ?? '')?.();
    });
  }

  /** Shows these rows, in this order. */
  show({ label, heads, rows, numbers = [], empty }: TableContent): void {
    this.#place.ariaLabel = label;
    this.#table.hidden = rows.length === 0;
    this.#nothing.textContent = rows.length === 0 ? empty : '';
    const kinds = heads.map((_head, column) => (numbers.includes(column) ? 'number' : ''));
    write(this.#head, 'th', heads, kinds);
    for (const cell of this.#head.cells) cell.scope = 'col';
    const keys = new Set(rows.map(({ key }) => key));
    for (const [key, row] of this.#rows) {
      if (keys.has(key)) continue;
      row.remove();
      this.#rows.delete(key);
      this.#acts.delete(key);
    }
    const focused = document.activeElement;
    for (const [index, { key, cells, act }] of rows.entries()) {
      const row = this.#rows.get(key) ?? this.#begin(key);
      write(row, 'td', act ? [...cells, undefined] : cells, kinds);
      if (act) this.#offer(row, act);
      if (this.#body.rows[index] !== row) this.#body.insertBefore(row, this.#body.rows[index] ?? null);
    }
    // What is moved loses the focus.
    if (focused instanceof HTMLElement && focused.isConnected && this.#body.contains(focused)) focused.focus();
  }

  #begin(key: string): HTMLTableRowElement {
    const row = make('tr', '');
    row.dataset['key'] = key;
    this.#rows.set(key, row);
    return row;
  }

  #offer(row: HTMLTableRowElement, { label, words, run }: NonNullable<Row['act']>): void {
    const cell = row.cells[row.cells.length - 1];
    const button = cell?.querySelector('button') ?? make('button', 'plain');
    button.type = 'button';
    button.ariaLabel = label;
    if (button.textContent !== words) button.textContent = words;
    if (!button.isConnected) cell?.append(button);
    this.#acts.set(row.dataset['key'] ?? '', run);
  }
}

/** @param texts undefined for a cell that somebody else fills */
function write(
  row: HTMLTableRowElement,
  tag: 'td' | 'th',
  texts: readonly (string | undefined)[],
  kinds: readonly string[],
): void {
  while (row.cells.length > texts.length) row.deleteCell(-1);
  for (const [column, text] of texts.entries()) {
    const cell = row.cells[column] ?? row.appendChild(make(tag, ''));
    cell.className = kinds[column] ?? '';
    if (text !== undefined && cell.textContent !== text) cell.textContent = text;
  }
}
