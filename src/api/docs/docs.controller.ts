/**
 * The documentation of the HTTP interface, for programs and for people. It is for everybody: it says nothing of this server.
 */
import { Controller, Get, Header } from '@nestjs/common';
import { Routes } from '../routes.ts';
import { openApiOf } from './openapi.ts';

/** Serves `/api/docs`. */
@Controller('api/docs')
export class DocsController {
  private readonly document: object;
  private readonly text: string;

  constructor(routes: Routes) {
    this.document = openApiOf(routes.all);
    const list = routes.all.map(({ method, path }) => `<li><code>${method} ${path}</code></li>`).join('');
    const about =
      '<p>For programs: <a href="/api/docs/openapi.json">openapi.json</a>. Every route is taught in docs/api.md.</p>';
    this.text = `<!doctype html><html lang="en"><meta charset="utf-8"><title>Belfry: HTTP</title><h1>HTTP for backends</h1>${about}<ul>${list}</ul></html>`;
  }

  /** The OpenAPI document. */
  @Get('openapi.json')
  openApi(): object {
    return this.document;
  }

  /** A page. */
  @Get()
  @Header('Content-Type', 'text/html; charset=utf-8')
  page(): string {
    return this.text;
  }
}
