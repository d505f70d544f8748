import { matches } from '../match/glob';
import { checkMatrix } from './check-matrix';
import { matchedRequests } from './matched-requests';
import type { MatchedRequests } from './matched-requests';
import { KEYLESS, nameOf } from './matrix';
import type { AccessMatrix, CompiledAccess, CompiledPolicies, GuardStatement, Layout, MatrixProblem } from './matrix';
import { merge } from './merge-patterns';
import { narrowestFirst, neededDenies } from './needed-denies';
import type { RequestClass } from './request-classes';
import { RoleSets, without } from './role-sets';
import { TOO_LARGE, verifyCompiled } from './verify-compiled';

export { KEYLESS } from './matrix';
export type {
  AccessMatrix,
  CompiledAccess,
  CompiledPolicies,
  GuardStatement,
  IdentityPatterns,
  Layout,
  MatrixEndpoint,
  MatrixProblem,
} from './matrix';

/**
 * Compiles who may call what into identity policies, the statements of the API's resource policy, and boundaries, and
 * checks what came out: what is returned as `ok` does what the matrix says, for every request. Which layer stops what:
 * see `CompiledPolicies`.
 *
 * Not covered, since it is not known how API Gateway names such requests when it authorizes them: percent-encoded
 * letters, `.` and `..` in a path, and methods overridden by a header.
 *
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-control-access-using-iam-policies-to-invoke-api.html
 */
export function compileAccessMatrix(matrix: AccessMatrix, layout: Layout = {}): CompiledAccess {
  const served = checkMatrix(matrix);
  if ('problems' in served) return { ok: false, problems: served.problems };
  const requests = matchedRequests(matrix.stage, served, { merged: layout.merged ?? false });
  if (requests === undefined) return { ok: false, problems: [TOO_LARGE] };
  const compiler = new Compiler(matrix, requests, layout);
  const compiled: CompiledPolicies = {
    identity: compiler.identity(),
    guard: compiler.guard(),
    boundary: compiler.boundary(),
    admitted: compiler.admitted(),
  };
  if (compiler.problems.length > 0) return { ok: false, problems: compiler.problems };
  const problems = verifyCompiled(matrix, compiled, layout);
  return problems.length === 0 ? { ok: true, ...compiled } : { ok: false, problems };
}

class Compiler {
  readonly problems: MatrixProblem[] = [];
  private readonly roles: RoleSets;
  private readonly keyless: bigint;
  private readonly callers: readonly bigint[];
  /** For each pattern, who needs a request that it matches. */
  private readonly needs = new Map<string, bigint>();
  /** For each class, who is no caller of its server but is allowed it by the pattern of another endpoint. */
  private readonly offenders: readonly bigint[];

  constructor(
    private readonly matrix: AccessMatrix,
    private readonly requests: MatchedRequests,
    private readonly layout: Layout,
  ) {
    this.roles = new RoleSets(matrix.endpoints.flatMap((endpoint) => endpoint.callers));
    this.keyless = this.roles.of([KEYLESS]);
    this.callers = matrix.endpoints.map((endpoint) => this.roles.of(endpoint.callers));
    for (const each of requests.classes) {
      if (!each.plain) continue;
      for (const name of requests.matching(each)) {
        this.needs.set(name, (this.needs.get(name) ?? 0n) | this.callers[each.server]);
      }
    }
    const allowedBy = new Map<string, bigint>();
    requests.own.forEach((name, index) => allowedBy.set(name, (allowedBy.get(name) ?? 0n) | this.callers[index]));
    this.offenders = requests.classes.map((each) => {
      // A method without AWS_IAM does not look at identity policies.
      if (this.isKeyless(each)) return 0n;
      const allowed = requests.matching(each).reduce((set, name) => set | (allowedBy.get(name) ?? 0n), 0n);
      return without(allowed, this.callers[each.server] | this.keyless);
    });
  }

  identity(): CompiledPolicies['identity'] {
    return new Map(this.names().map((role) => [role, { allow: this.own(role), deny: this.denies(role) }]));
  }

  boundary(): CompiledPolicies['boundary'] {
    return new Map(this.names().map((role) => [role, this.bounds(role)]));
  }

  admitted(): CompiledPolicies['admitted'] {
    const patterns = new Map((this.matrix.partners ?? []).map((role) => [role, this.own(role)]));
    const open = this.matrix.endpoints.flatMap(({ needsAllow }, index) =>
      needsAllow ? [this.requests.own[index]] : [],
    );
    if (open.length > 0)
      patterns.set(
        KEYLESS,
        this.merge(open, (each) => this.isKeyless(each)),
      );
    return patterns;
  }

