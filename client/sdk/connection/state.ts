/** Where a client stands with its server. */
export type State =
  /** Not connected and not trying: before the first need, and after `disconnect()`. */
  | { readonly kind: 'idle' }
  /** Getting a token, dialling, or waiting for the server's welcome. */
  | { readonly kind: 'connecting' }
  /** Welcomed by the server. Over `http` only while the network lets no WebSocket through, with a fallback. */
  | { readonly kind: 'connected'; readonly via: 'websocket' | 'http' }
  /** The line broke; tries again at `until`, in ms since 1970. */
  | { readonly kind: 'waiting'; readonly until: number }
  /** As `waiting`, but the device says that it has no network: comes back as soon as it has, or tries at `until`. */
  | { readonly kind: 'offline'; readonly until: number }
  /**
   * The server asked to stay away with a close code of 4500..4999 (0: the address could not be dialled at all).
   * Nothing is tried any more until `connect()`.
   */
  | { readonly kind: 'stopped'; readonly code: number; readonly reason: string }
  /** `close()` was called. It is over. */
  | { readonly kind: 'closed' };
