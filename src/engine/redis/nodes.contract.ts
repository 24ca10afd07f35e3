/**
 * Nodes for tests: logs that share a Redis, each with what it heard, all closed at the end of a test.
 */
import type { Batch } from '../channel-log.ts';
import { LARGE } from '../log-under-test.contract.ts';
import { RedisConnection } from './connection/connection.ts';
import { RedisLog } from './log/redis-log.ts';
import type { RedisLogOptions } from './log/redis-log.ts';
import type { RedisServer } from './redis-server.contract.ts';

/** A log and what it said. */
export interface Node {
  readonly log: RedisLog;
  readonly news: Batch[];
  /** `channel epoch` for each new epoch. */
  readonly resets: string[];
  readonly troubles: string[];
}

/** The nodes of a test. */
export class Nodes {
  private readonly nodes: Node[] = [];

  /** Opens one more. */
  async open(server: Pick<RedisServer, 'target'>, options: Partial<RedisLogOptions> = {}): Promise<Node> {
    const { target } = server;
    const troubles: string[] = [];
    const { retention, ...terms } = LARGE;
    const connection = await RedisConnection.open(target, (sentence) => troubles.push(sentence));
    const log = new RedisLog(connection, { retention: () => retention, ...terms, ...options });
    const node: Node = { log, news: [], resets: [], troubles };
    log.onAppended((batch) => node.news.push(batch));
    log.onReset((channel, epoch) => node.resets.push(`${channel} ${epoch}`));
    this.nodes.push(node);
    return node;
  }

  /** Closes all of them. */
  async close(): Promise<void> {
    await Promise.all(this.nodes.splice(0).map(({ log }) => log.close()));
  }
}

/** The offsets that a node was told of, in the order in which it was. */
export function offsetsOf({ news }: Node): number[] {
  return news.flatMap(({ entries }) => entries.map(({ offset }) => offset));
}
