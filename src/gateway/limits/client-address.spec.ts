import type { IncomingMessage } from 'node:http';
import { settingsWith } from '../../settings/settings.ts';
import type { TrustProxy } from '../../settings/limits/trusted-proxies.ts';
import { blockOf, ClientAddress } from './client-address.ts';

/** Whose request it is that came from `remoteAddress`. */
function addressOf(trustProxy: TrustProxy, remoteAddress: string, forwarded?: string): string {
  const request = {
    socket: { remoteAddress },
    headers: { 'x-forwarded-for': forwarded },
  } as unknown as IncomingMessage;
  return new ClientAddress(settingsWith({ trustProxy })).of(request);
}

describe('the address of a client', () => {
  it.each([
    ['nobody is believed by default', false, '10.0.0.1', '203.0.113.7', '10.0.0.1'],
    ['a trusted proxy is', ['10.0.0.0/8'], '10.0.0.1', '203.0.113.7', '203.0.113.7'],
    ['one that is not is not', ['10.0.0.0/8'], '11.0.0.1', '203.0.113.7', '11.0.0.1'],
    ['what a client says of itself is not', ['10.0.0.0/8'], '10.0.0.1', '6.6.6.6, 203.0.113.7', '203.0.113.7'],
    ['proxies in a row are followed', ['10.0.0.0/8'], '10.0.0.1', '6.6.6.6, 203.0.113.7, 10.9.9.9', '203.0.113.7'],
    ['also one that is in the list by its address', ['192.0.2.1'], '192.0.2.1', '203.0.113.7', '203.0.113.7'],
    ['a client may be in the network of the proxies', ['private'], '10.0.0.1', '10.0.0.2', '10.0.0.2'],
    ['loopback is a word', ['loopback'], '127.0.0.1', '203.0.113.7', '203.0.113.7'],
    ['also of IPv6', ['loopback'], '::1', '2001:db8::1', '2001:db8::1'],
    ['a mapped address is one of IPv4', ['loopback'], '::ffff:127.0.0.1', '::ffff:203.0.113.7', '203.0.113.7'],
    ['so many hops', 1, '10.0.0.1', '6.6.6.6, 203.0.113.7', '203.0.113.7'],
    ['two hops', 2, '10.0.0.1', '6.6.6.6, 203.0.113.7, 10.0.0.2', '203.0.113.7'],
    ['fewer than those trusted', 2, '10.0.0.1', '203.0.113.7', '203.0.113.7'],
    ['a port is left out', 1, '10.0.0.1', '203.0.113.7:4711', '203.0.113.7'],
    ['of IPv6 as well', 1, '10.0.0.1', '[2001:db8::1]:4711', '2001:db8::1'],
    ['what is no address stands for its proxy', 1, '10.0.0.1', 'unknown', '10.0.0.1'],
    ['nor is what is empty', ['private'], '10.0.0.1', '6.6.6.6,', '10.0.0.1'],
    ['without the header it is the proxy', ['private'], '10.0.0.1', undefined, '10.0.0.1'],
  ] as const)('%s', (_name, trust, peer, forwarded, address) => {
    expect(addressOf(trust, peer, forwarded)).toBe(address);
  });
});

describe('addresses are counted', () => {
  it.each([
    ['203.0.113.7', '203.0.113.7'],
    ['::ffff:203.0.113.7', '203.0.113.7'],
    ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
    ['2001:db8:1:2::', '2001:db8:1:2::/64'],
    ['2001:DB8:0001:2::1', '2001:db8:1:2::/64'],
    ['2001:db8::1', '2001:db8:0:0::/64'],
    ['fe80::1%eth0', 'fe80:0:0:0::/64'],
    ['::1', '0:0:0:0::/64'],
    ['64:ff9b::192.0.2.1', '64:ff9b:0:0::/64'],
    ['1:2:3::192.0.2.1', '1:2:3:0::/64'],
    ['', ''],
  ])('%s as %s', (address, block) => expect(blockOf(address)).toBe(block));
});
