import { contains, patternOf, witness } from '../match/pattern';
import { show } from '../../model/read';
import { checkMatrix } from './check-matrix';
import { templatePattern } from './endpoint-template';
import { nameOf } from './matrix';
import type { AccessMatrix, CompiledPolicies, MatrixProblem } from './matrix';
import { parseSuffix, requestClasses } from './request-classes';
import type { RequestClass, SuffixPattern } from './request-classes';
import { RoleSets, without } from './role-sets';

/**
 * Whether policies do what a matrix says, for every request that an endpoint serves and every role; a problem for each
 * pair of role and endpoint where they do not, with a shortest request that shows it. Each layer is judged by itself,
 * so that none hides a gap of another:
 * - the identity policy alone lets its role call its endpoints and no other;
 * - guard and boundary together let a role that is allowed everything elsewhere call its endpoints and no other;
 * - the guard alone keeps a declared role from an endpoint, unless its own requests match that endpoint's pattern;
 * - the guard alone keeps everyone else from everything.
 */
export function verifyCompiled(matrix: AccessMatrix, compiled: CompiledPolicies): readonly MatrixProblem[] {
  const served = checkMatrix(matrix);
  if ('problems' in served) return served.problems;
  const roles = new RoleSets(matrix.endpoints.flatMap(({ callers }) => callers));
  const used = new PatternTable(matrix.stage);
  const own = served.map(({ method, segments }) =>
    used.place(`${matrix.stage}/${method}/${templatePattern(segments)}`),
  );
  for (const name of roles.names) {
    const role = roles.of([name]);
    for (const each of compiled.identity.get(name)?.allow ?? []) used.add('allow', each, role);
    for (const each of compiled.identity.get(name)?.deny ?? []) used.add('deny', each, role);
    for (const each of compiled.boundary.get(name) ?? []) used.add('boundary', each, role);
  }
  for (const { patterns, onlyCallers } of compiled.guard) {
    for (const each of patterns) used.add('guard', each, without(roles.everyone, roles.of(onlyCallers)));
  }
  if (used.problems.length > 0) return used.problems;
  const classes = requestClasses(served, used.patterns, matrix.stage);
  if (classes === undefined) return [TOO_LARGE];

  const callers = matrix.endpoints.map((endpoint) => roles.of(endpoint.callers));
  const needed = own.map((pattern) =>
    classes.reduce(
      (set, each) => (each.plain && each.patterns.includes(pattern) ? set | callers[each.server] : set),
      0n,
    ),
  );
  const findings = new Findings(matrix, roles);
  for (const each of classes) {
    const allowed = without(used.union('allow', each), used.union('deny', each));
    const guarded = used.union('guard', each);
    const bounded = without(used.union('boundary', each), guarded);
    const right = callers[each.server];
    findings.leak(each, without(allowed, right), 'its identity policy allows it');
    findings.leak(each, without(bounded, right), 'neither the guard nor its boundary denies it');
    if (!each.plain) continue;
    const open = without(without(roles.everyone, guarded), right | needed[each.server]);
    findings.leak(each, open, 'the guard does not deny it');
    findings.overDenied(each, without(right, allowed), 'its identity policy does not allow it');
    findings.overDenied(each, without(right, bounded), 'the guard or its boundary denies it');
  }
  return [...strangers(matrix, compiled), ...findings.problems];
}

export const TOO_LARGE: MatrixProblem = {
  code: 'too-large',
  what: 'the paths of the API overlap in too many ways to be checked',
  why: 'what is not checked is not allowed',
  mend: 'split the API, or use fewer parameters before literal segments',
};

/** Whoever is no caller at all must be denied every request, of any stage, method and path, served or not. */
function strangers({ stage }: AccessMatrix, { guard }: CompiledPolicies): readonly MatrixProblem[] {
  const every = patternOf('?*/?*/*');
  const none = guard.flatMap(({ patterns }) => patterns.map((pattern) => patternOf(pattern)));
  // One pattern does, as a rule; a search over all of them is for when none does.
  if (none.some((pattern) => contains(pattern, every))) return [];
  const found = witness({ all: [every], none });
  if (found.kind === 'none') return [];
  const request = found.kind === 'found' ? show(found.text) : `${stage}/GET/`;
  return [
    {
      code: 'leak',
      witness: request,
      what: `a principal that is no caller at all is not denied \`${request}\``,
      why: 'an Allow of its own would open the API to it',
      mend: 'deny `*` to everyone who is no caller',
    },
  ];
}

type Layer = 'allow' | 'deny' | 'boundary' | 'guard';

/** The patterns in use, and for each layer the roles that it stands for. */
class PatternTable {
  readonly patterns: SuffixPattern[] = [];
  readonly problems: MatrixProblem[] = [];
  private readonly places = new Map<string, number>();
  private readonly layers: Record<Layer, Map<number, bigint>> = {
    allow: new Map(),
    deny: new Map(),
    boundary: new Map(),
    guard: new Map(),
  };

  constructor(private readonly stage: string) {}

  place(pattern: string): number {
    const known = this.places.get(pattern);
    if (known !== undefined) return known;
    const parsed = parseSuffix(pattern);
    if (parsed === undefined || (parsed.parts !== undefined && parsed.parts.stage !== this.stage)) {
      this.problems.push({
        code: 'pattern',
        what: `the pattern \`${pattern}\` cannot be checked`,
        mend: `use \`*\` alone, or \`${this.stage}/GET/orders/*\` where each \`*\` is a whole segment of the path`,
      });
    }
    this.places.set(pattern, this.patterns.length);
    return this.patterns.push(parsed ?? {}) - 1;
  }

  add(layer: Layer, pattern: string, roles: bigint): void {
    const place = this.place(pattern);
    this.layers[layer].set(place, (this.layers[layer].get(place) ?? 0n) | roles);
  }

  /** The roles for which a layer matches the requests of a class. */
  union(layer: Layer, { patterns }: RequestClass): bigint {
    return patterns.reduce((set, pattern) => set | (this.layers[layer].get(pattern) ?? 0n), 0n);
  }
}

/** One problem for each role, endpoint and cause: classes come shortest first. */
class Findings {
  readonly problems: MatrixProblem[] = [];
  private readonly seen = new Set<string>();

  constructor(
    private readonly matrix: AccessMatrix,
    private readonly roles: RoleSets,
  ) {}

  leak({ server, example }: RequestClass, roles: bigint, why: string): void {
    this.each('leak', server, roles, why, (role, endpoint) => ({
      code: 'leak',
      role,
      endpoint,
      witness: example,
      what: `\`${role}\` is no caller of \`${endpoint}\` but can call it, as by \`${example}\``,
      why,
      mend: 'deny it, or list the role as a caller',
    }));
  }

  overDenied({ server, example }: RequestClass, roles: bigint, why: string): void {
    this.each('over-denied', server, roles, why, (role, endpoint) => ({
      code: 'over-denied',
      role,
      endpoint,
      witness: example,
      what: `\`${role}\` is a caller of \`${endpoint}\` but cannot call it, as by \`${example}\``,
      why,
      mend: 'change the paths so that their patterns do not overlap',
    }));
  }

  private each(
    code: string,
    server: number,
    roles: bigint,
    why: string,
    make: (role: string, endpoint: string) => MatrixProblem,
  ): void {
    for (const role of this.roles.namesIn(roles)) {
      const key = `${code} ${server} ${why} ${role}`;
      if (this.seen.has(key)) continue;
      this.seen.add(key);
      this.problems.push(make(role, nameOf(this.matrix.endpoints[server])));
    }
  }
}
