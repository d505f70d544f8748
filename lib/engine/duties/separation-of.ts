import type { DutiesOfPrincipal, HeldDuty, Separation } from '../../model/separation';
import type { Snapshot } from '../../model/snapshot';
import { analysed } from '../analysed';
import { nameOf } from '../world/resource-name';
import type { Principal } from '../world/world';
import { compare, intentOfTemplate } from './declared';
import { EVERY_DUTY } from './holding';
import type { Reached, ReachedHolding } from './reached';

/** Constraints and who has which duty, for a report: sorted, plain, the same for the same templates. */
export function separationOf(snapshot: Snapshot): Separation {
  const { separation, duties, world } = analysed(snapshot);
  const all = separation.duties.map(({ id }) => id);
  return {
    constraints: separation.constraints.map(({ constraint }) => constraint),
    matrix: {
      duties: separation.duties.map(({ id, title }) => ({ id, title })).sort((a, b) => compare(a.id, b.id)),
      principals: world.principals
        .map((each) => rowOf(each, duties.of(each), all))
        .sort((a, b) => compare(a.principal, b.principal) || compare(a.template, b.template)),
    },
  };
}

function rowOf({ resource }: Principal, { direct, beyond }: Reached, all: readonly string[]): DutiesOfPrincipal {
  const { logicalId, template } = resource;
  const own = heldIn(direct, all);
  const certain = new Set(own.filter(({ certainty }) => certainty === 'certain').map(({ duty }) => duty));
  const environment = intentOfTemplate(template)?.environment;
  return {
    principal: nameOf(resource),
    logicalId,
    template: template.name,
    ...(environment === undefined ? {} : { environment }),
    direct: own,
    reach: heldIn(beyond, all).filter(
      ({ duty, certainty }) =>
        !certain.has(duty) && (certainty === 'certain' || own.every((each) => each.duty !== duty)),
    ),
  };
}

/** Each duty once: the certain one, then the nearest. An administrator has them all. */
function heldIn(holdings: readonly ReachedHolding[], all: readonly string[]): readonly HeldDuty[] {
  const found = new Map<string, ReachedHolding>();
  for (const each of holdings) {
    for (const duty of each.duty === EVERY_DUTY ? all : [each.duty]) {
      const before = found.get(duty);
      if (before === undefined || isNearer(each, before)) found.set(duty, each);
    }
  }
  return [...found]
    .map(([duty, { certainty, steps, because }]) => ({
      duty,
      certainty,
      trace: [
        ...steps.map(({ technique, from, to, because: why }) => `${from} -> ${to} (${technique}): ${why}`),
        because,
      ],
    }))
    .sort((a, b) => compare(a.duty, b.duty));
}

function isNearer(a: ReachedHolding, b: ReachedHolding): boolean {
  if (a.certainty !== b.certainty) return a.certainty === 'certain';
  return a.steps.length < b.steps.length;
}
