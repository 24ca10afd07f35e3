import { IsChannelName } from './channel-name.ts';

/** Data of `presence`. */
export class PresenceDto {
  /** A channel whose rule asks for presence; it need not be joined. */
  @IsChannelName()
  readonly channel!: string;
}
