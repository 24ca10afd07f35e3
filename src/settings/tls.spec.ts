import { execFile } from 'node:child_process';
import { X509Certificate } from 'node:crypto';
import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { createServer, get } from 'node:https';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { generate } from 'selfsigned';
import { settingsWith } from './settings.ts';
import { readTls, TlsError, unreadable } from './tls.ts';

const run = promisify(execFile);
const DAY = 24 * 60 * 60 * 1000;

let directory: string;
let certFile: string;
let keyFile: string;
let pair: { cert: string; private: string };
let other: { cert: string; private: string };

beforeAll(async () => {
  const name = [{ name: 'commonName', value: 'localhost' }];
  [pair, other] = await Promise.all([generate(name, { keyType: 'ec' }), generate(name, { keyType: 'ec' })]);
});

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'belfry-tls-'));
  certFile = join(directory, 'cert.pem');
  keyFile = join(directory, 'key.pem');
  await put({ cert: pair.cert, key: pair.private });
});

afterEach(() => rm(directory, { recursive: true }));

async function put({ cert, key }: { cert?: string | Buffer; key?: string | Buffer }): Promise<void> {
  if (cert !== undefined) await writeFile(certFile, cert);
  if (key !== undefined) await writeFile(keyFile, key);
}

function read(at: number = Date.now()) {
  return readTls(settingsWith({ tlsCertFile: certFile, tlsKeyFile: keyFile }), () => at);
}

function refusal(at?: number): string {
  try {
    read(at);
  } catch (error) {
    if (error instanceof TlsError) return error.message;
    throw error;
  }
  throw new Error('This pair was taken.');
}

describe('TLS', () => {
  test('is off when neither file is set', () => {
    expect(readTls(settingsWith({}))).toBeUndefined();
  });

  test('takes a certificate with its key as the files hold them', () => {
    expect(read()).toEqual({ cert: Buffer.from(pair.cert), key: Buffer.from(pair.private) });
  });

  test('takes both from one file', async () => {
    await put({ cert: `${pair.private}\n${pair.cert}` });
    expect(readTls(settingsWith({ tlsCertFile: certFile, tlsKeyFile: certFile }))?.cert).toEqual(
      await readFile(certFile),
    );
  });

  test('serves a full chain to a client that only knows its root', async () => {
    const root = await generate([{ name: 'commonName', value: 'root' }], {
      keyType: 'rsa',
      algorithm: 'sha256',
      extensions: [
        { name: 'basicConstraints', cA: true, critical: true },
        { name: 'keyUsage', keyCertSign: true, critical: true },
      ],
    });
    const leaf = await generate([{ name: 'commonName', value: 'localhost' }], {
      algorithm: 'sha256',
      ca: { key: root.private, cert: root.cert },
    });
    await put({ cert: `${leaf.cert}\n${root.cert}`, key: leaf.private });
    await expect(statusOver(read(), root.cert)).resolves.toBe(200);

    await put({ cert: `${root.cert}\n${leaf.cert}` });
    expect(refusal()).toContain("if the file holds a chain, the server's own certificate has to come first");
  });

  test.each([{ tlsCertFile: 'cert.pem' }, { tlsKeyFile: 'key.pem' }])('is not half on: %o', (half) => {
    expect(() => readTls(settingsWith(half))).toThrow(
      new TlsError('Only one of TLS_CERT_FILE and TLS_KEY_FILE is set: set both to serve TLS, or neither.'),
    );
  });
});

