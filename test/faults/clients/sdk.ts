/**
 * The client library as its users have it: bundled from its sources, for a page as for Node. What the harness uses of it is typed
 * here, since its sources are typed for browsers and these are not.
 */
import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import type { GapData, JoinAck, MessageData, PublishAck } from '../../../src/protocol/events.ts';
import { ROOT } from '../../support/root.ts';

/** Where its entries are. */
const ENTRIES = ['client/sdk/index.ts', 'client/sdk/outbox.ts'].map((path) => join(ROOT, path));

/** A channel of the library. */
export interface SdkChannel {
  on(event: 'message', listener: (message: MessageData) => void): unknown;
  on(event: 'gap', listener: (gap: GapData) => void): unknown;
  on(event: 'joined', listener: (ack: JoinAck) => void): unknown;
  join(): Promise<JoinAck>;
  publish(content: { readonly text: string }, options: { readonly key: string }): Promise<PublishAck>;
}

/** A client of the library. */
export interface SdkBelfry {
  readonly state: { readonly kind: string };
  on(event: 'state', listener: (state: { readonly kind: string }) => void): unknown;
  on(event: 'error', listener: (error: Error & { readonly temporary: boolean }) => void): unknown;
  channel(name: string): SdkChannel;
  connect(): void;
  close(): void;
}

/** The library. */
export interface Sdk {
  readonly Belfry: new (url: string, options: Readonly<Record<string, unknown>>) => SdkBelfry;
}

/** Vite runs in a process of its own: Jest's loader cannot run it. */
const BUNDLE = `
  import { build } from 'vite';
  const [entry, outDir] = process.argv.slice(1);
  const lib = { entry, formats: ['es'], fileName: () => 'sdk.mjs' };
  await build({ configFile: false, logLevel: 'silent', build: { lib, outDir, target: 'es2022', minify: false } });
`;

let bundle: Promise<string> | undefined;

/** The library with its outbox, as the text of one module. It is built once in a process. */
export async function bundleSdk(): Promise<string> {
  bundle ??= build();
  return bundle;
}

/**
 * Loads the library into this process.
 *
 * @param directory where its file may be
 */
export async function loadSdk(directory: string): Promise<Sdk> {
  const file = join(directory, 'sdk.mjs');
  await writeFile(file, await bundleSdk());
  return (await import(pathToFileURL(file).href)) as Sdk;
}

async function build(): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'belfry-sdk-'));
  try {
    const entry = join(directory, 'entry.js');
    await writeFile(entry, ENTRIES.map((path) => `export * from ${JSON.stringify(path)};\n`).join(''));
    const outDir = join(directory, 'built');
    const args = ['--input-type=module', '--eval', BUNDLE, '--', entry, outDir];
    await promisify(execFile)(process.execPath, args, { cwd: ROOT });
    return await readFile(join(outDir, 'sdk.mjs'), 'utf8');
  } finally {
    await rm(directory, { recursive: true });
  }
}
