/**
 * A process that appends to a log whose file may not grow beyond a limit (ulimit -f), which is how a full disk looks.
 * Argument: the data directory. Prints a line for each thing that it finds, as JSON; reads a line when there is room again.
 */
import { once } from 'node:events';
import { EmbeddedLog } from '../../dist/engine/embedded/embedded-log.js';

const [directory, durability] = process.argv.slice(2);
const say = (what) => process.stdout.write(`${JSON.stringify(what)}\n`);

const troubles = [];
const log = await EmbeddedLog.open({
  directory,
  durability,
  idempotencyTtl: 60_000,
  retention: () => ({ size: 1_000_000, ttl: 60_000 }),
  onTrouble: (sentence) => troubles.push(sentence),
  trimming: { step: 5, round: 10 },
});
const news = [];
log.onAppended(({ entries }) => news.push(...entries));
await log.watch('a');

const text = 'x'.repeat(1000);
const append = () => log.append('a', { from: 'u1', text });

let kept = 0;
let refused;
while (!refused) {
  const results = await Promise.allSettled(Array.from({ length: 50 }, append));
  kept += results.filter(({ status }) => status === 'fulfilled').length;
  refused = results.find(({ status }) => status === 'rejected');
}
say({ refused: refused.reason.name, kept, news: news.length, health: await log.health() });

// lmdb-js alone does not survive a few of these: see src/engine/embedded/data-file/room.ts.
const again = await Promise.allSettled(Array.from({ length: 300 }, () => append()));
for (let count = 0; count < 50; count += 1) {
  again.push(...(await Promise.allSettled([append(), append()])));
}
// A small transaction may still find room where a large one did not.
const small = again.filter(({ status }) => status === 'fulfilled').length;
const page = await log.read({ channel: 'a', after: kept - 10, limit: 500 });
say({ refused: again.length - small, kept: kept + small, head: page.head, read: page.entries.length - small });

process.stdin.resume();
await once(process.stdin, 'data');
process.stdin.pause();
const { offset } = await append();
say({ next: offset - page.head, health: await log.health(), lastTrouble: troubles.at(-1) });
await log.close();
say('closed');
