/**
 * Every command in a block of the documents is run by a test: here, where that is cheap, or by the test that is named here. Whoever
 * writes a new one says who runs it. Every link within the documents leads somewhere.
 */
import { execFile } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, normalize } from 'node:path';
import { promisify } from 'node:util';
import { ROOT } from '../support/root.ts';
import { runServer, startServer } from '../support/server-process.ts';

const run = promisify(execFile);
const read = (file: string): string => readFileSync(join(ROOT, file), 'utf8');
const { scripts } = JSON.parse(read('package.json')) as { readonly scripts: Readonly<Record<string, string>> };

const EXAMPLES = readdirSync(join(ROOT, 'examples'), { withFileTypes: true }).filter((entry) => entry.isDirectory());
const FOLDERS = ['.', 'docs', 'docs/adr', 'client/sdk', ...EXAMPLES.map(({ name }) => `examples/${name}`)];
const DOCUMENTS = FOLDERS.flatMap((folder) =>
  readdirSync(join(ROOT, folder))
    .filter((file) => file.endsWith('.md'))
    .map((file) => normalize(join(folder, file))),
);

/** Who runs a command: a file of tests, and what stands in it that shows it. `$1` is what the command's group caught. */
interface Runner {
  readonly command: RegExp;
  /** The one document that it is for. */
  readonly in?: string;
  readonly file: string;
  readonly part: string;
}

/**
 * Docker and Kubernetes are not to be had in a test: what is named for them holds their files, and what they would start, to the server.
 * Where several are named for a command, all have to be right.
 */
const RUNNERS: readonly Runner[] = [
  { command: /^npm ci$/, file: '.ci/run', part: 'step npm ci' },
  { command: /^npm test$/, file: '.ci/run', part: 'step npm test' },
  { command: /^npm run (check)$/, file: 'package.json', part: '"test": "npm run $1 && ' },
  { command: /^npm run test:(unit|e2e|browser)$/, file: 'jest.config.js', part: "project('$1'" },
  { command: /^npm run faults -- --short$/, file: 'test/e2e/faults.spec.ts', part: "form: 'short'" },
  { command: /^npm run faults -- --cluster/, file: 'test/e2e/faults-cluster.spec.ts', part: "form: 'short'" },
  { command: /--only (redis-\w+)$/, file: 'test/faults/cluster/scenarios/redis-dies.ts', part: '$1' },
  { command: /^npm run bench -- --(quick|only)/, file: 'test/e2e/bench-load.spec.ts', part: 'bench/load/' },
  { command: /^npm run bench -- --(quick|only)/, file: 'bench/options.ts', part: '$1: {' },
  { command: /^npm run example ([a-z]+)$/, file: 'examples/$1/$1.spec.ts', part: '/$1.module.ts' },
  { command: /^npm run example ([a-z]+)$/, file: 'examples/start.ts', part: '  $1: [' },
  { command: /^curl /, in: 'docs/api.md', file: 'test/e2e/api/examples.spec.ts', part: 'docs/api.md' },
  {
    command: /^curl /,
    in: 'examples/notifications/README.md',
    file: 'examples/notifications/notifications.spec.ts',
    part: 'examples/notifications/README.md',
  },
  {
    command: /^(mkdir|cd|npm) /,
    in: 'docs/extending.md',
    file: 'test/e2e/extending.spec.ts',
    part: 'docs/extending.md',
  },
  { command: /^docker /, in: 'docs/extending.md', file: 'test/e2e/extending.spec.ts', part: 'ENTRYPOINT' },
  {
    command: /docker (build|run|exec|inspect|stop|restart)\b/,
    file: 'test/e2e/container.spec.ts',
    part: "'Dockerfile'",
  },
  { command: /docker compose/, file: 'test/e2e/container.spec.ts', part: "'docker-compose.yml'" },
  {
    command: /(docker-compose\.cluster\.yml|--scale)/,
    file: 'test/e2e/deploy.spec.ts',
    part: 'docker-compose.cluster.yml',
  },
  { command: /^kubectl /, file: 'test/e2e/deploy.spec.ts', part: 'deploy/kubernetes' },
];

/** What nobody can test beside other tests: it writes into `dist/`, from which they start their servers. */
const BY_HAND = 'npm run dev';

/** What is run below. */
const HERE = /^npm run cert$|^(?<settings>(?:[A-Z_]+=\S+ )*)npm start(?: -- --check)?$/;

/** A command as somebody would type it: continued lines and loops are one, without what is said about it. */
interface Command {
  readonly document: string;
  readonly command: string;
}

