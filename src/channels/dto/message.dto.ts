import { Transform } from 'class-transformer';
import { IsObject, IsString, Length, ValidateIf } from 'class-validator';
import { IsChannelName } from './channel-name.ts';
import { MayBeLeftOut } from '../../gateway/messages/dto.pipe.ts';

/** What is said. At least one of `text` and `data` is there. */
export class MessageBodyDto {
  /** What people read, 1..4096 characters. */
  @ValidateIf(({ text, data }: MessageBodyDto) => text !== undefined || data === undefined)
  @IsString()
  @Length(1, 4096)
  readonly text?: string;

  /** What programs read: a JSON object, kept as it came (class-transformer would leave out some keys). */
  @MayBeLeftOut()
  @IsObject()
  @Transform(({ obj }: { obj: { data?: unknown } }) => obj.data)
  readonly data?: Record<string, unknown>;

  /** Idempotency key, 1..128 characters: a message sent again under the same key is appended once. */
  @MayBeLeftOut()
  @IsString()
  @Length(1, 128)
  readonly key?: string;
}

/** Data of `message`. */
export class MessageDto extends MessageBodyDto {
  /** Where to say it. The author need not have joined. */
  @IsChannelName()
  readonly channel!: string;
}
