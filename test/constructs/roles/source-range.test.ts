import { Aws } from 'aws-cdk-lib';
import { describe, expect, it } from 'vitest';
import { checkSourceRanges } from '../../../lib/constructs/roles/source-range';

describe('source ranges', () => {
  it.each(['203.0.113.0/24', '203.0.113.7/32', '8.0.0.0/8', '2001:db8::/32', '::ffff:203.0.113.0/120', 'fe80::1/128'])(
    'takes %s',
    (range) => expect(() => checkSourceRanges('Role', [range])).not.toThrow(),
  );

  it.each([
    ['0.0.0.0/0', 'is wider than /8'],
    ['0.0.0.0/1', 'is wider than /8'],
    ['::/0', 'is wider than /16'],
    ['203.0.113.7', 'is no CIDR range'],
    ['203.0.113.7/24', 'has bits set behind its prefix of 24'],
    ['2001:db8::1/64', 'has bits set behind its prefix of 64'],
    ['203.0.113.0/33', 'is no CIDR range'],
    ['203.0.113.0/24/1', 'is no CIDR range'],
    ['203.0.113/24', 'is no CIDR range'],
    ['partner.example.com/32', 'is no CIDR range'],
    ['*', 'is no CIDR range'],
    ['10.1.0.0/16', 'is not on the public internet'],
    ['172.31.0.0/16', 'is not on the public internet'],
    ['192.168.1.1/32', 'is not on the public internet'],
    [Aws.ACCOUNT_ID, 'is known only at deployment'],
  ])('refuses %s: %s', (range, fault) => {
    expect(() => checkSourceRanges('Role', ['203.0.113.0/24', range])).toThrow(fault);
  });

  it('refuses an empty list', () => {
    expect(() => checkSourceRanges('Role', [])).toThrow('BH2021: `sourceRanges` is empty');
  });
});
