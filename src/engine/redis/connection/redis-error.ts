/**
 * What an error of a command says about what was done, and whether to try again.
 */
import { ReplyError } from 'ioredis';

/**
 * `lost`: the connection went before the answer came, so nobody knows whether it was done.
 * `passing`: Redis did nothing, and will take it soon. `refused`: Redis did nothing, and somebody has to do something.
 */
export type Failure = 'lost' | 'passing' | 'refused';

/** A Redis that is loading its data, is becoming a master, or is busy with a script of somebody else. */
const PASSING = /^(LOADING|READONLY|MASTERDOWN|CLUSTERDOWN|TRYAGAIN|MOVED|ASK|BUSY|NOREPLICAS) /;

/** What a wrong REDIS_URL is answered with. */
const NOT_LET_IN = /^(WRONGPASS|NOAUTH|NOPERM|ERR invalid password|ERR Client sent AUTH|ERR DB index)/;

/** What the error of a command means. */
export function failureOf(error: unknown): Failure {
  const reply = replyOf(error);
  if (reply === undefined) return 'lost';
  return PASSING.test(reply) ? 'passing' : 'refused';
}

/** Whether it will be the same however often one connects: the URL is wrong. */
export function isOfTheUrl(error: unknown): boolean {
  return error instanceof Error && NOT_LET_IN.test(error.message);
}

/** Whether Redis doesn't know a script. */
export function isNoScript(error: unknown): boolean {
  return replyOf(error)?.startsWith('NOSCRIPT') === true;
}

/** What Redis answered; undefined when the error is of the connection. */
function replyOf(error: unknown): string | undefined {
  return error instanceof ReplyError ? (error as Error).message : undefined;
}
