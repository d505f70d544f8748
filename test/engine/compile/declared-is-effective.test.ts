import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { snapshotOf } from '../../../lib/assembly/snapshot';
import { KEYLESS, compileAccessMatrix } from '../../../lib/engine/compile/access-matrix';
import type { AccessMatrix, MatrixEndpoint } from '../../../lib/engine/compile/access-matrix';
import { decide } from '../../../lib/engine/decide/decide';
import type { Question } from '../../../lib/engine/decide/decision';
import type { World } from '../../../lib/engine/world/world';
import { worldOf } from '../../../lib/engine/world/world-of';
import { text } from '../../../lib/model/value';
import { allows } from '../../oracle/iam-simulate';
import type { JsonPolicy } from '../../oracle/iam-simulate';
import {
  ABROAD,
  ACCOUNT,
  API,
  CALLERS_TAG,
  arnOf,
  deployed,
  expanded,
  restApi,
  role,
} from '../../oracle/matrix-template';
import { effort } from '../../support/effort';
import { route } from './brute-force';

const SEED = Number(process.env['FUZZ_SEED'] ?? 20_261_122);
const RUNS = effort(300);
/** Of the callers and requests of a random API every eighth pair is asked: two evaluators take a millisecond each. */
const EVERY = 8;
const ROLES = ['r1', 'r2', 'r3'];
const PARTNERS = ['p1', 'p2'];
const EVERYTHING: JsonPolicy = {
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Action: 'execute-api:*', Resource: '*' }],
};

const segment = fc.constantFrom('a', 'b', '{p}');
const path = fc
  .tuple(fc.array(segment, { minLength: 1, maxLength: 3 }), fc.integer({ max: 9, min: 0 }))
  .map(([parts, chance]) => `/${(chance === 0 ? [...parts.slice(0, 2), '{rest+}'] : parts).join('/')}`);
const guarded = fc.record({
  method: fc.constantFrom('GET', 'GET', 'POST'),
  path,
  callers: fc.uniqueArray(fc.constantFrom(...ROLES, ...PARTNERS), { minLength: 1, maxLength: 3 }),
});
const preflight = path.map((each) => ({ method: 'OPTIONS', path: each, callers: [KEYLESS], needsAllow: true }));
/** Of a user pool, beside endpoints that ask for a signature. */
const ofUserPool = path.map((each) => ({ method: 'GET', path: each, callers: [KEYLESS], needsAllow: true }));
const withToken = path.map((each) => ({ method: 'PUT', path: each, callers: [KEYLESS] }));
const endpoints = fc.uniqueArray<MatrixEndpoint, string>(
  fc.oneof(
    { weight: 8, arbitrary: guarded },
    { weight: 1, arbitrary: preflight },
    { weight: 1, arbitrary: withToken },
    { weight: 1, arbitrary: ofUserPool },
  ),
  { minLength: 2, maxLength: 6, selector: (each) => `${each.method} ${each.path}` },
);
const matrices = endpoints.map((each): AccessMatrix => {
  const partners = PARTNERS.filter((partner) => each.some(({ callers }) => callers.includes(partner)));
  return { stage: 'prod', endpoints: each, partners };
});
const layouts = fc.record({
  guard: fc.constantFrom<'endpoints' | 'callers'>('endpoints', 'endpoints', 'callers'),
  merged: fc.boolean(),
  tagged: fc.constantFrom<readonly string[]>([], [], ROLES, ROLES, ['r1']),
});
const drawn = fc.array(
  fc.record({
    method: fc.constantFrom('GET', 'POST', 'OPTIONS', 'PUT'),
    path: fc
      .array(fc.constantFrom('a', 'b', 'x'), { minLength: 1, maxLength: 4 })
      .map((parts) => `/${parts.join('/')}`),
  }),
  { minLength: 2, maxLength: 2 },
);

/** Requests that are served, and some that may not be. */
function requestsOf({ endpoints: all }: AccessMatrix, others: readonly { method: string; path: string }[]) {
  const filled = all.map((each) => ({
    method: each.method,
    path: each.path.replace('{rest+}', 'x/y').replaceAll(/\{[^}]*\}/g, 'x'),
  }));
  return [...filled.slice(0, 4), ...others];
}

/** Who asks, with which policies of its own, and whether the matrix speaks of it. */
interface Caller {
  readonly name: string;
  readonly matrixRole?: string;
  readonly identity?: readonly JsonPolicy[];
  readonly boundary?: JsonPolicy;
  /** The tag that it has by the compiled policies, or that it gave itself. */
  readonly tag?: string;
  readonly isUser?: boolean;
}

/** A caller and a request, as asked of both evaluators. */
interface Asked {
  readonly caller: string;
  readonly request: string;
  readonly right: boolean;
  readonly found: { readonly may: boolean; readonly must: boolean; readonly theirs: boolean };
}

