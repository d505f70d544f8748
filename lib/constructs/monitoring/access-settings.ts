import { isIP } from 'node:net';
import { deflateRawSync } from 'node:zlib';
import { Stack, Token } from 'aws-cdk-lib';
import type { Duration } from 'aws-cdk-lib';
import type * as iam from 'aws-cdk-lib/aws-iam';
import type { IConstruct } from 'constructs';
import type { PackedPlaces, PackedSettings, WatchedRole, WatchedTokens } from '../../model/monitor-settings';
import { misuse } from '../../private/errors';
import type { IDeclaredApi } from '../api/i-declared-api';
import { watchedName } from './declared-access';
import type { ExpectedUse } from './expected-use';

/** What a function may carry in its environment is 4 KB; the rest is for the other variables. */
const ROOM = 3700;
/** The longest name of a role behind an account, and the longest id of an API or a client. */
const NAME = 13 + 64;

/** What of an AccessMonitor's properties is for its function. */
export interface SettingsSource {
  readonly api: IDeclaredApi;
  readonly expected?: ExpectedUse[];
  readonly breakGlass?: iam.IRole[];
}

/**
 * What was declared, as the function reads it.
 *
 * @throws BH4024 where it is too long for the environment of a function
 */
export function monitorSettings(at: IConstruct, source: SettingsSource, namespace: string): string {
  const names = new Places<string>();
  const tokens = new Places<WatchedTokens>();
  const place = (role: iam.IRole): number => names.place(watchedName(at, role));
  const roles: PackedPlaces['roles'] = Object.fromEntries([
    ...(source.expected ?? []).map((each) => [place(each.role), expectedOf(each)]),
    ...(source.breakGlass ?? []).map((role) => [place(role), { isBreakGlass: true }]),
  ]);
  const endpoints: PackedPlaces['endpoints'] = Object.fromEntries(
    source.api
      .declaredEndpoints()
      .map(({ endpoint, callers, tokens: its, lastDay }) => [
        endpoint,
        [callers.map(place), its === undefined ? -1 : tokens.place(its), lastDay === undefined ? 0 : 1],
      ]),
  );
  const packed = deflateRawSync(JSON.stringify({ roles, endpoints } satisfies PackedPlaces)).toString('base64');
  const settings: PackedSettings = {
    namespace,
    account: Stack.of(at).account,
    apiId: source.api.apiId,
    stage: source.api.stageName,
    names: names.all,
    tokens: tokens.all,
    places: packed,
  };
  const length = longest(settings);
  if (length <= ROOM) return Stack.of(at).toJsonString(settings);
  throw misuse(at, {
    code: 'BH4024',
    what: `the declared access has up to ${length} characters for ${Object.keys(endpoints).length} endpoints and ${names.all.length} roles, expected at most ${ROOM}`,
    why: 'the function of the monitor carries it in its environment, and AWS takes 4 KB there',
    mend: 'give the roles shorter names by `roleName`, or split the API',
  });
}

/** Values by their places; each once. */
class Places<Value> {
  private readonly known = new Map<string, number>();
  public readonly all: Value[] = [];

  public place(value: Value): number {
    const key = JSON.stringify(value);
    const place = this.known.get(key) ?? this.all.push(value) - 1;
    this.known.set(key, place);
    return place;
  }
}

/** How long it becomes where what is known only at deployment is as long as can be. */
function longest(settings: PackedSettings): number {
  const text = (_: string, value: unknown): unknown => (Token.isUnresolved(value) ? '-'.repeat(NAME) : value);
  return JSON.stringify(settings, text).length;
}

function expectedOf({ fromHour, untilHour, days, sourceRanges }: ExpectedUse): WatchedRole {
  return {
    ...(fromHour === undefined ? {} : { hours: [fromHour, untilHour as number] as const }),
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
