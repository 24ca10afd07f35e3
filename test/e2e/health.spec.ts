/** What a container platform asks. */
import request from 'supertest';
import { Drain } from '../../src/gateway/drain.ts';
import { Client } from '../support/client.ts';
import { startBelfry } from '../support/in-process.ts';

describe('health', () => {
  it('is live and ready once it listens', async () => {
    const { url } = await startBelfry();
    for (const path of ['/health', '/health/live', '/health/ready']) {
      const response = await request(url).get(path);
      expect(response.status).toBe(200);
      expect(response.headers['cache-control']).toMatch('no-store');
      expect(response.body).toMatchObject({ status: 'ok', error: {} });
    }
  });

  it('tells of connections and uptime', async () => {
    const { url, wsUrl } = await startBelfry({ maxConnections: 9 });
    await Client.open(wsUrl);
    await Client.open(`${wsUrl}/ws`);
    expect((await request(url).get('/health')).body.details).toEqual({
      process: { status: 'up', uptime: expect.any(Number) },
      clients: { status: 'up', connections: 2, limit: 9 },
      engine: { status: 'up' },
    });
  });

  it('is live and not ready while it leaves, and takes no new connections then', async () => {
    const { url, wsUrl, app } = await startBelfry();
    // A client that does not answer the goodbye keeps the server leaving until the test lets go of it.
    const client = await Client.open(`${wsUrl}/ws`);
    client.socket.pause();
    const left = app.get(Drain).beforeApplicationShutdown();
    const ready = await request(url).get('/health/ready');
    expect(ready.status).toBe(503);
    expect(ready.body.error).toMatchObject({ clients: { status: 'down', message: 'leaving' } });
    expect((await request(url).get('/health')).status).toBe(503);
    expect((await request(url).get('/health/live')).status).toBe(200);
    await expect(Client.open(`${wsUrl}/ws`)).rejects.toThrow('503');
    client.socket.resume();
    await left;
    expect((await client.closed).code).toBe(1012);
  });
});
