/** The OpenAPI document says of the HTTP interface what holds. */
import request from 'supertest';
import { Routes } from '../../../src/api/routes.ts';
import { startBelfry } from '../../support/in-process.ts';

interface OpenApi {
  readonly openapi: string;
  readonly paths: Record<string, Record<string, { readonly responses: object; readonly requestBody?: unknown }>>;
}

describe('/api/docs', () => {
  it('has every route, and no other', async () => {
    const { app, url } = await startBelfry();
    const { body } = await request(url).get('/api/docs/openapi.json').expect(200);
    const { openapi, paths } = body as OpenApi;
    expect(openapi).toBe('3.1.0');
    const documented = Object.entries(paths).flatMap(([path, methods]) =>
      Object.keys(methods).map((method) => `${method.toUpperCase()} ${path.replaceAll(/\{(\w+)\}/g, ':$1')}`),
    );
    const served = app.get(Routes).all.map(({ method, path }) => `${method} ${path}`);
    expect(documented.toSorted()).toEqual(served.toSorted());
    const answers = served.map(async (route) => {
      const [method = '', path = ''] = route.split(' ');
      const { status } = await request(url)[method.toLowerCase() as 'get'](path.replaceAll(/:\w+/g, 'x'));
      return status;
    });
    // Each is there, and asks who it is.
    expect((await Promise.all(answers)).filter((status) => ![403, 415].includes(status))).toEqual([]);
  });

  it('has the rules of the DTOs', async () => {
    const { url } = await startBelfry();
    const { body } = await request(url).get('/api/docs/openapi.json').expect(200);
    const route = (body as OpenApi).paths['/api/channels/{channel}/messages'];
    expect(route?.['post']?.requestBody).toMatchObject({
      content: {
        'application/json': {
          schema: {
            oneOf: [
              { properties: { text: { type: 'string', minLength: 1, maxLength: 4096 }, data: { type: 'object' } } },
              {
                properties: { messages: { minItems: 1, maxItems: 100, items: { type: 'object' } } },
                required: ['messages'],
              },
            ],
          },
        },
      },
    });
    expect(route?.['get']).toMatchObject({
      parameters: [
        { name: 'channel', in: 'path', required: true },
        { name: 'after', schema: { type: 'integer', minimum: 0 } },
        { name: 'before', schema: { type: 'integer', minimum: 1 } },
        { name: 'limit', schema: { type: 'integer', minimum: 1, maximum: 500 } },
      ],
    });
  });

  it('has a page for people', async () => {
    const { url } = await startBelfry();
    const { text } = await request(url)
      .get('/api/docs')
      .expect(200)
      .expect('Content-Type', /text\/html/);
    expect(text).toContain('GET /api/channels/{channel}/stream');
    expect(text).toContain('string, minLength 1, maxLength 4096');
    // Styles come from a file: the policy lets no others in.
    expect(text).toContain('<link rel="stylesheet" href="/docs/docs.css" />');
    expect(text).not.toMatch(/<style|style=|<script/);
  });
});
