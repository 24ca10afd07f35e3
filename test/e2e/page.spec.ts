/** The page as files: where they are served, and with which headers. What it does is shown in test/browser. */
import request from 'supertest';
import { startServer } from '../support/server-process.ts';
import type { ServerProcess } from '../support/server-process.ts';

describe('the page', () => {
  let server: ServerProcess;

  beforeAll(async () => {
    server = await startServer();
  });

  afterAll(async () => {
    await server.stop();
  });

  it('is served at /, is asked for again each time, and lets nothing in from elsewhere', async () => {
    const response = await request(server.url).get('/');
    expect(response.status).toBe(200);
    expect(response.headers).toMatchObject({
      'content-type': expect.stringMatching(/^text\/html; charset=utf-8$/i),
      'cache-control': 'no-cache',
      'x-content-type-options': 'nosniff',
    });
    expect(String(response.headers['content-security-policy']).split(';')).toEqual([
      "default-src 'none'",
      "script-src 'self'",
      "style-src 'self'",
      "img-src 'self'",
      "manifest-src 'self'",
      "connect-src 'self'",
      "base-uri 'none'",
      "form-action 'none'",
      "frame-ancestors 'none'",
    ]);
    expect(response.headers['strict-transport-security']).toBeUndefined();
  });

  it('has its scripts and styles kept for a year, since their names change with what they hold', async () => {
    const { text } = await request(server.url).get('/');
    const assets = [...text.matchAll(/(?:src|href)="([^"]*\/assets\/[^"]+)"/g)].map(([, path]) => path ?? '');
    expect(assets.length).toBeGreaterThanOrEqual(2);
    for (const path of assets) {
      const response = await request(server.url).get(new URL(path, server.url).pathname);
      expect(response.status).toBe(200);
      expect(response.headers['cache-control']).toBe('public, max-age=31536000, immutable');
    }
  });

  it('takes nobody out of its folder', async () => {
    for (const path of ['/../main.js', '/%2e%2e/main.js', '/assets/../../main.js', '/main.js']) {
      expect((await request(server.url).get(path)).status).toBe(404);
    }
  });
});
