import { contains, patternOf, witness } from '../match/pattern';
import { show } from '../../model/read';
import { sparedAtMost, sparedBy } from './caller-tags';
import { checkMatrix } from './check-matrix';
import { templatePattern } from './endpoint-template';
import { KEYLESS, nameOf } from './matrix';
import type { AccessMatrix, CompiledPolicies, Layout, MatrixProblem } from './matrix';
import { PatternTable } from './pattern-table';
import { requestClasses } from './request-classes';
import type { RequestClass } from './request-classes';
import { RoleSets, without } from './role-sets';

/**
 * Whether policies do what a matrix says, for every request that an endpoint serves and every role; a problem for each
 * pair of role and endpoint where they do not, with a shortest request that shows it. Each layer is judged by itself,
 * so that none hides a gap of another:
 * - the identity policy alone lets its role call its endpoints and no other;
 * - guard and boundary together (and, in a coarse layout, the Denies of its identity policy) let a role that is allowed
 *   everything elsewhere call its endpoints and no other;
 * - the guard alone keeps a declared role from an endpoint, unless its own requests match that endpoint's pattern; not
 *   so where it tells callers apart and no endpoints;
 * - the resource policy alone lets a partner, who is bound by nothing of ours, call its endpoints and no other;
 * - what is open to callers without a principal is open where it has to be; it lets no principal through anywhere;
 * - the guard alone keeps everyone else from everything, where there is one.
 *
 * Where the guard spares by a tag, a caller without one of ours is judged twice: nothing is closed by its having none, and
 * nothing is open by its having one.
 */
export function verifyCompiled(
  matrix: AccessMatrix,
  compiled: CompiledPolicies,
  layout: Layout = {},
): readonly MatrixProblem[] {
  const served = checkMatrix(matrix);
  if ('problems' in served) return served.problems;
  const roles = new RoleSets(matrix.endpoints.flatMap(({ callers }) => callers));
  const used = new PatternTable(matrix.stage);
  const own = served.map(({ method, segments }) =>
    used.place(`${matrix.stage}/${method}/${templatePattern(segments)}`),
  );
  fill(used, roles, compiled);
  if (used.problems.length > 0) return used.problems;
  const classes = requestClasses(served, used.patterns, matrix.stage);
  if (classes === undefined) return [TOO_LARGE];

  const keyless = roles.of([KEYLESS]);
  const partners = roles.of(matrix.partners ?? []);
  const callers = matrix.endpoints.map((endpoint) => roles.of(endpoint.callers));
  const needed = own.map((pattern) =>
    classes.reduce(
      (set, each) => (each.plain && each.patterns.includes(pattern) ? set | callers[each.server] : set),
      0n,
    ),
  );
  const findings = new Findings(matrix, roles);
  const tellsApart = (layout.guard ?? 'endpoints') === 'endpoints';
  for (const each of classes) {
    const guarded = used.union('guard', each);
    const admitted = without(used.union('admitted', each), guarded);
    const deniedAtMost = used.union('guardAtMost', each);
    const right = callers[each.server];
    if (right === keyless && keyless !== 0n) {
      const open = matrix.endpoints[each.server].needsAllow
        ? without(admitted, deniedAtMost)
        : without(right, deniedAtMost);
      if (each.plain) findings.overDenied(each, without(right, open), 'the resource policy does not let it through');
      continue;
    }
    // Where the guard is less fine, the Denies of the role itself stand in: they hold whatever else allows it.
    const isCoarse = !tellsApart || layout.merged === true;
    const stopped = guarded | keyless | (isCoarse ? used.union('deny', each) : 0n);
    const allowed = without(used.union('allow', each), used.union('deny', each));
    const bounded = without(used.union('boundary', each), stopped);
    findings.leak(each, without(allowed, right | keyless), 'its identity policy allows it');
    findings.leak(each, without(bounded, right), 'neither the guard nor its boundary denies it');
    findings.leak(each, without(admitted & partners, right), 'the resource policy allows it');
    if (!each.plain) continue;
    if (tellsApart) {
      const open = without(without(roles.everyone, guarded), right | needed[each.server] | keyless);
      findings.leak(each, open, 'the guard does not deny it');
    }
    findings.overDenied(each, without(right, allowed), 'its identity policy does not allow it');
    findings.overDenied(each, without(right, without(bounded, deniedAtMost)), 'the guard or its boundary denies it');
    findings.overDenied(
      each,
      without(right & partners, without(admitted, deniedAtMost)),
      'the resource policy does not allow it',
    );
  }
  return layout.guard === 'none' ? findings.problems : [...strangers(matrix, compiled), ...findings.problems];
}

function fill(
  used: PatternTable,
  roles: RoleSets,
  { identity, boundary, guard, admitted, tags }: CompiledPolicies,
): void {
  for (const name of roles.names) {
    const role = roles.of([name]);
    for (const each of identity.get(name)?.allow ?? []) used.add('allow', each, role);
    for (const each of identity.get(name)?.deny ?? []) used.add('deny', each, role);
    for (const each of boundary.get(name) ?? []) used.add('boundary', each, role);
    for (const each of admitted.get(name) ?? []) used.add('admitted', each, role);
  }
  for (const statement of guard) {
    // Judged by the tags as they are, not by whom the compiler meant.
    const spared = roles.of(sparedBy(statement, tags));
    const sparedMost = roles.of(sparedAtMost(statement, tags, roles.names));
    for (const each of statement.patterns) {
      used.add('guard', each, without(roles.everyone, sparedMost));
      used.add('guardAtMost', each, without(roles.everyone, spared));
    }
  }
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
