/**
 * The container, as far as it shows without an engine: what its files promise, its health check as a process of its own,
 * and whether the packages that go into the image are enough.
 */
import { spawn } from 'node:child_process';
import type { ChildProcessWithoutNullStreams } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import type { AddressInfo, Server } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { generate } from 'selfsigned';
import { Settings } from '../../src/settings/settings.ts';
import { Client } from '../support/client.ts';
import { startServer } from '../support/server-process.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const read = (file: string): string => readFileSync(join(ROOT, file), 'utf8');
const withoutComments = (text: string): string => text.replaceAll(/^\s*#.*\n/gm, '');

let directory: string;

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'belfry-container-'));
});

afterEach(() => rm(directory, { recursive: true }));

describe('the image', () => {
  const dockerfile = read('Dockerfile');
  const stages = stagesOf(dockerfile);
  const shipped = stages.at(-1) ?? [];

  it('starts from one named version of Node, which can be pinned to a digest', () => {
    expect(dockerfile).toMatch(/^ARG NODE_IMAGE=node:\d+[\w.]*-bookworm-slim$/m);
    const named = stages.map((stage) => /(?<= AS )\w+$/.exec(saidOf(stage, 'FROM')[0] ?? '')?.[0]);
    for (const stage of stages) {
      const [base] = (saidOf(stage, 'FROM')[0] ?? '').split(' ');
      expect(['${NODE_IMAGE}', ...named]).toContain(base);
    }
  });

  it('can be built where nothing but that base image is to be had', () => {
    expect(dockerfile).not.toMatch(/^#\s*(syntax|escape)\s*=/im);
  });

  it('is built in stages: what it takes to build is not shipped', () => {
    expect(stages.length).toBeGreaterThan(2);
    expect(saidOf(shipped, 'RUN').join('\n')).not.toMatch(/npm|apt|curl/);
    expect(saidOf(shipped, 'COPY')).toEqual([
      'package.json ./',
      'scripts/healthcheck.mjs scripts/',
      '--from=production /app/node_modules node_modules/',
      '--from=build /app/dist dist/',
    ]);
    expect(stages.flatMap((stage) => saidOf(stage, 'RUN')).join('\n')).toMatch('npm ci --omit=dev');
  });

  it('runs as a user by number that is not root, and owns its data and nothing else', () => {
    const [user] = saidOf(shipped, 'USER');
    expect(user).toMatch(/^[1-9]\d*:[1-9]\d*$/);
    const [owner, group] = user?.split(':') ?? [];
    const [volume] = saidOf(shipped, 'VOLUME');
    expect(saidOf(shipped, 'RUN')).toEqual([`install -d -o ${owner} -g ${group} -m 700 ${volume}`]);
    expect(saidOf(shipped, 'ENV').join(' ')).toMatch(`DATA_DIR=${volume}`);
    expect(saidOf(shipped, 'COPY').join('\n')).not.toMatch('--chown');
  });

  it('has the server as its first process, so that SIGTERM reaches it', () => {
    const [entry] = saidOf(shipped, 'ENTRYPOINT');
    expect(JSON.parse(entry ?? '')).toEqual(['node', 'dist/main.js']);
    expect(saidOf(shipped, 'CMD')).toEqual([]);
    expect(saidOf(shipped, 'STOPSIGNAL')).toEqual(['SIGTERM']);
    expect(existsSync(join(ROOT, 'dist/main.js'))).toBe(true);
  });

  it('is asked for its health by a script that it carries, and not by curl', () => {
    const [check = ''] = saidOf(shipped, 'HEALTHCHECK');
    const [, options = '', command = ''] = /^(.*) CMD (\[.+\])$/.exec(check) ?? [];
    const [program, script] = JSON.parse(command) as string[];
    expect(program).toBe('node');
    expect(copied(shipped)).toContain(script);
    for (const option of ['interval', 'timeout', 'start-period', 'retries']) expect(options).toMatch(`--${option}=`);
  });

  it('listens where the defaults say, and says so', () => {
    expect(saidOf(shipped, 'EXPOSE')).toEqual([String(new Settings().port)]);
  });

  it('is labelled with the version of the package', () => {
    const { version, license } = JSON.parse(read('package.json')) as Record<string, string>;
    expect(saidOf(shipped, 'LABEL').join(' ')).toMatch(`org.opencontainers.image.version="${version}"`);
    expect(saidOf(shipped, 'LABEL').join(' ')).toMatch(`org.opencontainers.image.licenses="${license}"`);
  });

  it('is built from exactly what .dockerignore lets through', () => {
    const lines = withoutComments(read('.dockerignore')).split('\n').filter(Boolean);
    expect(lines[0]).toBe('*');
    const letThrough = lines.filter((line) => line.startsWith('!')).map((line) => line.slice(1));
    expect(letThrough.toSorted()).toEqual([...new Set(stages.flatMap(copied))].toSorted());
    for (const file of letThrough) expect([file, existsSync(join(ROOT, file))]).toEqual([file, true]);
  });
});

describe('docker compose up', () => {
  const compose = withoutComments(read('docker-compose.yml'));

  it('leaves clients the time that DRAIN_SECONDS says, and some more, before anything is killed', () => {
    const [, more, byDefault] = /stop_grace_period: (\d+)s\$\{DRAIN_SECONDS:-(\d+)\}s$/m.exec(compose) ?? [];
    expect(Number(more)).toBeGreaterThan(0);
    expect(Number(byDefault)).toBe(new Settings().drainSeconds);
  });

  it('starts with and without a file .env, whose PORT is the port outside', () => {
    expect(compose).toMatch(/env_file:\n\s+- path: \.env\n\s+required: false\n/);
    const { port } = new Settings();
    expect(compose).toMatch(`- '\${PORT:-${port}}:${port}'`);
    expect(compose).toMatch(new RegExp(`environment:\\n(?:\\s+\\w+: .+\\n)*\\s+PORT: ${port}\\n`));
  });

  it('gives the server a volume to write to, and neither another place nor any privilege', () => {
    const [volume] = /(?<=^VOLUME ).+$/m.exec(read('Dockerfile')) ?? [];
    expect(compose).toMatch(`- data:${volume}\n`);
    expect(compose).toMatch(/^ {4}read_only: true$/m);
    expect(compose).toMatch(/^ {4}cap_drop: \[ALL\]$/m);
    expect(compose).toMatch(/^ {4}security_opt: \['no-new-privileges:true'\]$/m);
    expect(compose).not.toMatch(/privileged:|cap_add:|network_mode:|user: *root/);
  });
});

describe('the health check of the container', () => {
  it('says yes when the server is ready', async () => {
    const server = await startServer();
    const answer = await healthCheck({ PORT: String(server.port) });
    await server.stop();
    expect(answer).toEqual({ code: 0, output: expect.stringMatching('"status":"ok"') });
  });

  it('says yes over https, whomever the certificate names', async () => {
    const files = { TLS_CERT_FILE: join(directory, 'cert.pem'), TLS_KEY_FILE: join(directory, 'key.pem') };
    const pair = await generate([{ name: 'commonName', value: 'chat.example.org' }]);
    await writeFile(files.TLS_CERT_FILE, pair.cert);
    await writeFile(files.TLS_KEY_FILE, pair.private);
    const server = await startServer(files);
    const answer = await healthCheck({ PORT: String(server.port), ...files });
    await server.stop();
    expect(answer).toEqual({ code: 0, output: expect.stringMatching('"status":"ok"') });
  });

  it('says no while the server takes leave of its clients', async () => {
    const server = await startServer();
    const hearing = await Client.open(`${server.wsUrl}/ws`);
    const deaf = await Client.open(`${server.wsUrl}/ws`);
    deaf.socket.pause();
    const ended = server.stop();
    await hearing.closed;
    const answer = await healthCheck({ PORT: String(server.port) });
    deaf.socket.resume();
    expect(answer).toEqual({ code: 1, output: expect.stringMatching('leaving') });
    expect(await ended).toEqual({ code: 0, signal: null });
  });

  it('says no, and why, when nothing listens', async () => {
    const former = await listening();
    const { port } = former.address() as AddressInfo;
    await closed(former);
    const answer = await healthCheck({ PORT: String(port) });
    expect(answer).toEqual({ code: 1, output: expect.stringMatching('ECONNREFUSED') });
  });

  it('says no to a server that takes the question and does not answer it', async () => {
    const hanging = await listening();
    const asked = once(hanging, 'connection');
    const { port } = hanging.address() as AddressInfo;
    // Blank variables count as not set.
    const answer = await healthCheck({ PORT: String(port), HOST: '', TLS_CERT_FILE: ' ' });
    const [socket] = (await asked) as [{ destroy(): void }];
    socket.destroy();
    await closed(hanging);
    expect(answer).toEqual({ code: 1, output: expect.stringMatching('timeout') });
  });
});

describe('the packages of the image', () => {
  it('are enough to start the server and to show the page', async () => {
    await installProduction(directory);
    const server = spawn(
      process.execPath,
      // The links lead to packages that have the others, too, beside them: a link's own place must count.
      ['--preserve-symlinks', '--preserve-symlinks-main', join(directory, 'dist/main.js')],
      { cwd: directory, env: { PATH: process.env['PATH'], NODE_ENV: 'production', HOST: '127.0.0.1', PORT: '0' } },
    );
    const written = outputOf(server);
    const ended = once(server, 'close');
    const address = new Promise<string>((resolve, reject) => {
      server.stdout.on('data', () => {
        const [found] = /http:\/\/[\d.:]+/.exec(written()) ?? [];
        if (found) resolve(found);
      });
      server.once('close', () => reject(new Error(written())));
    });
    try {
      const url = await address;
      expect((await fetch(`${url}/health/ready`)).status).toBe(200);
      expect((await fetch(url)).headers.get('content-type')).toMatch('text/html');
    } finally {
      server.kill();
    }
    expect(await ended).toEqual([0, null]);
  });
});

/** One instruction of a Dockerfile, its lines joined. */
interface Instruction {
  readonly word: string;
  readonly rest: string;
}

/** The stages of a Dockerfile, each beginning with its FROM. */
function stagesOf(dockerfile: string): Instruction[][] {
  const stages: Instruction[][] = [];
  for (const line of withoutComments(dockerfile)
    .replaceAll(/\\\n\s*/g, '')
    .split('\n')) {
    const [, word, rest] = /^([A-Z]+) +(.+)$/.exec(line) ?? [];
    if (word === undefined || rest === undefined) continue;
    if (word === 'FROM') stages.push([]);
    stages.at(-1)?.push({ word, rest });
  }
  return stages;
}

/** What follows each instruction of that name. */
function saidOf(stage: readonly Instruction[], word: string): string[] {
  return stage.filter((instruction) => instruction.word === word).map(({ rest }) => rest);
}

/** What a stage copies out of the project, as opposed to another stage. */
function copied(stage: readonly Instruction[]): string[] {
  const own = saidOf(stage, 'COPY').filter((rest) => !rest.startsWith('--from'));
  return own.flatMap((rest) => rest.split(/\s+/).slice(0, -1));
}

/** Runs the script as the engine does, with nothing of the test's own environment. */
async function healthCheck(env: Record<string, string>): Promise<{ code: number; output: string }> {
  const check = spawn(process.execPath, [join(ROOT, 'scripts/healthcheck.mjs')], { env });
  const written = outputOf(check);
  const [code] = (await once(check, 'close')) as [number];
  return { code, output: written() };
}

/** Everything that a process has written so far. */
function outputOf({ stdout, stderr }: ChildProcessWithoutNullStreams): () => string {
  let written = '';
  for (const stream of [stdout, stderr]) stream.on('data', (chunk: Buffer) => (written += chunk.toString()));
  return () => written;
}

/** Something that listens on a free port. */
async function listening(): Promise<Server> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  return server;
}

async function closed(server: Server): Promise<void> {
  server.close();
  await once(server, 'close');
}

/** The built server with links to just those packages that "npm ci --omit=dev" installs. */
async function installProduction(target: string): Promise<void> {
  const { packages } = JSON.parse(read('package-lock.json')) as { packages: Record<string, { dev?: boolean }> };
  const production = Object.entries(packages)
    // A package inside a package comes with it.
    .filter(([path, { dev }]) => !dev && path.lastIndexOf('node_modules') === 0)
    .map(([path]) => path)
    // Those for other systems are not there.
    .filter((path) => existsSync(join(ROOT, path)));
  for (const path of ['package.json', 'dist', ...production]) {
    await mkdir(dirname(join(target, path)), { recursive: true });
    await symlink(join(ROOT, path), join(target, path));
  }
}
