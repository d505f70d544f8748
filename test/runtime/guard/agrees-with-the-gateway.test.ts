import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { snapshotOf } from '../../../lib/assembly/snapshot';
import { compileAccessMatrix } from '../../../lib/engine/compile/access-matrix';
import type { AccessMatrix, CompiledPolicies } from '../../../lib/engine/compile/access-matrix';
import { decide } from '../../../lib/engine/decide/decide';
import { worldOf } from '../../../lib/engine/world/world-of';
import type { World } from '../../../lib/engine/world/world';
import type { PolicyText } from '../../../lib/model/policy';
import type { Text } from '../../../lib/model/value';
import type { GuardPolicy } from '../../../lib/model/guard-policy';
import { decideGuard } from '../../../lib/runtime/guard/decide';
import { readPolicy } from '../../../lib/runtime/guard/read-policy';
import { route } from '../../engine/compile/brute-force';
import { effort } from '../../support/effort';
import { ACCOUNT, http1Event, httpEvent, restEvent } from './events';
import type { EventParts } from './events';

/** The id of the API is known to nobody before deployment. */
const API = `arn:aws:execute-api:eu-west-1:${ACCOUNT}:\${Api}`;
const CALLERS = ['Clerk', 'Report', 'Refunds'];
/** Whom somebody allowed everything. A stranger with a boundary is a role of ours that was declared for nothing. */
const WIDE = ['Stranger', 'BoundedStranger'];
const BOUNDED = [...CALLERS, 'BoundedStranger'];
const PRINCIPALS = [...CALLERS, ...WIDE, 'Nobody'];
const TEMPLATES = ['/', '/a', '/{x}', '/a/b', '/a/{x}', '/{x}/b', '/a/{x}/b', '/a/{x}/c', '/a/b/{y}', '/a/{x}/{y}'];
const PATHS = [
  '/',
  '/a',
  '/b',
  '/q',
  '/a/b',
  '/a/q',
  '/q/b',
  '/a/q/b',
  '/a/q/c',
  '/a/q/q',
  '/a/b/b',
  '/a/b/q',
  '/q/q/q',
];

const matrix = fc
  .uniqueArray(
    fc.record({
      method: fc.constantFrom('GET', 'POST'),
      path: fc.constantFrom(...TEMPLATES),
      callers: fc.subarray(CALLERS, { minLength: 1 }),
    }),
    { minLength: 1, maxLength: 7, selector: ({ method, path }) => `${method} ${path}` },
  )
  .map((endpoints): AccessMatrix => ({ stage: 'prod', endpoints }));

type Kind = 'REST' | 'HTTP';

interface Gateway {
  readonly world: World;
  /** The ARN of a request, as `prod/GET/orders`. */
  readonly arn: (suffix: string) => PolicyText;
}

/** The template that the compiled policies make: roles with their policies and boundaries, the API with its Denies or routes. */
function gatewayOf(kind: Kind, { endpoints }: AccessMatrix, compiled: CompiledPolicies): Gateway {
  const { identity, boundary } = compiled;
  const arns = (suffixes: readonly string[]) => suffixes.map((each) => ({ 'Fn::Sub': `${API}/${each}` }));
  const statement = (Effect: string, Resource: readonly unknown[], rest = {}) =>
    Resource.length === 0 ? [] : [{ Effect, Action: 'execute-api:Invoke', Resource, ...rest }];
  const role = (name: string) => ({
    Type: 'AWS::IAM::Role',
    Properties: {
      RoleName: name,
      AssumeRolePolicyDocument: { Statement: [] },
      Policies: [
        {
          PolicyName: 'p',
          PolicyDocument: {
            Statement: CALLERS.includes(name)
              ? [
                  ...statement('Allow', arns(identity.get(name)?.allow ?? [])),
                  ...statement('Deny', arns(identity.get(name)?.deny ?? [])),
                ]
              : statement('Allow', WIDE.includes(name) ? ['*'] : []),
          },
        },
      ],
      ...(BOUNDED.includes(name) ? { PermissionsBoundary: { Ref: `${name}Boundary` } } : {}),
    },
  });
  const bound = (name: string) => ({
    Type: 'AWS::IAM::ManagedPolicy',
    Properties: { PolicyDocument: { Statement: statement('Allow', arns(boundary.get(name) ?? [])) } },
  });
  const Denies = compiled.guard.flatMap(({ patterns, onlyCallers }) => {
    const names = onlyCallers.map((name) => `arn:aws:iam::${ACCOUNT}:role/${name}`);
    const others = { StringNotEquals: { 'aws:PrincipalArn': names } };
    return statement(
      'Deny',
      patterns.map((each) => `execute-api:/${each}`),
      { Principal: '*', Condition: others },
    );
  });
  const route = ({ method, path }: { method: string; path: string }) => ({
    Type: 'AWS::ApiGatewayV2::Route',
    Properties: { ApiId: { Ref: 'Api' }, RouteKey: `${method} ${path}`, AuthorizationType: 'AWS_IAM' },
  });
  const api =
    kind === 'REST'
      ? { Api: { Type: 'AWS::ApiGateway::RestApi', Properties: { Policy: { Statement: Denies } } } }
      : {
          Api: { Type: 'AWS::ApiGatewayV2::Api', Properties: { ProtocolType: 'HTTP' } },
          ...Object.fromEntries(endpoints.map((each, at) => [`Route${at}`, route(each)])),
        };
  const Resources = {
    ...api,
    Probe: { Type: 'Test::Probe', Properties: { Value: { 'Fn::Sub': `${API}/` } } },
    ...Object.fromEntries(PRINCIPALS.map((name) => [name, role(name)])),
    ...Object.fromEntries(BOUNDED.map((name) => [`${name}Boundary`, bound(name)])),
  };
  const snapshot = snapshotOf([
    { name: 'T', file: 't.json', account: ACCOUNT, region: 'eu-west-1', body: { Resources } },
  ]);
  const probe = snapshot.byKey('T#Probe')?.properties.Value as Text;
  return {
    world: worldOf(snapshot, {}),
    arn: (suffix) => ({ ...probe, parts: [...probe.parts.slice(0, -1), `/${suffix}`] }),
  };
}

