/**
 * How much users may publish: RATE_LIMIT for each, over all of its connections, and CHANNEL_RATE_LIMIT for each channel.
 * It stands where a request of a client comes in, before the log; who publishes by ChannelsService for itself is not asked.
 */
import { Injectable } from '@nestjs/common';
import { GatewayError } from '../gateway/messages/gateway-error.ts';
import { Rate } from '../gateway/limits/rate.ts';
import { Settings } from '../settings/settings.ts';

/** The limits of this node. Others count for themselves. */
@Injectable()
export class PublicationLimit {
  private readonly users: Rate;
  private readonly channels: Rate;

  constructor({ rateLimit, channelRateLimit }: Settings) {
    this.users = new Rate(rateLimit);
    this.channels = new Rate(channelRateLimit);
  }

  /**
   * Counts a publication, also one that is sent again under its key: it is work as any other.
   *
   * @param user the author's id
   * @throws GatewayError `too_many_requests`, also for what follows until `retryAfter` is over: nothing overtakes what was refused
   */
  admit(user: string, channel: string): void {
    const now = performance.now();
    const retryAfter = this.users.take(user, now) || this.channels.take(channel, now);
    if (retryAfter > 0) throw new GatewayError('too_many_requests', undefined, { retryAfter });
  }
}
