/**
 * The server's answer to a publication is lost on the way, and the publication is sent again, on the same line or on the next one:
 * it is appended once, and the answer says that it was there already.
 */
import { Author } from '../clients/author.ts';
import type { Envelope, PublishAck } from '../../../src/protocol/events.ts';
import type { FaultProxy } from '../proxy/proxy.ts';
import type { Seat, Stage } from '../stage/stage.ts';
import type { Scenario } from './scenario.ts';

const ROUNDS = { short: 24, long: 1000 } as const;
const CHANNEL = 'ack';
const LENGTH = 80;

/** See the top of this file. */
export const lostAck: Scenario = {
  name: 'ack',
  title: 'an ack is lost on the way and the publication is sent again',
  historySize: 100_000,
  async play(stage, form) {
    const raw = await stage.raw('raw', [CHANNEL]);
    const sdk = await stage.sdk('sdk', [CHANNEL]);
    await stage.raw('reader', [CHANNEL]);
    const authors = { raw: new Author(raw.client), sdk: new Author(sdk.client) };
    for (let round = 1; round <= ROUNDS[form]; round += 1) {
      switch (stage.random.pick(['same line', 'next line', 'library'])) {
        case 'same line':
          await again(stage, raw, { author: authors.raw, retry: ({ client }) => client.sendAgain() });
          break;
        case 'next line':
          await again(stage, raw, { author: authors.raw, retry: ({ proxy }) => proxy.cutAll('rst') });
          break;
        default:
          await again(stage, sdk, { author: authors.sdk, retry: ({ proxy }) => proxy.cutAll('rst') });
      }
      stage.progress(round / ROUNDS[form]);
    }
    stage.notes.push(`${ROUNDS[form]} acks lost`);
    return [];
  },
};

interface Trial<S extends Seat> {
  readonly author: Author;
  /** Makes the client send again what it has no answer to. */
  readonly retry: (seat: S) => void;
}

/** Publishes once, loses the ack, and lets it be sent again. */
async function again<S extends Seat>(stage: Stage, seat: S, { author, retry }: Trial<S>): Promise<void> {
  const lost = eatNextAck(seat.proxy);
  const answered = author.publish(CHANNEL, LENGTH);
  await stage.until('no ack came by', () => lost.ack !== undefined);
  retry(seat);
  const second = await stage.patiently('what was sent again is not answered', answered);
  if (lost.ack?.offset !== second.offset || lost.ack.duplicate || !second.duplicate) {
    stage.ledger.complain(`the lost ack said ${JSON.stringify(lost.ack)}, the second one ${JSON.stringify(second)}`);
  }
}

/** Eats the next answer to a publication that passes through a proxy. */
function eatNextAck(proxy: FaultProxy): { readonly ack: PublishAck | undefined } {
  const lost: { ack: PublishAck | undefined } = { ack: undefined };
  proxy.filter = (frame, direction) => {
    if (direction !== 'down' || lost.ack || !frame.text().startsWith('{')) return 'pass';
    const { event, data } = JSON.parse(frame.text()) as Envelope;
    if (event !== 'ack' || typeof data !== 'object' || data === null || !('duplicate' in data)) return 'pass';
    lost.ack = data as PublishAck;
    return 'drop';
  };
  return lost;
}
