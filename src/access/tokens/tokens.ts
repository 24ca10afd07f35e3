/**
 * Tokens (JWT, RFC 7519): whether one was issued for this server, holds now, and whose it is.
 * Relies on jose for the cryptography and on token-key.ts for which is allowed; says no to whatever it is not sure of.
 */
import { Injectable, Logger } from '@nestjs/common';
import { errors, jwtVerify } from 'jose';
import type { JWTPayload, JWTVerifyGetKey, JWTVerifyOptions } from 'jose';
import { GatewayError } from '../../gateway/messages/gateway-error.ts';
import type { Identity } from '../../gateway/upgrade/identity.ts';
import { Settings } from '../../settings/settings.ts';
import { SECOND } from '../../settings/units.ts';
import { permissionsOfToken } from '../permissions.ts';
import { ClaimError, identityOf } from './claims.ts';
import { readTokenKey } from './token-key.ts';
import type { TokenKey } from './token-key.ts';

/** Characters beyond which nothing of a token is looked at. */
const MAX_LENGTH = 8192;

/** What is wrong with a token, in words for whoever got it. Anything else is told as the last one. */
const SENTENCES: Readonly<Record<string, string>> = {
  ERR_JWT_EXPIRED: 'The token has expired. Get a new one, and send it.',
  ERR_JWT_CLAIM_VALIDATION_FAILED: 'The token is not for this server, or not valid yet.',
};
const NOT_OURS = 'The token is not one of those that this server takes. Get a new one, and send it.';

/** All tokens. */
@Injectable()
export class Tokens {
  private readonly logger = new Logger('Tokens');
  private readonly key: TokenKey | undefined;
  /** Whether the key set could not be had the last time: that is worth one line, not one for each client. */
  private areKeysAway = false;

  /** @throws SettingsError when the key that the settings name cannot be used */
  constructor(private readonly settings: Settings) {
    this.key = readTokenKey(settings);
  }

  /** Whether there is a key to verify tokens with. */
  get areTaken(): boolean {
    return this.key !== undefined;
  }

  /**
   * Whose token it is.
   *
   * @throws GatewayError `unauthorized` when it is not to be taken, `unavailable` when that cannot be found out now
   */
  async identify(token: string): Promise<Identity> {
    if (!this.key) throw new GatewayError('unauthorized', 'This server is not set up for tokens. Connect without one.');
    if (token.length > MAX_LENGTH) throw new GatewayError('unauthorized', NOT_OURS);
    try {
      return identityOf(await this.verified(token, this.key), {
        permissions: permissionsOfToken(this.settings.anonymous),
        maxLifetime: this.settings.authMaxLifetime,
        clockTolerance: this.settings.authClockTolerance,
      });
    } catch (error) {
      throw this.refusal(error);
    }
  }

  private async verified(token: string, { key, algorithms }: TokenKey): Promise<JWTPayload> {
    const { authIssuer, authAudience, authClockTolerance } = this.settings;
    const options: JWTVerifyOptions = {
      algorithms: [...algorithms],
      clockTolerance: authClockTolerance / SECOND,
      requiredClaims: ['sub', 'exp'],
      ...(authIssuer !== undefined && { issuer: authIssuer }),
      ...(authAudience !== undefined && { audience: authAudience }),
    };
    const { payload } = await (typeof key === 'function'
      ? jwtVerify(token, reachable(key), options)
      : jwtVerify(token, key, options));
    this.areKeysAway = false;
    return payload;
  }

  /** Never with anything of the token. */
  private refusal(error: unknown): GatewayError {
    if (error instanceof ClaimError)
      return new GatewayError('unauthorized', `The token cannot be used: ${error.message}.`);
    if (error instanceof KeysUnavailable) {
      if (!this.areKeysAway) this.logger.warn(`AUTH_JWKS_URL gives no keys: ${error.message}`);
      this.areKeysAway = true;
      return new GatewayError('unavailable', 'Who you are cannot be verified for now. Try again.');
    }
    const code = error instanceof errors.JOSEError ? error.code : '';
    return new GatewayError('unauthorized', SENTENCES[code] ?? NOT_OURS);
  }
}

/** The key set cannot be had now, which is no fault of the token. */
class KeysUnavailable extends Error {}

/** What a key set has to say about a token is one thing, that it cannot be had another. */
function reachable(key: JWTVerifyGetKey): JWTVerifyGetKey {
  return async (header, token) => {
    try {
      return await key(header, token);
    } catch (error) {
      const isAboutToken =
        error instanceof errors.JWKSNoMatchingKey ||
        error instanceof errors.JWKSMultipleMatchingKeys ||
        error instanceof errors.JOSENotSupported;
      if (isAboutToken) throw error;
      throw new KeysUnavailable((error as Error).message);
    }
  };
}
