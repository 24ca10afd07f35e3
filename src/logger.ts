/**
 * The log of the process: text for people or JSON lines for machines, on standard output; errors go to standard error.
 */
import { isatty } from 'node:tty';
import { ConsoleLogger } from '@nestjs/common';
import type { LogLevel as NestLevel } from '@nestjs/common';
import type { LogLevel, Settings } from './settings/settings.ts';

const STDOUT = 1;

const LEVELS: Record<LogLevel, NestLevel[]> = {
  error: ['fatal', 'error'],
  warn: ['fatal', 'error', 'warn'],
  info: ['fatal', 'error', 'warn', 'log'],
  debug: ['fatal', 'error', 'warn', 'log', 'debug', 'verbose'],
};

/** Where Nest tells of each module, route and event that it sets up: of use to whoever looks for a fault in that. */
const NEST_AT_START = new Set([
  'InstanceLoader',
  'NestApplication',
  'NestFactory',
  'RouterExplorer',
  'RoutesResolver',
  'WebSocketsController',
]);

/** Where Nest tells of errors that it throws as well. */
const TOLD_ELSEWHERE = new Set(['ExceptionHandler', 'NestApplication']);

/** Nest's logger, quiet about what Nest does at start unless LOG_LEVEL is `debug`. */
export class BelfryLogger extends ConsoleLogger {
  private readonly quiet: boolean;

  constructor({ logFormat, logLevel }: Settings) {
    const json = logFormat === 'json';
    super({
      prefix: 'Belfry',
      json,
      // What is logged beside a message are properties of the line itself, to be searched for.
      flattenParams: true,
      colors: !json && isatty(STDOUT),
      logLevels: LEVELS[logLevel],
    });
    this.quiet = logLevel !== 'debug';
  }

  override log(message: unknown, ...rest: unknown[]): void {
    if (this.quiet && NEST_AT_START.has(String(rest.at(-1)))) return;
    super.log(message, ...rest);
  }

  /** Sortable, and the same wherever the container runs. */
  protected override getTimestamp(): string {
    return new Date().toISOString();
  }

  override error(message: unknown, ...rest: unknown[]): void {
    // What stops the start is also thrown to whoever starts the server, who tells it better.
    if (TOLD_ELSEWHERE.has(String(rest.at(-1)))) return;
    super.error(message, ...rest);
  }
}
