/**
 * The process: settings, server, listen. Everything else is in the rooms below.
 */
import 'reflect-metadata';
import { statSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { readKeyFile } from './access/keys/key-file.ts';
import { readTokenKey } from './access/tokens/token-key.ts';
import { EngineStartError } from './engine/engine-start-error.ts';
import { leaveOnSignals } from './leave.ts';
import { BelfryLogger } from './logger.ts';
import { createServer } from './server.ts';
import { ChannelRules } from './settings/channel-rules.ts';
import { loadSettings, SettingsError } from './settings/load-settings.ts';
import type { Settings } from './settings/settings.ts';
import { readTls, TlsError } from './settings/tls.ts';

/** Variables that are set already win over the file's. */
const ENV_FILE = '.env';

/** What the operator can mend: told in a sentence. */
const OF_THE_OPERATOR = [SettingsError, TlsError, EngineStartError];

async function main(): Promise<void> {
  if (statSync(ENV_FILE, { throwIfNoEntry: false })?.isFile()) process.loadEnvFile(ENV_FILE);
  const { settings, warnings } = loadSettings(process.env);
  const logger = new BelfryLogger(settings);
  for (const warning of warnings) logger.warn(warning, 'Settings');

  const args = process.argv.slice(2);
  const unknown = args.find((argument) => argument !== '--check');
  if (unknown !== undefined) throw new SettingsError([`${unknown} is no argument. There is only --check.`]);
  if (args.length > 0) {
    readTls(settings);
    ChannelRules.read(settings);
    if (settings.apiKeysFile !== undefined) readKeyFile(settings.apiKeysFile);
    readTokenKey(settings);
    process.stdout.write('The settings are in order.\n');
    return;
  }

  const app = await createServer(settings, { logger });
  leaveOnSignals(app, settings.drainSeconds);
  await app.listen(settings.port, settings.host);
  const { port } = app.getHttpServer().address() as AddressInfo;
  logger.log(`open ${addressFor(settings, port)} in a browser`, 'Belfry');
}

/** What a person on this machine types; `localhost` when every interface is listened on. */
function addressFor({ host, tlsCertFile }: Settings, port: number): string {
  const name = host === '0.0.0.0' || host === '::' ? 'localhost' : host;
  return `${tlsCertFile ? 'https' : 'http'}://${name.includes(':') ? `[${name}]` : name}:${port}`;
}

/** Problems that the operator can mend are told in a sentence; the stack of anything else is for us. */
function explain(error: unknown): string {
  if (OF_THE_OPERATOR.some((type) => error instanceof type)) return (error as Error).message;
  const { code, message, stack } = error as NodeJS.ErrnoException;
  if (code === 'EADDRINUSE') return `The port is taken (${message}). Stop what listens there, or set another PORT.`;
  if (code === 'EACCES') return `The port may not be used (${message}). Set a PORT of 1024 or above.`;
  if (code === 'EADDRNOTAVAIL') return `HOST is no address of this machine (${message}). Set another HOST.`;
  if (code === 'ENOTFOUND' || code === 'EAI_AGAIN') return `HOST is not known (${message}). Set another HOST.`;
  return stack ?? message;
}

try {
  await main();
} catch (error) {
  process.stderr.write(`${explain(error)}\n`);
  process.exit(1);
}
