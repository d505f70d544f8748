import { describe, expect, it } from 'vitest';
import type { AccessLine } from '../../../lib/runtime/access-monitor/caller';
import { judgeCall } from '../../../lib/runtime/access-monitor/judge-call';
import type { AccessSignal } from '../../../lib/runtime/access-monitor/settings';
import { ISSUER, KINDS, MONDAY, SETTINGS, arn, refused, signalsOf, token } from './lines';

type Case = [what: string, path: string, more: object, signals: readonly AccessSignal[]];
const partner = { callerArn: arn('444455556666/partner') };
const at = (day: number, hour: number): object => ({ timeEpoch: String(Date.UTC(2026, 10, day, hour)) });

/** Whatever the API is. */
const OF_ALL: readonly Case[] = [
  ['as it was declared', '/orders', {}, []],
  ['that is refused', '/orders', refused('403'), ['Denied']],
  ['whose credentials are refused', '/orders', refused('401', { callerArn: '-' }), ['Denied']],
  ['of a role that the endpoint does not name', '/orders', { callerArn: arn('report'), ...at(23, 23) }, UNDECLARED()],
  ['of a role of that name in another account', '/orders', { callerArn: arn('444455556666/clerk') }, UNDECLARED()],
  ['of a partner by the name of its account', '/orders/{id}', { ...partner, sourceIp: '198.51.100.7' }, []],
  ['of a role of ours by the name of the partner', '/orders/{id}', { callerArn: arn('partner') }, UNDECLARED()],
  ['of a user', '/orders', { callerArn: 'arn:aws:iam::111122223333:user/clerk' }, UNDECLARED()],
  [
    'of a role that is not named, and finds nothing',
    '/orders/{id}',
    { callerArn: arn('other'), status: '404' },
    UNDECLARED(),
  ],
  [
    'of a role that is not named, on which the function fails',
    '/orders',
    { callerArn: arn('other'), status: '502' },
    UNDECLARED(),
  ],
  [
    'that only the function turns away',
    '/orders',
    { callerArn: arn('other'), status: '403' },
    ['Denied', 'UndeclaredCaller'],
  ],
  ['of a role that is not named, and is refused', '/orders', refused('403', { callerArn: arn('other') }), ['Denied']],
  ['of nobody, that came through', '/orders', { callerArn: '-' }, UNDECLARED()],
  ['on an endpoint that nobody declared', '/debug', {}, UNDECLARED()],
  ['on another stage', '/orders', { stage: 'debug' }, UNDECLARED()],
  ['that does not say on which stage', '/orders', { stage: '-' }, UNDECLARED()],
  [
    'of nobody, to a function that does not answer in time',
    '/orders',
    refused('504', { callerArn: '-' }),
    UNDECLARED(),
  ],
  ['on an endpoint that goes away', '/old', {}, ['Deprecated']],
  ['in the evening', '/orders', at(23, 19), ['OutsideHours']],
  ['on a Sunday', '/orders', at(22, 10), ['OutsideHours']],
  ['at no time', '/orders', { timeEpoch: '-' }, ['OutsideHours']],
  ['from elsewhere', '/orders', { sourceIp: '192.0.2.1' }, ['OutsideRange']],
  ['from no address', '/orders', { sourceIp: 'test-invoke-source-ip' }, ['OutsideRange']],
  ['by break-glass', '/orders', { method: 'POST', callerArn: arn('emergency') }, ['BreakGlass']],
  ['that is a preflight', '/orders', { method: 'OPTIONS', callerArn: '-', status: '204' }, []],
  ['with a token of a declared client', '/catalogue', token('shop'), []],
  ['with a token made for several', '/catalogue', token('x', { tokenAudience: '[web, kiosk]' }), []],
  ['with a token of another client', '/catalogue', token('spy'), UNDECLARED()],
  ['with a token for another audience', '/catalogue', token('shop', { tokenAudience: 'spy' }), UNDECLARED()],
  ['with a token of another issuer', '/catalogue', token('shop', { tokenIssuer: `${ISSUER}.evil` }), UNDECLARED()],
  ['without a token, where one is asked for', '/catalogue', { callerArn: '-' }, UNDECLARED()],
  ['with a signature, where a token is asked for', '/catalogue', {}, UNDECLARED()],
  ['with a token, where a signature is asked for', '/orders', token('shop'), UNDECLARED()],
  ['with an expired token', '/catalogue', refused('401', { callerArn: '-', authorizerError: 'expired' }), ['Denied']],
  [
    'whose authorizer failed',
    '/labels',
    refused('500', { authorizerError: 'timed out', callerArn: '-' }),
    ['AuthorizationError'],
  ],
  ['with some token, where any does', '/labels', token('whoever'), []],
  ['without a token, where any does', '/labels', { callerArn: '-' }, UNDECLARED()],
  ['of nobody, where an authorizer leaves nothing in the log', '/hidden', { callerArn: '-' }, []],
  ['with a signature there', '/hidden', {}, UNDECLARED()],
];
function UNDECLARED(): readonly AccessSignal[] {
  return ['UndeclaredCaller'];
}