/** Who gets through with which request, by the policies of a compiled matrix; `picks` says which pairs are asked. */
function* answers(
  matrix: AccessMatrix,
  compiled: Parameters<typeof deployed>[0],
  requests: readonly { readonly method: string; readonly path: string }[],
  picks: () => boolean,
): Generator<Asked> {
  const policies = deployed(compiled);
  const { guard, tags } = compiled;
  // Every group at once.
  const tag = tags.size === 0 ? undefined : guard.map(({ onlyTagged = '' }) => onlyTagged.replaceAll('*', '')).join('');
  // Who is known by its ARN may bring any tag: the one who makes it sets it, or its sessions do.
  const tagOfRole = (name: string) => tags.get(name) ?? tag;
  const callers: readonly Caller[] = [
    ...ROLES.map((name) => ({ name, matrixRole: name, identity: [policies.identity(name)], tag: tagOfRole(name) })),
    { name: 'stranger', identity: [EVERYTHING] },
    // Whoever is allowed everything and has the tag of a caller without being a role of the account.
    { name: 'user', identity: [EVERYTHING], tag, isUser: true },
    // The same roles, allowed everything by somebody else.
    ...ROLES.map((name) => ({
      name: `${name} widened`,
      matrixRole: name,
      identity: [policies.identity(name), EVERYTHING],
      boundary: policies.boundary(name),
      tag: tagOfRole(name),
    })),
    ...PARTNERS.flatMap((name) => [
      { name, matrixRole: name },
      { name: `${name} tagged`, matrixRole: name, tag },
    ]),
    { name: 'pstranger', tag },
    { name: 'anonymous' },
  ];
  const resource = expanded(policies.resource);
  const worlds = [
    worldWith(matrix, policies.resource, callers.slice(0, 5)),
    worldWith(matrix, policies.resource, callers.slice(5, 8)),
  ];
  for (const caller of callers) {
    const named = caller.matrixRole ?? caller.name;
    const world = worlds[caller.boundary === undefined ? 0 : 1];
    const prefix = world.apis.get('T#Api')?.arnPrefix as { readonly parts: readonly string[] };
    for (const { method, path: asked } of requests) {
      const server = route(matrix, method, asked);
      if (!picks() || server === undefined) continue;
      const keyless = server.callers.includes(KEYLESS);
      const tail = `/prod/${method}${asked}`;
      // An authorizer decides on its own methods: not by policies.
      if (keyless && server.needsAllow !== true) continue;
      const { may, must } = decide(
        {
          principal: principalOf(caller, named, world),
          action: 'execute-api:Invoke',
          resource: text([...prefix.parts, tail]),
          context: { 'aws:SecureTransport': 'true', ...(caller.identity === undefined ? tagOf(caller) : {}) },
          resourceAccount: ACCOUNT,
          closed: true,
        },
        world,
      );
      const theirs = simulated(caller, named, keyless, `${API}${tail}`, resource);
      const right = keyless || server.callers.includes(named);
      yield { caller: caller.name, request: `${method} ${asked}`, right, found: { may, must, theirs } };
    }
  }
}

/** Every layer has work to do here: no sample of callers and requests may miss it. */
const DIRECTED: AccessMatrix = {
  stage: 'prod',
  partners: PARTNERS,
  endpoints: [
    { method: 'GET', path: '/a/{p}', callers: ['r1', 'p2'] },
    { method: 'GET', path: '/a/b', callers: ['r3'] },
    { method: 'GET', path: '/a/{p}/b', callers: ['r2', 'p1'] },
    { method: 'GET', path: '/b/{rest+}', callers: ['r2', 'p2'] },
    { method: 'POST', path: '/a', callers: ['r1', 'p1'] },
    { method: 'OPTIONS', path: '/a', callers: [KEYLESS], needsAllow: true },
    { method: 'PUT', path: '/a/{p}', callers: [KEYLESS], needsAllow: true },
    { method: 'PUT', path: '/a/{p}/b', callers: ['r1'] },
  ],
};
const DIRECTED_REQUESTS = ['/a', '/a/x', '/a/b', '/a/x/b', '/a/b/b', '/b/x', '/b/x/b'].flatMap((each) =>
  ['GET', 'POST', 'OPTIONS', 'PUT'].map((method) => ({ method, path: each })),
);

