/** What HTTP itself refuses is a client's doing: it is answered in a sentence, and the log stays free of it. */
import { once } from 'node:events';
import { connect } from 'node:net';
import { startServer } from '../support/server-process.ts';
import type { ServerProcess } from '../support/server-process.ts';
import { answerTo, requestBytes } from '../support/wire/http.ts';

const SECRET = 'the-secret-of-the-body';

describe('a request with a body that cannot be read', () => {
  let server: ServerProcess;

  beforeAll(async () => {
    server = await startServer({ LOG_LEVEL: 'debug' });
  });

  afterAll(() => server.stop());

  it.each([
    ['is no JSON', `{"text":"${SECRET}`, 400],
    ['reaches into prototypes', `{"__proto__":"${SECRET}"}`, 400],
    ['is too large', `"${SECRET.repeat(100_000)}"`, 413],
  ])('because it %s is answered without repeating it', async (_name, body, status) => {
    const headers = { Host: 'x', 'Content-Type': 'application/json', 'Content-Length': String(body.length) };
    const answer = await answerTo(server.port, requestBytes('POST /nothing HTTP/1.1', headers, body));
    expect(answer.status).toBe(status);
    expect(answer.body).not.toContain(SECRET);
  });

  // Nest logged what was cut off as an error, with its stack: any client could fill the log.
  it.each([
    ['/nothing', 'Content-Length'],
    ['/api/channels/news/messages', 'Content-Length'],
    ['/api/channels/news/messages', 'Transfer-Encoding'],
    ['/api/revocations', 'Content-Length'],
  ])('leaves nothing in the log, nor does one that is cut off (%s, by %s)', async (path, header) => {
    const length = header === 'Content-Length' ? { [header]: '1000' } : { [header]: 'chunked' };
    const headers = { Host: 'x', 'Content-Type': 'application/json', ...length };
    const body = header === 'Content-Length' ? SECRET : `64\r\n${SECRET}`;
    for (const end of ['end', 'resetAndDestroy'] as const) {
      const socket = connect(server.port, '127.0.0.1');
      socket.on('error', () => undefined);
      socket.write(requestBytes(`POST ${path} HTTP/1.1`, headers, body), () => socket[end]());
      socket.resume();
      await once(socket, 'close');
    }
    // Once this is answered, so is what came before.
    await answerTo(server.port, requestBytes('GET /health HTTP/1.1', { Host: 'x' }));
    expect(server.output()).not.toMatch(/ERROR| at |the-secret/);
  });
});
