/**
 * One board: a Yjs document, who works on it, and where they point at (awareness). Knows the messages of y-protocols, no sockets' insides.
 * Whatever it reads comes from strangers: what is malformed throws, and costs its sender the connection and nobody else anything.
 */
import { broadcast, GatewayError } from 'belfry';
import type { Connection } from 'belfry';
import { createDecoder, readVarUint, readVarUint8Array } from 'lib0/decoding';
import { createEncoder, length, toUint8Array, writeVarUint, writeVarUint8Array } from 'lib0/encoding';
import type { Encoder } from 'lib0/encoding';
import { applyAwarenessUpdate, Awareness, encodeAwarenessUpdate, removeAwarenessStates } from 'y-protocols/awareness';
import { readSyncMessage, writeSyncStep1, writeUpdate } from 'y-protocols/sync';
import { applyUpdate, Doc, encodeStateAsUpdate } from 'yjs';

/** The first number of a message of y-websocket. */
const SYNC = 0;
const AWARENESS = 1;
const QUERY_AWARENESS = 3;

/** Bytes of updates that a board takes, until it is opened anew. */
const MAX_SIZE = 8 * 1024 * 1024;

/** Clients of Yjs that one connection may speak for. It is one; a stock client that comes back is another for a while. */
const MAX_CLIENTS = 16;

interface AwarenessChange {
  readonly added: readonly number[];
  readonly updated: readonly number[];
  readonly removed: readonly number[];
}

/** A board that somebody has open. */
export class Room {
  /** Whether there is something that was not saved. */
  isChanged = false;
  private readonly doc = new Doc();
  private readonly awareness = new Awareness(this.doc);
  /** Who is here, and for which clients of Yjs each speaks. */
  private readonly members = new Map<Connection, Set<number>>();
  private size = 0;

  /**
   * @param highWater bytes that may wait for a member, before it is closed and starts anew
   * @param snapshot what `snapshot` returned once
   */
  constructor(
    private readonly highWater: number,
    snapshot?: Uint8Array,
  ) {
    if (snapshot) applyUpdate(this.doc, snapshot);
    this.awareness.setLocalState(null);
    this.doc.on('update', (update: Uint8Array, origin: unknown) => {
      this.isChanged = true;
      this.size += update.length;
      this.tell(
        messageOf(SYNC, (encoder) => writeUpdate(encoder, update)),
        origin,
      );
    });
    this.awareness.on('update', (change: AwarenessChange, origin: unknown) => this.noticed(change, origin));
  }

  get isEmpty(): boolean {
    return this.members.size === 0;
  }

  /** The whole board as one update. */
  snapshot(): Uint8Array {
    return encodeStateAsUpdate(this.doc);
  }

  /** Takes somebody in: asks what it has, and tells where everybody points at. */
  enter(member: Connection): void {
    this.members.set(member, new Set());
    send(
      member,
      messageOf(SYNC, (encoder) => writeSyncStep1(encoder, this.doc)),
    );
    if (this.awareness.getStates().size > 0) send(member, this.everybody());
  }

  leave(member: Connection): void {
    const clients = this.members.get(member) ?? [];
    this.members.delete(member);
    removeAwarenessStates(this.awareness, [...clients], null);
  }

  /** The end: Awareness has a timer. */
  close(): void {
    this.awareness.destroy();
    this.doc.destroy();
  }

  /**
   * Handles one message.
   *
   * @returns the answer, if there is one
   * @throws GatewayError `invalid`
   */
  receive(member: Connection, message: Uint8Array): Uint8Array | undefined {
    try {
      return this.read(member, message);
    } catch (error) {
      throw error instanceof GatewayError ? error : new GatewayError('invalid', 'That is no message of y-websocket.');
    }
  }

  private read(member: Connection, message: Uint8Array): Uint8Array | undefined {
    const decoder = createDecoder(message);
    switch (readVarUint(decoder)) {
      case SYNC: {
        if (this.size + message.length > MAX_SIZE) throw new GatewayError('invalid', 'The board is full.');
        const answer = createEncoder();
        writeVarUint(answer, SYNC);
        readSyncMessage(decoder, answer, this.doc, member, (error) => {
          throw error;
        });
        return length(answer) > 1 ? toUint8Array(answer) : undefined;
      }
      case AWARENESS:
        applyAwarenessUpdate(this.awareness, readVarUint8Array(decoder), member);
        return undefined;
      case QUERY_AWARENESS:
        return this.everybody();
      default:
        throw new GatewayError('invalid', 'Nobody here knows that kind of message.');
    }
  }

  private noticed({ added, updated, removed }: AwarenessChange, origin: unknown): void {
    const own = this.members.get(origin as Connection);
    for (const client of added) own?.add(client);
    for (const client of removed) own?.delete(client);
    const changed = [...added, ...updated, ...removed];
    this.tell(awarenessOf(this.awareness, changed));
    if (own && own.size > MAX_CLIENTS) throw new GatewayError('invalid', 'That is more clients than one is.');
  }

  private everybody(): Uint8Array {
    return awarenessOf(this.awareness, [...this.awareness.getStates().keys()]);
  }

  private tell(message: Uint8Array, except?: unknown): void {
    const others = [...this.members.keys()].filter((member) => member !== except);
    broadcast(others, { payload: Buffer.from(message), binary: true }, this.highWater);
  }
}

function send(member: Connection, message: Uint8Array): void {
  member.write({ payload: Buffer.from(message), binary: true });
}

function messageOf(kind: number, write: (encoder: Encoder) => void): Uint8Array {
  const encoder = createEncoder();
  writeVarUint(encoder, kind);
  write(encoder);
  return toUint8Array(encoder);
}

function awarenessOf(awareness: Awareness, clients: number[]): Uint8Array {
  return messageOf(AWARENESS, (encoder) => writeVarUint8Array(encoder, encodeAwarenessUpdate(awareness, clients)));
}