  guard(): readonly GuardStatement[] {
    if (this.layout.guard === 'none') return [];
    const everyone: GuardStatement = { sid: 'OnlyCallers', patterns: ['*'], onlyCallers: this.roles.names };
    const { classes, own, matching, denyOf } = this.requests;
    const only = new Map<string, bigint>();
    own.forEach((name, endpoint) => only.set(name, (this.needs.get(name) ?? 0n) | this.callers[endpoint]));
    classes.forEach((each, index) => {
      const name = denyOf(each);
      if (this.offenders[index] !== 0n && !only.has(name)) only.set(name, this.sparedBy(name, each));
    });
    // A partner has no boundary and no policy of ours: the guard keeps its endpoints apart in every layout.
    const judged = this.layout.guard === 'callers' ? this.roles.of(this.matrix.partners ?? []) : this.roles.everyone;
    const mustStop = classes.map((each, index) => this.mustStop(each, index) & judged);
    const needed = neededDenies(only, this.roles.everyone, mustStop, classes.map(matching));
    const groups = new Map<bigint, string[]>();
    for (const [name, callers] of needed) groups.set(callers, [...(groups.get(callers) ?? []), name]);
    return [
      everyone,
      ...[...groups].map(([callers, patterns], index) => ({
        sid: `OnlyCallers${index + 1}`,
        // A wider pattern may be denied to others where none of its requests is for them.
        patterns: this.merge(patterns, (each) => !each.plain || without(this.callers[each.server], callers) === 0n),
        onlyCallers: this.roles.namesIn(callers),
      })),
    ];
  }

  /** Whom the Deny of a pattern that is no endpoint's leaves out: who needs it, and callers whose slash it is. */
  private sparedBy(name: string, { server }: RequestClass): bigint {
    const slash = name === `${this.requests.own[server]}/` ? this.callers[server] : 0n;
    return slash | (this.needs.get(name) ?? 0n);
  }

  /** The principals of AWS. */
  private names(): readonly string[] {
    return this.roles.names.filter((name) => name !== KEYLESS);
  }

  /** The patterns of a role's endpoints. */
  private own(role: string): readonly string[] {
    const own = this.matrix.endpoints.flatMap(({ callers }, index) =>
      callers.includes(role) ? [this.requests.own[index]] : [],
    );
    return [...new Set(own)];
  }

  private bounds(role: string): readonly string[] {
    const own = this.own(role);
    const widest = own.filter(
      (name) => !own.some((other) => other !== name && other.includes('*') && covers(other, name)),
    );
    const bit = this.roles.of([role]);
    const denied = new Set(this.denies(role));
    return this.merge(
      widest,
      (each) =>
        this.isKeyless(each) ||
        (this.callers[each.server] & bit) !== 0n ||
        this.requests.matching(each).some((name) => denied.has(name)),
    );
  }

  private merge(patterns: readonly string[], isFine: (requests: RequestClass) => boolean): readonly string[] {
    const { classes, wider, matchedBy } = this.requests;
    return merge(patterns, wider, matchedBy, (matched) => [...matched].every((at) => isFine(classes[at])));
  }

  private isKeyless({ server }: RequestClass): boolean {
    return this.keyless !== 0n && this.callers[server] === this.keyless;
  }

  private denies(role: string): readonly string[] {
    const bit = this.roles.of([role]);
    const offending = this.requests.classes.filter((_, index) => (this.offenders[index] & bit) !== 0n);
    const denies = new Set<string>();
    for (const each of offending) {
      const name = this.requests.denyOf(each);
      if (((this.needs.get(name) ?? 0n) & bit) !== 0n) this.inexpressible(role, bit, each, name);
      denies.add(name);
    }
    // What other denies cover is left out, the narrowest first.
    const left = new Set(denies);
    const coveredBy = offending.map((each) => this.requests.matching(each).filter((name) => denies.has(name)));
    for (const name of narrowestFirst(denies)) {
      if (coveredBy.every((by) => !by.includes(name) || by.some((other) => other !== name && left.has(other)))) {
        left.delete(name);
      }
    }
    return [...left];
  }

  private inexpressible(role: string, bit: bigint, { server, example }: RequestClass, name: string): void {
    const endpoint = nameOf(this.matrix.endpoints[server]);
    if (this.problems.some((each) => each.role === role && each.endpoint === endpoint)) return;
    const own = this.requests.classes.find(
      (each) => each.plain && (this.callers[each.server] & bit) !== 0n && this.requests.matching(each).includes(name),
    ) as RequestClass;
    this.problems.push({
      code: 'inexpressible',
      role,
      endpoint,
      witness: example,
      what: `\`${role}\` is no caller of \`${endpoint}\`, but what it may call includes \`${example}\``,
      why: `no pattern of IAM denies that without denying \`${own.example}\`, of which it is a caller, since \`*\` spans \`/\``,
      mend: `list it as a caller of \`${endpoint}\`, give it a role of its own for one of the two, or change the literal part of one path`,
    });
  }

  /** Whom the guard must keep from the requests of a class. */
  private mustStop(each: RequestClass, index: number): bigint {
    if (this.isKeyless(each)) return 0n;
    if (!each.plain) return this.offenders[index];
    const own = this.callers[each.server] | (this.needs.get(this.requests.own[each.server]) ?? 0n) | this.keyless;
    return without(this.roles.everyone, own) | this.offenders[index];
  }
}

/**
 * Whether a pattern matches all that another matches. Exact for patterns whose only wildcard is `*`: a `*` matched by
 * one character that no pattern has is matched by anything.
 */
function covers(pattern: string, other: string): boolean {
  return matches(pattern, other.replaceAll('*', '\0'));
}
