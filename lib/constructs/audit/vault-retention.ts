import { Duration } from 'aws-cdk-lib';
import * as logs from 'aws-cdk-lib/aws-logs';
import type { IConstruct } from 'constructs';
import { misuse } from '../../private/errors';
import { LockMode } from './lock-mode';

/** Seven years, as most laws that people have in mind ask for; 3650 in place of 365 is more often a slip of the keyboard. */
const LONGEST_PLAUSIBLE_DAYS = 2557;
/** @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-lock-configure.html */
const LONGEST_POSSIBLE_DAYS = 36_500;

const IRREVERSIBLE =
  'under COMPLIANCE nobody, not even the root user or AWS Support, can shorten the retention of an object once it is written';

/** The retention in whole days, once it is plausible. */
export function retentionDays(at: IConstruct, retention: Duration, acceptLong: boolean): number {
  const refuse = (what: string, mend: string): Error => misuse(at, { code: 'BH4001', what, why: IRREVERSIBLE, mend });

  if (!isDuration(retention)) {
    throw refuse(`\`retention\` must be a Duration, got ${String(retention)}`, 'give it as `Duration.days(400)`');
  }
  if (retention.isUnresolved()) {
    throw refuse('`retention` is not known before deployment', 'give it as a literal, such as `Duration.days(400)`');
  }
  const days = retention.toDays({ integral: false });
  if (!Number.isInteger(days) || days < 1) {
    throw refuse(
      `\`retention\` must be whole days and at least 1, got ${retention.toHumanString()}`,
      'give whole days, such as `Duration.days(400)`',
    );
  }
  if (days > LONGEST_POSSIBLE_DAYS) {
    throw refuse(
      `\`retention\` must be at most ${LONGEST_POSSIBLE_DAYS} days, got ${days} days`,
      'S3 takes no more than 100 years',
    );
  }
  if (days > LONGEST_PLAUSIBLE_DAYS && !acceptLong) {
    throw refuse(
      `\`retention\` of ${days} days is over seven years`,
      'give a shorter one, or set `acceptLongRetention: true` if it is meant',
    );
  }
  return days;
}

/** For callers whom no compiler checks. Works across copies of the CDK. */
function isDuration(x: unknown): boolean {
  return typeof (x as Partial<Duration> | undefined)?.toDays === 'function';
}

/** What S3 asks for before objects may move to infrequent access. */
const LEAST_COLD_DAYS = 30;

/**
 * After how many days records move to cheaper storage; `undefined` where they are gone before.
 *
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/lifecycle-transition-general-considerations.html
 */
export function coldAfterDays(at: IConstruct, given: Duration | undefined, keptDays: number): number | undefined {
  const days = (given ?? Duration.days(90)).toDays({ integral: false });
  if (!Number.isInteger(days) || days < LEAST_COLD_DAYS) {
    throw misuse(at, {
      code: 'BH4008',
      what: `\`coldAfter\` must be whole days and at least ${LEAST_COLD_DAYS}, got ${days} days`,
      why: 'S3 moves no object to cheaper storage before',
      mend: 'leave it out, or give more days',
    });
  }
  return days < keptDays ? days : undefined;
}

/** The shortest retention that CloudWatch Logs offers and that is not shorter than the vault's; at most ten years. */
export function logRetention(days: number): logs.RetentionDays {
  const offered = Object.values(logs.RetentionDays)
    .filter((value): value is logs.RetentionDays => typeof value === 'number' && value <= logs.RetentionDays.TEN_YEARS)
    .sort((a, b) => a - b);
  return offered.find((value) => value - days >= 0) ?? logs.RetentionDays.TEN_YEARS;
}

/** @throws BH4004 where GOVERNANCE has no reason */
export function checkLockMode(
  at: IConstruct,
  { lockMode, governanceReason }: { readonly lockMode?: LockMode; readonly governanceReason?: string },
): LockMode {
  if (lockMode !== LockMode.GOVERNANCE) return LockMode.COMPLIANCE;
  if (governanceReason !== undefined && governanceReason.trim() !== '') return lockMode;
  throw misuse(at, {
    code: 'BH4004',
    what: '`lockMode` is GOVERNANCE and `governanceReason` is empty',
    why: 'whoever may bypass governance can delete the record, so it proves nothing',
    mend: 'leave `lockMode` out, or say in `governanceReason` why this account holds no evidence',
  });
}
