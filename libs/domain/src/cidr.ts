interface Address {
  bits: 32 | 128;
  value: bigint;
}

const MAPPED_IPV4 = 0xffffn;

/**
 * Whether a network (`10.0.0.0/8`, `2001:db8::/32`, or a single address) holds an address.
 * IPv4 addresses mapped into IPv6 (`::ffff:10.0.0.1`) count as IPv4. Undefined when either is malformed.
 */
export function cidrContains(network: string, address: string): boolean | undefined {
  const [base = '', prefixText, ...rest] = network.split('/');
  const net = parseAddress(base);
  const candidate = parseAddress(address);
  if (!net || !candidate || rest.length > 0) return undefined;
  const prefix = prefixText === undefined ? net.bits : prefixLength(prefixText, net.bits);
  if (prefix === undefined) return undefined;
  const shift = BigInt(net.bits - prefix);
  return net.bits === candidate.bits && net.value >> shift === candidate.value >> shift;
}

export function isCidr(network: string): boolean {
  return cidrContains(network, '0.0.0.0') !== undefined;
}

function prefixLength(text: string, bits: number): number | undefined {
  return /^\d{1,3}$/.test(text) && Number(text) <= bits ? Number(text) : undefined;
}

function parseAddress(text: string): Address | undefined {
  const value = text.includes(':') ? parseIpv6(text) : parseIpv4(text);
  if (value === undefined) return undefined;
  if (!text.includes(':')) return { bits: 32, value };
  return value >> 32n === MAPPED_IPV4 ? { bits: 32, value: value & 0xffffffffn } : { bits: 128, value };
}

function parseIpv4(text: string): bigint | undefined {
  const octets = text.split('.');
  if (
    octets.length !== 4 ||
    !octets.every((octet) => /^(?:0|[1-9]\d{0,2})$/.test(octet) && Number(octet) < 256)
  ) {
    return undefined;
  }
  return octets.reduce((value, octet) => (value << 8n) | BigInt(octet), 0n);
}

function parseIpv6(text: string): bigint | undefined {
  if (text.length > 45) return undefined;
  const halves = withHexTail(text)?.split('::');
  if (!halves || halves.length > 2) return undefined;
  const [left = [], right = []] = halves.map((half) => (half === '' ? [] : half.split(':')));
  const missing = 8 - left.length - right.length;
  if (halves.length === 2 ? missing < 1 : missing !== 0) return undefined;
  const groups = [...left, ...Array.from({ length: missing }, () => '0'), ...right];
  if (!groups.every((group) => /^[0-9a-f]{1,4}$/i.test(group))) return undefined;
  return groups.reduce((value, group) => (value << 16n) | BigInt(`0x${group}`), 0n);
}

/** `::ffff:10.0.0.1` with its IPv4 tail as two groups of hexadecimal digits. */
function withHexTail(text: string): string | undefined {
  const colon = text.lastIndexOf(':');
  const tail = text.slice(colon + 1);
  if (!tail.includes('.')) return text;
  const value = parseIpv4(tail);
  if (value === undefined) return undefined;
  return `${text.slice(0, colon + 1)}${(value >> 16n).toString(16)}:${(value & 0xffffn).toString(16)}`;
}
