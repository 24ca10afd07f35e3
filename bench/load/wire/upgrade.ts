/**
 * The opening handshake of RFC 6455 section 4, as far as a client that trusts its server needs it.
 */

const HEAD_END = '\r\n\r\n';

/** More than any contender answers. */
const LONGEST_HEAD = 16_384;

/** Offered as a whole or not at all: without context takeover a server may deflate a message once for everybody. */
const DEFLATE = 'permessage-deflate; server_no_context_takeover; client_no_context_takeover';

/** The request. */
export function upgradeRequest(port: number, path: string, deflate: boolean): string {
  return [
    `GET ${path} HTTP/1.1`,
    `Host: 127.0.0.1:${port}`,
    'Connection: Upgrade',
    'Upgrade: websocket',
    'Sec-WebSocket-Version: 13',
    'Sec-WebSocket-Key: YmVsZnJ5IGJlbmNobWFyaw==',
    ...(deflate ? [`Sec-WebSocket-Extensions: ${DEFLATE}`] : []),
    HEAD_END.slice(2),
  ].join('\r\n');
}

/** Collects the answer, which may come in pieces and with the first frames behind it. */
export class UpgradeAnswer {
  private text = '';

  constructor(private readonly deflate: boolean) {}

  /** Returns how much of the chunk belongs to the head, undefined while the head is not whole. Throws when it says no. */
  push(chunk: Buffer, length: number): number | undefined {
    const before = this.text.length;
    this.text += chunk.toString('latin1', 0, length);
    const end = this.text.indexOf(HEAD_END);
    if (end === -1) {
      if (this.text.length > LONGEST_HEAD) throw new Error('The server answered the handshake without an end.');
      return undefined;
    }
    const head = this.text.slice(0, end);
    if (!head.startsWith('HTTP/1.1 101 '))
      throw new Error(`The server refused the handshake: ${head.split('\r\n')[0]}`);
    if (this.deflate && !/^sec-websocket-extensions:.*permessage-deflate/im.test(head)) {
      throw new Error('The server does not agree to permessage-deflate.');
    }
    return end + HEAD_END.length - before;
  }
}
