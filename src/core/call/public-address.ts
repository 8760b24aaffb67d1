import { BlockList, isIPv4, type LookupFunction } from 'node:net';

/** Resolves a host name to all its addresses, as `lookup` of `node:dns/promises` does. */
export type Lookup = (
  hostname: string,
  options: { readonly all: true },
) => Promise<readonly { readonly address: string; readonly family: number }[]>;

/** What IANA's registries do not mark as globally reachable: private, loopback, shared, documentation, multicast. */
const SPECIAL_IPV4 = [
  '0.0.0.0/8',
  '10.0.0.0/8',
  '100.64.0.0/10',
  '127.0.0.0/8',
  '169.254.0.0/16',
  '172.16.0.0/12',
  '192.0.0.0/24',
  '192.0.2.0/24',
  '192.88.99.0/24',
  '192.168.0.0/16',
  '198.18.0.0/15',
  '198.51.100.0/24',
  '203.0.113.0/24',
  '224.0.0.0/4',
  '240.0.0.0/4',
];

/** Only this block is in public use; mapped, NAT64, local and multicast addresses all lie outside of it. */
const PUBLIC_IPV6 = '2000::/3';
/** Inside of it: protocol assignments with Teredo, documentation, and 6to4, which wraps any IPv4 address. */
const SPECIAL_IPV6 = ['2001::/23', '2001:db8::/32', '2002::/16', '3fff::/20'];

/** Tells addresses on the public internet from all others; what is not an address at all is not public. */
export function createPublicAddressCheck(): (address: string) => boolean {
  const specialIpv4 = createBlocks('ipv4', SPECIAL_IPV4);
  const specialIpv6 = createBlocks('ipv6', SPECIAL_IPV6);
  const publicIpv6 = createBlocks('ipv6', [PUBLIC_IPV6]);
  return (address) =>
    isIPv4(address)
      ? !specialIpv4.check(address, 'ipv4')
      : publicIpv6.check(address, 'ipv6') && !specialIpv6.check(address, 'ipv6');
}

function createBlocks(family: 'ipv4' | 'ipv6', ranges: readonly string[]): BlockList {
  const blocks = new BlockList();
  for (const range of ranges) {
    const [network = '', prefix] = range.split('/');
    blocks.addSubnet(network, Number(prefix), family);
  }
  return blocks;
}

/** A host name that resolves, also or only, to an address that must not be connected to. */
export class PrivateAddressError extends Error {
  override readonly name = 'PrivateAddressError';
  constructor(hostname: string) {
    super(`${hostname} resolves to an address that is not on the public internet`);
  }
}

/**
 * A resolver for `net.connect` that fails with a {@link PrivateAddressError} unless every address is allowed. What it
 * returns is what the socket connects to: no second resolution can bring another address.
 */
export function createCheckedLookup(lookup: Lookup, isAllowed: (address: string) => boolean): LookupFunction {
  const resolve = async (hostname: string) => {
    const addresses = await lookup(hostname, { all: true });
    if (addresses.length === 0 || !addresses.every(({ address }) => isAllowed(address))) {
      throw new PrivateAddressError(hostname);
    }
    return [...addresses];
  };
  return (hostname, options, callback) => {
    resolve(hostname).then(
      (addresses) => {
        if (options.all) callback(null, addresses);
        else callback(null, addresses[0]?.address ?? '', addresses[0]?.family);
      },
      (error: unknown) => callback(error as NodeJS.ErrnoException, ''),
    );
  };
}
