import { channelIn, isChannelName } from './channel-name.ts';

it.each(['news', 'room-1', 'orders.eu:42', '_', 'A'.repeat(128)])('takes %s for the name of a channel', (name) => {
  expect(isChannelName(name)).toBe(true);
  expect(channelIn(`#${name}`)).toBe(name);
});

it.each(['', 'two words', '公告', 'a/b', '#news', 'A'.repeat(129), '<b>'])('does not take %j for one', (name) => {
  expect(isChannelName(name)).toBe(false);
});

it('finds no channel in an address that names none', () => {
  expect(['', '#', '#two words', '#%E5%85%AC'].map(channelIn)).toEqual([undefined, undefined, undefined, undefined]);
});
