import type { NodeStats } from '../../../src/protocol/stats.ts';
import { connectionsOf, Nodes, SILENCE, SPAN } from './nodes.ts';

const stats = (node: string, more: Partial<NodeStats> = {}): NodeStats => ({
  node,
  host: node,
  since: 0,
  watchers: 1,
  isEngineUp: true,
  isDraining: false,
  gateways: [{ path: '/ws', open: 2 }],
  eventStreams: 1,
  rates: { messages: 1, deliveries: 2, bytesReceived: 3, bytesSent: 4 },
  loopDelay: 0,
  channels: 0,
  subscriptions: 0,
  lagging: 0,
  busiest: [],
  slowest: [],
  ...more,
});

describe('the nodes on the dashboard', () => {
  it('count together, as long as they are heard of', () => {
    const nodes = new Nodes();
    nodes.add(stats('a'), 1_000_000);
    nodes.add(stats('b'), 1_000_000);
    expect(nodes.total(connectionsOf)).toBe(6);
    nodes.add(stats('b'), 1_000_000 + (SILENCE + 1) * 1_000);
    expect(nodes.all.map(({ isSilent }) => isSilent)).toEqual([true, false]);
    expect(nodes.total(connectionsOf)).toBe(3);
    nodes.add(stats('b'), 1_000_000 + SPAN * 1_000);
    expect(nodes.all.map(({ name }) => name)).toEqual(['b']);
  });

  it('have a line of their numbers each, with gaps where they told none', () => {
    const nodes = new Nodes();
    nodes.add(stats('a', { loopDelay: 7 }), 1_000_000);
    nodes.add(stats('a', { loopDelay: 9 }), 1_002_000);
    const [node] = nodes.all;
    const line = node && nodes.series(node, ({ loopDelay }) => loopDelay);
    expect(line).toHaveLength(SPAN);
    expect(line?.slice(-4)).toEqual([null, 7, null, 9]);
    expect(nodes.seconds.at(-1)).toBe(1_002);
  });

  it('keep their colours when another one leaves, and are told apart on one host', () => {
    const nodes = new Nodes();
    nodes.add(stats('gone', { host: 'h' }), 1_000_000);
    nodes.add(stats('1234-5', { host: 'h' }), 1_000_000);
    expect(nodes.all.map(({ name, colour }) => [name, colour])).toEqual([
      ['h 1234', 1],
      ['h gone', 0],
    ]);
    nodes.add(stats('1234-5', { host: 'h' }), 1_000_000 + SPAN * 1_000);
    expect(nodes.all.map(({ name, colour }) => [name, colour])).toEqual([['h', 1]]);
    nodes.add(stats('new'), 1_000_000 + SPAN * 1_000);
    expect(nodes.all.map(({ colour }) => colour)).toEqual([1, 0]);
  });

  it('add up who hears a channel, but not what is said there, which each of them hears', () => {
    const nodes = new Nodes();
    for (const node of ['a', 'b']) {
      nodes.add(stats(node, { busiest: [{ channel: 'news', subscribers: 5, messages: 3 }] }), 1_000_000);
    }
    expect(nodes.busiest).toEqual([{ channel: 'news', subscribers: 10, messages: 3 }]);
  });
});
