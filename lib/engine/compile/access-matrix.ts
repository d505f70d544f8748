import { matches } from '../match/glob';
import { checkMatrix } from './check-matrix';
import { isRoot, templatePattern } from './endpoint-template';
import { nameOf } from './matrix';
import type { AccessMatrix, CompiledAccess, CompiledPolicies, GuardStatement, MatrixProblem } from './matrix';
import { parseSuffix, requestClasses } from './request-classes';
import type { RequestClass, Served, SuffixPattern } from './request-classes';
import { RoleSets, without } from './role-sets';
import { TOO_LARGE, verifyCompiled } from './verify-compiled';

export type {
  AccessMatrix,
  CompiledAccess,
  CompiledPolicies,
  GuardStatement,
  IdentityPatterns,
  MatrixEndpoint,
  MatrixProblem,
} from './matrix';

/**
 * Compiles who may call what into identity policies, the Denies of the API's resource policy, and boundaries, and
 * checks what came out: what is returned as `ok` does what the matrix says, for every request. Which layer stops what:
 * see `CompiledPolicies`.
 *
 * Not covered, since it is not known how API Gateway names such requests when it authorizes them: percent-encoded
 * letters, `.` and `..` in a path, and methods overridden by a header.
 *
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-control-access-using-iam-policies-to-invoke-api.html
 */
export function compileAccessMatrix(matrix: AccessMatrix): CompiledAccess {
  const served = checkMatrix(matrix);
  if ('problems' in served) return { ok: false, problems: served.problems };
  const names = served.map((endpoint) => patternNames(matrix.stage, endpoint));
  const classes = requestClasses(
    served,
    names.flat().map((name) => parseSuffix(name) as SuffixPattern),
    matrix.stage,
  );
  if (classes === undefined) return { ok: false, problems: [TOO_LARGE] };
  const compiler = new Compiler(matrix, names, classes);
  const compiled: CompiledPolicies = {
    identity: compiler.identity(),
    guard: compiler.guard(),
    boundary: compiler.boundary(),
  };
  if (compiler.problems.length > 0) return { ok: false, problems: compiler.problems };
  const problems = verifyCompiled(matrix, compiled);
  return problems.length === 0 ? { ok: true, ...compiled } : { ok: false, problems };
}

/** The pattern of an endpoint's requests, and that of its requests with a trailing slash. */
function patternNames(stage: string, { method, segments }: Served): readonly [string, string] {
  const name = `${stage}/${method}/${templatePattern(segments)}`;
  return [name, isRoot(segments) ? name : `${name}/`];
}

class Compiler {
  readonly problems: MatrixProblem[] = [];
  private readonly roles: RoleSets;
  private readonly callers: readonly bigint[];
  /** For each pattern, who needs a request that it matches. */
  private readonly needs = new Map<string, bigint>();
  /** For each class, who is no caller of its server but is allowed it by the pattern of another endpoint. */
  private readonly offenders: readonly bigint[];

  constructor(
    private readonly matrix: AccessMatrix,
    private readonly names: readonly (readonly [string, string])[],
    private readonly classes: readonly RequestClass[],
  ) {
    this.roles = new RoleSets(matrix.endpoints.flatMap((endpoint) => endpoint.callers));
    this.callers = matrix.endpoints.map((endpoint) => this.roles.of(endpoint.callers));
    for (const each of classes) {
      if (!each.plain) continue;
      for (const name of this.matching(each)) {
        this.needs.set(name, (this.needs.get(name) ?? 0n) | this.callers[each.server]);
      }
    }
    this.offenders = classes.map((each) => {
      // Even places are the patterns of endpoints, which are what is allowed.
      const allowed = each.patterns.reduce((set, at) => (at % 2 === 0 ? set | this.callers[at / 2] : set), 0n);
      return without(allowed, this.callers[each.server]);
    });
  }

  identity(): CompiledPolicies['identity'] {
    return new Map(
      this.roles.names.map((role) => [role, { allow: [...new Set(this.own(role))], deny: this.denies(role) }]),
    );
  }

  boundary(): CompiledPolicies['boundary'] {
    return new Map(this.roles.names.map((role) => [role, this.widest(this.own(role))]));
  }

