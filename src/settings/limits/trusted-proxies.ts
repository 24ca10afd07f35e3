/**
 * Which proxies are believed when they say in X-Forwarded-For whose request they pass on.
 * By default none: the header is as easily written by a client itself.
 */
import { BlockList, isIP, isIPv6 } from 'node:net';
import { ValidateBy } from 'class-validator';
import type { Notation } from '../from-env.ts';

/** None, so many in a row, or those with an address of a list (addresses, CIDRs, and the words of `WORDS`). */
export type TrustProxy = false | number | readonly string[];

/** Whether whoever has an address is believed, being so many hops away; 0 is who connected to us. */
export type Trust = (address: string, hop: number) => boolean;

/** Proxies in a row. */
const MOST_HOPS = 10;

const LOOPBACK = ['127.0.0.0/8', '::1/128'];

const WORDS: Readonly<Record<string, readonly string[]>> = {
  loopback: LOOPBACK,
  private: [...LOOPBACK, '10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16', 'fc00::/7'],
};

/**
 * The test for a setting.
 *
 * @throws Error when a list holds what is neither an address, nor a CIDR, nor a word
 */
export function trustOf(trustProxy: TrustProxy): Trust {
  if (trustProxy === false) return () => false;
  if (typeof trustProxy === 'number') return (_address, hop) => hop < trustProxy;
  const list = new BlockList();
  for (const entry of trustProxy.flatMap((word) => WORDS[word] ?? [word])) add(list, entry);
  return (address) => isIP(address) !== 0 && list.check(address, familyOf(address));
}

/** `false`, a number of hops, or a list. */
export function trustedProxies(): Notation<TrustProxy> {
  return {
    allowed: `false, a number of proxies in a row between 1 and ${MOST_HOPS}, or their addresses between commas, such as loopback, private, 10.1.0.0/16`,
    rules: [ValidateBy({ name: 'isTrustProxy', validator: { validate: isTrustProxy } })],
    parse: (written) => {
      const plain = written.trim();
      if (plain === 'false') return false;
      return /^\d+$/.test(plain) ? Number(plain) : plain.split(',').map((entry) => entry.trim());
    },
    format: (value) => (typeof value === 'object' ? value.join() : String(value)),
  };
}

function isTrustProxy(value: unknown): boolean {
  if (value === false) return true;
  if (typeof value === 'number') return Number.isInteger(value) && value >= 1 && value <= MOST_HOPS;
  try {
    trustOf(value as readonly string[]);
    return Array.isArray(value) && value.length > 0;
  } catch {
    return false;
  }
}

/** To trust every address (`0.0.0.0/0`) would be to believe whatever any client says. */
function add(list: BlockList, entry: string): void {
  const [address = '', bits] = entry.split('/');
  if (isIP(address) === 0) throw new Error(`${entry} is no address.`);
  if (bits === undefined) return list.addAddress(address, familyOf(address));
  if (!/^[1-9]\d*$/.test(bits)) throw new Error(`${entry} is no range of addresses.`);
  list.addSubnet(address, Number(bits), familyOf(address));
}

function familyOf(address: string): 'ipv4' | 'ipv6' {
  return isIPv6(address) ? 'ipv6' : 'ipv4';
}
