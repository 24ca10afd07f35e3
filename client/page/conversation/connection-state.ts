/** Why nobody tries to come back any more. */
export type Departure =
  | { readonly by: 'hand' }
  /** The server asked us to stay away, with a close code and in its own words. */
  | { readonly by: 'server'; readonly code: number; readonly reason: string };

/** Where the page stands; everything that it says about the connection comes from here. */
export type ConnectionState =
  /** Dialling, or through to the server but not in the channel yet. */
  | { readonly kind: 'connecting' }
  /** Over `http` only while the network lets no WebSocket through. */
  | { readonly kind: 'connected'; readonly via: 'websocket' | 'http' }
  /** Tries again at `until`, in ms since 1970. */
  | { readonly kind: 'waiting'; readonly until: number }
  | { readonly kind: 'disconnected'; readonly because: Departure };
