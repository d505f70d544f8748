import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compileAccessMatrix } from '../../../lib/engine/compile/access-matrix';
import type { AccessMatrix, CompiledPolicies } from '../../../lib/engine/compile/access-matrix';
import { verifyCompiled } from '../../../lib/engine/compile/verify-compiled';
import { bounded, guarded, identityAllows, paths, route } from './brute-force';
import { THOROUGH, effort } from '../../support/effort';

type Callers = Readonly<Record<string, readonly string[]>>;

function api(callers: Callers): AccessMatrix {
  const endpoints = Object.entries(callers).map(([name, roles]) => {
    const [method, path] = name.split(' ');
    return { method, path, callers: roles };
  });
  return { stage: 'prod', endpoints };
}

function compiled(callers: Callers): CompiledPolicies {
  const result = compileAccessMatrix(api(callers));
  if (!result.ok) throw new Error(JSON.stringify(result.problems));
  return result;
}

function problems(callers: Callers): readonly string[] {
  const result = compileAccessMatrix(api(callers));
  return result.ok ? [] : result.problems.map((each) => each.code);
}

/** Who is denied a pattern by the guard. */
function onlyCallers({ guard }: CompiledPolicies, pattern: string): readonly (readonly string[])[] {
  return guard.filter(({ patterns }) => patterns.includes(pattern)).map((each) => each.onlyCallers);
}

describe('an API whose paths all begin with a parameter, where each pattern matches requests of every other', () => {
  it('is compiled for thirty endpoints, too, and its callers denied the others behind a trailing slash', () => {
    const names = Array.from({ length: 30 }, (_, place) => `GET /customers/{customer}/kind${place}/{id}`);
    const { identity } = compiled(Object.fromEntries(names.map((name, place) => [name, [`role${place % 5}`]])));
    expect(identity.get('role0')?.allow).toHaveLength(6);
    expect(identity.get('role0')?.deny).toContain('prod/GET/customers/*/kind1/*/');
    expect(identity.get('role0')?.deny).toHaveLength(24);
  });
});

