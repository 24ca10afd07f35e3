/**
 * The proxy of docker-compose.cluster.yml as a process: its own command, on its own configuration.
 * What a container gives it is put in place of the words that name it: folders, ports, and Docker's DNS. Each must be there.
 */
import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { connect } from 'node:tls';
import { parse } from 'yaml';
import { freePort } from '../../src/engine/redis/redis-server.contract.ts';
import { Names } from './names.ts';
import { PATH } from './programs.ts';
import { ROOT } from './root.ts';

/** What the proxy is to be put in front of, and with what. */
export interface ProxyOptions {
  /** The addresses of the nodes. */
  readonly nodes: readonly string[];
  /** The port that all of them have. */
  readonly port: number;
  /** A certificate of one's own, in PEM. */
  readonly certificate?: { readonly cert: string; readonly key: string };
}

/** A proxy that takes connections. */
export class Proxy {
  private constructor(
    /** `127.0.0.1:41234` */
    readonly host: string,
    /** Where the nodes are found; tests let them come and go here. */
    readonly names: Names,
    private readonly directory: string,
    private readonly child: ChildProcess,
  ) {}

  static async start({ nodes, port, certificate }: ProxyOptions): Promise<Proxy> {
    const directory = await mkdtemp(join(tmpdir(), 'belfry-proxy-'));
    // nginx gives its workers to another user when it is started by root.
    await chmod(directory, 0o755);
    for (const folder of ['tmp', 'certificate', 'proxy']) await mkdir(join(directory, folder));
    if (certificate) {
      await writeFile(join(directory, 'certificate/cert.pem'), certificate.cert);
      await writeFile(join(directory, 'certificate/key.pem'), certificate.key);
    }
    const names = await Names.start(nodes);
    const own = await freePort();
    const config = replaced(await readFile(join(ROOT, 'deploy/proxy/nginx.conf'), 'utf8'), [
      ['/tmp/', `${directory}/tmp/`],
      ['/dev/stdout', `${directory}/access.log`],
      ['resolver 127.0.0.11 ', `resolver 127.0.0.1:${names.port} `],
      ['listen 8443 ', `listen 127.0.0.1:${own} `],
      ['http://$nodes:8080', `http://$nodes:${port}`],
    ]);
    await writeFile(join(directory, 'proxy/nginx.conf'), config);

    const [program = '', ...args] = await startCommand(directory);
    const child = spawn(program, args, { env: { PATH }, stdio: ['ignore', 'ignore', 'pipe'] });
    let written = '';
    child.stderr.on('data', (chunk: Buffer) => (written += chunk.toString()));
    const proxy = new Proxy(`127.0.0.1:${own}`, names, directory, child);
    while (!(await isOpen(own))) {
      if (child.exitCode !== null) {
        await proxy.end();
        throw new Error(written);
      }
      await wait(10);
    }
    return proxy;
  }

  /** The certificate that it serves. */
  async certificate(): Promise<string> {
    return readFile(join(this.directory, 'tmp/cert.pem'), 'utf8');
  }

  /** A line for each request that has ended. */
  async log(): Promise<string> {
    return readFile(join(this.directory, 'access.log'), 'utf8');
  }

  async stop(): Promise<void> {
    const ended = once(this.child, 'close');
    this.child.kill();
    await ended;
    await this.end();
  }

  private async end(): Promise<void> {
    this.names.close();
    await rm(this.directory, { recursive: true });
  }
}

/** As docker-compose.cluster.yml has it, with folders of the test in place of the container's. */
async function startCommand(directory: string): Promise<string[]> {
  const compose = parse(await readFile(join(ROOT, 'docker-compose.cluster.yml'), 'utf8'), { logLevel: 'silent' }) as {
    services: { proxy: { entrypoint: string[]; command: string[] } };
  };
  const { entrypoint, command } = compose.services.proxy;
  return [...entrypoint, ...command].map((word) =>
    word.replaceAll(/(?<= )\/(tmp|certificate|proxy)(?=[/\s])/g, (folder) => directory + folder),
  );
}

function replaced(text: string, pairs: ReadonlyArray<readonly [string, string]>): string {
  return pairs.reduce((current, [word, other]) => {
    if (!current.includes(word)) throw new Error(`the proxy's configuration no longer has "${word}"`);
    return current.replaceAll(word, () => other);
  }, text);
}

async function isOpen(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ port, host: '127.0.0.1', rejectUnauthorized: false }, () => {
      resolve(true);
      socket.destroy();
    });
    socket.on('error', () => resolve(false));
  });
}
