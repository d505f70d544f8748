import type { Escalation } from '../../model/answers';
import { show } from '../../model/read';
import type { Resource } from '../../model/snapshot';
import type { Outsider } from '../reach/outsider';
import type { Fact, Goal, Reach, Step } from '../reach/reach';
import { nameOf } from '../world/resource-name';
import type { Principal, World } from '../world/world';
import { details, namedPrincipal } from './named';
import { escalationSteps } from './steps';

/** What is asked for. */
export interface EscalationQuery {
  /** @default - every role and user, and those outside of the templates whom their policies let in */
  readonly from?: Principal | Outsider;
  /** @default - whatever they reach */
  readonly to?: 'admin' | Principal;
}

/**
 * Who comes further than its own permissions say, and how. In the order of the principals, the nearest first; then those
 * who come in from outside of the templates.
 */
export function escalationsOf(world: World, reach: Reach, { from, to }: EscalationQuery = {}): readonly Escalation[] {
  const sources = from === undefined ? [...world.principals, ...reach.outsiders()] : [from];
  return sources.flatMap((source) => {
    const reached = 'outside' in source ? reach.fromOutside(source) : reach.from(source.key);
    if (reached === undefined) return [];
    return chosen(
      reached.facts,
      to,
      () => reached.admin,
      (key) => reached.reaches(key),
    ).flatMap((fact) => {
      const trace = reached.trace(fact);
      if (isOfItsOwn(trace)) return [];
      const steps = escalationSteps(trace);
      return [
        {
          ...('outside' in source ? { principal: source.name } : namedPrincipal(source)),
          ...reachesOf(to === undefined || to === 'admin' ? fact.goal : { kind: 'principal', principal: to }),
          certainty: fact.certainty,
          steps,
          unknowns: fact.certainty === 'possible' ? details(fact.unknowns) : [],
        },
      ];
    });
  });
}

/** What may change templates before they are deployed and is not read here: nobody in them is proved to be kept in. */
export function unreadIn(world: World): readonly string[] {
  const templates = new Set(world.snapshot.resources.map(({ template }) => template));
  return [...templates].flatMap(({ name, reshapedBy = [] }) =>
    details(reshapedBy).map((each) => `${each}, of ${name}`),
  );
}

/** Whom its own policies make administrator, or may where they cannot be read, takes no step. */
function isOfItsOwn(trace: readonly Step[]): boolean {
  return trace.every(({ technique }) => technique === 'administrator' || technique === 'unknown-policy');
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
  if (goal.kind === 'admin') return { reaches: 'admin' };
  if (goal.kind === 'external') return { reaches: goal.arn === undefined ? goal.name : show(goal.arn) };
  if (goal.kind === 'created') return { reaches: goal.principal.resource.logicalId };
  if (goal.kind === 'principal') return named(goal.principal.resource);
  return { ...named(goal.resource), power: goal.power };
}

function named(resource: Resource): Pick<Escalation, 'reaches' | 'reachesLogicalId' | 'reachesTemplate'> {
  return {
    reaches: nameOf(resource),
    reachesLogicalId: resource.logicalId,
    reachesTemplate: resource.template.name,
  };
}
