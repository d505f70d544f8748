import { isIPv4, isIPv6 } from 'node:net';
import { Token } from 'aws-cdk-lib';
import { misuse } from '../../private/errors';

/** No partner calls from more than this. */
const WIDEST = { v4: 8, v6: 16 };

/** Ranges that `aws:SourceIp` never shows: what arrives from them through a VPC endpoint has `aws:VpcSourceIp`. */
const PRIVATE = ['10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16', '127.0.0.0/8', '169.254.0.0/16'];

/** @throws BH2021 where a range is not one that a partner could call from. */
export function checkSourceRanges(at: string, ranges: readonly string[]): void {
  if ((ranges ?? []).length === 0) {
    throw misuse(at, {
      code: 'BH2021',
      what: '`sourceRanges` is empty',
      why: 'a credential that works from anywhere is worth stealing',
      mend: 'list the address ranges that the partner calls from, such as `203.0.113.0/24`',
    });
  }
  for (const range of ranges) {
    const fault = faultOfSourceRange(range);
    if (fault === undefined) continue;
    throw misuse(at, { code: 'BH2021', what: `source range \`${range}\` ${fault.what}`, mend: fault.mend });
  }
}

/** What is wrong with a range that calls are to be seen to come from, and how to mend it; `undefined` for nothing. */
export function faultOfSourceRange(range: string): { readonly what: string; readonly mend: string } | undefined {
  if (Token.isUnresolved(range)) {
    return { what: 'is known only at deployment', mend: 'write it out, so that it can be reviewed' };
  }
  const [address, prefix = '', ...more] = range.split('/');
  const v6 = isIPv6(address);
  const width = v6 ? 128 : 32;
  if (more.length > 0 || (!v6 && !isIPv4(address)) || !/^\d{1,3}$/.test(prefix) || Number(prefix) > width) {
    return { what: 'is no CIDR range', mend: 'write it like `203.0.113.0/24`, a single address like `203.0.113.7/32`' };
  }
  const length = Number(prefix);
  const widest = v6 ? WIDEST.v6 : WIDEST.v4;
  if (length < widest) {
    return {
      what: `is wider than /${widest}`,
      mend: 'name the addresses that the calls really come from',
    };
  }
  const bits = v6 ? bitsOfV6(address) : bitsOfV4(address);
  if ((bits & ((1n << BigInt(width - length)) - 1n)) !== 0n) {
    return { what: `has bits set behind its prefix of ${length}`, mend: 'write the first address of the range' };
  }
  if (!v6 && PRIVATE.some((each) => overlaps(bits, each))) {
    return {
      what: 'is not on the public internet, so no call is seen to come from it',
      mend: 'name the public addresses of who calls',
    };
  }
  return undefined;
}

function overlaps(bits: bigint, range: string): boolean {
  const [address, prefix] = range.split('/');
  const shift = 32n - BigInt(prefix);
  return bits >> shift === bitsOfV4(address) >> shift;
}

function bitsOfV4(address: string): bigint {
  return address.split('.').reduce((bits, part) => (bits << 8n) | BigInt(part), 0n);
}

function bitsOfV6(address: string): bigint {
  const v4 = /\d+\.\d+\.\d+\.\d+$/.exec(address)?.[0];
  const tail =
    v4 === undefined
      ? ''
      : bitsOfV4(v4)
          .toString(16)
          .padStart(8, '0')
          .replace(/^(.{4})/, '$1:');
  const full = v4 === undefined ? address : address.slice(0, -v4.length) + tail;
  const [head, rest] = full.split('::');
  const left = head.split(':').filter((part) => part !== '');
  const right = (rest ?? '').split(':').filter((part) => part !== '');
  const middle = Array.from({ length: 8 - left.length - right.length }, () => '0');
  return [...left, ...middle, ...right].reduce((bits, part) => (bits << 16n) | BigInt(`0x${part}`), 0n);
}
