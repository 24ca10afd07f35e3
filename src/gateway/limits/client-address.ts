/**
 * The address of a client: of who connected, or of whom a trusted proxy names. What anybody else says in X-Forwarded-For is
 * not looked at. Addresses are counted by block, since a household has as many of IPv6 as it likes.
 */
import { isIP, isIPv4, isIPv6 } from 'node:net';
import type { IncomingMessage } from 'node:http';
import { Injectable } from '@nestjs/common';
import { trustOf } from '../../settings/limits/trusted-proxies.ts';
import type { Trust } from '../../settings/limits/trusted-proxies.ts';
import { Settings } from '../../settings/settings.ts';

/** `::ffff:192.0.2.1`, as an IPv6 socket shows a client of IPv4. */
const MAPPED = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i;

/** `192.0.2.1:443` and `[2001:db8::1]:443`, as some proxies write. */
const WITH_PORT = /^(?:\[(.+)\]|(\d+\.\d+\.\d+\.\d+))(?::\d+)?$/;

/** Finds out the addresses of clients, as TRUST_PROXY says. */
@Injectable()
export class ClientAddress {
  private readonly trust: Trust;

  constructor({ trustProxy }: Settings) {
    this.trust = trustOf(trustProxy);
  }

  /** The address of whoever sent a request, IPv4 in its own notation; empty when it has gone already. */
  of({ socket, headers }: Pick<IncomingMessage, 'socket' | 'headers'>): string {
    let address = plain(socket.remoteAddress ?? '');
    const forwarded = headers['x-forwarded-for'];
    if (forwarded === undefined || !this.trust(address, 0)) return address;
    // The last one was written by whom we believe; each one before it by who is named behind it.
    const named = String(forwarded).split(',').toReversed();
    for (const [index, written] of named.entries()) {
      const next = plain(written.trim());
      // Its trusted proxy knows no better: it stands for its clients itself.
      if (isIP(next) === 0) return address;
      address = next;
      if (!this.trust(address, index + 1)) return address;
    }
    return address;
  }

  /** Whether who has this address passes on the requests of others. */
  isProxy(address: string): boolean {
    return this.trust(plain(address), 0);
  }
}

/** What is counted as one: an address of IPv4, or the /64 of one of IPv6. */
export function blockOf(address: string): string {
  const [whole = ''] = plain(address).split('%');
  if (!isIPv6(whole)) return whole;
  const [head = '', tail] = whole.split('::');
  const before = head === '' ? [] : head.split(':');
  const after = tail === undefined || tail === '' ? [] : tail.split(':');
  // An address of IPv4 at the end stands for two groups.
  const known = before.length + after.length + (isIPv4(after.at(-1) ?? '') ? 1 : 0);
  const zeros = tail === undefined ? [] : Array.from({ length: 8 - known }, () => '0');
  const groups = [...before, ...zeros, ...after].slice(0, 4);
  return `${groups.map((group) => Number.parseInt(group, 16).toString(16)).join(':')}::/64`;
}

function plain(written: string): string {
  const [, inBrackets, beforePort] = WITH_PORT.exec(written) ?? [];
  const address = inBrackets ?? beforePort ?? written;
  return MAPPED.exec(address)?.[1] ?? address;
}