describe.each(Object.entries(KINDS))('a call of %s', (_, line) => {
  it.each(OF_ALL)('%s: %s %j is told as %j', (_what, path, more, expected) => {
    expect(signalsOf(line(path, more))).toEqual(expected);
  });

  it('has the name of its role, or of the client of its token, never of the user', () => {
    const role = (path: string, more: object) => judgeCall(line(path, more), SETTINGS)?.role;
    expect(role('/orders', {})).toBe('clerk');
    expect(role('/orders/{id}', partner)).toBe('444455556666/partner');
    expect(role('/catalogue', token('shop'))).toBe('token shop');
    expect(role('/catalogue', token('x', { tokenAudience: '[web, kiosk]' }))).toBe('token kiosk');
    expect(role('/labels', token('-'))).toBe('token');
    expect(role('/orders', { callerArn: '-' })).toBe('-');
    expect(judgeCall(line('/orders'), SETTINGS)).toMatchObject({ endpoint: 'GET /orders', isRead: true, bytes: 1200 });
  });

  it('over midnight is within hours that turn there', () => {
    const hour = (each: number) => signalsOf(line('/orders/{id}', { callerArn: arn('report'), ...at(23, each) }));
    expect([21, 22, 3, 4].map((each) => hour(each)?.length)).toEqual([1, 0, 0, 1]);
  });

  it('by IPv6 is compared too', () => {
    const from = (sourceIp: string) => signalsOf(line('/orders/{id}', { ...partner, sourceIp }));
    expect(from('2001:db8::7')).toEqual([]);
    expect(from('2001:db9::7')).toEqual(['OutsideRange']);
  });

  it('of another API in the same log group is none of ours', () => {
    expect(judgeCall(line('/orders', { apiId: 'other', callerArn: '-' }), SETTINGS)).toBeUndefined();
    // What does not say whose it is, is.
    expect(signalsOf(line('/orders', { apiId: '-', callerArn: '-' }))).toEqual(UNDECLARED());
  });
});

describe('a call of one kind of API', () => {
  const {
    REST,
    HTTP,
    'a REST API of a guard': guarded,
  } = KINDS as Record<string, (path: string, more?: object) => AccessLine>;

  it('of REST is told where the API could not decide', () => {
    expect(signalsOf(REST('/orders', refused('500', { authorizeError: 'timed out' })))).toEqual(['AuthorizationError']);
  });

  it('of HTTP is refused where there is no such route, and not where the backend has no such thing', () => {
    expect(signalsOf(HTTP('-', refused('404', { callerArn: '-' })))).toEqual(['Denied']);
    expect(judgeCall(HTTP('-', refused('404')), SETTINGS)?.endpoint).toBe('GET -');
    expect(signalsOf(HTTP('/orders', { status: '404' }))).toEqual([]);
  });

  it('of HTTP by a route for everything was declared by nobody', () => {
    expect(signalsOf(HTTP('/orders', { routeKey: '$default' }))).toEqual(['UndeclaredCaller']);
  });

  it('of a guard is known by the token of a user pool, or by what another authorizer says', () => {
    const pool = { callerArn: '-', poolSubject: 'user-7', poolClient: 'shop' };
    expect(signalsOf(guarded('/labels', pool))).toEqual([]);
    expect(judgeCall(guarded('/labels', pool), SETTINGS)?.role).toBe('token shop');
    const other = { callerArn: '-', authorizerPrincipal: 'somebody' };
    expect(signalsOf(guarded('/labels', other))).toEqual([]);
    expect(judgeCall(guarded('/labels', other), SETTINGS)?.role).toBe('token');
  });

  it('of REST and of HTTP at the same hour are judged alike', () => {
    expect(signalsOf(REST('/orders'))).toEqual(signalsOf(HTTP('/orders', { timeEpoch: String(MONDAY) })));
  });
});
