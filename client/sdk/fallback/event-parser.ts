/** One event of a stream of server-sent events. */
export interface ServerEvent {
  /** `message` when the server named none. */
  readonly event: string;
  readonly data: string;
}

/**
 * Reads server-sent events (the `text/event-stream` of HTML, section 9.2.6) out of bytes that come in any pieces.
 *
 * `EventSource` could do that, but it can neither send a header nor say why it was refused. Comments, `id` and `retry` are left out:
 * nobody here needs them.
 */
export class EventParser {
  /** Takes the byte order mark away, and waits for the rest of a character. */
  readonly #decoder = new TextDecoder();
  #rest = '';
  #isAfterCarriageReturn = false;
  #event = '';
  #data: string[] = [];

  /** @returns the events that this piece completes */
  push(piece: Uint8Array): ServerEvent[] {
    const text = this.#decoder.decode(piece, { stream: true });
    if (text === '') return [];
    // A line feed after the carriage return that the last piece ended with ends no other line.
    const lines = (this.#rest + text.slice(this.#isAfterCarriageReturn && text.startsWith('\n') ? 1 : 0)).split(
      /\r\n|\r|\n/,
    );
    this.#isAfterCarriageReturn = text.endsWith('\r');
    this.#rest = lines.pop() ?? '';
    return lines.flatMap((line) => (line === '' ? this.#dispatch() : this.#take(line)));
  }

  #take(line: string): ServerEvent[] {
    const [, field, value = ''] = /^([^:]*)(?:: ?)?(.*)$/su.exec(line) ?? [];
    if (field === 'event') this.#event = value;
    if (field === 'data') this.#data.push(value);
    return [];
  }

  #dispatch(): ServerEvent[] {
    const events = this.#data.length === 0 ? [] : [{ event: this.#event || 'message', data: this.#data.join('\n') }];
    this.#event = '';
    this.#data = [];
    return events;
  }
}
