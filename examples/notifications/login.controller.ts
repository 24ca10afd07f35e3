/**
 * FOR THE DEMO ONLY: gives whoever asks a token of whomever it names. A backend of yours does the same behind its own login.
 */
import { BadRequestException, Controller, Get, Header, InternalServerErrorException, Query } from '@nestjs/common';
import { Settings } from 'belfry';
import { SignJWT } from 'jose';

/** As channels are named, since one is named after each user. A `*` would make a pattern of the permission: other people's channels. */
const USER = /^(?!guest-)[A-Za-z0-9_-]{1,64}$/;

/** Serves `/notifications/token`. */
@Controller('notifications/token')
export class LoginController {
  constructor(private readonly settings: Settings) {}

  /** A token that is good for an hour, and for the channel of this user alone: to hear it, to read it, and to say what was read. */
  @Get()
  @Header('Content-Type', 'text/plain')
  @Header('Cache-Control', 'no-store')
  async token(@Query('user') user: unknown): Promise<string> {
    if (typeof user !== 'string' || !USER.test(user)) {
      throw new BadRequestException(
        'user is to have 1 to 64 characters of A-Z a-z 0-9 _ -, and not to begin with guest-.',
      );
    }
    const { authJwtSecret } = this.settings;
    if (authJwtSecret === undefined) throw new InternalServerErrorException('Set AUTH_JWT_SECRET.');
    const permissions = [{ channel: `user-${user}`, allow: ['join', 'history', 'publish'] }];
    return new SignJWT({ permissions })
      .setProtectedHeader({ alg: 'HS256' })
      .setSubject(user)
      .setIssuedAt()
      .setExpirationTime('1h')
      .sign(new TextEncoder().encode(authJwtSecret));
  }
}
