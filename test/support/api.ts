/**
 * The HTTP interface for tests: files of API keys, and requests with one of them.
 */
import { createHash, randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import request from 'supertest';
import type { Test } from 'supertest';

/** An entry of the file, but for the key itself. */
export interface KeyTerms {
  readonly id?: string;
  readonly permissions?: readonly object[];
  readonly admin?: boolean;
  readonly expires?: string;
}

/** A key, and its entry. */
export interface MadeKey {
  readonly key: string;
  readonly entry: object;
}

const directories: string[] = [];

afterEach(() => {
  for (const directory of directories.splice(0)) rmSync(directory, { recursive: true });
});

/** Makes a key. */
export function newKey({ id = 'orders', ...terms }: KeyTerms = {}): MadeKey {
  const key = `belfry_${randomBytes(32).toString('base64url')}`;
  return { key, entry: { id, sha256: createHash('sha256').update(key).digest('hex'), ...terms } };
}

/** Writes a file of keys, gone after the test. */
export function keyFile(...keys: readonly MadeKey[]): string {
  const directory = mkdtempSync(join(tmpdir(), 'belfry-keys-'));
  directories.push(directory);
  const file = join(directory, 'api-keys.json');
  writeKeys(file, ...keys);
  return file;
}

/** Writes other keys into it. */
export function writeKeys(file: string, ...keys: readonly MadeKey[]): void {
  writeFileSync(file, JSON.stringify({ keys: keys.map(({ entry }) => entry) }));
}

/** Requests with a key. */
export class Api {
  constructor(
    readonly url: string,
    readonly key: string,
  ) {}

  get(path: string): Test {
    return this.with(request(this.url).get(path));
  }

  post(path: string, body?: object): Test {
    return this.with(request(this.url).post(path)).send(body);
  }

  delete(path: string): Test {
    return this.with(request(this.url).delete(path));
  }

  private with(test: Test): Test {
    return test.set('Authorization', `Bearer ${this.key}`);
  }
}
