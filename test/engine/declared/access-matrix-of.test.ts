import { expect, it } from 'vitest';
import { accessMatrixOf, rolesOf } from '../../../lib/engine/declared/access-matrix-of';
import { credentialsOf } from '../../../lib/engine/declared/credentials-of';
import type { Intent } from '../../../lib/model/intent';
import type { Snapshot } from '../../../lib/model/snapshot';

/** A snapshot of nothing but intents. */
function declaring(...intents: readonly (Intent | undefined)[]): Snapshot {
  const resources = intents.map((intent, index) => ({
    properties: {},
    logicalId: `R${index}`,
    template: { name: 'Orders' },
    intent,
  }));
  return { resources } as unknown as Snapshot;
}

const endpoint = (text: string, callers: readonly string[], api = 'Orders/Api'): Intent => ({
  kind: 'endpoint',
  api,
  endpoint: text,
  callers,
  highValue: text.startsWith('DELETE'),
});
const API: Intent = { kind: 'api', path: 'Orders/Api', stage: 'prod' };

it('has a matrix an API, its endpoints by path and verb, its callers sorted', () => {
  const [matrix, ...others] = accessMatrixOf(
    declaring(
      endpoint('POST /orders', ['Orders/Clerk']),
      API,
      undefined,
      endpoint('DELETE /orders/{id}', ['Orders/Clerk', 'Orders/Boss']),
      endpoint('GET /orders', ['Orders/Reader', 'Orders/Clerk']),
    ),
  );
  expect(others).toEqual([]);
  expect(matrix).toEqual({
    api: 'Orders/Api',
    stage: 'prod',
    template: 'Orders',
    endpoints: [
      { endpoint: 'GET /orders', callers: ['Orders/Clerk', 'Orders/Reader'], highValue: false, logicalId: 'R4' },
      { endpoint: 'POST /orders', callers: ['Orders/Clerk'], highValue: false, logicalId: 'R0' },
      { endpoint: 'DELETE /orders/{id}', callers: ['Orders/Boss', 'Orders/Clerk'], highValue: true, logicalId: 'R3' },
    ],
    callers: ['Orders/Boss', 'Orders/Clerk', 'Orders/Reader'],
  });
});

it('keeps endpoints whose API is not among the templates', () => {
  const [matrix] = accessMatrixOf(declaring(endpoint('GET /x', ['Orders/Clerk'], 'Elsewhere/Api')));
  expect(matrix).toMatchObject({ api: 'Elsewhere/Api', template: 'Orders', endpoints: [{ endpoint: 'GET /x' }] });
  expect(matrix).not.toHaveProperty('stage');
});

it('has the operations of an OpenAPI definition, which are no resources of their own', () => {
  const operations = [{ endpoint: 'GET /orders', callers: ['Orders/Reader'] }];
  expect(accessMatrixOf(declaring({ kind: 'api', path: 'Orders/Api', stage: 'prod', operations }))).toMatchObject([
    {
      endpoints: [{ endpoint: 'GET /orders', callers: ['Orders/Reader'], logicalId: 'R0' }],
      callers: ['Orders/Reader'],
    },
  ]);
});

it('has an API without endpoints', () => {
  expect(accessMatrixOf(declaring(API))).toMatchObject([{ api: 'Orders/Api', endpoints: [], callers: [] }]);
});

it('keeps APIs and endpoints apart that are named like members of an object', () => {
  expect(accessMatrixOf(declaring(endpoint('GET /x', ['constructor'], '__proto__')))).toMatchObject([
    { api: '__proto__', callers: ['constructor'] },
  ]);
});

it('has roles and credentials sorted by path', () => {
  const role = (path: string): Intent => ({ kind: 'role', roleKind: 'human', path, owner: 'o', purpose: 'p' });
  const token = (path: string): Intent => ({
    kind: 'credential',
    credentialKind: 'opaque-token',
    path,
    owner: 'o',
    purpose: 'p',
    expiresOn: '2027-06-30',
    rotateEveryDays: 7,
    readers: ['b', 'a'],
  });
  const snapshot = declaring(role('B'), token('Y'), role('A'), token('X'));
  expect(rolesOf(snapshot).map((each) => each.path)).toEqual(['A', 'B']);
  expect(credentialsOf(snapshot, new Map())).toMatchObject([
    { path: 'X', readers: ['a', 'b'], logicalId: 'R3', template: 'Orders' },
    { path: 'Y', readers: ['a', 'b'] },
  ]);
});
