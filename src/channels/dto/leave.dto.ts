import { IsChannelName } from './channel-name.ts';

/** Data of `leave`. */
export class LeaveDto {
  /** A channel that this connection has joined. */
  @IsChannelName()
  readonly channel!: string;
}
