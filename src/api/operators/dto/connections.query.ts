import { Type } from 'class-transformer';
import { IsInt, IsOptional, IsString, Length, Max, Min } from 'class-validator';

/** Which connections. */
export class ConnectionsQuery {
  /** Only those whose id comes behind this one: the `next` of the answer before. */
  @IsOptional()
  @IsString()
  @Length(1, 64)
  readonly after?: string;

  /** Connections at the most, 1..500; 100 when left out. */
  @IsOptional()
  @Type(() => Number)
  @IsInt()
  @Min(1)
  @Max(500)
  readonly limit?: number;

  /** Only those of this user. */
  @IsOptional()
  @IsString()
  @Length(1, 256)
  readonly user?: string;
}
