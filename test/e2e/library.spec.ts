/** Belfry as a package: packed, unpacked beside another Nest application, compiled against its types, and run. */
import { execFileSync, spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { copyFileSync, mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import request from 'supertest';
import { Client } from '../support/client.ts';
import { ROOT } from '../support/root.ts';

const TSCONFIG = {
  compilerOptions: {
    target: 'es2023',
    module: 'nodenext',
    types: ['node'],
    strict: true,
    skipLibCheck: true,
    experimentalDecorators: true,
    emitDecoratorMetadata: true,
  },
};

describe('the package', () => {
  let directory: string;
  let host: ChildProcess;
  let errors = '';
  let url: string;

  beforeAll(async () => {
    directory = mkdtempSync(join(tmpdir(), 'belfry-library-'));
    installInto(directory);
    for (const file of ['host.ts', 'reader.ts']) copyFileSync(join(ROOT, 'test/library', file), join(directory, file));
    writeFileSync(join(directory, 'package.json'), JSON.stringify({ type: 'module' }));
    writeFileSync(join(directory, 'tsconfig.json'), JSON.stringify(TSCONFIG));
    execFileSync(process.execPath, [join(ROOT, 'node_modules/typescript/bin/tsc'), '-p', directory], {
      stdio: 'inherit',
    });
    host = run('host.js');
    host.stderr?.on('data', (chunk: Buffer) => (errors += chunk.toString()));
    url = await nextLine(host);
  }, 120_000);

  afterAll(() => {
    host.kill('SIGKILL');
    rmSync(directory, { recursive: true });
  });

  function run(program: string, ...args: string[]): ChildProcess {
    return spawn(process.execPath, [program, ...args], {
      cwd: directory,
      env: { PATH: process.env['PATH'], DATA_DIR: join(directory, 'data') },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
  }

  it("puts the floor under the application's own gateways", async () => {
    const client = await Client.open(`${url.replace('http', 'ws')}/square`);
    expect(await client.ask('square', { of: 3 }, 1)).toEqual({ event: 'ack', id: 1, data: { is: 9 } });
    expect((await client.ask('square', { of: 'x' })).data).toMatchObject({ code: 'invalid' });
    expect((await client.ask('square', { of: -1 })).data).toMatchObject({ code: 'forbidden' });
    client.send('no envelope');
    expect((await client.json()).data).toMatchObject({ code: 'bad_json' });
  });

  it('gives it channels, which its controllers publish to and the client library reads', async () => {
    const reader = run('reader.js', `${url.replace('http', 'ws')}/ws`);
    const lines = createInterface({ input: reader.stdout ?? process.stdin })[Symbol.asyncIterator]();
    expect((await lines.next()).value).toBe('joined');
    await request(url).post('/news').send({ text: 'hello' }).expect(201, { offset: 1 });
    expect((await lines.next()).value).toBe('hello true');
    expect(await once(reader, 'exit')).toEqual([0, null]);
  });

  it("leaves the application's own answers as they are", async () => {
    const response = await request(url).get('/nothing');
    expect(response.status).toBe(404);
    expect(response.body).toMatchObject({ message: 'the host says so' });
  });

  it('takes leave of its clients when the application closes', async () => {
    const client = await Client.welcomed(`${url.replace('http', 'ws')}/ws`);
    host.kill('SIGTERM');
    expect((await client.event('goodbye')).data).toMatchObject({ reason: 'restarting' });
    expect((await client.closed).code).toBe(1012);
    await once(host, 'exit');
    expect(errors).toBe('');
  });
});

/** As `npm install` would, of the tarball, without asking a registry: what it depends on is linked. */
function installInto(directory: string): void {
  const modules = join(directory, 'node_modules');
  mkdirSync(join(modules, 'belfry'), { recursive: true });
  const packing = ['pack', '--json', '--ignore-scripts', '--pack-destination', directory];
  const packed = execFileSync('npm', packing, { cwd: ROOT, stdio: ['ignore', 'pipe', 'ignore'] });
  const [{ filename }] = JSON.parse(packed.toString()) as [{ readonly filename: string }];
  execFileSync('tar', ['-xzf', join(directory, filename), '-C', join(modules, 'belfry'), '--strip-components=1']);
  for (const name of readdirSync(join(ROOT, 'node_modules'))) {
    if (!name.startsWith('.')) symlinkSync(join(ROOT, 'node_modules', name), join(modules, name));
  }
}

async function nextLine({ stdout, stderr }: ChildProcess): Promise<string> {
  let said = '';
  stderr?.on('data', (chunk: Buffer) => (said += chunk.toString()));
  const lines = createInterface({ input: stdout ?? process.stdin });
  const { value, done } = await lines[Symbol.asyncIterator]().next();
  if (done === true) throw new Error(`it ended before it listened:\n${said}`);
  return value;
}
