import { Type } from 'class-transformer';
import { IsInt, IsOptional, IsString, Matches, Max, Min } from 'class-validator';

/** Where a stream begins: behind the message that was heard last, or `last` messages before the newest; else at the newest. */
export class StreamQuery {
  /** The id of the last event that was heard, `<epoch>:<offset>`. The header Last-Event-ID, as browsers send it, wins. */
  @IsOptional()
  @IsString()
  @Matches(/^.{1,64}:\d{1,15}$/, { message: 'since must be <epoch>:<offset>, as the id of an event' })
  readonly since?: string;

  /** The newest messages, 1..500, for a client that has heard none. Without effect beside `since`. */
  @IsOptional()
  @Type(() => Number)
  @IsInt()
  @Min(1)
  @Max(500)
  readonly last?: number;
}
