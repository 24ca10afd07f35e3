/**
 * Serves the page of an example at `/name/`, from where scripts/example.mjs has built it. Where it is not built, there is none.
 */
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { Inject, Module } from '@nestjs/common';
import type { DynamicModule, OnModuleInit } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import type { FastifyAdapter } from '@nestjs/platform-fastify';

const NAME = Symbol('name');

@Module({})
export class PageModule implements OnModuleInit {
  static of(name: string): DynamicModule {
    return { module: PageModule, providers: [{ provide: NAME, useValue: name }] };
  }

  constructor(
    private readonly http: HttpAdapterHost<FastifyAdapter>,
    @Inject(NAME) private readonly name: string,
  ) {}

  onModuleInit(): void {
    const root = fileURLToPath(new URL(`./pages/${this.name}`, import.meta.url));
    if (!existsSync(root)) return;
    this.http.httpAdapter.useStaticAssets({ root, prefix: `/${this.name}/`, decorateReply: false });
  }
}
