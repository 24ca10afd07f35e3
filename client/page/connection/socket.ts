/** What the page needs of a browser's WebSocket; a test hands in something simpler. */
export type Socket = Pick<WebSocket, 'addEventListener' | 'close' | 'send'>;

/** What the connection needs from the world outside. */
export interface Surroundings {
  /** Dials the server; called anew for every attempt. */
  readonly open: () => Socket;
  /** As `Math.random`. */
  readonly random: () => number;
}
