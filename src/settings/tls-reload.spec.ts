import { mkdir, mkdtemp, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { generate } from 'selfsigned';
import { settingsWith } from './settings.ts';
import { lookout, watchTls } from './tls-reload.ts';
import type { TlsError, TlsPair } from './tls.ts';

const [first, second] = [pairOf(), pairOf()];

let directory: string;
let files: { cert: string; key: string };

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'belfry-reload-'));
  files = { cert: join(directory, 'cert.pem'), key: join(directory, 'key.pem') };
  await put(await first);
});

afterEach(() => rm(directory, { recursive: true }));

/** Writes in place whichever of the two is given. */
async function put({ cert, key }: Partial<TlsPair>): Promise<void> {
  if (cert !== undefined) await writeFile(files.cert, cert);
  if (key !== undefined) await writeFile(files.key, key);
}

async function pairOf(): Promise<TlsPair> {
  const { cert, private: key } = await generate([{ name: 'commonName', value: 'localhost' }], { keyType: 'ec' });
  return { cert: Buffer.from(cert), key: Buffer.from(key) };
}

describe('a renewal is served without a restart', () => {
  test('when the files are written in place, one after the other', async () => {
    const pair = await second;
    await expect(renewed(() => put(pair))).resolves.toEqual(pair);
  });

  test('when new files are renamed into their place', async () => {
    const pair = await second;
    const renew = async () => {
      await writeFile(join(directory, 'new-cert'), pair.cert);
      await writeFile(join(directory, 'new-key'), pair.key);
      await rename(join(directory, 'new-cert'), files.cert);
      await rename(join(directory, 'new-key'), files.key);
    };
    await expect(renewed(renew)).resolves.toEqual(pair);
  });

  test('when the symlink to their directory is swapped, as Kubernetes does', async () => {
    const link = join(directory, 'current');
    const directoryOf = async (name: string, pair: TlsPair) => {
      await mkdir(join(directory, name));
      await writeFile(join(directory, name, 'cert.pem'), pair.cert);
      await writeFile(join(directory, name, 'key.pem'), pair.key);
    };
    await directoryOf('one', await first);
    await directoryOf('two', await second);
    await symlink('one', link);
    files = { cert: join(link, 'cert.pem'), key: join(link, 'key.pem') };
    const renew = async () => {
      await symlink('two', join(directory, 'next'));
      await rename(join(directory, 'next'), link);
    };
    await expect(renewed(renew)).resolves.toEqual(await second);
  });

  test('and again after that', async () => {
    const watched = observe(await first);
    await put(await second);
    await watched.looks(2);
    await put(await first);
    await watched.looks(2);
    expect(watched.pairs).toEqual([await second, await first]);
  });
});

describe('what is on disk is left alone', () => {
  test('while it is what is served already', async () => {
    const watched = observe(await first);
    await put(await first);
    await watched.looks(3);
    expect(watched.heard()).toEqual({ pairs: [], refusals: [] });
  });

  test('when TLS is off', () => {
    const watch = watchTls(settingsWith({}), unexpected, unexpected);
    expect(() => watch.close()).not.toThrow();
  });

  test('when the watch is closed, by what hears of a new pair too', async () => {
    const heard: TlsPair[] = [];
    const settings = settingsWith({ tlsCertFile: files.cert, tlsKeyFile: files.key });
    await new Promise<void>((closed) => {
      const onPair = (pair: TlsPair) => {
        heard.push(pair);
        watch.close();
        closed();
      };
      const watch = watchTls(settings, onPair, ignored, { interval: 10 });
      void second.then(put);
    });
    // Others that watch the same files tell when each change could have been heard.
    await renewed(async () => put(await first));
    await renewed(async () => put(await second));
    expect(heard).toHaveLength(1);
  });
});

