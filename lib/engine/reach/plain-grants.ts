import type { SourcedPolicy, Principal, World } from '../world/world';
import type { Statement } from '../../model/policy';
import type { Decision } from '../decide/decision';
import type { RelevantActions } from './relevant-actions';

/**
 * Decides what needs no decision: an action that a statement allows on every resource, where nothing could be in the
 * way. Most questions about a resource that does not exist yet are of this sort, and a search for a witness is dear.
 */
export class PlainGrants {
  private allows?: ReadonlyMap<string, Decision>;

  constructor(
    private readonly principal: Principal,
    private readonly relevant: Pick<RelevantActions, 'of'>,
    private readonly world: World,
  ) {}

  decision(action: string): Decision | undefined {
    this.allows ??= this.find();
    return this.allows.get(action);
  }

  private find(): ReadonlyMap<string, Decision> {
    const found = new Map<string, Decision>();
    const { policies, boundary } = this.principal;
    const { scps, rcps } = this.world;
    const isLimited = boundary !== undefined || scps.length > 0 || rcps.length > 0;
    if (isLimited || policies.some(({ document }) => document.unknowns.length > 0)) return found;
    for (const policy of policies) {
      for (const statement of policy.document.statements) {
        if (!isPlain(statement)) continue;
        for (const action of this.relevant.of(statement))
          if (!found.has(action)) found.set(action, plain(policy, statement));
      }
    }
    for (const { document } of policies) {
      for (const statement of document.statements) {
        if (statement.effect === 'Deny') for (const action of this.relevant.of(statement)) found.delete(action);
      }
    }
    return found;
  }
}

/** INVARIANT: such a statement allows each of its relevant actions for sure: its patterns are literal. */
function isPlain({ effect, actions, resources, conditions, guards }: Statement): boolean {
  return (
    effect === 'Allow' &&
    actions.patterns.every((each) => typeof each === 'string') &&
    resources?.negated === false &&
    resources.patterns.includes('*') &&
    conditions.length === 0 &&
    guards.length === 0
  );
}

function plain(policy: SourcedPolicy, statement: Statement): Decision {
  return {
    may: true,
    must: true,
    unconditional: true,
    allows: [{ layer: 'identity', policy, statement, certainty: 'certain' }],
    denies: [],
    conditions: [],
    unknowns: [],
  };
}
