/**
 * The events of `/ws` and their shapes, as docs/protocol.md describes them. Shared by the server and its clients.
 */
import type { ErrorData } from './error-codes.ts';
import type { Permission } from './permissions.ts';

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

/** What the entry in the list of subprotocols begins with that carries a token, for pages in a browser: `bearer.<token>`. */
export const BEARER_PROTOCOL = 'bearer.';

/** The event by which a client proves who it is, first of all or at any time. */
export const AUTH = 'auth';

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

/** How long who the client is has been proven for. */
export interface Validity {
  /** Milliseconds from now on until it is closed with 4002 unless it has sent a newer token; for good when left out, as a guest's. */
  readonly expiresIn?: number;
}

/** First frame from the server. */
export interface WelcomeData extends Validity {
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

/** Data of `auth`: a token, in place of the one before it or of none. */
export interface AuthData {
  /** A JSON Web Token (RFC 7519) in its compact form. */
  readonly token: string;
}

/** The answer to `auth`: who the client is from now on, and what it may do. */
export interface AuthAck extends Validity {
  readonly user: User;
  readonly permissions: readonly Permission[];
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

/** Data of `join`. Without `since` and `last` the subscription starts at the newest message. */
export interface JoinData {
  readonly channel: string;
  /** The last message that the client has seen; or `last: n` for the newest n messages, 1..500. */
  readonly since?: Position | { readonly last: number };
  /** Short for `since: {last}`. */
  readonly last?: number;
}

/** The answer to `join`. `offset` is the cursor: the next `message` is `offset + 1`, unless a `gap` comes first. */
export interface JoinAck extends Position {
  readonly channel: string;
  /** True when everything after `since` comes, or is still to come: nothing was missed. */
  readonly recovered: boolean;
  /** The oldest message that is still kept; one more than the newest when none is. */
  readonly first: number;
}

/** First event of a stream over HTTP; its id is the cursor. */
export interface StreamWelcomeData extends JoinAck {
  /** This connection's id, new each time. */
  readonly connection: string;
  readonly user: User;
  /** Milliseconds between two signs of life of the server, and how long a client may take for what it was sent. */
  readonly heartbeat: { readonly interval: number; readonly timeout: number };
}

/** Last event of a stream over HTTP: the code and reason that a WebSocket would be closed with. */
export interface StreamCloseData {
  readonly code: number;
  readonly reason: string;
}

/** Data of `message`, from a client. At least one of `text` and `data` is there. */
export interface PublishData {
  readonly channel: string;
  /** 1..4096 characters. */
  readonly text?: string;
  readonly data?: Readonly<Record<string, unknown>>;
  /** Idempotency key, 1..128 characters. */
  readonly key?: string;
}

/** Data of `history`: the newest messages before `before`, or the oldest after `after`; the newest of all without both. */
export interface HistoryData {
  readonly channel: string;
  readonly before?: number;
  readonly after?: number;
  /** 1..500; 50 when left out. */
  readonly limit?: number;
}

/** The answer to `history`. */
export interface HistoryAck {
  readonly channel: string;
  readonly epoch: string;
  /** Oldest first, without a gap between them. */
  readonly messages: readonly MessageData[];
  /** The oldest message that is kept; one more than `last` when none is. */
  readonly first: number;
  /** The newest message. */
  readonly last: number;
}

/** Somebody who is in a channel. */
export interface PresentUser extends User {
  /** How many connections of this user are in it. */
  readonly connections: number;
}

/** The answer to `presence`. */
export interface PresenceAck {
  readonly channel: string;
  readonly users: readonly PresentUser[];
}

/** Somebody came, or went: exactly one of `joined` and `left` is there. */
export interface PresenceData {
  readonly channel: string;
  readonly joined?: User;
  readonly left?: User;
}

/** The server is leaving: the client is closed with 1012 soon and comes back then. */
export interface GoodbyeData {
  /** Milliseconds: this client's own slot to come back. */
  readonly after: number;
  readonly reason: string;
}

/** The answer to `message`. */
export interface PublishAck extends Position {
  readonly channel: string;
  readonly at: number;
  /** True when this key had been published before; the answer is then the first one's. */
  readonly duplicate: boolean;
}

/** Messages `from`..`to` of a channel that will not come: they are no longer kept or, under lag `latest`, were skipped. */
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

/** A channel to leave. */
export interface LeaveData {
  readonly channel: string;
}

/** A channel of which to know who is in it. */
export interface PresenceQuery {
  readonly channel: string;
}

/** Every request of `/ws`: the data that it takes, and the data of its answer. The DTOs of the server are held to it. */
export interface Requests {
  readonly join: { readonly data: JoinData; readonly ack: JoinAck };
  readonly leave: { readonly data: LeaveData; readonly ack: undefined };
  readonly message: { readonly data: PublishData; readonly ack: PublishAck };
  readonly history: { readonly data: HistoryData; readonly ack: HistoryAck };
  readonly presence: { readonly data: PresenceQuery; readonly ack: PresenceAck };
  readonly ping: { readonly data: undefined; readonly pong: PongData };
}

/** The requests that the floor of every gateway answers, whatever the gateway is for. */
export interface FloorRequests {
  readonly auth: { readonly data: AuthData; readonly ack: AuthAck };
}

/** Every event that the server sends by itself on `/ws`. */
export interface News {
  readonly welcome: WelcomeData;
  readonly message: MessageData;
  readonly gap: GapData;
  readonly presence: PresenceData;
  readonly goodbye: GoodbyeData;
  readonly error: ErrorData;
}
