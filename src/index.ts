/**
 * Belfry as a library: everything that a gateway of your own, or another Nest application, imports from `belfry`.
 * What is not here may change at any time. docs/extending.md shows all of it at work.
 */

// A server.
export { BelfryModule } from './belfry.module.ts';
export { leaveOnSignals } from './leave.ts';
export { createServer, type ServerOptions } from './server.ts';
export { loadSettings, SettingsError, type LoadedSettings } from './settings/load-settings.ts';
export { Settings, settingsWith } from './settings/settings.ts';

// A gateway.
export { broadcast } from './gateway/broadcast.ts';
export { connectionOf, type Connection } from './gateway/connection.ts';
export { Connections } from './gateway/connections.ts';
export { GatewayAdapter, type GatewayOptions } from './gateway/gateway-adapter.ts';
export { HeartbeatInterceptor } from './gateway/heartbeat/heartbeat.interceptor.ts';
export type { Listener } from './gateway/listener.ts';
export type { Frame, FrameFormat, Request } from './gateway/messages/frame.ts';
export { GatewayError, MalformedFrame } from './gateway/messages/gateway-error.ts';
export { Later } from './gateway/messages/later.ts';
export { RawMessages, type RawFrame } from './gateway/messages/raw.ts';

// Who somebody is, and what that allows.
export { Allow } from './access/allow.decorator.ts';
export { allows } from './access/permissions.ts';
export { Authenticator, type Identity } from './gateway/upgrade/identity.ts';
export type { Problem } from './gateway/upgrade/problem.ts';

// Channels.
export { ChannelsService, type JoinRequest } from './channels/channels.service.ts';
export type { HistoryRequest } from './channels/history.ts';
export type { Since } from './channels/start.ts';
export type { Publication } from './engine/channel-log.ts';

export * from './protocol/index.ts';