describe('an API with overlaps of every kind', () => {
  it.each<NonNullable<Parameters<typeof compileAccessMatrix>[1]>>([
    { guard: 'endpoints' },
    { guard: 'endpoints', merged: true },
    { guard: 'callers' },
    { guard: 'callers', merged: true },
    { guard: 'endpoints', tagged: ROLES },
    { guard: 'endpoints', tagged: ['r1', 'r2'], merged: true },
    { guard: 'callers', tagged: ROLES },
  ])('is called by whom it declares and by nobody else, laid out as %o', (layout) => {
    const compiled = compileAccessMatrix(DIRECTED, layout);
    if (!compiled.ok) throw new Error(JSON.stringify(compiled.problems));
    const asked = [...answers(DIRECTED, compiled, DIRECTED_REQUESTS, () => true)];
    const wrong = asked.filter(({ right, found }) => Object.values(found).some((each) => each !== right));
    expect(wrong).toEqual([]);
    expect(asked.filter(({ right }) => right).length).toBeGreaterThan(20);
  });
});

describe(`random APIs, seed ${SEED}`, () => {
  it('are called by whom the matrix declares and by nobody else, by two evaluators', () => {
    const count = { apis: 0, drawn: 0, requests: 0, allowed: 0 };
    const picks = (): boolean => {
      count.drawn += 1;
      return count.drawn % EVERY === 0;
    };
    fc.assert(
      fc.property(matrices, layouts, drawn, (matrix, layout, others) => {
        const compiled = compileAccessMatrix(matrix, layout);
        if (!compiled.ok) {
          for (const { code } of compiled.problems) expect(['ambiguous', 'inexpressible', 'duplicate']).toContain(code);
        }
        fc.pre(compiled.ok);
        count.apis += 1;
        for (const { caller, request, right, found } of answers(matrix, compiled, requestsOf(matrix, others), picks)) {
          expect({ caller, request, layout, ...found }).toEqual({
            caller,
            request,
            layout,
            may: right,
            must: right,
            theirs: right,
          });
          count.requests += 1;
          if (right) count.allowed += 1;
        }
      }),
      { numRuns: RUNS, seed: SEED, endOnFailure: true },
    );
    console.log(`declared is effective, FUZZ_SEED=${SEED}: ${JSON.stringify(count)}`);
    expect(count.apis).toBeGreaterThanOrEqual(RUNS);
    expect(count.allowed).toBeGreaterThan(RUNS);
  }, 120_000);
});

function worldWith(matrix: AccessMatrix, resource: JsonPolicy, callers: readonly Caller[]): World {
  const roles = callers.map(({ name, matrixRole, identity = [], boundary, tag, isUser }) =>
    role(matrixRole ?? name, identity, { boundary, tag, kind: isUser === true ? 'User' : 'Role' }),
  );
  const body = { Resources: Object.assign({}, restApi(matrix, resource), ...roles) as object };
  return worldOf(snapshotOf([{ name: 'T', file: 't', account: ACCOUNT, region: 'eu-west-1', body }]));
}

function principalOf(caller: Caller, named: string, world: World): Question['principal'] {
  if (caller.name === 'anonymous') return { kind: 'anonymous' };
  if (caller.identity === undefined) return { kind: 'arn', arn: arnOf(named), account: ABROAD };
  const found = world.principal(`T#${named}`);
  if (found === undefined) throw new Error(`no ${named}`);
  return found;
}

/** The tag as the principal's own, as it is in the request. */
function tagOf({ tag }: Caller): Record<string, string> {
  return tag === undefined ? {} : { [`aws:PrincipalTag/${CALLERS_TAG}`]: tag };
}

/** A method without authorization takes everyone for anonymous; AWS_IAM takes nobody without a principal. */
function simulated(caller: Caller, named: string, keyless: boolean, arn: string, resource: JsonPolicy): boolean {
  if (!keyless && caller.name === 'anonymous') return false;
  const account = arnOf(named).split(':')[4];
  const userArn = `arn:aws:iam::${account}:user/${named}`;
  return allows({
    principal: keyless
      ? 'anonymous'
      : caller.isUser === true
        ? userArn
        : `arn:aws:sts::${account}:assumed-role/${named}/session`,
    action: 'execute-api:Invoke',
    resource: arn,
    resourceAccount: ACCOUNT,
    context: {
      'aws:SecureTransport': 'true',
      ...(keyless
        ? {}
        : {
            'aws:PrincipalArn': caller.isUser === true ? userArn : arnOf(named),
            'aws:PrincipalAccount': account,
            ...tagOf(caller),
          }),
    },
    identity: keyless ? [] : (caller.identity ?? [EVERYTHING]),
    ...(caller.boundary === undefined || keyless ? {} : { boundary: withApi(caller.boundary) }),
    scps: [],
    rcps: [],
    resourcePolicy: resource,
  });
}

/** The other evaluator takes the id of an API for a type of resource, for which `*` may not stand. */
function withApi(boundary: JsonPolicy): JsonPolicy {
  return JSON.parse(JSON.stringify(boundary).replaceAll(':*/prod/', ':abcde12345/prod/')) as JsonPolicy;
}
