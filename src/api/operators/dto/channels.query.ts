import { Type } from 'class-transformer';
import { IsInt, IsOptional, IsString, Length, Max, Min } from 'class-validator';

/** Which channels. */
export class ChannelsQuery {
  /** Only those whose name comes behind this one: the `next` of the answer before. */
  @IsOptional()
  @IsString()
  @Length(1, 128)
  readonly after?: string;

  /** Channels at the most, 1..500; 100 when left out. */
  @IsOptional()
  @Type(() => Number)
  @IsInt()
  @Min(1)
  @Max(500)
  readonly limit?: number;
}
