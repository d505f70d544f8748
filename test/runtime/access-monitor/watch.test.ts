import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { judgeCall } from '../../../lib/runtime/access-monitor/judge-call';
import type { CallerMemory } from '../../../lib/runtime/access-monitor/memory';
import type { AccessSignal, MonitorSettings } from '../../../lib/runtime/access-monitor/settings';
import { watch } from '../../../lib/runtime/access-monitor/watch';

const SETTINGS: MonitorSettings = {
  namespace: 'Test',
  roles: {
    clerk: { hours: [7, 19], days: [1, 2, 3, 4, 5], ranges: ['203.0.113.0/24'] },
    report: { hours: [22, 4] },
    partner: { ranges: ['198.51.100.0/24', '2001:db8::/32'] },
    emergency: { isBreakGlass: true },
  },
  endpoints: {
    'GET /orders': { callers: ['clerk'] },
    'GET /orders/{id}': { callers: ['clerk', 'report', 'partner'] },
    'POST /orders': { callers: ['clerk', 'emergency'] },
    'GET /old': { callers: ['clerk'], isDeprecated: true },
  },
};

/** A Monday at ten. */
const MONDAY = Date.UTC(2026, 10, 23, 10);
const arn = (role: string): string => `arn:aws:sts::111122223333:assumed-role/${role}/session`;
const line = (more: object = {}) => ({
  extendedRequestId: 'x',
  timeEpoch: String(MONDAY),
  method: 'GET',
  resourcePath: '/orders',
  callerArn: arn('clerk'),
  sourceIp: '203.0.113.9',
  status: '200',
  responseLength: '1200',
  authenticateError: '-',
  authorizeError: '-',
  ...more,
});
const signals = (more: object = {}): readonly AccessSignal[] => judgeCall(line(more), SETTINGS).signals;

describe('a call', () => {
  it('as it was declared gives no signal', () => {
    expect(signals()).toEqual([]);
    expect(judgeCall(line(), SETTINGS)).toMatchObject({
      role: 'clerk',
      endpoint: 'GET /orders',
      isRead: true,
      bytes: 1200,
    });
  });

  it.each<[string, object, readonly AccessSignal[]]>([
    ['that is refused', { status: '403' }, ['Denied']],
    ['whose credentials are refused', { status: '401', callerArn: '-' }, ['Denied']],
    ['whose authorizer failed', { status: '500', authorizeError: 'timed out' }, ['AuthorizationError']],
    [
      'of a role that the endpoint does not name',
      { callerArn: arn('report'), timeEpoch: String(Date.UTC(2026, 10, 23, 23)) },
      ['UndeclaredCaller'],
    ],
    ['of nobody, that came through', { callerArn: '-' }, ['UndeclaredCaller']],
    ['on an endpoint that nobody declared', { resourcePath: '/debug' }, ['UndeclaredCaller']],
    ['on an endpoint that goes away', { resourcePath: '/old' }, ['Deprecated']],
    ['in the evening', { timeEpoch: String(Date.UTC(2026, 10, 23, 19)) }, ['OutsideHours']],
    ['on a Sunday', { timeEpoch: String(Date.UTC(2026, 10, 22, 10)) }, ['OutsideHours']],
    ['at no time', { timeEpoch: '-' }, ['OutsideHours']],
    ['from elsewhere', { sourceIp: '192.0.2.1' }, ['OutsideRange']],
    ['from no address', { sourceIp: 'test-invoke-source-ip' }, ['OutsideRange']],
    ['by break-glass', { method: 'POST', callerArn: arn('emergency') }, ['BreakGlass']],
  ])('%s is told', (_, more, expected) => {
    expect(signals(more)).toEqual(expected);
  });

  it('over midnight is within hours that turn there', () => {
    const at = (hour: number) =>
      signals({
        resourcePath: '/orders/{id}',
        callerArn: arn('report'),
        timeEpoch: String(Date.UTC(2026, 10, 23, hour)),
      });
    expect([21, 22, 3, 4].map((hour) => at(hour).length)).toEqual([1, 0, 0, 1]);
  });

  it('by IPv6 is compared too', () => {
    const from = (sourceIp: string) => signals({ resourcePath: '/orders/{id}', callerArn: arn('partner'), sourceIp });
    expect(from('2001:db8::7')).toEqual([]);
    expect(from('2001:db9::7')).toEqual(['OutsideRange']);
  });

  it('that is a preflight has no caller, and needs none', () => {
    expect(signals({ method: 'OPTIONS', callerArn: '-' })).toEqual([]);
  });
});

/** As the table has it, in memory. */
function memory(): CallerMemory {
  const known = new Set<string>();
  return {
    isNew: (role, endpoint) => {
      const id = `${role} ${endpoint}`;
      const isNew = !known.has(id);
      known.add(id);
      return Promise.resolve(isNew);
    },
  };
}
const batch = (messages: readonly string[]) => ({
  awslogs: {
    data: gzipSync(
      JSON.stringify({ messageType: 'DATA_MESSAGE', logEvents: messages.map((message) => ({ message })) }),
    ).toString('base64'),
  },
});

describe('a batch', () => {
  it('becomes metrics of each role on each endpoint', async () => {
    const lines = await watch(
      batch([line(), line(), line({ status: '403' })].map((each) => JSON.stringify(each))),
      SETTINGS,
      memory(),
      1,
    );
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
});

/** Repeatable pseudo-random numbers. */
function random(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state ^ (state >>> 15), 0x2c1b3c6d) + 0x9e3779b9) >>> 0;
    return state / 2 ** 32;
  };
}

