/** A program that uses the package's client: prints the first message of the channel `news`, and what it knows of a close code. */
import { mayComeBack } from 'belfry/protocol';
import { Belfry } from 'belfry/sdk';
import { WebSocket } from 'ws';

const belfry = new Belfry(process.argv[2] ?? '', { WebSocket });
const news = belfry.channel('news');
await news.join();
process.stdout.write('joined\n');
for await (const { text } of news.messages()) {
  process.stdout.write(`${text} ${mayComeBack(1012)}\n`);
  break;
}
belfry.close();