describe('compileAccessMatrix', () => {
  it('lets each role call exactly its endpoints', () => {
    const { identity } = compiled({ 'GET /orders': ['reader', 'clerk'], 'POST /orders': ['clerk'] });
    expect(identity.get('reader')).toEqual({ allow: ['prod/GET/orders'], deny: [] });
    expect(identity.get('clerk')).toEqual({ allow: ['prod/GET/orders', 'prod/POST/orders'], deny: [] });
  });

  it('denies everything to everyone who is no caller, first', () => {
    const { guard } = compiled({ 'GET /orders': ['reader'], 'POST /orders': ['clerk'] });
    expect(guard[0]).toEqual({ sid: 'OnlyCallers', patterns: ['*'], onlyCallers: ['reader', 'clerk'] });
  });

  it('needs no more than that where everyone may call everything', () => {
    expect(compiled({ 'GET /orders': ['a', 'b'], 'GET /orders/{id}': ['b', 'a'] }).guard).toHaveLength(1);
  });

  it('groups endpoints with the same callers into one statement', () => {
    const { guard } = compiled({ 'GET /a': ['x'], 'GET /b': ['x'], 'GET /c': ['x', 'y'] });
    expect(guard.slice(1)).toEqual([
      { sid: 'OnlyCallers1', patterns: ['prod/GET/a', 'prod/GET/b'], onlyCallers: ['x'] },
    ]);
  });

  describe('where a pattern spans more than its endpoint', () => {
    const orders = { 'GET /orders/{id}': ['reader'], 'GET /orders/{id}/refunds': ['refunds'] };

    it('denies the caller of `/orders/{id}` what lies below', () => {
      const { identity, guard } = compiled(orders);
      expect(identity.get('reader')?.allow).toEqual(['prod/GET/orders/*']);
      expect(identity.get('reader')?.deny).toContain('prod/GET/orders/*/refunds');
      expect(onlyCallers({ guard } as CompiledPolicies, 'prod/GET/orders/*/refunds')).toEqual([['refunds']]);
    });

    it('leaves the caller of what lies below to its identity policy and its boundary', () => {
      const result = compiled(orders);
      expect(identityAllows(result, 'refunds', 'prod/GET/orders/7')).toBe(false);
      expect(bounded(result, 'refunds', 'prod/GET/orders/7')).toBe(false);
      // Its own requests match `orders/*`, so that the guard cannot name that pattern for it.
      expect(guarded(result, 'refunds', 'prod/GET/orders/7')).toBe(false);
    });

    it('denies the caller of `/orders/{id}` a literal sibling', () => {
      const { identity, guard } = compiled({ 'GET /orders/{id}': ['reader'], 'GET /orders/refunds': ['refunds'] });
      expect(identity.get('reader')?.deny).toContain('prod/GET/orders/refunds');
      expect(onlyCallers({ guard } as CompiledPolicies, 'prod/GET/orders/refunds')).toEqual([['refunds']]);
    });

    it('denies the caller of `/orders/{id}` the path `/orders/`, which `/orders` serves', () => {
      const result = compiled({ 'GET /orders': ['lister'], 'GET /orders/{id}': ['reader'] });
      expect(identityAllows(result, 'reader', 'prod/GET/orders/')).toBe(false);
      expect(guarded(result, 'reader', 'prod/GET/orders/')).toBe(true);
    });

    it('does not deny another method', () => {
      const { identity } = compiled({ 'GET /orders/{id}': ['reader'], 'POST /orders/{id}/refunds': ['refunds'] });
      expect(identity.get('reader')?.deny).toEqual([]);
    });

    it('takes greedy paths that overlap, empty segments included', () => {
      const result = compiled({ 'GET /a/{rest+}': ['below'], 'GET /{rest+}': ['all'] });
      expect(identityAllows(result, 'below', 'prod/GET/a/x')).toBe(true);
      expect(identityAllows(result, 'below', 'prod/GET/a//x')).toBe(false);
      expect(guarded(result, 'below', 'prod/GET/a//x')).toBe(true);
    });

    it('keeps apart what lies below a greedy path', () => {
      const result = compiled({ 'GET /files/{proxy+}': ['all'], 'GET /files/readme': ['one'] });
      expect(identityAllows(result, 'all', 'prod/GET/files/a/b')).toBe(true);
      expect(identityAllows(result, 'all', 'prod/GET/files/readme')).toBe(false);
    });
  });

  it('refuses what no pattern of IAM can tell apart, and says by which requests', () => {
    const result = compileAccessMatrix(
      api({ 'GET /o/{id}': ['a'], 'GET /o/{id}/items': ['b'], 'GET /o/{id}/items/{item}': ['a'] }),
    );
    expect(result.ok ? [] : result.problems).toMatchObject([
      { code: 'inexpressible', role: 'a', endpoint: 'GET /o/{id}/items', witness: 'GET /o/x/items' },
    ]);
    expect(result.ok ? '' : result.problems[0].why).toContain('GET /o/x/items/items');
  });

  it.each<[string, string, Callers]>([
    ['an API without endpoints', 'no-endpoints', {}],
    ['an endpoint without callers', 'no-callers', { 'GET /a': [] }],
    ['a caller that is listed twice', 'caller-twice', { 'GET /a': ['x', 'x'] }],
    ['ANY', 'any-method', { 'ANY /a': ['x'] }],
    ['a method in lower case', 'method', { 'get /a': ['x'] }],
    ['a path without a slash', 'path', { 'GET a': ['x'] }],
    ['a path that ends with a slash', 'path', { 'GET /a/': ['x'] }],
    ['a path with an empty segment', 'path', { 'GET /a//b': ['x'] }],
    ['a path with a wildcard', 'path', { 'GET /a/*': ['x'] }],
    ['a segment that is only in part a parameter', 'path', { 'GET /a/v{id}': ['x'] }],
    ['a greedy segment that is not last', 'path', { 'GET /{all+}/a': ['x'] }],
    ['the same endpoint under another name of its parameter', 'duplicate', { 'GET /{a}': ['x'], 'GET /{b}': ['x'] }],
    ['templates of which neither is the more literal', 'ambiguous', { 'GET /{a}/b': ['x'], 'GET /a/{b}': ['x'] }],
    ['a greedy template that is the more literal before', 'ambiguous', { 'GET /{a}/b': ['x'], 'GET /a/{b+}': ['x'] }],
  ])('refuses %s', (_, code, callers) => {
    expect(problems(callers)).toEqual([code]);
  });

  it('refuses an endpoint that is declared twice', () => {
    const endpoint = { method: 'GET', path: '/a', callers: ['x'] };
    const result = compileAccessMatrix({ stage: 'prod', endpoints: [endpoint, endpoint] });
    expect(result.ok ? [] : result.problems.map((each) => each.code)).toEqual(['duplicate']);
  });

  it('refuses a stage with a wildcard', () => {
    const result = compileAccessMatrix({ ...api({ 'GET /a': ['x'] }), stage: '*' });
    expect(result.ok ? [] : result.problems.map((each) => each.code)).toEqual(['stage']);
  });

  it('serves the root', () => {
    const result = compiled({ 'GET /': ['x'], 'GET /{any}': ['y'] });
    expect(result.identity.get('x')?.allow).toEqual(['prod/GET/']);
    expect(identityAllows(result, 'y', 'prod/GET/')).toBe(false);
  });
});