describe('a file that cannot be read is named with its variable and a remedy', () => {
  test('when it is missing', async () => {
    await rm(keyFile);
    expect(refusal()).toBe(
      `TLS_KEY_FILE (${keyFile}) does not exist. Correct the path, or make a pair with "npm run cert".`,
    );
  });

  test('when a relative path leads nowhere, with the place that was looked at', () => {
    expect(() => readTls(settingsWith({ tlsCertFile: 'no/cert.pem', tlsKeyFile: keyFile }))).toThrow(
      `The path was taken from the working directory: ${resolve('no/cert.pem')}.`,
    );
  });

  test('when it is a directory', () => {
    expect(() => readTls(settingsWith({ tlsCertFile: directory, tlsKeyFile: keyFile }))).toThrow(
      `TLS_CERT_FILE (${directory}) is a directory. Give the path of the file in it.`,
    );
  });

  test('when it may not be read, or the disk fails', () => {
    // Asked directly: root, as whom containers test, may read everything.
    expect(failing('EACCES').message).toBe(
      'TLS_KEY_FILE (/key.pem) may not be read. Let the user that the server runs as read it.',
    );
    expect(failing('EIO').message).toBe('TLS_KEY_FILE (/key.pem) cannot be read: it failed.');
  });
});

describe('a file that holds something else is named with its variable and a remedy', () => {
  test('when the certificate is not PEM', async () => {
    await put({ cert: new X509Certificate(pair.cert).raw });
    expect(refusal()).toBe(
      `TLS_CERT_FILE (${certFile}) is not PEM: it has no "-----BEGIN CERTIFICATE-----". If it is DER, write it as PEM: ` +
        `openssl x509 -inform der -in ${certFile} -out cert.pem`,
    );
  });

  test('when the key is not PEM', async () => {
    await put({ key: '' });
    expect(refusal()).toBe(
      `TLS_KEY_FILE (${keyFile}) is not PEM: it has no "-----BEGIN PRIVATE KEY-----". If it is DER, write it as PEM: ` +
        `openssl pkey -inform der -in ${keyFile} -out key.pem`,
    );
  });

  test('when the two files changed places', async () => {
    await put({ cert: pair.private });
    expect(refusal()).toBe(
      `TLS_CERT_FILE (${certFile}) holds a private key and no certificate. Did TLS_CERT_FILE and TLS_KEY_FILE change places?`,
    );
    await put({ cert: pair.cert, key: pair.cert });
    expect(refusal()).toBe(
      `TLS_KEY_FILE (${keyFile}) holds a certificate and no private key. Did TLS_CERT_FILE and TLS_KEY_FILE change places?`,
    );
  });

  test('when it was cut off', async () => {
    await put({ cert: pair.cert.slice(0, 200) });
    expect(refusal()).toContain(`TLS_CERT_FILE (${certFile}) is damaged: its certificate cannot be read`);
    await put({ cert: pair.cert, key: pair.private.slice(0, 60) });
    expect(refusal()).toContain(`TLS_KEY_FILE (${keyFile}) is damaged: its key cannot be read`);
  });

  test('when certificates were joined without a newline between them', async () => {
    await put({ cert: pair.cert.trim() + other.cert });
    expect(refusal()).toContain('let each -----BEGIN and -----END stand on a line of its own.');
  });

  test('when the chain behind the certificate is damaged', async () => {
    await put({ cert: `${pair.cert}\n-----BEGIN CERTIFICATE-----\nnonsense\n-----END CERTIFICATE-----\n` });
    expect(refusal()).toContain(`OpenSSL doesn't serve TLS_CERT_FILE (${certFile})`);
  });

  test('when the key has a passphrase', async () => {
    const locked = await generate(undefined, { keyType: 'ec', passphrase: 'secret' });
    await put({ cert: locked.cert, key: locked.private });
    expect(refusal()).toBe(
      `TLS_KEY_FILE (${keyFile}) is protected by a passphrase, which nobody could type in here. Write it without one: ` +
        `openssl pkey -in ${keyFile} -out key.pem`,
    );
  });

  test('when the key is not the certificate’s', async () => {
    await put({ key: other.private });
    expect(refusal()).toBe(
      `TLS_KEY_FILE (${keyFile}) is not the key of the certificate in TLS_CERT_FILE (${certFile}). Give the key that the ` +
        `certificate was made with; if the file holds a chain, the server's own certificate has to come first.`,
    );
  });
});

