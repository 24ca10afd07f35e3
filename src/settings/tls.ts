/**
 * Reads the certificate and its key, and checks all that can be checked before a client comes.
 * Relies on Node's own OpenSSL, the same that will serve the pair.
 * A pair that comes out of here works; whatever doesn't is refused with the variable, the file and the remedy.
 */
import { createPrivateKey, X509Certificate } from 'node:crypto';
import type { KeyObject } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { createSecureContext } from 'node:tls';
import { isNativeError } from 'node:util/types';
import type { Settings } from './settings.ts';

/** A certificate (with its chain) and its private key, both PEM, as `https.createServer` and `setSecureContext` take them. */
export interface TlsPair {
  readonly cert: Buffer;
  readonly key: Buffer;
}

/** Where the two files are. */
export interface TlsFiles {
  readonly cert: string;
  readonly key: string;
}

/** Certificate files that cannot be used. The message names the variable and the file and says what to do. */
export class TlsError extends Error {
  override readonly name = 'TlsError';
}

/**
 * Where the settings say that the files are; undefined when TLS is off.
 *
 * @throws TlsError when only one of the two is set, which `loadSettings` refuses before
 */
export function tlsFiles({ tlsCertFile, tlsKeyFile }: Settings): TlsFiles | undefined {
  if (tlsCertFile === undefined && tlsKeyFile === undefined) return undefined;
  if (tlsCertFile === undefined || tlsKeyFile === undefined) {
    throw new TlsError('Only one of TLS_CERT_FILE and TLS_KEY_FILE is set: set both to serve TLS, or neither.');
  }
  return { cert: tlsCertFile, key: tlsKeyFile };
}

/**
 * Reads the certificate and its key and checks that they can serve now. Blocks while it reads; meant for the start.
 *
 * @param now the clock, milliseconds since 1970
 * @returns undefined when TLS is off
 * @throws TlsError when a file is missing, unreadable or no PEM, the two don't belong together, or it is not their time
 */
export function readTls(settings: Settings, now: () => number = Date.now): TlsPair | undefined {
  const files = tlsFiles(settings);
  if (files === undefined) return undefined;
  const pair = { cert: read('TLS_CERT_FILE', files.cert), key: read('TLS_KEY_FILE', files.key) };
  checkPair(files, pair, now());
  return pair;
}

/**
 * Checks what has been read from the two files.
 *
 * @param now milliseconds since 1970
 * @throws TlsError as `readTls` does
 */
export function checkPair(files: TlsFiles, pair: TlsPair, now: number): void {
  const cert = `TLS_CERT_FILE (${files.cert})`;
  const key = `TLS_KEY_FILE (${files.key})`;
  const certificate = certificateOf(cert, files, pair.cert);
  const privateKey = privateKeyOf(key, files, pair.key);

  if (!certificate.checkPrivateKey(privateKey)) {
    throw new TlsError(
      `${key} is not the key of the certificate in ${cert}. Give the key that the certificate was made with; ` +
        `if the file holds a chain, the server's own certificate has to come first.`,
    );
  }
  if (now < Date.parse(certificate.validFrom)) {
    throw new TlsError(
      `The certificate in ${cert} is not valid before ${certificate.validFrom}. Wait for it, or check this machine's clock.`,
    );
  }
  if (now > Date.parse(certificate.validTo)) {
    throw new TlsError(
      `The certificate in ${cert} expired on ${certificate.validTo}. Renew it ("npm run cert -- --force" makes one for ` +
        `development), or check this machine's clock.`,
    );
  }
  try {
    // The last word: it also reads the rest of the chain, and knows which keys OpenSSL finds too weak to serve.
    createSecureContext({ ...pair });
  } catch (error) {
    throw new TlsError(`OpenSSL doesn't serve ${cert} with ${key}: ${reasonOf(error)}. Have the pair issued again.`, {
      cause: error,
    });
  }
}

/** The error for a file that could not be read at all. */
export function unreadable(variable: string, file: string, error: unknown): TlsError {
  const code = isNativeError(error) && 'code' in error ? error.code : undefined;
  const what = `${variable} (${file})`;
  const whole = file === resolve(file) ? '' : ` The path was taken from the working directory: ${resolve(file)}.`;
  switch (code) {
    case 'ENOENT':
    case 'ENOTDIR':
      return new TlsError(`${what} does not exist. Correct the path, or make a pair with "npm run cert".${whole}`);
    case 'EISDIR':
      return new TlsError(`${what} is a directory. Give the path of the file in it.${whole}`);
    case 'EACCES':
    case 'EPERM':
      return new TlsError(`${what} may not be read. Let the user that the server runs as read it.${whole}`);
    default:
      return new TlsError(`${what} cannot be read: ${reasonOf(error)}.${whole}`, { cause: error });
  }
}

// What breaks PEM files in practice: half a copy, and files joined where the first had no newline at its end.
const MENDED = 'Copy it again, and let each -----BEGIN and -----END stand on a line of its own.';

function read(variable: string, file: string): Buffer {
  try {
    return readFileSync(file);
  } catch (error) {
    throw unreadable(variable, file, error);
  }
}

function certificateOf(what: string, files: TlsFiles, pem: Buffer): X509Certificate {
  // X509Certificate also reads DER, which the server then would not.
  if (!pem.includes('-----BEGIN CERTIFICATE-----') && !pem.includes('-----BEGIN TRUSTED CERTIFICATE-----')) {
    throw new TlsError(
      pem.includes('PRIVATE KEY-----')
        ? `${what} holds a private key and no certificate. Did TLS_CERT_FILE and TLS_KEY_FILE change places?`
        : `${what} is not PEM: it has no "-----BEGIN CERTIFICATE-----". If it is DER, write it as PEM: ` +
            `openssl x509 -inform der -in ${files.cert} -out cert.pem`,
    );
  }
  try {
    return new X509Certificate(pem);
  } catch (error) {
    throw new TlsError(`${what} is damaged: its certificate cannot be read (${reasonOf(error)}). ${MENDED}`, {
      cause: error,
    });
  }
}

function privateKeyOf(what: string, files: TlsFiles, pem: Buffer): KeyObject {
  if (!pem.includes('PRIVATE KEY-----')) {
    throw new TlsError(
      pem.includes('-----BEGIN CERTIFICATE-----')
        ? `${what} holds a certificate and no private key. Did TLS_CERT_FILE and TLS_KEY_FILE change places?`
        : `${what} is not PEM: it has no "-----BEGIN PRIVATE KEY-----". If it is DER, write it as PEM: ` +
            `openssl pkey -inform der -in ${files.key} -out key.pem`,
    );
  }
  if (pem.includes('-----BEGIN ENCRYPTED PRIVATE KEY-----') || pem.includes('Proc-Type: 4,ENCRYPTED')) {
    throw new TlsError(
      `${what} is protected by a passphrase, which nobody could type in here. Write it without one: ` +
        `openssl pkey -in ${files.key} -out key.pem`,
    );
  }
  try {
    return createPrivateKey(pem);
  } catch (error) {
    throw new TlsError(`${what} is damaged: its key cannot be read (${reasonOf(error)}). ${MENDED}`, {
      cause: error,
    });
  }
}

/** What somebody else's error says. */
export function reasonOf(error: unknown): string {
  return isNativeError(error) ? error.message : String(error);
}
