/**
 * A process that appends as fast as it can until it is killed, and says of each message when it was acknowledged.
 * Arguments: the data directory, the durability, and a number that makes the keys of this run its own.
 * Prints `offset text` for each. Written synchronously: what is acknowledged before the kill is in the pipe.
 */
import { writeSync } from 'node:fs';
import { EmbeddedLog } from '../../dist/engine/embedded/embedded-log.js';

const [directory, durability, run] = process.argv.slice(2);

const log = await EmbeddedLog.open({
  directory,
  durability,
  idempotencyTtl: 60_000,
  retention: () => ({ size: 1_000_000, ttl: 60_000 }),
});

async function append(author) {
  for (let count = 1; ; count += 1) {
    const text = `${run}.${author}.${count}`;
    // One after the other is how a client publishes.
    const { offset } = await log.append('a', { from: 'u1', text, key: text });
    writeSync(1, `${offset} ${text}\n`);
  }
}

await Promise.all(Array.from({ length: 20 }, (_, author) => append(author)));
