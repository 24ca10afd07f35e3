/**
 * The boards that somebody has open, by name. A board is in memory while somebody is there, and as a snapshot in a channel of its own:
 * written every two seconds while it changes, when the last one leaves, and when the server does. A restart finds it there.
 */
import { Injectable, Logger } from '@nestjs/common';
import type { OnApplicationBootstrap, OnApplicationShutdown, OnModuleDestroy } from '@nestjs/common';
import { ChannelsService, GatewayError, Settings } from 'belfry';
import type { Connection } from 'belfry';
import { Room } from './room.ts';

/** Milliseconds between two looks at what has changed. */
const SAVE_INTERVAL = 2000;

const NAME = /^[A-Za-z0-9_-]{1,64}$/;

/** All boards of this node. */
@Injectable()
export class Rooms implements OnApplicationBootstrap, OnModuleDestroy, OnApplicationShutdown {
  private readonly logger = new Logger('Whiteboard');
  private readonly open = new Map<string, Promise<Room>>();
  private timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly channels: ChannelsService,
    private readonly settings: Settings,
  ) {}

  onApplicationBootstrap(): void {
    this.timer = setInterval(() => void this.saveAll(), SAVE_INTERVAL);
  }

  async onModuleDestroy(): Promise<void> {
    clearInterval(this.timer);
    await this.saveAll();
  }

  onApplicationShutdown(): void {
    for (const opening of this.open.values()) void opening.then((room) => room.close(), ignore);
  }

  /**
   * Takes somebody in at the board of that name, which comes from its snapshot if nobody has it open.
   *
   * @throws GatewayError `invalid` for a name that is not of 1..64 characters of A-Z a-z 0-9 _ -, `unavailable`
   */
  async enter(name: string, member: Connection): Promise<Room> {
    if (!NAME.test(name)) throw new GatewayError('invalid', 'A board has 1 to 64 characters of A-Z a-z 0-9 _ -.');
    const opening = this.open.get(name) ?? this.load(name);
    this.open.set(name, opening);
    opening.catch(() => this.open.delete(name));
    const room = await opening;
    // The last one may have left, and the board been closed, just now.
    if (this.open.get(name) !== opening) return this.enter(name, member);
    if (member.isOpen) room.enter(member);
    return room;
  }

  /** Saves a board that everybody has left, and lets go of it. */
  async left(name: string): Promise<void> {
    const room = await this.open.get(name);
    if (!room?.isEmpty) return;
    await this.save(name, room);
    // Somebody may have come meanwhile, and a board that could not be saved is tried again.
    if (!room.isEmpty || room.isChanged) return;
    this.open.delete(name);
    room.close();
  }

  private async load(name: string): Promise<Room> {
    const { messages } = await this.channels.history({ channel: channelOf(name), limit: 1 });
    const snapshot = messages.at(-1)?.data?.['snapshot'];
    return new Room(
      this.settings.highWater,
      typeof snapshot === 'string' ? Buffer.from(snapshot, 'base64') : undefined,
    );
  }

  private async saveAll(): Promise<void> {
    for (const [name, opening] of this.open) {
      const room = await opening.catch(ignore);
      if (room) await this.save(name, room);
      if (room?.isEmpty) await this.left(name);
    }
  }

  /** Never rejects. */
  private async save(name: string, room: Room): Promise<void> {
    if (!room.isChanged) return;
    room.isChanged = false;
    const snapshot = Buffer.from(room.snapshot()).toString('base64');
    try {
      await this.channels.publish(channelOf(name), { from: 'whiteboard', data: { snapshot } });
    } catch (error) {
      room.isChanged = true;
      this.logger.warn(`${name} could not be saved and is tried again: ${(error as Error).message}`);
    }
  }
}

function ignore(): void {
  // Whoever waits for that board is told.
}

function channelOf(name: string): string {
  return `whiteboard.${name}`;
}
