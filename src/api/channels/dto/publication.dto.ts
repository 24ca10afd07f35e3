import { Type } from 'class-transformer';
import { ArrayMaxSize, ArrayMinSize, IsArray, IsString, Length, ValidateNested } from 'class-validator';
import { MessageBodyDto } from '../../../channels/dto/message.dto.ts';
import { MayBeLeftOut } from '../../../gateway/messages/dto.pipe.ts';

/** Messages of one request, at the most. */
const MOST_MESSAGES = 100;

/** One message to publish. At least one of `text` and `data` is there. */
export class PublicationDto extends MessageBodyDto {
  /** Whom the message is from, 1..128 characters; whoever calls when left out. For API keys and admins alone. */
  @MayBeLeftOut()
  @IsString()
  @Length(1, 128)
  readonly from?: string;

  /** The name that goes with `from`, 1..64 characters. For API keys and admins alone. */
  @MayBeLeftOut()
  @IsString()
  @Length(1, 64)
  readonly name?: string;
}

/** Several messages of one channel, appended in their order. */
export class BatchDto {
  /** 1..100 messages. */
  @IsArray()
  @ArrayMinSize(1)
  @ArrayMaxSize(MOST_MESSAGES)
  @ValidateNested({ each: true })
  @Type(() => PublicationDto)
  readonly messages!: readonly PublicationDto[];
}
