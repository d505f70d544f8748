import type { PolicyText, Statement } from '../../model/policy';
import type { Principal } from '../world/world';
import type { Grants, Ground } from './ground';
import type { Target } from './target';
import type { TargetIndex } from './target-index';
import type { Ask, TargetKind } from './technique';

/** What the statements of one principal may allow at most, before anything is decided. */
export class Scope {
  constructor(
    private readonly principal: Principal,
    private readonly grants: Grants,
    private readonly limits: Grants | undefined,
    private readonly ground: Ground,
  ) {}

  /** The actions that may be allowed on something. */
  get actions(): ReadonlySet<string> {
    return new Set([...this.grants.keys(), ...this.ground.admittedActions(this.principal)]);
  }

  has(action: string): boolean {
    return this.grants.has(action) || this.ground.admitted(this.principal, action).length > 0;
  }

  hasAny({ actions }: Ask): boolean {
    return actions.some((action) => this.has(action));
  }

  /** On which resources it may be allowed at most. */
  patternsOf({ actions }: Ask): readonly PolicyText[] {
    if (this.principal.policies.some(({ document }) => document.unknowns.length > 0)) return ['*'];
    const statements = actions.flatMap((action) => this.grants.get(action) ?? []);
    const found = statements.flatMap(({ resources }) =>
      resources === undefined || resources.negated ? ['*'] : resources.patterns,
    );
    // Nothing says more than everything.
    return found.includes('*') ? ['*', ...new Set(found.filter((each) => each !== '*'))] : [...new Set(found)];
  }

  candidates(kind: TargetKind, { actions }: Ask): Iterable<Target> {
    const found = new Set<Target>();
    const index = this.ground.index(kind);
    for (const action of actions) {
      const within = this.limits === undefined ? undefined : new Set(named(this.limits.get(action), index));
      for (const target of named(this.grants.get(action), index)) if (within?.has(target) !== false) found.add(target);
      for (const key of this.ground.admitted(this.principal, action)) {
        const target = this.ground.target(kind, key);
        if (target !== undefined) found.add(target);
      }
    }
    return found;
  }
}

/** The targets that statements may name. */
function* named(statements: readonly Statement[] = [], index: TargetIndex): Generator<Target> {
  for (const { resources } of statements) {
    const patterns: readonly PolicyText[] = resources === undefined || resources.negated ? ['*'] : resources.patterns;
    for (const pattern of patterns) yield* index.matching(pattern);
  }
}