describe('a certificate', () => {
  test('is refused before its time, and taken when it has come', () => {
    const { validFrom } = new X509Certificate(pair.cert);
    expect(refusal(Date.parse(validFrom) - 1)).toBe(
      `The certificate in TLS_CERT_FILE (${certFile}) is not valid before ${validFrom}. ` +
        `Wait for it, or check this machine's clock.`,
    );
    expect(read(Date.parse(validFrom))).toBeDefined();
  });

  test('is taken until its last second, and refused afterwards', () => {
    const { validTo } = new X509Certificate(pair.cert);
    expect(read(Date.parse(validTo))).toBeDefined();
    expect(refusal(Date.parse(validTo) + 1)).toBe(
      `The certificate in TLS_CERT_FILE (${certFile}) expired on ${validTo}. Renew it ("npm run cert -- --force" makes one ` +
        `for development), or check this machine's clock.`,
    );
  });
});

describe('npm run cert', () => {
  test('makes a pair for localhost, 127.0.0.1 and ::1 that a client who trusts it is served with', async () => {
    await runCert('--out', directory, '--force');
    const made = read();
    const { subjectAltName, validFrom, validTo } = new X509Certificate(made?.cert ?? '');
    expect(subjectAltName).toBe('DNS:localhost, IP Address:127.0.0.1, IP Address:0:0:0:0:0:0:0:1');
    expect(Date.parse(validTo) - Date.parse(validFrom)).toBe(365 * DAY);
    await expect(statusOver(made, String(made?.cert))).resolves.toBe(200);
  });

  test('lets nobody else read the key, not even when it replaces a file that all could read', async () => {
    await runCert('--out', directory, '--force', '--days', '1');
    expect((await stat(keyFile)).mode & 0o777).toBe(0o600);
  });

  test('says what to do next', async () => {
    const { stdout } = await runCert('--out', join(directory, 'new'));
    expect(stdout).toContain(
      `TLS_CERT_FILE=${join(directory, 'new', 'cert.pem')} TLS_KEY_FILE=${join(directory, 'new', 'key.pem')} npm start`,
    );
  });

  test('replaces nothing unless it is told to', async () => {
    await rm(certFile);
    await expect(runCert('--out', directory)).rejects.toMatchObject({
      stderr: `${keyFile} already there: nothing was written. Add --force to replace.\n`,
    });
    expect(await readFile(keyFile, 'utf8')).toBe(pair.private);
  });

  test('explains its options, and refuses what it does not understand', async () => {
    expect((await runCert('--help')).stdout).toContain('--days N');
    await expect(runCert('--days', '0')).rejects.toMatchObject({
      stderr: '--days is "0": write a whole number between 1 and 3650.\n',
    });
  });
});

/** The error for a file that the system doesn't let us read. */
function failing(code: string): TlsError {
  return unreadable('TLS_KEY_FILE', '/key.pem', Object.assign(new Error('it failed'), { code }));
}

/** `npm run cert` with these arguments; rejects when it fails. */
function runCert(...args: string[]) {
  return run(process.execPath, [fileURLToPath(new URL('../../scripts/cert.mjs', import.meta.url)), ...args]);
}

/** The status that an HTTPS server with this pair answers a client with that trusts `ca` alone. */
async function statusOver(served: ReturnType<typeof read>, ca: string): Promise<number | undefined> {
  const server = createServer({ ...served }, (_request, response) => response.end());
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  try {
    const address = server.address();
    const port = typeof address === 'object' && address !== null ? address.port : 0;
    return await new Promise((resolved, rejected) => {
      get({ port, host: '127.0.0.1', servername: 'localhost', ca, agent: false }, ({ statusCode }) =>
        resolved(statusCode),
      ).on('error', rejected);
    });
  } finally {
    server.close();
    server.closeAllConnections();
  }
}
