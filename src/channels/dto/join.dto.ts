import 'reflect-metadata';
import { Type } from 'class-transformer';
import { IsInt, IsObject, IsOptional, Length, Min, ValidateNested } from 'class-validator';
import { IsChannelName } from './channel-name.ts';

/** The last message that a client has seen of a channel. */
export class PositionDto {
  /** The epoch of the ack or message that it came from, 1..64 characters. */
  @Length(1, 64)
  readonly epoch!: string;

  /** The number of that message; 0 before the first. */
  @IsInt()
  @Min(0)
  readonly offset!: number;
}

/** Data of `join`. */
export class JoinDto {
  /** The channel to hear from now on. */
  @IsChannelName()
  readonly channel!: string;

  /** Where the client was when it left; without it the subscription starts at the newest message. */
  @IsOptional()
  @IsObject()
  @ValidateNested()
  @Type(() => PositionDto)
  readonly since?: PositionDto;
}
