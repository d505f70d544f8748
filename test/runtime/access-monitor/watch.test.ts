import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import type { AccessLine } from '../../../lib/runtime/access-monitor/caller';
import { rememberedCall, watch } from '../../../lib/runtime/access-monitor/watch';
import { KINDS, SETTINGS, arn, batch, memory, random, refused, token } from './lines';

const line = (path = '/orders', more: object = {}): string =>
  JSON.stringify((KINDS['REST'] as (path: string, more: object) => AccessLine)(path, more));

describe('a batch', () => {
  it('becomes metrics of each role on each endpoint', async () => {
    const some = [line(), line(), line('/orders', { status: '403' }), line('/orders', { apiId: 'other' })];
    const lines = await watch(batch(some), SETTINGS, memory(), 1);
    expect(lines.map((each) => JSON.parse(each))).toMatchObject([
      { Role: 'clerk', Endpoint: 'GET /orders', Calls: 3, Denied: 1, NewCaller: 1, ReadBytes: 2400 },
    ]);
    expect(JSON.parse(lines[0])._aws.CloudWatchMetrics[0].Dimensions).toEqual([['Role', 'Endpoint'], ['Role'], []]);
  });

  it('tells what is no line, and passes over control messages', async () => {
    const [told] = await watch(batch(['no json']), SETTINGS, memory(), 1);
    expect(JSON.parse(told)).toMatchObject({ Denied: 1, Role: '-' });
    const control = { awslogs: { data: gzipSync('{"messageType":"CONTROL_MESSAGE"}').toString('base64') } };
    expect(await watch(control, SETTINGS, memory(), 1)).toEqual([]);
  });

  it('does not count as read what was refused, or written', async () => {
    const some = [
      line('/orders', { status: '403' }),
      line('/orders', { method: 'POST' }),
      line('/orders', { responseLength: '-' }),
    ];
    const told = await watch(batch(some), SETTINGS, memory(), 1);
    expect(told.map((each) => JSON.parse(each).ReadBytes)).toEqual([0, 0]);
  });

  it('has one metric for all users of a client', async () => {
    const users = ['a', 'b', 'c'].map((tokenSubject) => line('/catalogue', token('shop', { tokenSubject })));
    const told = await watch(batch(users), SETTINGS, memory(), 1);
    expect(told.map((each) => JSON.parse(each))).toMatchObject([{ Role: 'token shop', Calls: 3, NewCaller: 1 }]);
  });
});

/** As the alarms of an AccessMonitor have it: more than so many in five minutes. */
const threshold = (signal: string): number => (['Denied', 'AuthorizationError'].includes(signal) ? 10 : 0);

interface Call {
  readonly time: number;
  readonly line: AccessLine;
  readonly attack?: string;
}

/**
 * Four weeks of a REST or an HTTP API; on the way a little of what people do wrong: a late clerk, a mistyped call, an
 * expired token. Near misses are among the honest calls: preflights, new users of a known client, a partner of another
 * account, other APIs in the log group.
 */
function generated(kind: string): { readonly calls: readonly Call[]; readonly attacks: readonly string[] } {
  const of = KINDS[kind] as (path: string, more: object) => AccessLine;
  const next = random(20261122);
  const calls: Call[] = [];
  const add = (time: number, path: string, more: object, attack?: string): void =>
    void calls.push({ time, line: of(path, { timeEpoch: String(time), ...more }), attack });
  const start = Date.UTC(2026, 10, 23);
  for (let day = 0; day < 28; day += 1) {
    const weekday = new Date(start + day * 86_400_000).getUTCDay();
    const at = (hour: number): number => start + day * 86_400_000 + (hour * 60 + Math.floor(next() * 60)) * 60_000;
    if (weekday > 0 && weekday < 6) {
      for (let call = 0; call < 200; call += 1) {
        const hour = next() < 0.002 ? 19 : 7 + Math.floor(next() * 12);
        add(at(hour), next() < 0.5 ? '/orders' : '/orders/{id}', next() < 0.005 ? refused('403') : {});
      }
    }
    for (let call = 0; call < 100; call += 1) {
      add(at(22 + Math.floor(next() * 2)), '/orders/{id}', { callerArn: arn('report') });
      const sourceIp = `198.51.100.${Math.floor(next() * 255)}`;
      add(at(Math.floor(next() * 24)), '/orders/{id}', { callerArn: arn('444455556666/partner'), sourceIp });
      const expired = refused('401', { callerArn: '-', authorizerError: 'expired' });
      const user = token('shop', { tokenSubject: `user-${Math.floor(next() * 500)}`, sourceIp: '192.0.2.4' });
      add(at(Math.floor(next() * 24)), '/catalogue', next() < 0.005 ? expired : user);
    }
    for (let call = 0; call < 20; call += 1) {
      add(at(12), '/orders', { method: 'OPTIONS', callerArn: '-', status: '204' });
      add(at(12), '/anything', { apiId: 'other', callerArn: '-' });
    }
  }
  const noon = Date.UTC(2026, 10, 25, 12);
  const times = (count: number, more: (index: number) => readonly [path: string, more: object]) =>
    Array.from({ length: count }, (_, index) => more(index));
  const probing = refused(kind === 'HTTP' ? '404' : '403');
  const attacks: Record<string, readonly (readonly [path: string, more: object])[]> = {
    'stolen partner key from elsewhere': times(5, () => [
      '/orders/{id}',
      { callerArn: arn('444455556666/partner'), sourceIp: '192.0.2.66' },
    ]),
    'clerk session at night': times(5, () => ['/orders', { timeEpoch: String(Date.UTC(2026, 10, 25, 2)) }]),
    'guard gone, report lists all orders': [
      ['/orders', { callerArn: arn('report'), timeEpoch: String(Date.UTC(2026, 10, 25, 23)) }],
    ],
    'another account, a role of the same name': [['/orders', { callerArn: arn('777788889999/clerk') }]],
    'guard gone, numbers of orders are tried': times(20, () => [
      '/orders',
      { callerArn: arn('report'), status: '404' },
    ]),
    'anonymous call comes through': [['/orders', { callerArn: '-' }]],
    'authorizer gone, no token': [['/catalogue', { callerArn: '-' }]],
    'token of a client that nobody declared': [['/catalogue', token('spy')]],
    'token of another issuer': [['/catalogue', token('shop', { tokenIssuer: 'https://login.example.org' })]],
    'declared client that never called before': [['/catalogue', token('kiosk')]],
    'second stage beside the guard': [['/orders', { stage: 'debug' }]],
    'probing endpoints': times(40, (index) => [
      kind === 'HTTP' ? '-' : `/x${index}`,
      { ...probing, method: 'POST', callerArn: '-' },
    ]),
    'old endpoint': [['/old', {}]],
    'break glass': [['/orders', { method: 'POST', callerArn: arn('emergency') }]],
  };
  for (const [attack, lines] of Object.entries(attacks)) {
    for (const [path, more] of lines) add(noon, path, more, attack);
  }
  return { calls, attacks: Object.keys(attacks).sort() };
}

