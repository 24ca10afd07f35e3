/** The verdict over what only happens among several servers: new epochs, refusals, and messages without keys. */
import { ack, ackAll, all, CHANNEL, give, joined, message, nothing, verdictOf } from './story.ts';
import type { Story } from './story.ts';

const withoutKey = ({ key: _key, ...rest }: ReturnType<typeof message>) => rest;

describe('the verdict is clean', () => {
  const clean: Array<[string, Story]> = [
    [
      'when a message came without a key',
      { acked: ackAll, told: (v) => (give(1, 2, 3)(v), v.message(withoutKey(message(4)))) },
    ],
    [
      'when a publication that was refused for now came after later ones',
      {
        acked: (ledger) => ledger.postpones(CHANNEL, 'ann.1'),
        told: nothing,
        kept: { last: 0, keys: ['ann.2', 'ann.1'] },
      },
    ],
    [
      'when the log forgot everything and every subscriber was told',
      {
        acked: ackAll,
        told: (v) => (all(v), v.joined(joined(0, { epoch: 'e2', recovered: false })), give(1)(v)),
        kept: { epoch: 'e2', last: 1 },
        mayForget: true,
      },
    ],
  ];
  it.each(clean)('%s', (_title, story) => {
    expect(verdictOf(story)).toEqual({ counts: {}, sentences: [] });
  });
});

describe('the verdict finds', () => {
  const faulty: Array<[string, Record<string, number>, Story]> = [
    [
      'a log that forgot something and told not everybody',
      { lost: 1 },
      { acked: ackAll, told: all, kept: { epoch: 'e2', last: 0 }, mayForget: true },
    ],
    [
      'a new epoch that is said to have lost nothing',
      { lost: 1 },
      {
        acked: nothing,
        told: (v) => (all(v), v.joined(joined(0, { epoch: 'e2' })), all(v)),
        kept: { epoch: 'e2' },
        mayForget: true,
      },
    ],
    [
      'a hole in an epoch that is over',
      { lost: 1 },
      {
        acked: nothing,
        told: (v) => (give(1, 3)(v), v.joined(joined(0, { epoch: 'e2', recovered: false })), all(v)),
        kept: { epoch: 'e2' },
        mayForget: true,
      },
    ],
    [
      'two messages at one place of an epoch',
      { lost: 1 },
      {
        acked: (ledger) => ledger.acknowledges('ben.1', ack(1)),
        told: (v) => (give(1)(v), v.joined(joined(0, { epoch: 'e2', recovered: false })), all(v)),
        kept: { epoch: 'e2' },
        mayForget: true,
      },
    ],
  ];
  it.each(faulty)('%s', (_title, counts, story) => {
    expect(verdictOf(story).counts).toEqual(counts);
  });
});
