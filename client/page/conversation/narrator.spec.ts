import type { ConnectionState } from './connection-state.ts';
import { ENGLISH } from '../language/english.ts';
import { Narrator } from './narrator.ts';

const connecting: ConnectionState = { kind: 'connecting' };
const connected: ConnectionState = { kind: 'connected', via: 'websocket' };
const waiting: ConnectionState = { kind: 'waiting', until: 0 };
const byHand: ConnectionState = { kind: 'disconnected', because: { by: 'hand' } };
const byServer: ConnectionState = { kind: 'disconnected', because: { by: 'server', code: 4999, reason: 'too noisy' } };

/** What the log says of such a story. */
function tale(...states: ConnectionState[]): string[] {
  const narrator = new Narrator('news');
  return states.flatMap((state) => narrator.tell(state)?.(ENGLISH) ?? []);
}

it('welcomes once', () => {
  expect(tale(connecting, connected)).toEqual([ENGLISH.welcome('news')]);
});

it('tells of a break once, however many attempts it takes, and of its end', () => {
  const attempts = [waiting, connecting, waiting, connecting, waiting, connecting];
  expect(tale(connecting, connected, ...attempts, connected)).toEqual([
    ENGLISH.welcome('news'),
    ENGLISH.lineLost,
    ENGLISH.lineBack,
  ]);
});

it('says nothing of first attempts that fail: there is no pause in a log that has not begun', () => {
  expect(tale(connecting, waiting, connecting, waiting, connecting, connected)).toEqual([ENGLISH.welcome('news')]);
});

it('says nothing of a change of sockets that went well', () => {
  expect(tale(connecting, connected, connecting, connected)).toEqual([ENGLISH.welcome('news')]);
});

it('tells of a change of sockets that failed', () => {
  expect(tale(connecting, connected, connecting, waiting)).toEqual([ENGLISH.welcome('news'), ENGLISH.lineLost]);
});

it('tells of a disconnect by hand and of connecting again', () => {
  const expected = [ENGLISH.welcome('news'), ENGLISH.leftByHand, ENGLISH.lineBack];
  expect(tale(connecting, connected, byHand, connecting, connected)).toEqual(expected);
});

it('says why the server sent us away', () => {
  expect(tale(connecting, connected, byServer)).toEqual([ENGLISH.welcome('news'), ENGLISH.sentAway('too noisy')]);
});
