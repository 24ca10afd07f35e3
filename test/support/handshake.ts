/** Handshakes by hand, to see what a refused one is told. */
import { once } from 'node:events';
import { connect } from 'node:net';
import type { Socket } from 'node:net';
import { HANDSHAKE } from './raw-client.ts';

/** How a handshake was answered. */
export interface Answer {
  /** 101 when it was let in. */
  readonly status: number;
  /** A header, undefined when there is none. */
  readonly header: (name: string) => string | undefined;
  readonly body: string;
  /** The connection that it was made on, still open after a 101. */
  readonly socket: Socket;
}

/**
 * Asks for a WebSocket at `/ws`, and resolves with the answer.
 *
 * @param headers besides those of a handshake, or in their place
 */
export async function handshake(port: number, headers: Readonly<Record<string, string>> = {}): Promise<Answer> {
  const socket = connect(port, '127.0.0.1');
  socket.on('error', () => undefined);
  const lines = Object.entries({ ...HANDSHAKE, ...headers }).map(([name, value]) => `${name}: ${value}\r\n`);
  socket.write(`GET /ws HTTP/1.1\r\n${lines.join('')}\r\n`);
  let text = '';
  socket.on('data', (chunk: Buffer) => (text += chunk.toString('latin1')));
  const ended = once(socket, 'close');
  while (!socket.closed && !(text.startsWith('HTTP/1.1 101') && text.includes('\r\n\r\n'))) {
    await Promise.race([once(socket, 'data'), ended]);
  }
  const [head = '', body = ''] = text.split('\r\n\r\n');
  return {
    status: Number(head.split(' ')[1]),
    header: (name) => new RegExp(String.raw`^${name}: (.*)$`, 'im').exec(head)?.[1]?.trim(),
    body,
    socket,
  };
}
