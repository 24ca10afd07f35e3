/** A harness that cannot fail proves nothing: the verdict finds each kind of fault, and finds none where none is. */
import { ack, ackAll, all, CHANNEL, give, joined, message, nothing, verdictOf } from './story.ts';
import { keyOf } from './key.ts';
import type { Story } from './story.ts';

describe('the verdict is clean', () => {
  const clean: Array<[string, Story]> = [
    ['when everything came once and in order', { acked: ackAll, told: all }],
    [
      'when an ack came twice with the same offset',
      { acked: (ledger) => [ackAll, ackAll].forEach((f) => f(ledger)), told: all },
    ],
    ['when a message was kept whose ack was lost', { acked: nothing, told: all }],
    [
      'when a subscriber came back where it was',
      { acked: ackAll, told: (v) => (give(1, 2)(v), v.joined(joined(2)), give(3, 4)(v)) },
    ],
    [
      'when a right gap told what is gone',
      {
        acked: ackAll,
        told: (v) => {
          give(1)(v);
          v.joined(joined(1, { first: 4, recovered: false }));
          v.gap({ channel: CHANNEL, from: 2, to: 3 });
          give(4)(v);
        },
        kept: { first: 4 },
        size: 1,
      },
    ],
  ];
  it.each(clean)('%s', (_title, story) => {
    expect(verdictOf(story)).toEqual({ counts: {}, sentences: [] });
  });
});

describe('the verdict finds', () => {
  const faulty: Array<[string, Record<string, number>, Story]> = [
    ['a message that never came', { lost: 1 }, { acked: ackAll, told: give(1, 2, 4) }],
    ['an end that never came', { lost: 2 }, { acked: ackAll, told: give(1, 2) }],
    [
      'a message that nobody acknowledged and only others were given',
      { lost: 1 },
      { acked: nothing, told: give(1, 2, 3) },
    ],
    [
      'an acknowledged message that is not in the history',
      { lost: 1 },
      { acked: ackAll, told: give(1, 2, 3), kept: { last: 3 } },
    ],
    [
      'an acknowledged message that was trimmed too early',
      { lost: 1 },
      { acked: ackAll, told: all, kept: { first: 3 }, size: 3 },
    ],
    [
      'another message in the place of an acknowledged one',
      { lost: 4, disordered: 1 },
      {
        acked: ackAll,
        told: give(1, 2),
        kept: { last: 4, keys: ['ann.1', 'ann.2', 'ann.9', 'ann.4'] },
      },
    ],
    ['a log that began anew', { lost: 5 }, { acked: ackAll, told: all, kept: { epoch: 'e2', last: 0 } }],
    [
      'a changed epoch',
      { lost: 2 },
      { acked: nothing, told: (v) => (all(v), v.joined(joined(4, { epoch: 'e2', recovered: false }))) },
    ],
    [
      'a changed text',
      { lost: 1 },
      { acked: ackAll, told: (v) => (give(1, 2, 3)(v), v.message({ ...message(4), text: 'else' })) },
    ],
    ['a message that came twice', { doubled: 1 }, { acked: ackAll, told: give(1, 2, 2, 3, 4) }],
    ['a message that came again much later', { doubled: 1 }, { acked: ackAll, told: give(1, 2, 3, 4, 1) }],
    [
      'a publication at two offsets',
      { doubled: 1, disordered: 1 },
      {
        acked: nothing,
        told: (v) => (give(1, 2, 3)(v), v.message(message(4, 'ann.3'))),
        kept: { keys: ['ann.1', 'ann.2', 'ann.3', 'ann.3'] },
      },
    ],
    [
      'an ack that was another one the second time',
      { doubled: 1 },
      {
        acked: (ledger) => (ackAll(ledger), ledger.acknowledges('ann.4', ack(5))),
        told: all,
      },
    ],
    ['messages that changed places', { disordered: 1 }, { acked: ackAll, told: give(1, 3, 2, 4) }],
    [
      'an author whose messages changed places',
      { disordered: 1 },
      {
        acked: nothing,
        told: (v) => [1, 3, 2, 4].forEach((n, i) => v.message(message(i + 1, keyOf('ann', n)))),
        kept: { keys: [1, 3, 2, 4].map((n) => keyOf('ann', n)) },
      },
    ],
    [
      'a gap over a message that is kept',
      { 'wrong gap': 1 },
      {
        acked: ackAll,
        told: (v) => (give(1)(v), v.gap({ channel: CHANNEL, from: 2, to: 2 }), give(3, 4)(v)),
      },
    ],
    [
      'a gap over a message that was given',
      { 'wrong gap': 1 },
      {
        acked: ackAll,
        told: (v) => (give(1, 2)(v), v.gap({ channel: CHANNEL, from: 2, to: 3 }), give(4)(v)),
        kept: { first: 4 },
        size: 1,
      },
    ],
    [
      'a gap that tells too little',
      { 'wrong gap': 1 },
      {
        acked: ackAll,
        told: (v) => (v.gap({ channel: CHANNEL, from: 1, to: 2 }), give(4)(v)),
        kept: { first: 4 },
        size: 1,
      },
    ],
    [
      'a gap that was promised and never told',
      { 'wrong gap': 1 },
      {
        acked: ackAll,
        told: (v) => (give(1, 2)(v), v.joined(joined(2, { recovered: false })), give(3, 4)(v)),
      },
    ],
    [
      'a gap over what the next answer says is kept',
      { 'wrong gap': 1 },
      {
        acked: ackAll,
        told: (v) => (v.gap({ channel: CHANNEL, from: 1, to: 3 }), v.joined(joined(3, { first: 2 })), give(4)(v)),
        kept: { first: 4 },
        size: 1,
      },
    ],
    [
      'a subscription that was put elsewhere',
      { lost: 2 },
      {
        acked: ackAll,
        told: (v) => (give(1, 2)(v), v.joined(joined(3)), give(4)(v)),
      },
    ],
  ];
  it.each(faulty)('%s', (_title, counts, story) => {
    const found = verdictOf(story);
    expect(found.counts).toEqual(counts);
    expect(found.sentences.length).toBeGreaterThan(0);
  });
});
