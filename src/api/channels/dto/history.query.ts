import { Type } from 'class-transformer';
import { IsInt, IsOptional, Max, Min } from 'class-validator';

/** Which messages: the newest before `before`, or the oldest after `after`; the newest of all without both. */
export class HistoryQuery {
  /** Only messages with a smaller offset, from 1. */
  @IsOptional()
  @Type(() => Number)
  @IsInt()
  @Min(1)
  readonly before?: number;

  /** Only messages with a greater offset, from 0. Wins over `before`. */
  @IsOptional()
  @Type(() => Number)
  @IsInt()
  @Min(0)
  readonly after?: number;

  /** Messages at the most, 1..500; 50 when left out. */
  @IsOptional()
  @Type(() => Number)
  @IsInt()
  @Min(1)
  @Max(500)
  readonly limit?: number;
}
