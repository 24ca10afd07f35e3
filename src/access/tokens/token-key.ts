/**
 * The key that tokens are verified with, and with it the algorithms: they follow from the key alone, never from what a token says
 * of itself. So a token that is signed with nothing, or with a public key as if it were a secret, is nobody's.
 */
import { createPublicKey } from 'node:crypto';
import type { KeyObject } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createRemoteJWKSet } from 'jose';
import type { JWTVerifyGetKey } from 'jose';
import { SettingsError } from '../../settings/load-settings.ts';
import type { Settings } from '../../settings/settings.ts';
import { MINUTE, SECOND } from '../../settings/units.ts';

/** What a token is verified with. */
export interface TokenKey {
  readonly key: Uint8Array | KeyObject | JWTVerifyGetKey;
  readonly algorithms: readonly string[];
}

const HMAC = ['HS256', 'HS384', 'HS512'];
const RSA_PSS = ['PS256', 'PS384', 'PS512'];
const RSA = ['RS256', 'RS384', 'RS512', ...RSA_PSS];
const EDWARDS = ['EdDSA', 'Ed25519'];

/** By the name of the curve, as OpenSSL has it. */
const CURVES: Readonly<Record<string, string>> = { prime256v1: 'ES256', secp384r1: 'ES384', secp521r1: 'ES512' };

const MIN_RSA_BITS = 2048;

/** How a key set is asked for, in ms: an unknown key makes us look again, but not more often than the cooldown. */
const KEY_SET = { timeoutDuration: 5 * SECOND, cooldownDuration: 30 * SECOND, cacheMaxAge: 10 * MINUTE };

/**
 * The key that the settings name.
 *
 * @returns undefined when they name none: then there are no tokens
 * @throws SettingsError when the file cannot be read or holds something else
 */
export function readTokenKey({ authJwtSecret, authJwtPublicKeyFile, authJwksUrl }: Settings): TokenKey | undefined {
  if (authJwtSecret !== undefined) return { key: new TextEncoder().encode(authJwtSecret), algorithms: HMAC };
  if (authJwtPublicKeyFile !== undefined) return fromFile(authJwtPublicKeyFile);
  if (authJwksUrl === undefined) return undefined;
  const key = createRemoteJWKSet(new URL(authJwksUrl), KEY_SET);
  return { key, algorithms: [...RSA, ...Object.values(CURVES), ...EDWARDS] };
}

function fromFile(file: string): TokenKey {
  const refuse = (what: string): never => {
    throw new SettingsError([`AUTH_JWT_PUBLIC_KEY_FILE ${file} ${what}`]);
  };
  const key = publicKeyIn(file, refuse);
  const algorithms = algorithmsOf(key);
  if (algorithms.length > 0) return { key, algorithms };
  return refuse(
    'is of a kind that no token is verified with: use RSA from 2048 bits, EC (P-256, P-384, P-521) or Ed25519.',
  );
}

function publicKeyIn(file: string, refuse: (what: string) => never): KeyObject {
  let pem = '';
  try {
    pem = readFileSync(file, 'utf8');
  } catch (error) {
    refuse(`cannot be read: ${(error as Error).message}.`);
  }
  // Node would take the public half of a private key as well; that one has no business on this machine.
  if (pem.includes('PRIVATE KEY'))
    refuse('holds a private key: keep that where tokens are issued, and only bring the public one.');
  try {
    return createPublicKey(/-----BEGIN PUBLIC KEY-----/.test(pem) ? pem : '');
  } catch {
    return refuse('holds no public key: write one in PEM, which begins with -----BEGIN PUBLIC KEY-----.');
  }
}

function algorithmsOf({ asymmetricKeyType: type, asymmetricKeyDetails }: KeyObject): readonly string[] {
  const { modulusLength = 0, namedCurve = '' } = asymmetricKeyDetails ?? {};
  if (type === 'ed25519') return EDWARDS;
  if (type === 'ec') return [CURVES[namedCurve] ?? []].flat();
  if (modulusLength < MIN_RSA_BITS) return [];
  return type === 'rsa' ? RSA : RSA_PSS;
}
