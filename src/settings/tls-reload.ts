/**
 * Notices a renewed certificate, so that it is served without a restart.
 * Relies on reading both small files again and again and comparing what they hold: a rename, a write in place and a
 * swapped symlink look alike that way, also on volumes that report no changes and where two writes share one timestamp.
 * Only a pair that works is passed on; until there is one, the server keeps the pair that it has.
 */
import { readFile } from 'node:fs/promises';
import type { Settings } from './settings.ts';
import { checkPair, readTls, reasonOf, tlsFiles, TlsError, unreadable } from './tls.ts';
import type { TlsFiles, TlsPair } from './tls.ts';
import { SECOND } from './units.ts';

/** How to watch; each has a default. */
export interface WatchTlsOptions {
  /** Milliseconds between two looks at the files; 2 s. A change counts from the second look on that finds it. */
  readonly interval?: number;
  /** The pair that is served already; by default the one that is on disk when the watch begins. */
  readonly inUse?: TlsPair | undefined;
  /** The clock, milliseconds since 1970; `Date.now`. */
  readonly now?: () => number;
}

/** What hears about changes. */
export interface TlsListener {
  /** Takes a good pair that differs from the one in use, and is the one in use from now on. If it throws, it isn't. */
  readonly onPair: (pair: TlsPair) => void;
  /** Hears why what the files hold now is not served, once for each thing that they hold. Must not throw. */
  readonly onRefused: (error: TlsError) => void;
}

/** What one look at a file found: its content, or why there is none. */
type Found = Buffer | TlsError;
type Look = Readonly<Record<keyof TlsFiles, Found>>;

/**
 * Watches the two files until it is closed. Its timer doesn't keep the process alive. Watches nothing when TLS is off.
 *
 * @throws TlsError when only one of the two files is set
 */
export function watchTls(
  settings: Settings,
  onPair: TlsListener['onPair'],
  onRefused: TlsListener['onRefused'],
  { interval = 2 * SECOND, inUse, now = Date.now }: WatchTlsOptions = {},
): { close(): void } {
  const files = tlsFiles(settings);
  if (files === undefined) return { close: () => undefined };

  let timer: NodeJS.Timeout | undefined;
  let closed = false;
  const look = lookout(files, inUse ?? onDisk(settings, now), now, {
    // A look may be under way while the watch is closed.
    onPair: (pair) => closed || onPair(pair),
    onRefused: (error) => closed || onRefused(error),
  });
  // The next look waits for this one: a slow volume is never asked twice at once.
  const next = (): void => {
    if (!closed) timer = setTimeout(() => void look().finally(next), interval).unref();
  };
  next();
  return {
    close: () => {
      closed = true;
      clearTimeout(timer);
    },
  };
}

/**
 * The watch without its timer: each call is one look at the files.
 *
 * A change has to be found by two looks in a row before it counts. A renewal writes one file after the other, so what a
 * single look finds may be half of it: a certificate whose key is still to come, or a file that is being written.
 */
export function lookout(
  files: TlsFiles,
  inUse: TlsPair | undefined,
  now: () => number,
  { onPair, onRefused }: TlsListener,
): () => Promise<void> {
  let used: Look | undefined = inUse;
  let last: Look | undefined;
  let refused: { readonly look: Look; readonly message: string } | undefined;

  return async () => {
    const look = await lookAt(files);
    const settled = isSame(look, last);
    last = look;
    if (!settled) return;
    if (isSame(look, used)) {
      refused = undefined;
      return;
    }
    try {
      onPair(goodPair(files, look, now()));
      used = look;
      refused = undefined;
    } catch (error) {
      const refusal = error instanceof TlsError ? error : notTaken(error);
      if (isSame(look, refused?.look) && refusal.message === refused?.message) return;
      refused = { look, message: refusal.message };
      onRefused(refusal);
    }
  };
}

async function lookAt(files: TlsFiles): Promise<Look> {
  const [cert, key] = await Promise.all([find('TLS_CERT_FILE', files.cert), find('TLS_KEY_FILE', files.key)]);
  return { cert, key };
}

async function find(variable: string, file: string): Promise<Found> {
  return await readFile(file).catch((error: unknown) => unreadable(variable, file, error));
}

function goodPair(files: TlsFiles, { cert, key }: Look, now: number): TlsPair {
  if (cert instanceof TlsError) throw cert;
  if (key instanceof TlsError) throw key;
  const pair = { cert, key };
  checkPair(files, pair, now);
  return pair;
}

/** A pair that is no good when the watch begins is not in use; the watch will say what is wrong with it. */
function onDisk(settings: Settings, now: () => number): TlsPair | undefined {
  try {
    return readTls(settings, now);
  } catch (error) {
    if (error instanceof TlsError) return undefined;
    throw error;
  }
}

function notTaken(error: unknown): TlsError {
  return new TlsError(`The new pair was not taken: ${reasonOf(error)}.`, { cause: error });
}

function isSame(one: Look, other: Look | undefined): boolean {
  return other !== undefined && isSameFile(one.cert, other.cert) && isSameFile(one.key, other.key);
}

function isSameFile(one: Found, other: Found): boolean {
  if (one instanceof TlsError || other instanceof TlsError) {
    return one instanceof TlsError && other instanceof TlsError && one.message === other.message;
  }
  return one.equals(other);
}
