/**
 * Which channels there are. Redis keeps no list of them: one that every node writes to would lie on one server of a Cluster, and no
 * script could write to it and to a channel in one step. So the keys are looked through, with SCAN, on each server that holds any.
 */
import type { ListedChannel, ListRequest } from '../../channel-log.ts';
import type { RedisConnection } from '../connection/connection.ts';
import { channelOfRecord, recordKey, RECORDS } from './channel-keys.ts';
import type { ChannelStore } from './channel-store.ts';

/** Keys that a server looks at before it does something else for somebody else. */
const STEP = 1000;

/** Lists the channels in Redis. */
export class ChannelList {
  constructor(
    private readonly connection: RedisConnection,
    private readonly store: ChannelStore,
  ) {}

  /** As ChannelLog says. */
  async list({ after = '', limit }: ListRequest): Promise<readonly ListedChannel[]> {
    const names = await this.connection.patiently(() => this.names(after, limit));
    return Promise.all(names.map(async (channel) => ({ channel, ...(await this.store.reach(channel)) })));
  }

  private async names(after: string, limit: number): Promise<readonly string[]> {
    const found = await Promise.all(this.connection.masters.map((server) => namesOn(server, after, limit)));
    return smallest(found.flat(), limit);
  }
}

type Server = RedisConnection['masters'][number];

/** No more of them are ever held than a piece has, and what one step finds. */
async function namesOn(server: Server, after: string, limit: number): Promise<string[]> {
  let names: string[] = [];
  let cursor = '0';
  do {
    const [next, keys] = await server.scan(cursor, 'MATCH', RECORDS, 'COUNT', STEP);
    const further = keys.flatMap((key) => channelOfRecord(key) ?? []).filter((channel) => channel > after);
    const spoken = await Promise.all(further.map(async (channel) => hasSpoken(server, channel)));
    names = smallest([...names, ...further.filter((_channel, index) => spoken[index])], limit);
    cursor = next;
  } while (cursor !== '0');
  return names;
}

/** A record is there as soon as somebody asks for a channel; to look at it here must not keep it from expiring. */
async function hasSpoken(server: Server, channel: string): Promise<boolean> {
  return Number(await server.hget(recordKey(channel), 'head')) > 0;
}

/** While a Cluster moves slots, two servers may tell of one key. */
function smallest(names: readonly string[], count: number): string[] {
  return [...new Set(names)].toSorted(byCodeUnits).slice(0, count);
}

function byCodeUnits(one: string, other: string): number {
  return one < other ? -1 : 1;
}
