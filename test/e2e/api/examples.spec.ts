/** The examples of docs/api.md work as they stand there. */
import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { Api, keyFile, newKey } from '../../support/api.ts';
import { startBelfry } from '../../support/in-process.ts';

const page = readFileSync(new URL('../../../docs/api.md', import.meta.url), 'utf8');
const EXAMPLES = [...page.matchAll(/^```sh\n(.+?)^```$/gms)].flatMap(([, block = '']) =>
  block.replaceAll('\\\n', ' ').trim().split('\n'),
);

/** What curl prints. It ends by itself, or by the time that it is given. */
async function run(command: string, env: Record<string, string>): Promise<string> {
  return new Promise((resolve) => {
    execFile('bash', ['-c', command], { env: { PATH: process.env['PATH'], ...env } }, (_error, stdout) =>
      resolve(stdout),
    );
  });
}

describe('docs/api.md', () => {
  it('has examples', () => expect(EXAMPLES.length).toBeGreaterThanOrEqual(7));

  it.each(EXAMPLES)('%s', async (command) => {
    const key = newKey();
    const { url } = await startBelfry({ apiKeysFile: keyFile(key) });
    await new Api(url, key.key).post('/api/channels/news/messages', { text: 'said before' }).expect(201);
    const output = await run(command, { URL: url, KEY: key.key });
    expect(output).toMatch(command.includes('/stream') ? /event: message\ndata: .+said before/ : /^\{"(?!type)/);
  });
});
