import { merge } from './merge-patterns';
import type { MatchedRequests } from './matched-requests';
import { KEYLESS } from './matrix';
import type { AccessMatrix } from './matrix';
import type { RequestClass } from './request-classes';
import { RoleSets, without } from './role-sets';

/** What a matrix and the requests of its endpoints say of each other. Sets of roles are bits. */
export class MatrixFacts {
  readonly roles: RoleSets;
  readonly keyless: bigint;
  /** For each endpoint. */
  readonly callers: readonly bigint[];
  /** For each pattern, who needs a request that it matches. */
  readonly needs = new Map<string, bigint>();
  /** For each class, who is no caller of its server but is allowed it by the pattern of another endpoint. */
  readonly offenders: readonly bigint[];

  constructor(
    readonly matrix: AccessMatrix,
    readonly requests: MatchedRequests,
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

  /** The principals of AWS. */
  names(): readonly string[] {
    return this.roles.names.filter((name) => name !== KEYLESS);
  }

  /** The patterns of a role's endpoints. */
  own(role: string): readonly string[] {
    const own = this.matrix.endpoints.flatMap(({ callers }, index) =>
      callers.includes(role) ? [this.requests.own[index]] : [],
    );
    return [...new Set(own)];
  }

  isKeyless({ server }: RequestClass): boolean {
    return this.keyless !== 0n && this.callers[server] === this.keyless;
  }

  /** The same in fewer patterns, where all requests of a wider one are fine. */
  merge(patterns: readonly string[], isFine: (requests: RequestClass) => boolean): readonly string[] {
    const { classes, wider, matchedBy } = this.requests;
    return merge(patterns, wider, matchedBy, (matched) => [...matched].every((at) => isFine(classes[at])));
  }
}
