/**
 * The API keys that are good now. The file is looked at again and again, so that keys come and go without a restart; what it
 * holds counts when two looks in a row find the same, so that nothing is believed of a file that is still being written.
 * Guarantees that a file that is wrong changes nothing: the keys before it stay, and the log says why.
 */
import { createHash, timingSafeEqual } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { isDeepStrictEqual } from 'node:util';
import { Injectable, Logger } from '@nestjs/common';
import type { OnApplicationBootstrap, OnApplicationShutdown } from '@nestjs/common';
import type { Identity } from '../../gateway/upgrade/identity.ts';
import { SettingsError } from '../../settings/load-settings.ts';
import { Settings } from '../../settings/settings.ts';
import { parseKeyFile, readKeyFile, unreadable } from './key-file.ts';
import type { ApiKey } from './key-file.ts';

/** What keys begin with, as `npm run key` makes them. */
export const KEY_PREFIX = 'belfry_';

/** Milliseconds between two looks at the file. */
const INTERVAL = 1000;

/** All keys. */
@Injectable()
export class KeyRing implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly logger = new Logger('API keys');
  private readonly file: string | undefined;
  private keys: readonly ApiKey[] = [];
  /** Identities that somebody may still hold. */
  private readonly given = new WeakSet<Identity>();
  private last: string | SettingsError | undefined;
  private settled: string | undefined;
  private timer: NodeJS.Timeout | undefined;
  private isClosed = false;

  /** @throws SettingsError when API_KEYS_FILE is set and wrong */
  constructor({ apiKeysFile }: Settings) {
    this.file = apiKeysFile;
    if (apiKeysFile !== undefined) this.keys = readKeyFile(apiKeysFile);
  }

  /** Whether there is a file of keys. */
  get isConfigured(): boolean {
    return this.file !== undefined;
  }

  /** Who uses this key; undefined when it is none, or has expired. Takes as long for a key that is nearly right. */
  find(key: string): Identity | undefined {
    const digest = createHash('sha256').update(key).digest();
    let found: Identity | undefined;
    for (const known of this.keys) if (timingSafeEqual(known.digest, digest)) found = known.identity;
    if (!found || (found.expires !== undefined && found.expires <= Date.now())) return undefined;
    this.given.add(found);
    return found;
  }

  /** Whether an identity is that of a key which has been taken out of the file, or stands there with other terms. */
  hasLost(identity: Identity): boolean {
    return this.given.has(identity) && !this.keys.some((key) => key.identity === identity);
  }

  onApplicationBootstrap(): void {
    if (this.file !== undefined) this.lookLater(this.file);
  }

  onApplicationShutdown(): void {
    this.isClosed = true;
    clearTimeout(this.timer);
  }

  /** The next look waits for this one: a slow volume is never asked twice at once. */
  private lookLater(file: string): void {
    if (this.isClosed) return;
    this.timer = setTimeout(() => void this.look(file).finally(() => this.lookLater(file)), INTERVAL).unref();
  }

  private async look(file: string): Promise<void> {
    const found = await readFile(file, 'utf8').catch((error: unknown) => unreadable(file, error));
    const text = String(found);
    const isSettled = text === String(this.last);
    this.last = found;
    if (!isSettled || text === this.settled) return;
    const isFirst = this.settled === undefined;
    this.settled = text;
    try {
      if (found instanceof SettingsError) throw found;
      this.keys = this.keptWhereSame(parseKeyFile(file, found));
      if (!isFirst) this.logger.log(`${this.keys.length} keys are good now`);
    } catch (error) {
      this.logger.error(`the keys that were good stay so. ${(error as Error).message}`);
    }
  }

  /** An entry that has not changed keeps its identity, which connections hold on to. */
  private keptWhereSame(keys: readonly ApiKey[]): readonly ApiKey[] {
    return keys.map((key) => this.keys.find((known) => isDeepStrictEqual(known, key)) ?? key);
  }
}
