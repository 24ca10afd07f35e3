import { Type } from 'class-transformer';
import type { TypeHelpOptions } from 'class-transformer';
import { IsInt, IsObject, IsOptional, Length, Max, Min, ValidateNested } from 'class-validator';
import { MayBeLeftOut } from '../../gateway/messages/dto.pipe.ts';
import { IsHeardChannelName } from './channel-name.ts';

/** The last message that a client has seen of a channel. */
export class PositionDto {
  /** The epoch of the `ack` that it came under, 1..64 characters. */
  @Length(1, 64)
  readonly epoch!: string;

  /** The number of that message; 0 before the first. */
  @IsInt()
  @Min(0)
  readonly offset!: number;
}

/** The newest messages, for a client that has seen none. */
export class LastDto {
  /** How many, 1..500. */
  @IsInt()
  @Min(1)
  @Max(500)
  readonly last!: number;
}

/** Data of `join`. */
export class JoinDto {
  /** The channel to hear from now on. */
  @IsHeardChannelName()
  readonly channel!: string;

  /** Where to start: behind the last message that was seen, or `last` messages before the newest; at the newest without it, or with null. */
  @IsOptional()
  @IsObject()
  @ValidateNested()
  @Type(kindOfSince)
  readonly since?: PositionDto | LastDto;

  /** Short for `since: {last}`, 1..500. Without effect beside `since`. */
  @MayBeLeftOut()
  @IsInt()
  @Min(1)
  @Max(500)
  readonly last?: number;
}

function kindOfSince(options?: TypeHelpOptions): typeof PositionDto | typeof LastDto {
  const since: unknown = (options?.object as { since?: unknown } | undefined)?.since;
  return typeof since === 'object' && since !== null && 'last' in since ? LastDto : PositionDto;
}
