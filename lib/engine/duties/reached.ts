import type { Fact, Reach, ReachOfPrincipal, Step, Way } from '../reach/reach';
import { variantsOf } from '../reach/variants';
import { details } from '../answers/named';
import { nameOf } from '../world/resource-name';
import type { Principal } from '../world/world';
import type { DirectDuties } from './direct';
import { EVERY_DUTY } from './holding';
import type { Holding } from './holding';

/** A duty in the reach of a principal. */
export interface ReachedHolding extends Holding {
  /** The way there; empty where the principal has it on its own. */
  readonly steps: readonly Step[];
}

/** All that a principal has. */
export interface Reached {
  readonly direct: readonly ReachedHolding[];
  /** What it has besides, by becoming others or by changing policies, groups and boundaries. */
  readonly beyond: readonly ReachedHolding[];
  /** Policies of its own that cannot be read. */
  readonly unreadable: readonly string[];
}

/**
 * The duties of principals in their whole reach: their own, those that everybody has whom they can become, and those that
 * follow from what they can change. The nearest way to each, a certain one before a possible one.
 */
export class ReachedDuties {
  private readonly known = new Map<Principal, Reached>();

  constructor(
    private readonly duties: DirectDuties,
    private readonly reach: Reach,
    private readonly gains: Readonly<Record<string, string>> = GAINS,
  ) {}

  of(principal: Principal): Reached {
    let found = this.known.get(principal);
    if (found === undefined) this.known.set(principal, (found = this.find(principal)));
    return found;
  }

  private find(principal: Principal): Reached {
    const { holdings, unreadable } = this.duties.of(principal);
    const direct = holdings.filter(({ ofRotation }) => ofRotation !== true).map((each) => ({ ...each, steps: [] }));
    const from = this.reach.from(principal.key);
    const beyond = from === undefined || has(direct, EVERY_DUTY) ? [] : this.beyond(direct, from);
    return { direct, beyond, unreadable };
  }

  private beyond(direct: readonly Holding[], from: ReachOfPrincipal): readonly ReachedHolding[] {
    const own = new Map(direct.map((each) => [idOf(each), each.certainty]));
    const found = new Map<string, { readonly holding: Holding; readonly way: () => Pick<Way, 'unknowns' | 'steps'> }>();
    const add = (
      holdings: readonly Holding[],
      certainty: Fact['certainty'],
      way: () => Pick<Way, 'unknowns' | 'steps'>,
    ): void => {
      for (const each of holdings) {
        const holding: Holding = certainty === 'certain' ? each : { ...each, certainty: 'possible' };
        const id = idOf(holding);
        const isSure = holding.certainty === 'certain';
        if (own.get(id) === 'certain' || (own.has(id) && !isSure)) continue;
        const before = found.get(id)?.holding.certainty;
        if (before === undefined || (before === 'possible' && isSure)) found.set(id, { holding, way });
      }
    };
    for (const fact of from.facts) {
      const way = (): Pick<Way, 'unknowns' | 'steps'> => ({ unknowns: fact.unknowns, steps: from.trace(fact) });
      add(this.gainedBy(fact, from), fact.certainty, way);
    }
    for (const { principal, way } of variantsOf(from)) add(this.duties.of(principal).holdings, 'certain', way);
    return [...found.values()].map(({ holding, way }) => {
      const { unknowns, steps } = way();
      const open = holding.certainty === 'certain' ? [] : [...new Set([...details(unknowns), ...holding.unknowns])];
      return { ...holding, unknowns: open, steps };
    });
  }

  private gainedBy(fact: Fact, from: ReachOfPrincipal): readonly Holding[] {
    const { goal, certainty } = fact;
    if (goal.kind === 'admin') {
      // A policy that cannot be read is told for itself: it is no way that anybody found.
      if (from.trace(fact).some(({ technique }) => technique === 'unknown-policy')) return [];
      return [{ duty: EVERY_DUTY, over: '', certainty, unknowns: [], because: 'an administrator can do everything' }];
    }
    if (goal.kind === 'principal' || goal.kind === 'created') return this.duties.of(goal.principal).holdings;
    if (goal.kind !== 'resource') return [];
    const { resource, power } = goal;
    const duty = this.gains[`${resource.type} ${power}`];
    if (duty === undefined) return [];
    const because = `gets to ${power} ${nameOf(resource)}`;
    return [{ duty, over: resource.key, template: resource.template.name, certainty, unknowns: [], because }];
  }
}

/** Which duty it is to get hold of a resource, other than by a permission to use it. */
const GAINS: Readonly<Record<string, string>> = {
  'AWS::SecretsManager::Secret use': 'credential-use',
  'AWS::SecretsManager::Secret read': 'credential-use',
  'AWS::CloudTrail::Trail disable': 'audit-tampering',
};

function idOf({ duty, over }: Holding): string {
  return `${duty}\u0000${over}`;
}

function has(holdings: readonly Holding[], duty: string): boolean {
  return holdings.some((each) => each.duty === duty);
}
