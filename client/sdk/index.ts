/**
 * The client of a Belfry server, for browsers and Node.
 *
 * It stands on `src/protocol/` and on nothing else. It comes back by itself, tells each message of a channel once and in
 * order, tells what it cannot tell, and sends a publication again until the server has answered it.
 */
export { Belfry, type BelfryEvents } from './belfry.ts';
export type { Channel, HistoryOptions } from './channel.ts';
export type { Token } from './dialling/tokens.ts';
export type { Dialler, Fallback, Socket, SocketClass, WebSocketDialler } from './connection/socket.ts';
export type { State } from './connection/state.ts';
export type { Listener } from './emitter.ts';
export { BelfryError, EndedError, QueueFullError, type SdkCode } from './errors.ts';
export type { BelfryOptions } from './options.ts';
export type { OpenOutbox, Outbox } from './publishing/outbox-port.ts';
export type { Content, Delivered, Publication, PublishOptions, Undelivered } from './publishing/publication.ts';
export type { ChannelEvents, Left, Reset } from './subscription/channel-events.ts';
export type { StreamOptions } from './subscription/message-stream.ts';
export type { Start } from './subscription/subscription.ts';
export type {
  GapData,
  HistoryAck,
  JoinAck,
  MessageData,
  Position,
  PresenceAck,
  PresenceData,
  PresentUser,
  PublishAck,
  User,
  WelcomeData,
} from '../../src/protocol/events.ts';
