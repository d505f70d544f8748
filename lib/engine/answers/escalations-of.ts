import type { Escalation } from '../../model/answers';
import { show } from '../../model/read';
import type { Fact, Goal, Reach } from '../reach/reach';
import type { Principal, World } from '../world/world';
import { nameOf } from './lookup';
import { details, namedPrincipal } from './named';
import { escalationSteps } from './steps';

/** What is asked for. */
export interface EscalationQuery {
  /** @default - every role and user */
  readonly from?: Principal;
  /** @default - whatever they reach */
  readonly to?: 'admin' | Principal;
}

/** Who comes further than its own permissions say, and how. In the order of the principals, the nearest first. */
export function escalationsOf(world: World, reach: Reach, { from, to }: EscalationQuery = {}): readonly Escalation[] {
  return (from === undefined ? world.principals : [from]).flatMap((principal) => {
    const reached = reach.from(principal.key);
    if (reached === undefined) return [];
    return chosen(
      reached.facts,
      to,
      () => reached.admin,
      (key) => reached.reaches(key),
    ).flatMap((fact) => {
      const steps = escalationSteps(reached.trace(fact));
      // An administrator by its own permissions takes no step.
      if (steps.length === 0) return [];
      return [
        {
          ...namedPrincipal(principal),
          ...reachesOf(to === undefined || to === 'admin' ? fact.goal : { kind: 'principal', principal: to }),
          certainty: fact.certainty,
          steps,
          unknowns: fact.certainty === 'possible' ? details(fact.unknowns) : [],
        },
      ];
    });
  });
}

function chosen(
  facts: readonly Fact[],
  to: EscalationQuery['to'],
  admin: () => Fact | undefined,
  reaches: (key: string) => Fact | undefined,
): readonly Fact[] {
  if (to === undefined) return facts;
  const fact = to === 'admin' ? admin() : reaches(to.key);
  return fact === undefined ? [] : [fact];
}

function reachesOf(goal: Goal): Pick<Escalation, 'reaches' | 'reachesLogicalId' | 'reachesTemplate' | 'power'> {
  switch (goal.kind) {
    case 'admin':
      return { reaches: 'admin' };
    case 'principal': {
      const { principal, logicalId, template } = namedPrincipal(goal.principal);
      return { reaches: principal, ...of(logicalId, template) };
    }
    case 'resource':
      return {
        reaches: nameOf(goal.resource),
        ...of(goal.resource.logicalId, goal.resource.template.name),
        power: goal.power,
      };
    case 'external':
      return { reaches: goal.arn === undefined ? goal.name : show(goal.arn) };
  }
}

function of(
  reachesLogicalId?: string,
  reachesTemplate?: string,
): Pick<Escalation, 'reachesLogicalId' | 'reachesTemplate'> {
  return {
    ...(reachesLogicalId === undefined ? {} : { reachesLogicalId }),
    ...(reachesTemplate === undefined ? {} : { reachesTemplate }),
  };
}
