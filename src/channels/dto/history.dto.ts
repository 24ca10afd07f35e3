import { IsInt, Max, Min } from 'class-validator';
import { IsChannelName } from './channel-name.ts';
import { MayBeLeftOut } from '../../gateway/messages/dto.pipe.ts';

/** Data of `history`: the newest messages before `before`, or the oldest after `after`; the newest of all without both. */
export class HistoryDto {
  /** The channel; it need not be joined. */
  @IsChannelName()
  readonly channel!: string;

  /** Only messages with a smaller offset, from 1. */
  @MayBeLeftOut()
  @IsInt()
  @Min(1)
  readonly before?: number;

  /** Only messages with a greater offset, from 0. Wins over `before`. */
  @MayBeLeftOut()
  @IsInt()
  @Min(0)
  readonly after?: number;

  /** Messages at the most, 1..500; 50 when left out. */
  @MayBeLeftOut()
  @IsInt()
  @Min(1)
  @Max(500)
  readonly limit?: number;
}
