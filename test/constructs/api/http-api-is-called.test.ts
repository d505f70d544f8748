import { App } from 'aws-cdk-lib';
import type { CfnResource, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { HttpUrlIntegration } from 'aws-cdk-lib/aws-apigatewayv2-integrations';
import * as iam from 'aws-cdk-lib/aws-iam';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { snapshotOf } from '../../../lib/assembly/snapshot';
import { LeastPrivilegeHttpApi } from '../../../lib/constructs/api/least-privilege-http-api';
import { compileAccessMatrix } from '../../../lib/engine/compile/access-matrix';
import { decide } from '../../../lib/engine/decide/decide';
import { worldOf } from '../../../lib/engine/world/world-of';
import { isText, text } from '../../../lib/model/value';
import { paths, route } from '../../engine/compile/brute-force';
import { env, newStack, workload } from './support';

const SEED = Number(process.env['FUZZ_SEED'] ?? 20_261_122);
const RUNS = Number(process.env['FUZZ_RUNS'] ?? 6);
const ROLES = ['R1', 'R2', 'R3'];
const EVERYTHING = {
  PolicyName: 'Everything',
  PolicyDocument: { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: 'execute-api:*', Resource: '*' }] },
};

const path = fc
  .tuple(fc.array(fc.constantFrom('a', 'b', '{p}'), { minLength: 1, maxLength: 3 }), fc.boolean())
  .map(([parts, isGreedy]) => [
    ...parts.map((part, at) => (part === '{p}' ? `{p${at}}` : part)),
    ...(isGreedy && parts.length < 3 ? ['{rest+}'] : []),
  ])
  .map((parts) => `/${parts.join('/')}`);
const endpoints = fc.uniqueArray(
  fc.record({
    method: fc.constantFrom('GET', 'GET', 'POST'),
    path,
    callers: fc.uniqueArray(fc.constantFrom(...ROLES), { minLength: 1, maxLength: 2 }),
  }),
  { minLength: 2, maxLength: 6, selector: (each) => `${each.method} ${each.path}` },
);
const matrices = endpoints
  .map((each) => ({ stage: '$default', endpoints: each }))
  // Paths that no policy can tell apart are refused: of that, other tests.
  .filter((matrix) => compileAccessMatrix(matrix, { guard: 'none' }).ok)
  .filter(({ endpoints: all }) => all.every((one) => all.every((other) => !isNamedTwice(one.path, other.path))));

/** `/a/{p1}` beside `/a/{rest+}`: one place with two names. */
function isNamedTwice(one: string, other: string): boolean {
  const [a, b] = [one.split('/'), other.split('/')];
  const at = a.findIndex((part, place) => part !== b[place]);
  return at !== -1 && a[at].startsWith('{') && (b[at] ?? '').startsWith('{');
}

const PATHS = paths(['a', 'b', 'x'], 4);

/** The template that the construct writes, and questions to the engine about it. */
function synthesized(matrix: { readonly endpoints: readonly { method: string; path: string; callers: string[] }[] }) {
  const stack = newStack(new App());
  const roles: Record<string, iam.Role> = Object.fromEntries(ROLES.map((id) => [id, workload(stack, id)]));
  const assumedBy = new iam.ServicePrincipal('lambda.amazonaws.com');
  const strangers = {
    bounded: workload(stack, 'Bounded') as iam.Role,
    plain: new iam.Role(stack, 'Plain', { assumedBy }),
    wide: new iam.Role(stack, 'Wide', { assumedBy }),
  };
  // Allowed everything from elsewhere: what is left to bind them is their boundary.
  for (const role of [roles['R2'], strangers.bounded, strangers.wide]) {
    (role.node.defaultChild as iam.CfnRole).addPropertyOverride('Policies', [EVERYTHING]);
  }
  const api = new LeastPrivilegeHttpApi(stack, 'Api');
  const integration = new HttpUrlIntegration('Url', 'https://example.com');
  for (const { method, path: at, callers } of matrix.endpoints) {
    api.addEndpoint(`${method} ${at}`, {
      callers: callers.map((id) => roles[id]),
      integration,
      wildcardReason: at.includes('+') ? 'a test' : undefined,
    });
  }
  return { stack, roles, strangers, ask: askOf(stack, api) };
}

function askOf(stack: Stack, api: LeastPrivilegeHttpApi) {
  const body = Template.fromStack(stack).toJSON();
  const snapshot = snapshotOf([{ name: 'Orders', file: 'orders.template.json', ...env, body }]);
  const world = worldOf(snapshot);
  const keyOf = (resource: unknown) => `Orders#${stack.resolve((resource as CfnResource).logicalId)}`;
  const id = snapshot.byKey(keyOf(api.httpApi.node.defaultChild))?.ref;
  if (!isText(id)) throw new Error('the API has no id');
  const prefix = [`arn:aws:execute-api:${env.region}:${env.account}:`, ...id.parts];
  return (role: iam.Role, request: string): string => {
    const principal = world.principal(keyOf(role.node.defaultChild));
    if (principal === undefined) throw new Error(`no principal ${role.node.path}`);
    const { may, must } = decide(
      {
        principal,
        action: 'execute-api:Invoke',
        resource: text([...prefix, `/$default/${request}`]),
        resourceAccount: env.account,
        closed: true,
      },
      world,
    );
    return must ? 'allowed' : may ? 'unknown' : 'denied';
  };
}

describe(`random HTTP APIs, seed ${SEED}`, () => {
  it('are called by whom they declare and by no other role that a boundary binds, as synthesized', () => {
    let asked = 0;
    let overlapping = 0;
    fc.assert(
      fc.property(matrices, (matrix) => {
        const { roles, strangers, ask } = synthesized(matrix);
        for (const { method, at } of ['GET', 'POST'].flatMap((verb) =>
          PATHS.map((each) => ({ method: verb, at: each })),
        )) {
          const server = route(matrix, method, at);
          if (server === undefined) continue;
          asked += 1;
          const request = `${method}${at}`;
          const found = {
            ...Object.fromEntries(ROLES.map((name) => [name, ask(roles[name], request)])),
            bounded: ask(strangers.bounded, request),
            plain: ask(strangers.plain, request),
          };
          const right = (name: string) => (server.callers.includes(name) ? 'allowed' : 'denied');
          if (matrix.endpoints.some((each) => each !== server && each.path.includes('{'))) overlapping += 1;
          expect({ request, ...found }).toEqual({
            request,
            ...Object.fromEntries(ROLES.map((name) => [name, right(name)])),
            bounded: 'denied',
            plain: 'denied',
          });
        }
      }),
      { seed: SEED, numRuns: RUNS },
    );
    expect(asked).toBeGreaterThan(RUNS * 10);
    expect(overlapping).toBeGreaterThan(asked / 4);
  });

  it('are open to a role without a boundary that is allowed elsewhere: no resource policy denies it', () => {
    const matrix = { endpoints: [{ method: 'GET', path: '/a/{p1}', callers: ['R1'] }] };
    const { strangers, ask } = synthesized(matrix);
    expect(ask(strangers.wide, 'GET/a/1')).toBe('allowed');
    expect(ask(strangers.plain, 'GET/a/1')).toBe('denied');
  });
});
