// Makes a self-signed certificate for development: localhost, 127.0.0.1 and ::1.
import { existsSync } from 'node:fs';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { generate } from 'selfsigned';

const HELP = `npm run cert -- [options]

Makes cert.pem and key.pem for https://localhost, 127.0.0.1 and [::1]. For development: nobody else trusts them.

  --out DIR    where to put them (cert)
  --days N     how long they are valid, 1..3650 days (365)
  --force      replace those that are there
  --help       show this
`;

const DAY = 24 * 60 * 60 * 1000;

try {
  await main();
} catch (error) {
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 1;
}

async function main() {
  const { out, days, force, help } = parseArgs({
    options: {
      out: { type: 'string', default: 'cert' },
      days: { type: 'string', default: '365' },
      force: { type: 'boolean', default: false },
      help: { type: 'boolean', short: 'h', default: false },
    },
  }).values;
  if (help) {
    process.stdout.write(HELP);
    return;
  }
  if (!/^\d+$/.test(days) || Number(days) < 1 || Number(days) > 3650) {
    throw new Error(`--days is "${days}": write a whole number between 1 and 3650.`);
  }

  const cert = join(out, 'cert.pem');
  const key = join(out, 'key.pem');
  const there = [cert, key].filter((file) => existsSync(file));
  if (there.length > 0 && !force) {
    throw new Error(`${there.join(' and ')} already there: nothing was written. Add --force to replace.`);
  }

  const pair = await selfSigned(Number(days));
  await mkdir(out, { recursive: true });
  // Removed first: an existing file would keep its old, perhaps wider, mode.
  await Promise.all([cert, key].map((file) => rm(file, { force: true })));
  await writeFile(key, `${pair.private.trim()}\n`, { mode: 0o600, flag: 'wx' });
  await writeFile(cert, `${pair.cert.trim()}\n`, { mode: 0o644, flag: 'wx' });

  process.stdout.write(`${cert} and ${key} are valid for ${days} days.

  TLS_CERT_FILE=${cert} TLS_KEY_FILE=${key} npm start

A browser warns once, since nobody else vouches for this certificate. Node clients: NODE_EXTRA_CA_CERTS=${cert}
`);
}

function selfSigned(days) {
  const notBeforeDate = new Date();
  return generate([{ name: 'commonName', value: 'localhost' }], {
    keyType: 'ec',
    algorithm: 'sha256',
    notBeforeDate,
    notAfterDate: new Date(notBeforeDate.getTime() + days * DAY),
    extensions: [
      { name: 'basicConstraints', cA: false, critical: true },
      { name: 'keyUsage', digitalSignature: true, critical: true },
      { name: 'extKeyUsage', serverAuth: true },
      {
        name: 'subjectAltName',
        altNames: [
          { type: 2, value: 'localhost' },
          { type: 7, ip: '127.0.0.1' },
          { type: 7, ip: '::1' },
        ],
      },
    ],
  });
}