describe('generated access logs with planted attacks', () => {
  /** Four weeks; on the way a little of what people do wrong: a late clerk, a mistyped call. */
  const next = random(20261122);
  const calls: { readonly line: object; readonly attack?: string }[] = [];
  for (let day = 0; day < 28; day += 1) {
    const weekday = new Date(Date.UTC(2026, 10, 23 + day)).getUTCDay();
    const at = (hour: number) => String(Date.UTC(2026, 10, 23 + day, hour, Math.floor(next() * 60)));
    if (weekday > 0 && weekday < 6) {
      for (let call = 0; call < 200; call += 1) {
        const hour = next() < 0.002 ? 19 : 7 + Math.floor(next() * 12);
        const status = next() < 0.005 ? '403' : '200';
        const resourcePath = next() < 0.5 ? '/orders' : '/orders/{id}';
        calls.push({ line: line({ timeEpoch: at(hour), status, resourcePath }) });
      }
    }
    for (let call = 0; call < 100; call += 1) {
      const resourcePath = '/orders/{id}';
      calls.push({
        line: line({ timeEpoch: at(22 + Math.floor(next() * 2)), callerArn: arn('report'), resourcePath }),
      });
      const sourceIp = `198.51.100.${Math.floor(next() * 255)}`;
      calls.push({
        line: line({ timeEpoch: at(Math.floor(next() * 24)), callerArn: arn('partner'), sourceIp, resourcePath }),
      });
    }
  }
  const noon = String(Date.UTC(2026, 10, 25, 12));
  const attacks: Record<string, readonly object[]> = {
    'stolen partner key from elsewhere': Array.from({ length: 5 }, () => ({
      callerArn: arn('partner'),
      resourcePath: '/orders/{id}',
      sourceIp: '192.0.2.66',
      timeEpoch: noon,
    })),
    'clerk session at night': Array.from({ length: 5 }, () => ({ timeEpoch: String(Date.UTC(2026, 10, 25, 2)) })),
    'guard gone, report lists all orders': [
      { callerArn: arn('report'), timeEpoch: String(Date.UTC(2026, 10, 25, 23)) },
    ],
    'anonymous call comes through': [{ callerArn: '-', timeEpoch: noon }],
    'probing endpoints': Array.from({ length: 40 }, (_, index) => ({
      method: 'POST',
      resourcePath: `/x${index}`,
      status: '403',
      timeEpoch: noon,
    })),
    'old endpoint': [{ resourcePath: '/old', timeEpoch: noon }],
    'break glass': [{ method: 'POST', callerArn: arn('emergency'), timeEpoch: noon }],
  };
  for (const [attack, lines] of Object.entries(attacks)) {
    for (const each of lines) calls.push({ line: line(each), attack });
  }

  it('are all detected, and of a thousand honest calls at most ten give a signal', async () => {
    const known = memory();
    const detected = new Set<string>();
    let [alarmed, honest] = [0, 0];
    for (const call of calls) {
      const [told] = await watch(batch([JSON.stringify(call.line)]), SETTINGS, known, 1);
      const found = JSON.parse(told);
      const isTold = [
        'Denied',
        'UndeclaredCaller',
        'NewCaller',
        'OutsideHours',
        'OutsideRange',
        'Deprecated',
        'BreakGlass',
      ].some((signal) => found[signal] > 0);
      if (call.attack === undefined) {
        honest += 1;
        alarmed += isTold ? 1 : 0;
      } else if (isTold) detected.add(call.attack);
    }
    console.info(
      `${detected.size} of ${Object.keys(attacks).length} attacks; ${alarmed} of ${honest} honest calls (${((100 * alarmed) / honest).toFixed(2)} %)`,
    );
    expect([...detected].sort()).toEqual(Object.keys(attacks).sort());
    expect(alarmed / honest).toBeLessThan(0.01);
    expect(alarmed).toBeGreaterThan(0);
  });

  /** What the metric `ReadBytes` of a role sums up to in each hour, as the function writes it. */
  async function bytesByHour(role: string): Promise<ReadonlyMap<number, number>> {
    const hours = new Map<number, number>();
    for (const { line: each } of calls) {
      const entry = each as { callerArn: string; timeEpoch: string };
      if (entry.callerArn !== arn(role)) continue;
      const [told = ''] = await watch(batch([JSON.stringify(each)]), SETTINGS, memory(), 1);
      const hour = Math.floor(Number(entry.timeEpoch) / 3_600_000);
      hours.set(hour, (hours.get(hour) ?? 0) + JSON.parse(told).ReadBytes);
    }
    return hours;
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
  it('show in the metric of its role who copies everything at the usual hour, from the usual place', async () => {
    const honest = await bytesByHour('report');
    const planted = Array.from({ length: 400 }, () =>
      line({
        callerArn: arn('report'),
        resourcePath: '/orders/{id}',
        timeEpoch: String(Date.UTC(2026, 11, 1, 23)),
        responseLength: '9000',
      }),
    );
    const known = memory();
    await known.isNew('report', 'GET /orders/{id}', 1);
    const [told = ''] = await watch(batch(planted.map((each) => JSON.stringify(each))), SETTINGS, known, 1);
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

  it('do not count as read what was refused, or written', async () => {
    const some = [line({ status: '403' }), line({ method: 'POST' }), line({ responseLength: '-' })];
    const told = await watch(batch(some.map((each) => JSON.stringify(each))), SETTINGS, memory(), 1);
    expect(told.map((each) => JSON.parse(each).ReadBytes)).toEqual([0, 0]);
  });
});