describe('compiled policies of any small API', () => {
  const ROLES = ['r1', 'r2', 'r3', 'r4'];
  const segment = fc.constantFrom('a', 'b', '{p}', '{p}');
  const path = fc.array(segment, { minLength: 1, maxLength: 3 }).map((parts) => `/${parts.join('/')}`);
  const greedy = path.map((each) => `${each.split('/').slice(0, 3).join('/')}/{rest+}`);
  const endpoint = fc.record({
    method: fc.constantFrom('GET', 'GET', 'GET', 'POST'),
    path: fc.oneof({ weight: 4, arbitrary: path }, { weight: 1, arbitrary: greedy }),
    callers: fc.uniqueArray(fc.constantFrom(...ROLES), { minLength: 1, maxLength: 3 }),
  });
  const matrix = fc.record({
    stage: fc.constant('dev'),
    endpoints: fc.uniqueArray(endpoint, {
      minLength: 1,
      maxLength: 5,
      selector: (each) => `${each.method} ${each.path}`,
    }),
  });
  /** Whom the guard knows by a tag. */
  const tagged = fc.constantFrom([], ['r1', 'r2', 'r3', 'r4'], ['r2', 'r3']);
  const PATHS = paths(['a', 'b', 'other'], 4);

  it('agree with a brute-force evaluation of every request, for every role and for strangers', () => {
    let held = 0;
    fc.assert(
      fc.property(matrix, tagged, (each, known) => {
        const result = compileAccessMatrix(each, { tagged: known });
        if (!result.ok) {
          // Random trees are refused often, but only for what cannot be told apart.
          for (const { code } of result.problems) expect(['ambiguous', 'inexpressible', 'duplicate']).toContain(code);
          return;
        }
        held += 1;
        for (const method of ['GET', 'POST']) {
          for (const request of PATHS.flatMap((plain) => [plain, `${plain}/`])) {
            const server = route(each, method, request);
            const suffix = `dev/${method}${request}`;
            expect(guarded(result, 'stranger', suffix)).toBe(true);
            if (server === undefined) continue;
            for (const role of ROLES) {
              const right = server.callers.includes(role);
              const byItself = identityAllows(result, role, suffix);
              const withMore = bounded(result, role, suffix) && !guarded(result, role, suffix);
              if (!right || !request.endsWith('/'))
                expect([suffix, role, byItself, withMore]).toEqual([suffix, role, right, right]);
            }
          }
        }
      }),
      { numRuns: effort(200) },
    );
    expect(held).toBeGreaterThan(effort(100));
  }, 120_000);

  it('have no part that could be taken away unnoticed', () => {
    let taken = 0;
    fc.assert(
      fc.property(matrix, tagged, (each, known) => {
        const result = compileAccessMatrix(each, { tagged: known });
        if (!result.ok) return;
        expect(verifyCompiled(each, result)).toEqual([]);
        for (const less of lessByOne(result)) {
          taken += 1;
          const [problem] = verifyCompiled(each, less.policies);
          expect([less.what, problem?.code]).toEqual([less.what, less.code]);
          expect(problem.witness).toBeDefined();
        }
      }),
      { numRuns: effort(200) },
    );
    expect(taken).toBeGreaterThan(effort(300));
  });

  it('keep endpoints apart without a guard, which an HTTP API has not, by boundaries and denies; no part is too much', () => {
    let held = 0;
    fc.assert(
      fc.property(matrix, fc.boolean(), (drawn, merged) => {
        const each = { ...drawn, stage: '$default' };
        const layout = { guard: 'none', merged } as const;
        const result = compileAccessMatrix(each, layout);
        if (!result.ok) return;
        held += 1;
        expect(result.guard).toEqual([]);
        for (const request of PATHS) {
          const server = route(each, 'GET', request);
          if (server === undefined) continue;
          const suffix = `$default/GET${request}`;
          for (const role of ROLES) {
            const right = server.callers.includes(role);
            const isDenied = (result.identity.get(role)?.deny ?? []).some((one) => covers(one, suffix));
            const withMore = bounded(result, role, suffix) && !isDenied;
            expect([suffix, role, identityAllows(result, role, suffix), withMore]).toEqual([
              suffix,
              role,
              right,
              right,
            ]);
          }
        }
        for (const less of lessByOne(result)) {
          const [problem] = verifyCompiled(each, less.policies, layout);
          expect([less.what, problem?.code]).toEqual([less.what, less.code]);
        }
      }),
      { numRuns: effort(100) },
    );
    // Of ten, four may hold by chance.
    expect(held).toBeGreaterThan(THOROUGH ? 40 : 0);
  });
});

