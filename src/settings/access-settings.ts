/**
 * The part of the settings that says who clients are and what those may do who do not say it.
 * Relies on `@FromEnv`, as the rest does; the defaults stand with all others in settings.ts.
 */
import { duration, flag, FromEnv, oneOf, optionalFile, optionalSecret, optionalText, optionalUrl } from './from-env.ts';
import { LimitSettings } from './limits/limit-settings.ts';
import { DAY, MINUTE, SECOND } from './units.ts';

/** What somebody without a token may do: everything, all but publish, or nothing. */
export type Anonymous = 'publish' | 'read' | 'none';

/** Identity on one server. `Settings` is the class to inject. */
export abstract class AccessSettings extends LimitSettings {
  /** What clients without a token may do. With `none` they have `authTimeout` to send one. */
  @FromEnv(
    'ANONYMOUS',
    oneOf('publish', 'read', 'none'),
    'What clients without a token may do: everything, all but publish, or nothing.',
  )
  readonly anonymous!: Anonymous;

  /** The secret that tokens are signed with (HS256, HS384 or HS512), 32 bytes or more. One of three ways to verify tokens. */
  @FromEnv(
    'AUTH_JWT_SECRET',
    optionalSecret({ min: 32 }),
    'The secret that tokens (JWT) are signed with: HS256, HS384 or HS512.',
  )
  readonly authJwtSecret?: string;

  /** Path of the public key that tokens are verified with, in PEM (SPKI): RSA from 2048 bits, EC or Ed25519. */
  @FromEnv(
    'AUTH_JWT_PUBLIC_KEY_FILE',
    optionalFile({ example: 'keys/public.pem' }),
    'The public key in PEM that tokens are verified with: RSA from 2048 bits, EC or Ed25519.',
  )
  readonly authJwtPublicKeyFile?: string;

  /** Where the public keys are that tokens are verified with, as a JSON Web Key Set (RFC 7517). */
  @FromEnv(
    'AUTH_JWKS_URL',
    optionalUrl({ example: 'https://id.example/.well-known/jwks.json' }),
    'Where the public keys are that tokens are verified with (JWKS); they are cached, and new ones are found.',
  )
  readonly authJwksUrl?: string;

  /** The `iss` that a token must have, 1..1,000 characters; any, or none, when it is not set. */
  @FromEnv(
    'AUTH_ISSUER',
    optionalText({ max: 1000, example: 'https://id.example' }),
    'The `iss` that a token must have.',
  )
  readonly authIssuer?: string;

  /** The `aud` that a token must have, among others or alone, 1..1,000 characters; any, or none, when it is not set. */
  @FromEnv('AUTH_AUDIENCE', optionalText({ max: 1000, example: 'belfry' }), 'The `aud` that a token must have.')
  readonly authAudience?: string;

  /** Milliseconds by which the clock of whoever issues tokens may differ from ours, 0..5 min. */
  @FromEnv(
    'AUTH_CLOCK_TOLERANCE',
    duration({ min: 0, max: 5 * MINUTE }),
    'How much the clock of whoever issues tokens may differ.',
  )
  readonly authClockTolerance!: number;

  /** Milliseconds that a token may be valid for, from `iat` to `exp`, 1 min..3,650 d. Revocations are kept for as long. */
  @FromEnv(
    'AUTH_MAX_LIFETIME',
    duration({ min: MINUTE, max: 3650 * DAY }),
    'How long a token may be valid; longer ones are refused. Revocations are kept for as long.',
  )
  readonly authMaxLifetime!: number;

  /** Whether a token is also taken from the query of the address, which ends up in the logs of proxies. */
  @FromEnv(
    'AUTH_QUERY_TOKEN',
    flag(),
    'Also take a token from `?token=`. Proxies log addresses: only for clients that have no other way.',
  )
  readonly authQueryToken!: boolean;

  /** Milliseconds that a client has to send its token in its first frame, 1 s..1 min. Only with `anonymous` none. */
  @FromEnv(
    'AUTH_TIMEOUT',
    duration({ min: SECOND, max: MINUTE }),
    'With `ANONYMOUS=none`, how long a client that came without a token has to send one.',
  )
  readonly authTimeout!: number;
}
