import type { SeparationConstraint } from '../../model/separation';
import { EVERY_DUTY } from './holding';
import type { Reached, ReachedHolding } from './reached';

/** A constraint that a principal violates. */
export interface Breach {
  /** Ids of the duties that it has, sorted. */
  readonly duties: readonly string[];
  /** What proves it: one for each duty, or the one that stands for all. */
  readonly proof: readonly ReachedHolding[];
  readonly certainty: 'certain' | 'possible';
  readonly unknowns: readonly string[];
}

/**
 * Whether what a principal has violates a constraint: first by its own permissions alone, which is told where it is
 * certain, then by its reach.
 *
 * @param counts whether a holding lies where the constraint holds
 */
export function breachOf(
  constraint: SeparationConstraint,
  { direct, beyond }: Reached,
  counts: (holding: ReachedHolding) => boolean,
): Breach | undefined {
  const relevant = (holdings: readonly ReachedHolding[]): readonly ReachedHolding[] =>
    holdings.filter((each) => (each.duty === EVERY_DUTY || constraint.duties.includes(each.duty)) && counts(each));
  const own = worst(constraint, relevant(direct));
  if (own?.certainty === 'certain') return own;
  const all = worst(constraint, relevant([...direct, ...beyond]));
  return all === undefined || (own !== undefined && all.certainty === 'possible') ? own : all;
}

/** The breach of most duties; a certain one before a possible one. */
function worst(constraint: SeparationConstraint, holdings: readonly ReachedHolding[]): Breach | undefined {
  const groups = constraint.perResource ? byResource(holdings) : [holdings];
  const found = groups.flatMap((group) => breach(constraint, group) ?? []);
  return found.sort((a, b) => weight(b) - weight(a))[0];
}

function weight({ certainty, duties }: Breach): number {
  return (certainty === 'certain' ? 1000 : 0) + duties.length;
}

function byResource(holdings: readonly ReachedHolding[]): readonly (readonly ReachedHolding[])[] {
  const everywhere = holdings.filter(({ duty }) => duty === EVERY_DUTY);
  const groups = new Map<string, ReachedHolding[]>();
  for (const each of holdings) {
    if (each.duty !== EVERY_DUTY) groups.set(each.over, [...(groups.get(each.over) ?? []), each]);
  }
  return everywhere.length === 0 ? [...groups.values()] : [everywhere, ...groups.values()];
}

function breach({ duties, most }: SeparationConstraint, holdings: readonly ReachedHolding[]): Breach | undefined {
  const certain = holdings.filter(({ certainty }) => certainty === 'certain');
  // What is certain is enough: what is possible besides would only make it look unsure.
  const sure = proofOf(duties, certain);
  if (sure.duties.length > most) return { ...sure, certainty: 'certain', unknowns: [] };
  const all = proofOf(duties, [...certain, ...holdings]);
  if (all.duties.length <= most) return undefined;
  return { ...all, certainty: 'possible', unknowns: [...new Set(all.proof.flatMap(({ unknowns }) => unknowns))] };
}

/** The shortest proof of each duty. */
function proofOf(duties: readonly string[], holdings: readonly ReachedHolding[]): Pick<Breach, 'duties' | 'proof'> {
  const shortest = [...holdings].sort((a, b) => a.steps.length - b.steps.length);
  const proofs = new Map<string, ReachedHolding>();
  for (const duty of duties) {
    const proof =
      shortest.find((each) => each.duty === duty && each.certainty === 'certain') ??
      shortest.find((each) => each.duty === EVERY_DUTY && each.certainty === 'certain') ??
      shortest.find((each) => each.duty === duty || each.duty === EVERY_DUTY);
    if (proof !== undefined) proofs.set(duty, proof);
  }
  return { duties: [...proofs.keys()].sort(), proof: [...new Set(proofs.values())] };
}
