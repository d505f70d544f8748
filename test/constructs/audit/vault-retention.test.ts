import { Duration, Lazy } from 'aws-cdk-lib';
import { describe, expect, it } from 'vitest';
import { logRetention, retentionDays } from '../../../lib/constructs/audit/vault-retention';
import { newStack, newVault } from './deployed';

const stack = newStack();

describe('the retention', () => {
  it.each([
    [Duration.days(1), 1],
    [Duration.hours(48), 2],
    [Duration.days(2557), 2557],
  ])('takes %s', (retention, days) => {
    expect(retentionDays(stack, retention, false)).toBe(days);
  });

  it.each([Duration.days(0), Duration.hours(12), Duration.hours(36)])('refuses %s: not whole days', (retention) => {
    expect(() => retentionDays(stack, retention, true)).toThrow(
      /^BH4001: `retention` must be whole days and at least 1/,
    );
  });

  it.each([undefined, 400])('refuses %s, which is no Duration', (none: any) => {
    expect(() => retentionDays(stack, none, true)).toThrow(/^BH4001: `retention` must be a Duration, got/);
  });

  it('refuses a retention that is not known before deployment', () => {
    const unknown = Duration.days(Lazy.number({ produce: () => 400 }));
    expect(() => retentionDays(stack, unknown, true)).toThrow(/^BH4001: `retention` is not known before deployment/);
  });

  it('refuses more than seven years, and says that it cannot be undone', () => {
    expect(() => newVault({ retention: Duration.days(3650) })).toThrow(
      /^BH4001: `retention` of 3650 days is over seven years, at Orders\/Audit; .*nobody, not even the root user.*can shorten.*; .*`acceptLongRetention: true`/,
    );
  });

  it('takes more than seven years where it is said to be meant, but not more than S3 takes', () => {
    expect(newVault({ retention: Duration.days(7300), acceptLongRetention: true }).retention.toDays()).toBe(7300);
    expect(() => retentionDays(stack, Duration.days(36_501), true)).toThrow(
      /^BH4001: .* at most 36500 days, got 36501/,
    );
  });
});

describe('the retention of log groups', () => {
  it.each([
    [1, 1],
    [2, 3],
    [366, 400],
    [400, 400],
    [401, 545],
    [3653, 3653],
    [7300, 3653],
  ])('for %i days is %i: what CloudWatch Logs offers, not shorter, at most ten years', (days, offered) => {
    expect(logRetention(days)).toBe(offered);
  });
});
