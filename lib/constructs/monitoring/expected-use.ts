import type * as iam from 'aws-cdk-lib/aws-iam';

/** When and from where a role calls. What is not said is not watched. */
export interface ExpectedUse {
  /** The role. */
  readonly role: iam.IRole;
  /**
   * The first hour of the day in UTC in which it calls, 0 to 23. With `untilHour`.
   *
   * @default - at any hour
   */
  readonly fromHour?: number;
  /**
   * The hour of the day in UTC before which it stops, 0 to 24; less than `fromHour` for over midnight.
   *
   * @default - at any hour
   */
  readonly untilHour?: number;
  /**
   * The days of the week in UTC on which it calls: 0 is Sunday, 6 is Saturday.
   *
   * @default - on any day
   */
  readonly days?: number[];
  /**
   * The CIDR ranges from which it calls.
   *
   * @default - from anywhere
   */
  readonly sourceRanges?: string[];
}