describe.each(Object.keys(KINDS))('generated access logs of %s with planted attacks', (kind) => {
  const { calls, attacks } = generated(kind);

  it('are all detected, and of a thousand honest calls at most ten give a signal', async () => {
    const known = memory();
    const detected = new Set<string>();
    const windows = new Map<string, number>();
    let [told, honest] = [0, 0];
    for (const call of calls) {
      const { signals = [] } = (await rememberedCall(call.line, SETTINGS, known, 1)) ?? {};
      if (call.attack === undefined) {
        honest += 1;
        told += signals.length > 0 ? 1 : 0;
        for (const signal of signals) {
          const window = `${signal} ${Math.floor(call.time / 300_000)}`;
          windows.set(window, (windows.get(window) ?? 0) + 1);
        }
      } else if (signals.length > 0) detected.add(call.attack);
    }
    const alarms = [...windows].filter(([window, count]) => count > threshold(window.split(' ')[0] ?? ''));
    console.info(
      `${kind}: ${detected.size} of ${attacks.length} attacks; a signal for ${told} of ${honest} honest calls (${((100 * told) / honest).toFixed(2)} %), ${alarms.length} false alarms in four weeks`,
    );
    expect([...detected].sort()).toEqual(attacks);
    expect(told / honest).toBeLessThan(0.01);
    expect(told).toBeGreaterThan(0);
    expect(alarms.length).toBeLessThan(20);
  });
});

describe('the volume that a role reads', () => {
  const { calls } = generated('REST');

  /** What the metric `ReadBytes` of a role sums up to in each hour, as the function writes it. */
  async function bytesByHour(role: string): Promise<ReadonlyMap<number, number>> {
    const hours = new Map<number, AccessLine[]>();
    for (const { line: each, time } of calls) {
      if (each['callerArn'] !== arn(role)) continue;
      const hour = Math.floor(time / 3_600_000);
      hours.set(hour, [...(hours.get(hour) ?? []), each]);
    }
    const sums = new Map<number, number>();
    for (const [hour, lines] of hours) {
      const [told = ''] = await watch(batch(lines.map((each) => JSON.stringify(each))), SETTINGS, memory(), 1);
      sums.set(hour, JSON.parse(told).ReadBytes);
    }
    return sums;
  }
  const deviations = (hours: ReadonlyMap<number, number>, of: number): number => {
    const values = [...hours.values()];
    const mean = values.reduce((sum, each) => sum + each, 0) / values.length;
    const spread = Math.sqrt(values.reduce((sum, each) => sum + (each - mean) ** 2, 0) / values.length);
    return (of - mean) / spread;
  };

  /**
   * Whether a volume is unusual, CloudWatch decides, and no test here can ask it. What the function decides is what is
   * counted, for whom: on that, an attacker with a valid session, the right hour and the right place stands out.
   */
  it('shows who copies everything at the usual hour, from the usual place', async () => {
    const honest = await bytesByHour('report');
    const stolen = {
      callerArn: arn('report'),
      timeEpoch: String(Date.UTC(2026, 11, 1, 23)),
      responseLength: '9000',
    };
    const planted = Array.from({ length: 400 }, () => line('/orders/{id}', stolen));
    const known = memory();
    await known.isNew('report', 'GET /orders/{id}', 1);
    const [told = ''] = await watch(batch(planted), SETTINGS, known, 1);
    const found = JSON.parse(told);
    // No other signal tells it.
    for (const signal of ['Denied', 'UndeclaredCaller', 'NewCaller', 'OutsideHours', 'OutsideRange']) {
      expect(found[signal], signal).toBe(0);
    }
    expect(found).toMatchObject({ Role: 'report', ReadBytes: 3_600_000 });
    // Three standard deviations are the default of the alarm; CloudWatch's band is a learned one.
    expect(Math.max(...[...honest.values()].map((each) => deviations(honest, each)))).toBeLessThan(3);
    expect(deviations(honest, found.ReadBytes)).toBeGreaterThan(10);
  });
});
