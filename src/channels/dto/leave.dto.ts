import { IsHeardChannelName } from './channel-name.ts';

/** Data of `leave`. */
export class LeaveDto {
  /** A channel that this connection has joined. */
  @IsHeardChannelName()
  readonly channel!: string;
}
