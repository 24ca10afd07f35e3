import { execFileSync, spawn } from 'node:child_process';
import type { ChildProcessWithoutNullStreams } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const FULL_DISK = fileURLToPath(new URL('../engine/full-disk.mjs', import.meta.url));

/** In blocks of 1024 bytes, as bash counts them. */
const LIMIT = 6000;

let directory: string;
let child: ChildProcessWithoutNullStreams | undefined;
beforeEach(async () => (directory = await mkdtemp(join(tmpdir(), 'belfry-full-'))));
afterEach(async () => {
  child?.kill('SIGKILL');
  await rm(directory, { recursive: true });
});

// A limit on the size of files is a disk that anybody can fill. Only Linux can lift it from outside, with prlimit.
test.each(['commit', 'flush'])(
  'a log with DURABILITY=%s on a full disk refuses appends, goes on reading, and works again when there is room',
  async (durability) => {
    const command = `ulimit -S -f ${LIMIT}; exec "$0" "$@"`;
    child = spawn('bash', ['-c', command, process.execPath, FULL_DISK, directory, durability]);
    child.stderr.pipe(process.stderr);
    const exit = once(child, 'exit');
    const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
    const next = async (): Promise<Record<string, unknown>> =>
      JSON.parse(String((await lines.next()).value)) as Record<string, unknown>;

    const full = await next();
    expect(full).toMatchObject({ refused: 'EngineUnavailable', health: { status: 'down' } });
    expect(full['kept']).toBeGreaterThan(50);
    expect(full['news']).toBe(full['kept']);
    const still = await next();
    expect(still).toMatchObject({ head: still['kept'], read: 10 });
    expect(still['refused']).toBeGreaterThan(200);

    execFileSync('bash', ['-c', `prlimit --pid ${child.pid} --fsize=unlimited`]);
    child.stdin.write('there is room\n');
    const lastTrouble = 'The log can be written again.';
    expect(await next()).toEqual({ next: 1, health: { status: 'up' }, lastTrouble });
    expect(await next()).toBe('closed');
    expect(await exit).toEqual([0, null]);
  },
);
