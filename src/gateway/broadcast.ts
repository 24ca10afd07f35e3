/**
 * One frame to many, for gateways that keep no channel: laid into bytes once, however many get them.
 * Reaches the connections of this process. What must reach those of other nodes too, or be kept, goes into a channel.
 */
import type { Connection } from './connection.ts';
import type { Frame } from './messages/frame.ts';
import { bytesOf } from './wire/frame-bytes.ts';

/**
 * Sends a frame to each of the connections. One that has more than `limit` bytes unsent is closed with 4001 in its place: it does
 * not keep up, and starts anew when it comes back. Memory is bounded by that: HIGH_WATER (`settings.highWater`) is a good limit.
 */
export function broadcast(connections: Iterable<Connection>, frame: Frame, limit: number): void {
  const bytes = bytesOf([frame]);
  for (const connection of connections) {
    if (connection.unsent > limit) connection.close('too_slow');
    else connection.share(bytes);
  }
}
