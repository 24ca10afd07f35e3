/**
 * Who is in a channel, for the channels whose rule asks for it, and the news of who comes and goes.
 */
import { Inject, Injectable } from '@nestjs/common';
import { PRESENCE_STORE } from '../engine/presence-store.ts';
import type { Present, PresenceStore } from '../engine/presence-store.ts';
import { GatewayError } from '../gateway/messages/gateway-error.ts';
import type { PresenceData } from '../protocol/events.ts';
import { ChannelRules } from '../settings/channel-rules.ts';
import { FanOut } from './fan-out.ts';
import type { Subscription } from './subscription.ts';

/** Presence of all channels; calls for channels without it do nothing. */
@Injectable()
export class Presence {
  constructor(
    @Inject(PRESENCE_STORE) private readonly store: PresenceStore,
    private readonly rules: ChannelRules,
    fanOut: FanOut,
  ) {
    store.onChanged(({ channel, change, user }) => {
      fanOut.tell(channel, 'presence', { channel, [change]: user } satisfies PresenceData);
    });
  }

  /** A connection is in the channel now. */
  async enter({ channel, user, connection }: Subscription): Promise<void> {
    if (this.rules.ruleFor(channel).presence) await this.store.enter(channel, user, connection.id);
  }

  /** A connection is no longer in the channel, as who it entered. */
  async leave({ channel, user, connection }: Subscription): Promise<void> {
    if (this.rules.ruleFor(channel).presence) await this.store.leave(channel, user, connection.id);
  }

  /** @throws GatewayError `forbidden` for a channel without presence */
  async list(channel: string): Promise<readonly Present[]> {
    if (!this.rules.ruleFor(channel).presence) {
      throw new GatewayError('forbidden', 'Nobody keeps count of who is in this channel.');
    }
    return this.store.list(channel);
  }
}
