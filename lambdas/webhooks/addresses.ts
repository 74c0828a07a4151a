// Which addresses a webhook may have: public ones only. Whoever sets a webhook must not reach, through our functions, what only
// they can reach: the metadata of the machine, its own services, the networks that it is in.

import dns from 'node:dns/promises';
import { BlockList, isIP } from 'node:net';
import * as v from 'valibot';
import { readEnvironment } from '../platform/environment.ts';
import { withTimeout } from '../platform/with-timeout.ts';

/** Set by the local run alone, whose endpoints are on this machine. */
const { WEBHOOK_LOOPBACK } = readEnvironment({ WEBHOOK_LOOPBACK: v.optional(v.literal('allowed')) });

/** Whether this process may post to this machine. */
export const loopbackAllowed = WEBHOOK_LOOPBACK === 'allowed';

const barred = new BlockList();

/** What IANA's special-purpose registry of IPv4 holds, multicast, and what is reserved. */
const BARRED_IPV4 =
  '0.0.0.0/8 10.0.0.0/8 100.64.0.0/10 127.0.0.0/8 169.254.0.0/16 172.16.0.0/12 192.0.0.0/24 192.0.2.0/24 192.88.99.0/24 ' +
  '192.168.0.0/16 198.18.0.0/15 198.51.100.0/24 203.0.113.0/24 224.0.0.0/4 240.0.0.0/4';
/** The same within 2000::/3, outside of which no IPv6 address is public: protocol assignments, 6to4, documentation. */
const BARRED_IPV6 = '2001::/23 2001:db8::/32 2002::/16 3fff::/20';

for (const [ranges, family] of [
  [BARRED_IPV4, 'ipv4'],
  [BARRED_IPV6, 'ipv6'],
] as const) {
  for (const range of ranges.split(' ')) {
    const [network = '', bits] = range.split('/');
    barred.addSubnet(network, Number(bits), family);
  }
}

const globalIpv6 = new BlockList();
globalIpv6.addSubnet('2000::', 3, 'ipv6');

/** Whether the IP address can be reached from everywhere; IPv6 addresses that contain an IPv4 address are not public. */
export const isPublic = (address: string): boolean => {
  if (isIP(address) === 4) return !barred.check(address, 'ipv4');
  return isIP(address) === 6 && globalIpv6.check(address, 'ipv6') && !barred.check(address, 'ipv6');
};

const isLoopback = (address: string): boolean => /^127\./.test(address) || address === '::1';

/** Ports of other protocols, which no browser posts to either: the list of https://fetch.spec.whatwg.org/#port-blocking. */
const BARRED_PORTS = new Set(
  (
    '0 1 7 9 11 13 15 17 19 20 21 22 23 25 37 42 43 53 69 77 79 87 95 101 102 103 104 109 110 111 113 115 117 119 123 135 137 ' +
    '139 143 161 179 389 427 465 512 513 514 515 526 530 531 532 540 548 554 556 563 587 601 636 989 990 993 995 1719 1720 ' +
    '1723 2049 3659 4045 4190 5060 5061 6000 6566 6665 6666 6667 6668 6669 6679 6697 10080'
  ).split(' '),
);

/** An address that no webhook may have: one sentence for the operator, without the name of the host. */
export class BarredAddress extends Error {
  override readonly name = 'BarredAddress';
}

/** The host of a URL as an IP address or name, without the brackets of IPv6 and the dot at the end of a name. */
const hostOf = ({ hostname }: URL): string => hostname.replace(/^\[(.*)\]$/, '$1').replace(/\.$/, '');

/** Throws a `BarredAddress` when the URL itself says that it may not be posted to. Names are not resolved. */
export const checkAddress = (url: URL, allowLoopback: boolean): void => {
  const host = hostOf(url);
  if (allowLoopback && (isLoopback(host) || host === 'localhost')) return;
  if (BARRED_PORTS.has(url.port)) throw new BarredAddress(`Port ${url.port} is not one of web servers.`);
  if (host === 'localhost' || host.endsWith('.localhost') || (isIP(host) > 0 && !isPublic(host))) {
    throw new BarredAddress(`${host} is not a public address.`);
  }
};

/** An address of a host, as `dns.lookup` returns it. */
interface HostAddress {
  readonly address: string;
  readonly family: number;
}

/**
 * Resolves a name to all its addresses; throws a `BarredAddress` when one of them is not public, and the error of DNS when
 * there is none.
 */
export const resolvePublic = async (
  host: string,
  allowLoopback: boolean,
): Promise<readonly HostAddress[]> => {
  const addresses = await dns.lookup(host, { all: true });
  for (const { address } of addresses) {
    if (isPublic(address) || (allowLoopback && host === 'localhost' && isLoopback(address))) continue;
    throw new BarredAddress(`${host} resolves to ${address}, which is not a public address.`);
  }
  return addresses;
};

const PATIENCE_MS = 3000;

/**
 * Checks a URL that an operator sets, with all addresses of its name; throws a `BarredAddress`. A name that cannot be resolved
 * now passes: it is resolved and checked again for each connection.
 */
export const checkResolved = async (url: URL, allowLoopback: boolean): Promise<void> => {
  checkAddress(url, allowLoopback);
  const host = hostOf(url);
  if (isIP(host)) return;
  await withTimeout(PATIENCE_MS, resolvePublic(host, allowLoopback)).catch((error: unknown) => {
    if (error instanceof BarredAddress) throw error;
  });
};
