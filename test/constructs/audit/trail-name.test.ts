import { App, Lazy, Stack } from 'aws-cdk-lib';
import { expect, it } from 'vitest';
import { trailName } from '../../../lib/constructs/audit/trail-name';
import { newStack } from './deployed';

const stack = newStack();

it.each(['abc', 'orders-audit', 'Orders.audit_2', '1trail', 'a'.repeat(128)])('takes %s', (name) => {
  expect(trailName(stack, name)).toBe(name);
});

it.each(['ab', 'a'.repeat(129), '-trail', 'trail-', 'my--trail', 'my._trail', 'my trail', '192.168.5.4', ''])(
  'refuses %j',
  (name) => {
    expect(() => trailName(stack, name)).toThrow(/^BH4003: `trailName` must be 3 to 128 letters and digits/);
  },
);

it('refuses a name that is not known before deployment', () => {
  expect(() => trailName(stack, Lazy.string({ produce: () => 'orders' }))).toThrow('BH4003');
});

it('is made from the construct path, within the limits of CloudTrail however long that is', () => {
  const deep = new Stack(new App(), `Orders${'x'.repeat(120)}`);
  const name = trailName(deep, undefined);
  expect(name.length).toBeLessThanOrEqual(128);
  expect(trailName(deep, name)).toBe(name);
  expect(trailName(newStack('Other'), undefined)).not.toBe(trailName(stack, undefined));
});