function covers(pattern: string, suffix: string): boolean {
  return identityAllows(
    {
      identity: new Map([['any', { allow: [pattern], deny: [] }]]),
      guard: [],
      boundary: new Map(),
      admitted: new Map(),
      tags: new Map(),
    },
    'any',
    suffix,
  );
}

interface Less {
  readonly what: string;
  readonly code: string;
  readonly policies: CompiledPolicies;
}

/** The policies without one statement of the guard, one pattern of it, one role in the group of all, one deny, one bound. */
function lessByOne(policies: CompiledPolicies): readonly Less[] {
  const { guard, identity, boundary, tags } = policies;
  return [
    ...guard.map(({ sid }, at) => ({
      what: sid,
      code: 'leak',
      policies: { ...policies, guard: guard.filter((_, index) => index !== at) },
    })),
    ...guard.flatMap((statement, at) =>
      statement.patterns.map((pattern) => ({
        what: `${statement.sid} ${pattern}`,
        code: 'leak',
        policies: {
          ...policies,
          guard: guard.map((each, index) =>
            index === at ? { ...statement, patterns: statement.patterns.filter((one) => one !== pattern) } : each,
          ),
        },
      })),
    ),
    ...[...tags].map(([role, value]) => ({
      what: `${role} in the group of all callers`,
      code: 'over-denied',
      policies: { ...policies, tags: new Map(tags).set(role, value.replace('/all/', '/')) },
    })),
    ...[...identity].flatMap(([role, { allow, deny }]) =>
      deny.map((pattern) => ({
        what: `${role} deny ${pattern}`,
        code: 'leak',
        policies: {
          ...policies,
          identity: new Map(identity).set(role, { allow, deny: deny.filter((each) => each !== pattern) }),
        },
      })),
    ),
    ...[...boundary].flatMap(([role, patterns]) =>
      patterns.map((pattern) => ({
        what: `${role} bound ${pattern}`,
        code: 'over-denied',
        policies: {
          ...policies,
          boundary: new Map(boundary).set(
            role,
            patterns.filter((each) => each !== pattern),
          ),
        },
      })),
    ),
  ];
}
