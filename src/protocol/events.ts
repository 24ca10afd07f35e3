/**
 * The events of `/ws` and their shapes, as docs/protocol.md describes them. Shared by the server and its clients.
 */

/** What travels in every text frame of `/ws`, in both directions. */
export interface Envelope {
  readonly event: string;
  readonly data?: unknown;
  /** Chosen by the client; comes back in the one frame that answers the request. */
  readonly id?: RequestId;
}

/** A client's own name for a request. A string has at most 64 characters. */
export type RequestId = number | string;

/** The WebSocket subprotocol of `/ws`. A client may offer it and need not. */
export const SUBPROTOCOL = 'belfry.v1';

/** The channel that `/` and `/ws` share. */
export const ANNOUNCEMENTS = 'announcements';

/** Somebody who is connected. Ids are given by the server; names are chosen by people and prove nothing. */
export interface User {
  readonly id: string;
  readonly name?: string;
}

/** A place in a channel: `offset` counts its messages from 1, `epoch` names the life of the log that counted them. */
export interface Position {
  readonly epoch: string;
  readonly offset: number;
}

/** First frame from the server. */
export interface WelcomeData {
  /** This connection's id, new each time. */
  readonly connection: string;
  readonly user: User;
  /** Milliseconds: how long the client may be silent before it is pinged, and how long after that before it is closed with 4000. */
  readonly heartbeat: { readonly interval: number; readonly timeout: number };
  readonly limits: {
    /** Bytes of one frame. */ readonly payload: number;
    /** Channels of one connection. */ readonly channels: number;
  };
}

/** One message of a channel. */
export interface MessageData {
  readonly channel: string;
  /** Its number in the channel, from 1, without gaps. */
  readonly offset: number;
  /** The author's id. */
  readonly from: string;
  /** The author's name at that time. */
  readonly name?: string;
  readonly text?: string;
  readonly data?: Readonly<Record<string, unknown>>;
  readonly key?: string;
  /** Milliseconds since 1970. */
  readonly at: number;
}

/** The answer to `join`. */
export interface JoinAck extends Position {
  readonly channel: string;
  /** True when nothing was missed since the `since` of the request. */
  readonly recovered: boolean;
}

/** The answer to `message`. */
export interface PublishAck extends Position {
  readonly channel: string;
  readonly at: number;
  /** True when this key had been published before; the answer is then the first one's. */
  readonly duplicate: boolean;
}

/** Messages `from`..`to` of a channel that will not come, because they are no longer kept. */
export interface GapData {
  readonly channel: string;
  readonly from: number;
  readonly to: number;
}

/** The answer to `ping`. */
export interface PongData {
  /** The server's clock, milliseconds since 1970. */
  readonly at: number;
}
