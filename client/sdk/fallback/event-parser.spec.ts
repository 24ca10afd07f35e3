import * as fc from 'fast-check';
import { EventParser, type ServerEvent } from './event-parser.ts';

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

/** What comes out of a text that comes in pieces which end at these bytes. */
function parse(text: string, ends: readonly number[] = []): ServerEvent[] {
  const all = bytes(text);
  const cuts = [0, ...ends.map((end) => end % (all.length + 1)).toSorted((a, b) => a - b), all.length];
  const parser = new EventParser();
  return cuts.flatMap((cut, n) => parser.push(all.subarray(cut, cuts[n + 1] ?? all.length)));
}

it('reads events, with and without a name, of one line and of several', () => {
  expect(parse('event: welcome\ndata: {"a":1}\n\ndata:x\ndata:  y\ndata\n\n')).toEqual([
    { event: 'welcome', data: '{"a":1}' },
    { event: 'message', data: 'x\n y\n' },
  ]);
});

it('leaves out comments, fields that it does not know, names without data, and what is not complete', () => {
  const text = ':\n: beat\nid: e1:4\nretry: 5\nevent: nothing\n\nevent: a:b\ndata: :c\n\ndata: not complete\n';
  expect(parse(text)).toEqual([{ event: 'a:b', data: ':c' }]);
});

it('takes the byte order mark away', () => {
  expect(parse('\uFEFFdata: x\n\n', [1, 2, 4])).toEqual([{ event: 'message', data: 'x' }]);
});

it('gives an event as soon as its last line is complete, whatever the line ends with', () => {
  const parser = new EventParser();
  expect(parser.push(bytes('data: x\r\r'))).toHaveLength(1);
  expect(parser.push(bytes('\ndata: y\r\n\r'))).toHaveLength(1);
  expect(parser.push(bytes('\n'))).toEqual([]);
  expect(parser.push(bytes('\ndata: z\n\n'))).toHaveLength(1);
});

it('gives the same events, in whatever pieces they come and however lines end', () => {
  const line = fc.string({ unit: 'grapheme' }).map((text) => text.replaceAll(/[\r\n]/g, ''));
  const event = fc.record({
    event: line.filter((name) => name !== ''),
    data: fc.array(line, { minLength: 1 }).map((lines) => lines.join('\n')),
    comment: line,
  });
  fc.assert(
    fc.property(
      fc.array(event),
      fc.constantFrom('\n', '\r', '\r\n'),
      fc.boolean(),
      fc.array(fc.nat()),
      (events, end, hasMark, ends) => {
        const written = events.map(({ event: name, data, comment }) => {
          const lines = [`:${comment}`, `event: ${name}`, ...data.split('\n').map((each) => `data: ${each}`), '', ''];
          return lines.join(end);
        });
        const told = events.map(({ event: name, data }) => ({ event: name, data }));
        expect(parse((hasMark ? '\uFEFF' : '') + written.join(''), ends)).toEqual(told);
      },
    ),
  );
});