function shipped({ stage, endpoints }: AccessMatrix): GuardPolicy {
  return {
    version: 1,
    stage,
    callers: CALLERS.map((name) => `${ACCOUNT}/${name}`),
    endpoints: Object.fromEntries(
      endpoints.map(({ method, path, callers }) => [`${method} ${path}`, callers.map((each) => CALLERS.indexOf(each))]),
    ),
  };
}

describe.each<{ kind: Kind; stage: string; event: (of: EventParts) => unknown }>([
  { kind: 'REST', stage: 'prod', event: restEvent },
  { kind: 'HTTP', stage: '$default', event: httpEvent },
  { kind: 'HTTP', stage: 'prod', event: httpEvent },
  { kind: 'HTTP', stage: '$default', event: http1Event },
])('gateway and guard of random APIs ($kind, stage $stage)', ({ kind, stage, event }) => {
  it('agree on every principal, method and path', () => {
    let cells = 0;
    let admitted = 0;
    let alone = 0;
    fc.assert(
      fc.property(matrix, (drawn) => {
        const each = { ...drawn, stage };
        const compiled = compileAccessMatrix(each, kind === 'HTTP' ? { guard: 'none' } : {});
        // What no policy can express is refused at the synth.
        fc.pre(compiled.ok);
        const { world, arn } = gatewayOf(kind, each, compiled);
        const policy = readPolicy(shipped(each));
        expect(typeof policy).toBe('object');
        for (const [method, path] of ['GET', 'POST'].flatMap((verb) => PATHS.map((one) => [verb, one] as const))) {
          const server = route(each, method, path);
          // A request that no endpoint serves is answered before the function; whatever says otherwise is denied.
          const resource = server?.path ?? '/{any+}';
          for (const role of PRINCIPALS) {
            const principal = world.principal(`T#${role}`);
            if (principal === undefined) throw new Error(`no ${role}`);
            const request = `${stage}/${method}${path}`;
            const { may, must } = decide({ principal, action: 'execute-api:Invoke', resource: arn(request) }, world);
            if (kind === 'REST' || server !== undefined) expect(may).toBe(must);
            const said = decideGuard(event({ method, resource, path, role, stage }), policy, { now: 0 }).admitted;
            // Nothing of an HTTP API denies who is allowed elsewhere and bound by nothing: the guard alone does.
            if (kind === 'HTTP' && role === 'Stranger' && server !== undefined) {
              expect([request, must, said]).toEqual([request, true, false]);
              alone += 1;
            } else expect([request, role, said]).toEqual([request, role, server !== undefined && must]);
            cells += 1;
            admitted += said ? 1 : 0;
          }
        }
      }),
      { numRuns: effort(40) },
    );
    expect(cells).toBeGreaterThan(effort(1_000));
    expect(admitted).toBeGreaterThan(cells / 100);
    if (kind === 'HTTP') expect(alone).toBeGreaterThan(cells / 100);
  });
});
