import { IsString, Length } from 'class-validator';
import { MayBeLeftOut } from '../../../gateway/messages/dto.pipe.ts';

/** Whose tokens are to hold no more: all of a user's so far, or one. Exactly one of the two is there. */
export class RevocationDto {
  /** The user's id, the `sub` of its tokens, 1..128 characters. */
  @MayBeLeftOut()
  @IsString()
  @Length(1, 128)
  readonly user?: string;

  /** The token's own id, its `jti`; as long as a token may be. Not the token itself. */
  @MayBeLeftOut()
  @IsString()
  @Length(1, 8192)
  readonly token?: string;
}
