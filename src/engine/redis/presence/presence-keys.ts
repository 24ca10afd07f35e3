/**
 * The names of what presence is made of in Redis. A channel's keys share its hash tag.
 */

/** The nodes that are alive, by the time until which their lease runs. */
export const NODES = 'belfry:nodes';

/** The channels that users of a node are in, for whoever clears up after it. */
export function channelsOfKey(node: string): string {
  return `belfry:{node:${node}}:channels`;
}

/**
 * The keys of one channel: a hash of users (`u` and the id: the user as JSON; `n` and the id: how many connections) and connections
 * (`c` and node, space, connection: the user's id), the order in which users came, and when the grace of those who left is over.
 */
export function presenceKeys(channel: string): readonly [string, string, string] {
  return [`belfry:{${channel}}:here`, `belfry:{${channel}}:order`, `belfry:{${channel}}:leaving`];
}

/** Where it is published who comes and goes. */
export function presenceChannel(channel: string): string {
  return `belfry:{${channel}}:presence`;
}