const COMMANDS: readonly Command[] = DOCUMENTS.flatMap((document) =>
  [...read(document).matchAll(/^```(?:sh|bash|shell|console)\n(.+?)^```$/gms)]
    .flatMap(([, block = '']) =>
      block
        .replaceAll(/\\\n\s*/g, '')
        .replaceAll(/\bdo\n.+?\ndone\b/gs, (loop) => loop.replaceAll(/\n\s*/g, '; '))
        .split('\n')
        .flatMap((line) => (line.startsWith('for ') ? [line] : line.replace(/\s+#\s.*$/, '').split(' && '))),
    )
    .filter((command) => command.trim() !== '')
    .map((command) => ({ document, command })),
);

describe('every command in the documents', () => {
  it.each(COMMANDS)('is run by a test: $document: $command', ({ document, command }) => {
    if (command === BY_HAND || HERE.test(command)) return;
    const runners = RUNNERS.filter((runner) => (runner.in ?? document) === document && runner.command.test(command));
    expect({ command, runners: runners.length }).not.toEqual({ command, runners: 0 });
    for (const runner of runners) {
      const [, caught = ''] = runner.command.exec(command) ?? [];
      const [file, part] = [runner.file, runner.part].map((text) => text.replaceAll('$1', caught)) as [string, string];
      expect({ file, isThere: existsSync(join(ROOT, file)) }).toEqual({ file, isThere: true });
      expect(read(file)).toContain(part);
    }
  });

  it.each(RUNNERS)('has somebody who says it: $command', ({ command }) => {
    expect(COMMANDS.some((each) => command.test(each.command))).toBe(true);
  });

  const starts = new Set(COMMANDS.map(({ command }) => command).filter((command) => /npm start/.test(command)));

  it.each([...starts])('that starts a server has settings that it takes: %s', async (command) => {
    expect(scripts['start']).toMatch(/&& node dist\/main\.js$/);
    const { settings = '' } = HERE.exec(command)?.groups ?? {};
    const pairs = [...settings.matchAll(/(\S+)=(\S+) /g)].map(([, name = '', value = '']) => [name, value]);
    // Files that `npm run cert` makes are served in the next test.
    const env = Object.fromEntries(pairs.filter(([name]) => !name?.startsWith('TLS_'))) as Record<string, string>;
    const { ended, output } = runServer(env, ['--check']);
    expect({ ...(await ended), output: output() }).toMatchObject({ code: 0 });
  });

  it('that makes a certificate makes the one that is served by the command after it', async () => {
    expect([...starts]).toContain('TLS_CERT_FILE=cert/cert.pem TLS_KEY_FILE=cert/key.pem npm start');
    const [, program = ''] = /^node (\S+)$/.exec(scripts['cert'] ?? '') ?? [];
    const directory = mkdtempSync(join(tmpdir(), 'belfry-docs-'));
    try {
      await run(process.execPath, [join(ROOT, program)], { cwd: directory });
      const [TLS_CERT_FILE, TLS_KEY_FILE] = [join(directory, 'cert/cert.pem'), join(directory, 'cert/key.pem')];
      const server = await startServer({ TLS_CERT_FILE, TLS_KEY_FILE });
      expect(server.url).toMatch(/^https:/);
      expect(await server.stop()).toMatchObject({ code: 0 });
    } finally {
      rmSync(directory, { recursive: true });
    }
  });

  it('that names a script of npm names one that there is', () => {
    const named = DOCUMENTS.flatMap((document) => [...read(document).matchAll(/npm run (?:--silent )?([\w:-]+)/g)]);
    expect(named.map(([, name = '']) => name).filter((name) => scripts[name] === undefined)).toEqual([]);
  });
});

describe('every link in the documents', () => {
  it.each(DOCUMENTS)('of %s leads somewhere', (document) => {
    const text = withoutCode(read(document));
    const links = [...text.matchAll(/\]\(([^)\s]+)\)|(?:src|href)="([^"]+)"/g)].map(
      ([, link, source]) => link ?? source ?? '',
    );
    const broken = links
      .filter((link) => !/^(https?|mailto):/.test(link))
      .filter((link) => !leadsSomewhere(document, decodeURIComponent(link)));
    expect(broken).toEqual([]);
  });
});

function leadsSomewhere(document: string, link: string): boolean {
  const [path = '', anchor] = link.split('#');
  const target = path === '' ? document : normalize(join(dirname(document), path));
  if (!existsSync(join(ROOT, target))) return false;
  return anchor === undefined || !target.endsWith('.md') || anchorsOf(read(target)).includes(anchor);
}

/** What the headings of a document are called in links: as GitHub has it. */
function anchorsOf(text: string): string[] {
  const headings = [...withoutCode(text, /^```.*?^```$/gms).matchAll(/^#+ (.+)$/gm)];
  const names = headings.map(([, heading = '']) =>
    heading
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N}\s_-]/gu, '')
      .replaceAll(/\s/g, '-'),
  );
  return names.map((name, index) => {
    const before = names.slice(0, index).filter((other) => other === name).length;
    return before === 0 ? name : `${name}-${before}`;
  });
}

function withoutCode(text: string, code = /^```.*?^```$|`[^`\n]+`/gms): string {
  return text.replaceAll(code, '');
}