  guard(): readonly GuardStatement[] {
    const only = new Map<string, bigint>();
    this.names.forEach(([name], endpoint) => only.set(name, (this.needs.get(name) ?? 0n) | this.callers[endpoint]));
    this.classes.forEach((each, index) => {
      const name = this.denyOf(each);
      if (this.offenders[index] !== 0n && !only.has(name)) only.set(name, this.callers[each.server]);
    });
    const groups = new Map<bigint, string[]>();
    for (const [name, callers] of this.needed(only)) groups.set(callers, [...(groups.get(callers) ?? []), name]);
    return [
      { sid: 'OnlyCallers', patterns: ['*'], onlyCallers: this.roles.names },
      ...[...groups].map(([callers, patterns], index) => ({
        sid: `OnlyCallers${index + 1}`,
        patterns,
        onlyCallers: this.roles.namesIn(callers),
      })),
    ];
  }

  /** The patterns of a role's endpoints. */
  private own(role: string): readonly string[] {
    return this.matrix.endpoints.flatMap(({ callers }, index) =>
      callers.includes(role) ? [this.names[index][0]] : [],
    );
  }

  private denies(role: string): readonly string[] {
    const bit = this.roles.of([role]);
    const offending = this.classes.filter((_, index) => (this.offenders[index] & bit) !== 0n);
    const denies = new Set<string>();
    for (const each of offending) {
      const name = this.denyOf(each);
      if (((this.needs.get(name) ?? 0n) & bit) !== 0n) this.inexpressible(role, bit, each, name);
      denies.add(name);
    }
    // What other denies cover is left out, the narrowest first.
    const left = new Set(denies);
    const covers = offending.map((each) => this.matching(each).filter((name) => denies.has(name)));
    for (const name of narrowestFirst(denies)) {
      if (covers.every((by) => !by.includes(name) || by.some((other) => other !== name && left.has(other)))) {
        left.delete(name);
      }
    }
    return [...left];
  }

  private inexpressible(role: string, bit: bigint, { server, example }: RequestClass, name: string): void {
    const endpoint = nameOf(this.matrix.endpoints[server]);
    if (this.problems.some((each) => each.role === role && each.endpoint === endpoint)) return;
    const own = this.classes.find(
      (each) => each.plain && (this.callers[each.server] & bit) !== 0n && this.matching(each).includes(name),
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

  private denyOf({ server, plain }: RequestClass): string {
    return this.names[server][plain ? 0 : 1];
  }

  private matching({ patterns }: RequestClass): readonly string[] {
    return patterns.map((at) => this.names[at >> 1][at & 1]);
  }

  /** Leaves out the denies that others make, together or alone, the narrowest first. */
  private needed(only: ReadonlyMap<string, bigint>): ReadonlyMap<string, bigint> {
    const left = new Map(only);
    const classesOf = new Map<string, number[]>();
    const matching = this.classes.map((each) => [...new Set(this.matching(each))]);
    matching.forEach((names, index) => {
      for (const name of names) {
        const known = classesOf.get(name);
        if (known === undefined) classesOf.set(name, [index]);
        else known.push(index);
      }
    });
    const mustStop = this.classes.map((_, index) => this.mustStop(index));
    const stops = (name: string): bigint => without(this.roles.everyone, left.get(name) ?? this.roles.everyone);
    for (const name of narrowestFirst(only.keys())) {
      const missed = (classesOf.get(name) ?? []).some((index) => {
        if (mustStop[index] === 0n) return false;
        const others = matching[index].reduce((set, other) => (other === name ? set : set | stops(other)), 0n);
        return without(mustStop[index], others) !== 0n;
      });
      if (!missed) left.delete(name);
    }
    return left;
  }

  /** Whom the guard must keep from the requests of a class. */
  private mustStop(index: number): bigint {
    const { server, plain } = this.classes[index];
    if (!plain) return this.offenders[index];
    const own = this.callers[server] | (this.needs.get(this.names[server][0]) ?? 0n);
    return without(this.roles.everyone, own) | this.offenders[index];
  }

  private widest(names: readonly string[]): readonly string[] {
    return [...new Set(names)].filter(
      (name) => !names.some((other) => other !== name && other.includes('*') && covers(other, name)),
    );
  }
}

/** Longer patterns first: of two of which one covers the other, the covered one. */
function narrowestFirst(names: Iterable<string>): readonly string[] {
  return [...names].sort((a, b) => b.length - a.length);
}

/**
 * Whether a pattern matches all that another matches. Exact for patterns whose only wildcard is `*`: a `*` matched by
 * one character that no pattern has is matched by anything.
 */
function covers(pattern: string, other: string): boolean {
  return matches(pattern, other.replaceAll('*', '\0'));
}
