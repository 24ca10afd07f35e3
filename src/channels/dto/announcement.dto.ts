import { IsString, Length } from 'class-validator';

/** What is said on `/`: {"id", "text"}. */
export class AnnouncementDto {
  /** The name that the author goes by, 1..64 characters. */
  @IsString()
  @Length(1, 64)
  readonly id!: string;

  /** What is said, 1..4096 characters. */
  @IsString()
  @Length(1, 4096)
  readonly text!: string;
}
