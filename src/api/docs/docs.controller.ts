/**
 * The documentation of the HTTP interface, for programs and for people. It is for everybody: it says nothing of this server.
 */
import { Controller, Get, Header } from '@nestjs/common';
import { Routes } from '../routes.ts';
import { openApiOf } from './openapi.ts';
import { pageOf } from './page.ts';
import type { OpenApi } from './page.ts';

/** Serves `/api/docs`. */
@Controller('api/docs')
export class DocsController {
  private readonly document: OpenApi;
  private readonly text: string;

  constructor(routes: Routes) {
    this.document = openApiOf(routes.all);
    this.text = pageOf(this.document);
  }

  /** The OpenAPI document. */
  @Get('openapi.json')
  openApi(): OpenApi {
    return this.document;
  }

  /** A page. */
  @Get()
  @Header('Content-Type', 'text/html; charset=utf-8')
  page(): string {
    return this.text;
  }
}
