import { isIP } from 'node:net';
import { Stack } from 'aws-cdk-lib';
import type { Duration } from 'aws-cdk-lib';
import type * as iam from 'aws-cdk-lib/aws-iam';
import type { IConstruct } from 'constructs';
import { misuse } from '../../private/errors';
import { declaredEndpoints, roleNameAt } from './declared-access';
import type { ExpectedUse } from './expected-use';

/** What a function may carry in its environment is 4 KB; the rest is for the other variables and for names of roles. */
const ROOM = 3400;

/** What of an AccessMonitor's properties is for its function. */
export interface SettingsSource {
  readonly api: IConstruct & { readonly restApi: IConstruct };
  readonly expected?: ExpectedUse[];
  readonly breakGlass?: iam.IRole[];
}

/**
 * What was declared, as the function reads it (`lib/runtime/access-monitor/settings.ts`).
 *
 * @throws BH4024 where it is too long for the environment of a function
 */
export function monitorSettings(at: IConstruct, source: SettingsSource, namespace: string): string {
  const roles: [string, object][] = [
    ...(source.expected ?? []).map((each): [string, object] => [each.role.roleName, expectedOf(each)]),
    ...(source.breakGlass ?? []).map((role): [string, object] => [role.roleName, { isBreakGlass: true }]),
  ];
  const endpoints = declaredEndpoints(source.api).map(
    ({ endpoint, callers, replacedBy, lastDay }): [string, object] => [
      endpoint,
      {
        callers: callers.map((path) => roleNameAt(path, at) ?? path),
        ...(replacedBy === undefined && lastDay === undefined ? {} : { isDeprecated: true }),
      },
    ],
  );
  const settings = {
    namespace,
    roles: Object.fromEntries(roles),
    endpoints: Object.fromEntries(endpoints),
  };
  const text = Stack.of(at).toJsonString(settings);
  const { length } = JSON.stringify(settings);
  if (length <= ROOM) return text;
  throw misuse(at, {
    code: 'BH4024',
    what: `the declared access has ${length} characters, expected at most ${ROOM}`,
    why: 'the function of the monitor carries it in its environment, and AWS takes 4 KB there',
    mend: 'split the API, or let fewer roles call each endpoint',
  });
}

function expectedOf({ fromHour, untilHour, days, sourceRanges }: ExpectedUse): object {
  return {
    ...(fromHour === undefined ? {} : { hours: [fromHour, untilHour] }),
    ...(days === undefined ? {} : { days }),
    ...(sourceRanges === undefined ? {} : { ranges: sourceRanges }),
  };
}

/** @throws BH4023 where it is not plausible */
export function checkExpected(
  at: IConstruct,
  expected: readonly ExpectedUse[],
  remember: Duration,
  deviations: number,
): void {
  const refuse = (what: string): Error =>
    misuse(at, {
      code: 'BH4023',
      what,
      why: 'what is watched by it would never be told, or always',
      mend: 'give whole hours of UTC from 0 to 24, days from 0 to 6, CIDR ranges, 1 to 365 days and 1 to 10 deviations',
    });
  for (const { role, fromHour, untilHour, days = [], sourceRanges = [] } of expected) {
    const path = role.node.path;
    const hours = [fromHour, untilHour].filter((each) => each !== undefined);
    if (hours.length === 1 || hours.some((hour) => !Number.isInteger(hour) || hour < 0 || hour > 24)) {
      throw refuse(`the hours of \`${path}\` are ${fromHour} to ${untilHour}`);
    }
    if (days.some((day) => !Number.isInteger(day) || day < 0 || day > 6)) {
      throw refuse(`the days of \`${path}\` are ${days.join(', ')}`);
    }
    const range = sourceRanges.find((each) => !isRange(each));
    if (range !== undefined) throw refuse(`\`${range}\` of \`${path}\` is no CIDR range`);
  }
  const whole = remember.toDays({ integral: false });
  if (!Number.isInteger(whole) || whole < 1 || whole > 365) throw refuse(`\`remember\` is ${remember.toHumanString()}`);
  if (!(deviations >= 1 && deviations <= 10)) throw refuse(`\`readDeviations\` is ${deviations}`);
}

function isRange(range: string): boolean {
  const [net = '', bits = '', ...more] = range.split('/');
  const most = { 4: 32, 6: 128 }[isIP(net)];
  return more.length === 0 && most !== undefined && /^\d{1,3}$/.test(bits) && Number(bits) <= most;
}
