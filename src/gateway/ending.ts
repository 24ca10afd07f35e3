/**
 * The end of a connection, told once: a line in the log, and to whoever traces. Names no text, no token and nothing that a
 * client wrote into its close frame.
 */
import { Logger } from '@nestjs/common';
import { CLOSE_CODES } from '../protocol/close-codes.ts';
import type { Connection } from './connection.ts';
import { CLOSED } from './trace.ts';
import type { ConnectionTrace } from './trace.ts';

const logger = new Logger('Connection');

/** No close frame came: the line broke. */
const LOST = 1006;

const REASONS = new Map<number, string>(Object.entries(CLOSE_CODES).map(([name, { code }]) => [code, name]));

/**
 * Tells it.
 *
 * @param code what the connection was closed with, by whichever end
 */
export function tellEnding(connection: Connection, code: number): void {
  const { id, path, user, since, framesReceived, bytesReceived, bytesSent, lagged } = connection;
  const who: ConnectionTrace = {
    gateway: path,
    connection: id,
    user: user.id,
    code,
    reason: reasonOf(connection, code),
  };
  const took = { ms: Date.now() - since, framesReceived, bytesReceived, bytesSent, lagged };
  logger.log('closed', { ...who, ...took });
  if (CLOSED.hasSubscribers) CLOSED.publish(who);
}

/** The name of our close code; for what its client did, `left`, `lost` (without a word) or `breach` (of RFC 6455). */
function reasonOf({ closedWith }: Connection, code: number): string {
  if (closedWith !== undefined) return REASONS.get(closedWith) ?? 'breach';
  return code === LOST ? 'lost' : 'left';
}