describe('a new pair that cannot be served', () => {
  test('is refused once, keeps the old one in use, and gives way to a good one', async () => {
    const watched = observe(await first);
    await put({ key: (await second).key });
    await watched.looks(5);
    expect(watched.pairs).toEqual([]);
    expect(watched.refusals).toEqual([expect.stringContaining('is not the key of the certificate')]);

    await put({ cert: (await second).cert });
    await watched.looks(2);
    expect(watched.pairs).toEqual([await second]);
    expect(watched.refusals).toHaveLength(1);
  });

  test('does not alarm when the other file follows before the next look', async () => {
    const watched = observe(await first);
    await put({ cert: (await second).cert });
    await watched.looks(1);
    await put({ key: (await second).key });
    await watched.looks(2);
    expect(watched.heard()).toEqual({ pairs: [await second], refusals: [] });
  });

  test('does not alarm while it is being written, not even as a shorter chain', async () => {
    const { cert, key } = await second;
    const chain = Buffer.concat([cert, Buffer.from('\n'), (await first).cert]);
    const watched = observe(await first);
    await put({ cert: cert.subarray(0, 100), key });
    await watched.looks(1);
    await put({ cert });
    await watched.looks(1);
    await put({ cert: chain });
    await watched.looks(2);
    expect(watched.heard()).toEqual({ pairs: [{ cert: chain, key }], refusals: [] });
  });

  test('is refused again when it is broken in another way, or broken anew after it was mended', async () => {
    const watched = observe(await first);
    await put({ key: Buffer.from('no key') });
    await watched.looks(3);
    await rm(files.key);
    await watched.looks(3);
    await put(await first);
    await watched.looks(3);
    await rm(files.key);
    await watched.looks(3);
    expect(watched.refusals).toEqual([
      expect.stringContaining('is not PEM'),
      expect.stringContaining('does not exist'),
      expect.stringContaining('does not exist'),
    ]);
    expect(watched.pairs).toEqual([]);
  });

  test('is taken when its time has come, though the files stay as they are', async () => {
    let now = 0;
    const watched = observe(await first, () => now);
    await put(await second);
    await watched.looks(3);
    expect(watched.refusals).toEqual([expect.stringContaining('is not valid before')]);
    now = Date.now();
    await watched.looks(1);
    expect(watched.pairs).toEqual([await second]);
  });

  test('is offered again when the server failed to take it', async () => {
    let failures = 2;
    const watched = observe(await first, Date.now, () => {
      if (failures > 0) throw new Error(`${(failures -= 1)} to go`);
    });
    await put(await second);
    await watched.looks(2);
    expect(watched.heard()).toEqual({ pairs: [], refusals: ['The new pair was not taken: 1 to go.'] });
    await watched.looks(2);
    expect(watched.pairs).toEqual([await second]);
  });

  test('on disk from the beginning is told, and the first good one is taken', async () => {
    await rm(files.key);
    const watched = observe(undefined);
    await watched.looks(2);
    await put(await first);
    await watched.looks(2);
    expect(watched.heard()).toEqual({ pairs: [await first], refusals: [expect.stringContaining('does not exist')] });
  });
});

/** Runs the real watch while `renew` happens; resolves with the pair that it passes on. */
async function renewed(renew: () => Promise<void>): Promise<TlsPair> {
  const settings = settingsWith({ tlsCertFile: files.cert, tlsKeyFile: files.key });
  let watch: { close(): void } | undefined;
  try {
    return await new Promise<TlsPair>((passedOn, failed) => {
      // Two looks may well find half of a renewal at this pace; what is refused when is told with the single looks below.
      watch = watchTls(settings, passedOn, ignored, { interval: 10 });
      renew().catch(failed);
    });
  } finally {
    watch?.close();
  }
}

/** The watch, one look at a time, and all that it says. */
function observe(inUse: TlsPair | undefined, now: () => number = Date.now, take: () => void = () => undefined) {
  const pairs: TlsPair[] = [];
  const refusals: string[] = [];
  const look = lookout(files, inUse, now, {
    onPair: (pair) => {
      take();
      pairs.push(pair);
    },
    onRefused: (error: TlsError) => refusals.push(error.message),
  });
  const looks = async (times: number): Promise<void> => {
    await look();
    if (times > 1) await looks(times - 1);
  };
  return { pairs, refusals, looks, heard: () => ({ pairs, refusals }) };
}

function ignored(): void {}

function unexpected(): never {
  throw new Error('Nothing should be heard.');
}
