/** Addresses from first to last, both included. IPv4 and IPv6 never meet. */
export interface IpRange {
  readonly bits: 32 | 128;
  readonly first: bigint;
  readonly last: bigint;
}

/** The range of an address or a CIDR block; `undefined` for neither. */
export function ipRangeOf(source: string): IpRange | undefined {
  const [address, length, ...more] = source.trim().split('/');
  if (more.length > 0) return undefined;
  const bits = address.includes(':') ? 128 : 32;
  const value = bits === 32 ? ipv4(address) : ipv6(address);
  if (value === undefined) return undefined;
  if (length !== undefined && !/^\d{1,3}$/.test(length)) return undefined;
  const prefix = length === undefined ? bits : Number(length);
  if (prefix > bits) return undefined;
  const rest = BigInt(bits - prefix);
  const first = (value >> rest) << rest;
  return { bits, first, last: first + (1n << rest) - 1n };
}

export function covers(outer: IpRange, inner: IpRange): boolean {
  return outer.bits === inner.bits && outer.first <= inner.first && inner.last <= outer.last;
}

export function overlap(a: IpRange, b: IpRange): boolean {
  return a.bits === b.bits && a.first <= b.last && b.first <= a.last;
}

/** An address as text; `undefined` outside of what its family has. */
export function addressOf(bits: 32 | 128, value: bigint): string | undefined {
  if (value < 0n || value >= 1n << BigInt(bits)) return undefined;
  const width = bits === 32 ? 8n : 16n;
  const parts = Array.from({ length: bits === 32 ? 4 : 8 }, (_, index, at = BigInt((bits === 32 ? 3 : 7) - index)) =>
    ((value >> (at * width)) & ((1n << width) - 1n)).toString(bits === 32 ? 10 : 16),
  );
  return parts.join(bits === 32 ? '.' : ':');
}

function ipv4(address: string): bigint | undefined {
  const parts = address.split('.');
  if (parts.length !== 4 || !parts.every((part) => /^\d{1,3}$/.test(part) && Number(part) < 256)) return undefined;
  return parts.reduce((sum, part) => sum * 256n + BigInt(part), 0n);
}

function ipv6(address: string): bigint | undefined {
  const embedded = /^(.*:)(\d+\.\d+\.\d+\.\d+)$/.exec(address);
  if (embedded !== null) {
    const low = ipv4(embedded[2]);
    return low === undefined
      ? undefined
      : ipv6(`${embedded[1]}${(low >> 16n).toString(16)}:${(low & 0xffffn).toString(16)}`);
  }
  const halves = address.split('::');
  if (halves.length > 2) return undefined;
  const [head, tail] = halves.map((half) => (half === '' ? [] : half.split(':')));
  const missing = 8 - head.length - (tail?.length ?? 0);
  if (tail === undefined ? missing !== 0 : missing < 1) return undefined;
  const parts = [...head, ...Array.from({ length: tail === undefined ? 0 : missing }, () => '0'), ...(tail ?? [])];
  if (!parts.every((part) => /^[0-9a-f]{1,4}$/i.test(part))) return undefined;
  return parts.reduce((sum, part) => (sum << 16n) + BigInt(`0x${part}`), 0n);
}
