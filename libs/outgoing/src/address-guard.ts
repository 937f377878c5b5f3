import { lookup as resolve } from 'node:dns';
import { BlockList, isIP } from 'node:net';
import type { LookupFunction } from 'node:net';

/** Where cloud machines find their credentials, and what is no machine at all: never called. */
const forbiddenRanges = [
  '169.254.0.0/16',
  'fe80::/10',
  '100.100.100.200/32',
  '168.63.129.16/32',
  '192.0.0.192/32',
  'fd00:ec2::254/128',
  'fd20:ce::254/128',
  // the first one again, as translated to IPv6
  '64:ff9b::a9fe:0/112',
  '2002:a9fe::/32',
  // multicast, reserved, broadcast
  '224.0.0.0/4',
  '240.0.0.0/4',
  'ff00::/8',
];

const privateRanges = [
  '0.0.0.0/8',
  '10.0.0.0/8',
  '100.64.0.0/10',
  '127.0.0.0/8',
  '172.16.0.0/12',
  '192.0.0.0/24',
  '192.168.0.0/16',
  '198.18.0.0/15',
  '::/96',
  'fc00::/7',
  'fec0::/10',
  // IPv4 inside IPv6: NAT64, Teredo, 6to4
  '64:ff9b::/96',
  '64:ff9b:1::/48',
  '2001::/32',
  '2002::/16',
];

/** Judges addresses, not names: what a name means is decided when the connection is made, and only then. */
export interface AddressGuard {
  /** Throws for a host that is itself a blocked address; names pass. */
  checkHost(hostname: string): void;
  /** For what connects (`net`, `tls`, `http`): fails when a name leads to a blocked address. */
  readonly lookup: LookupFunction;
}

export function createAddressGuard(options: { blockPrivate: boolean }): AddressGuard {
  const blocked = blockList([...forbiddenRanges, ...(options.blockPrivate ? privateRanges : [])]);
  const isBlocked = (address: string): boolean =>
    blocked.check(address, isIP(address) === 6 ? 'ipv6' : 'ipv4');

  return {
    checkHost: (hostname) => {
      const address = hostname.replace(/^\[|\]$/g, '');
      if (isIP(address) !== 0 && isBlocked(address)) throw refusal(hostname, address);
    },
    lookup: (hostname, settings, callback) => {
      resolve(hostname, { ...settings, all: true }, (error, addresses) => {
        const bad = error === null ? addresses.find(({ address }) => isBlocked(address)) : undefined;
        const failure = error ?? (bad === undefined ? null : refusal(hostname, bad.address));
        if (settings.all === true) callback(failure, addresses);
        else callback(failure, addresses?.[0]?.address ?? '', addresses?.[0]?.family);
      });
    },
  };
}

function blockList(ranges: readonly string[]): BlockList {
  const list = new BlockList();
  for (const range of ranges) {
    const [address = '', bits] = range.split('/');
    list.addSubnet(address, Number(bits), isIP(address) === 6 ? 'ipv6' : 'ipv4');
  }
  return list;
}

function refusal(hostname: string, address: string): Error {
  const what = hostname === address ? hostname : `${hostname} is ${address}, which`;
  return new Error(`${what} is not an address that may be called`);
}
