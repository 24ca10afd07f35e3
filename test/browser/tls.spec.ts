/** The page where it is served over TLS: its WebSocket is wss then, and nothing of it is blocked. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { generate } from 'selfsigned';
import { heard, say, shows, useBrowser } from '../support/browser.ts';
import { startServer } from '../support/server-process.ts';

const browser = useBrowser();

it('talks over wss on the port that serves it over https', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'belfry-page-tls-'));
  const [TLS_CERT_FILE, TLS_KEY_FILE] = [join(directory, 'cert.pem'), join(directory, 'key.pem')];
  const pair = await generate([{ name: 'commonName', value: 'localhost' }]);
  await writeFile(TLS_CERT_FILE, pair.cert);
  await writeFile(TLS_KEY_FILE, pair.private);
  const server = await startServer({ TLS_CERT_FILE, TLS_KEY_FILE });

  const sockets: string[] = [];
  const page = await browser.visit(server.url, {
    ignoreHTTPSErrors: true,
    before: async (fresh) => void fresh.on('websocket', (socket) => sockets.push(socket.url())),
  });
  await shows(page, 'connected');
  await say(page, 'over TLS');
  expect(await heard(page, 'over TLS')).toMatchObject({ own: true });
  expect(sockets).toHaveLength(1);
  expect(sockets[0]).toMatch(`${server.wsUrl}/ws`);
  expect(server.wsUrl).toMatch(/^wss:/);

  await server.stop();
  await rm(directory, { recursive: true });
});
