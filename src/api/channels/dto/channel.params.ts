import { IsChannelName } from '../../../channels/dto/channel-name.ts';

/** What the path of a channel's routes holds. */
export class ChannelParams {
  /** The channel, 1..128 characters of letters, digits and `_ . : -`. */
  @IsChannelName()
  readonly channel!: string;
}
