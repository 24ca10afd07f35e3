/**
 * One client that is connected: who it is, when it was last heard of, and the only way by which frames reach it.
 * Made by the adapter at the upgrade; gateways get it from their socket with `connectionOf(socket)`.
 */
import { randomUUID } from 'node:crypto';
import type { Duplex } from 'node:stream';
import type { WebSocket } from 'ws';
import { CLOSE_CODES } from '../protocol/close-codes.ts';
import type { CloseName } from '../protocol/close-codes.ts';
import type { RequestId, User } from '../protocol/events.ts';
import type { Listener } from './listener.ts';
import type { Frame, FrameFormat } from './messages/frame.ts';
import type { Identity } from './upgrade/identity.ts';
import type { Endpoint } from './upgrade/endpoints.ts';
import type { GatewaySocket } from './wire/gateway-socket.ts';
import { Outgoing } from './wire/outgoing.ts';

/** Where a socket carries its connection: a WeakMap would cost each of them some hundred bytes. */
const CONNECTION = Symbol('connection');

/**
 * The connection behind a gateway's socket.
 *
 * @param socket what `@ConnectedSocket()` or `handleConnection` was given
 * @throws Error when the socket was not upgraded by Belfry's adapter
 */
export function connectionOf(socket: WebSocket & { readonly [CONNECTION]?: Connection }): Connection {
  const connection = socket[CONNECTION];
  if (!connection) throw new Error('This socket has no connection: it was not upgraded by GatewayAdapter.');
  return connection;
}

/** What the upgrade knows of a client. */
export interface ConnectionOptions {
  readonly socket: GatewaySocket;
  /** The socket under it, as the upgrade handed it over. */
  readonly line: Duplex;
  readonly identity: Identity;
  readonly endpoint: Endpoint;
  /** As `Connection.address`. */
  readonly address: string;
  /** As `Connection.rest`. */
  readonly rest?: string | undefined;
  /** As `Connection.deflateWindow`. */
  readonly deflateWindow?: number | undefined;
}

/** A client's connection, from its upgrade to its end. */
export class Connection implements Listener {
  /** New for each connection; safe to show to others. */
  readonly id: string = randomUUID();
  /** When it was opened, ms since 1970. */
  readonly since: number = Date.now();
  readonly socket: GatewaySocket;
  /** Who it is and what it may do. Another one when it sends a newer token: ask again rather than to keep it. */
  identity: Identity;
  /** What it is connected to. */
  readonly endpoint: Endpoint;
  /** The address that it comes from, as TRUST_PROXY says. Empty where it had gone already. */
  readonly address: string;
  /** Where its path ends in a star: what the client has in its place, decoded, at least a character. Else undefined. */
  readonly rest: string | undefined;
  /** Bits of the window in which its client inflates, 8..15; undefined when it did not agree to compression. */
  readonly deflateWindow: number | undefined;
  /** When it last gave a sign of life, on the clock of `performance.now()`, which no one sets. */
  lastSeen: number = performance.now();
  /** When it was pinged, on the same clock; undefined when it has been seen since. */
  pingedAt: number | undefined;
  /** Until when the frames and the bytes that it sent are paid for, on the same clock; as FrameRates counts. */
  framesPaidUntil = 0;
  bytesPaidUntil = 0;
  /** Until when its frames are refused, having been told so: a later one must not overtake them. */
  refusedUntil = 0;
  /** True while we don't read from it, because it sends faster than it is served: its silence is then our doing. */
  unread = false;
  /** Frames with data that came from it. */
  framesReceived = 0;
  /** Whether it was ever too slow for a channel that it is in. */
  lagged = false;
  /** The code that this end closed it with; undefined when it was not the first to close. */
  closedWith: number | undefined;

  private readonly outgoing: Outgoing;
  private dismissed = false;

  constructor(options: ConnectionOptions) {
    this.socket = options.socket;
    this.identity = options.identity;
    this.endpoint = options.endpoint;
    this.address = options.address;
    this.rest = options.rest;
    this.deflateWindow = options.deflateWindow;
    this.outgoing = new Outgoing(options.socket, options.line);
    Object.assign(options.socket, { [CONNECTION]: this });
  }

  /** Who it is. */
  get user(): User {
    return this.identity.user;
  }

  /** The path of its endpoint. */
  get path(): string {
    return this.endpoint.path;
  }

  /** How its endpoint writes frames. */
  get format(): FrameFormat {
    return this.endpoint.format;
  }

  /** Bytes that came over its line, with the handshake and without what TLS adds. */
  get bytesReceived(): number {
    return this.outgoing.bytesReceived;
  }

  /** Bytes that were handed to its line, counted in the same way. */
  get bytesSent(): number {
    return this.outgoing.bytesSent;
  }

  /** Whether frames can still be written to it. */
  get isOpen(): boolean {
    return this.socket.isOpen;
  }

  /** Bytes of frames that its client has not taken yet. */
  get unsent(): number {
    return this.outgoing.unsent;
  }

  /** Resolves when no more than `limit` bytes are unsent (never less than Node buffers by itself), or when it is no longer open. */
  async drained(limit: number): Promise<void> {
    await this.outgoing.drained(limit);
  }

  /** Notes a sign of life. */
  seen(): void {
    this.lastSeen = performance.now();
    this.pingedAt = undefined;
  }

  /** Asks for a sign of life with a ping frame (RFC 6455 section 5.5.2), which every client answers by itself. */
  ping(): void {
    if (!this.isOpen) return;
    this.pingedAt = performance.now();
    this.socket.ping();
  }

  /** Sends one event in the endpoint's format. Nothing happens when the client has gone: its `close` tells. */
  send(event: string, data: unknown, id?: RequestId): void {
    const frame = this.format.encode(event, data, id);
    if (frame) this.write(frame);
  }

  /** Writes one frame, for this client alone. What is written in one turn of the event loop leaves together. */
  write(frame: Frame): void {
    this.outgoing.send(frame);
  }

  /** Writes whole frames, encoded once for many clients (`bytesOf`). Nobody may change them any more. */
  share(bytes: Buffer): void {
    this.outgoing.share(bytes);
  }

  /** Whether it was told to go for a reason of its own: nothing that it still sends is handled. */
  get isDismissed(): boolean {
    return this.dismissed;
  }

  /** Begins the closing handshake. What a client sent before it heard of a restart is still handled; else it is dismissed. */
  close(name: CloseName): void {
    this.dismissed ||= name !== 'restarting';
    const { code, reason } = CLOSE_CODES[name];
    if (this.isOpen) this.closedWith ??= code;
    this.socket.close(code, reason);
  }

  /** Says why, then cuts the line without waiting for an answer: for a client that gives no sign of life. */
  cut(name: CloseName): void {
    this.close(name);
    this.terminate();
  }

  /** Cuts the line without a word. */
  terminate(): void {
    this.socket.terminate();
  }
}
