import type { World } from '../world/world';
import type { Guard } from '../../model/policy';
import type { Known, Lookup } from '../conditions/known';
import { solve } from '../conditions/solve';
import { actionMayMatch } from '../match/action-pattern';
import { canonical } from '../match/symbolic';
import type { Caller } from './caller';
import type { Question } from './decision';
import { lookupOf } from './facts';
import { gather } from './gather';
import { answer, decideLiteral, notSure } from './literal';
import type { Answer } from './literal';
import { pathsOf } from './paths';
import type { Path } from './paths';
import { outsideOf, partsOf, sampleOf } from './region';
import type { Region, Sample } from './region';
import { placesOf } from './places';
import type { Place } from './places';
import type { Term } from './term';
import type { Verdict } from './verdict';

/** Regions that are looked at for one target before the answer is that it may be. */
const BUDGET = 600;

/**
 * Whether some request of a pattern is allowed. For every resource with rules of its own, an Allow of each layer is
 * chosen and their patterns are intersected; a request of the intersection that a Deny hits is put aside, and the
 * search goes on beside it. What is found is decided once more as one request: that alone is for sure.
 */
export function decidePattern(question: Question, caller: Caller, world: World): Answer {
  let best: Answer | undefined;
  for (const place of placesOf(question, world)) {
    const found = new PlaceSearch(question, caller, world, place).run();
    if (found.verdict.must) return found;
    if (best === undefined || (found.verdict.may && !best.verdict.may) || better(found, best)) best = found;
  }
  return best as Answer;
}

/** Of two that deny: the one that says more, a Deny before a lack. */
function better({ verdict: one }: Answer, { verdict: other }: Answer): boolean {
  return !other.may && !one.may && other.explicit === undefined && one.explicit !== undefined;
}

class PlaceSearch {
  private readonly lookup: Lookup;
  private left = BUDGET;

  constructor(
    private readonly question: Question,
    private readonly caller: Caller,
    private readonly world: World,
    private readonly place: Place,
  ) {
    this.lookup = lookupOf(question, caller, place.target, world);
  }

  run(): Answer {
    const { question, caller, world, place, lookup } = this;
    const matching = ({ statement }: Parameters<Parameters<typeof gather>[6]>[0]): 'yes' | 'no' =>
      meets(place.region, statement) ? 'yes' : 'no';
    const gathered = gather(question, caller, place.target, world, lookup, undefined, matching);
    const sampled: { sample?: Sample; values?: ReadonlyMap<string, Known> } = {};
    const found = answer(
      question,
      caller,
      place.target,
      lookup,
      gathered.denies,
      (same) => pathsOf(gathered.allows, caller, place.target, same),
      (paths, denies, _, given) => this.search(paths, denies, given, sampled),
    );
    if (!found.verdict.may) return found;
    const certain = this.confirm(sampled.sample) ?? this.confirm(this.certainSample(gathered.denies, gathered.allows));
    return certain ?? { ...found, verdict: notSure(found.verdict) };
  }

  /** Decides a request that was found as what it is: one request. */
  private confirm(sample: Sample | undefined): Answer | undefined {
    if (sample === undefined || !sample.real) return undefined;
    const found = decideLiteral(this.question, sample.action, sample.resource, this.caller, this.world);
    return found.verdict.must ? found : undefined;
  }

  private certainSample(denies: readonly Term[], allows: Parameters<typeof pathsOf>[0]): Sample | undefined {
    const sampled: { sample?: Sample } = {};
    const given = this.caller.principal?.resource.guards ?? [];
    for (const same of [true, false]) {
      const sure = pathsOf(allows, this.caller, this.place.target, same).map((path) =>
        path.map(({ layer, terms }) => ({ layer, terms: terms.filter((term) => term.sure) })),
      );
      this.left = BUDGET;
      if (this.search(sure, denies, given, sampled, true).may && sampled.sample !== undefined) return sampled.sample;
    }
    return undefined;
  }

  private search(
    paths: readonly Path[],
    denies: readonly Term[],
    given: readonly Guard[],
    sampled: { sample?: Sample },
    certain = false,
  ): Verdict {
    const contradicted = ({ guards }: Term): boolean =>
      guards.some((each) => given.some((one) => one.condition === each.condition && one.holds !== each.holds));
    const applying = denies.filter((each) => !contradicted(each) && (certain || (each.sure && isGiven(each, given))));
    const base = { must: false, unconditional: false, denies, values: new Map<string, Known>() };
    let closest: readonly Term[] = [];
    let missing: Verdict['missing'];
    for (const path of paths) {
      const slots = path.map(({ layer, terms }) => ({ layer, terms: terms.filter((term) => !contradicted(term)) }));
      const gap = slots.find(({ terms }) => terms.length === 0);
      if (gap !== undefined) {
        missing ??= gap.layer;
        const there = slots.flatMap(({ terms }) => terms.slice(0, 1));
        if (there.length > closest.length) closest = there;
        continue;
      }
      for (const { terms, region } of this.choices(
        slots.map((slot) => slot.terms),
        certain,
      )) {
        closest = terms;
        const found = this.beside(region, terms, applying, [], certain);
        if (found === 'none') continue;
        if (found !== 'unknown') sampled.sample ??= found;
        return { ...base, may: true, allows: terms };
      }
    }
    if (this.left <= 0) return { ...base, may: true, allows: closest };
    const explicit = closest.length > 0 && missing === undefined ? applying[0] : undefined;
    return {
      ...base,
      may: false,
      allows: closest,
      ...(explicit === undefined ? { missing: missing ?? 'identity' } : { explicit }),
    };
  }

  /** One Allow of each list, and the requests to which all of them apply. */
  private *choices(
    lists: readonly (readonly Term[])[],
    certain: boolean,
  ): Generator<{ readonly terms: readonly Term[]; readonly region: Region }> {
    const walk = function* (
      self: PlaceSearch,
      at: number,
      terms: readonly Term[],
      region: Region,
    ): Generator<{ readonly terms: readonly Term[]; readonly region: Region }> {
      if (at === lists.length) {
        yield { terms, region };
        return;
      }
      for (const term of lists[at]) {
        const parts = term.statement === undefined ? [region] : partsOf(region, term.statement, certain);
        for (const part of parts) {
          self.left -= 1;
          if (self.left <= 0) return;
          yield* walk(self, at + 1, [...terms, term], part);
        }
      }
    };
    yield* walk(this, 0, [], this.place.region);
  }

  /** A request of the region that no Deny hits. `handled` are those whose conditions are to fail. */
  private beside(
    region: Region,
    terms: readonly Term[],
    denies: readonly Term[],
    handled: readonly Term[],
    certain: boolean,
  ): Sample | 'none' | 'unknown' {
    this.left -= 1;
    if (this.left <= 0) return 'unknown';
    const sample = sampleOf(region, { certain });
    if (sample === 'none' || sample === 'unknown') return sample;
    if (!this.solvable(terms, handled, certain)) return 'none';
    const form = canonical(sample.resource);
    const hit = denies.find((each) => !handled.includes(each) && this.applies(each, sample, form, certain));
    if (hit === undefined) return sample;
    const ways: (() => Sample | 'none' | 'unknown')[] = [];
    if (hit.open.length > 0) ways.push(() => this.beside(region, terms, denies, [...handled, hit], certain));
    if (hit.statement !== undefined) {
      for (const part of outsideOf(region, hit.statement, certain)) {
        ways.push(() => this.beside(part, terms, denies, handled, certain));
      }
    }
    let result: 'none' | 'unknown' = 'none';
    for (const way of ways) {
      const found = way();
      if (found !== 'none' && found !== 'unknown') return found;
      if (found === 'unknown') result = found;
    }
    return result;
  }

  private applies({ compiled }: Term, { action, resource }: Sample, form: string, certain: boolean): boolean {
    if (compiled === undefined) return certain;
    const found = [compiled.matchesAction(action.toLowerCase()), compiled.matchesResource(resource, form, this.lookup)];
    return certain ? !found.includes('no') : found.every((tri) => tri === 'yes');
  }

  private solvable(terms: readonly Term[], failing: readonly Term[], certain: boolean): boolean {
    const hold = terms.flatMap(({ open }) => open);
    if (hold.length === 0 && failing.length === 0) return true;
    const found = solve({ hold, oneFails: failing.map(({ open }) => open) }, this.lookup, certain);
    return found.kind === 'found' || (found.kind === 'unknown' && !certain);
  }
}

/** Whether a statement is there for sure. */
function isGiven({ guards }: Term, given: readonly Guard[]): boolean {
  return guards.every((each) => given.some((one) => one.condition === each.condition && one.holds === each.holds));
}

/** Whether a statement may concern some request of the region. */
function meets(region: Region, statement: NonNullable<Term['statement']>): boolean {
  if (!statement.actions.negated) {
    const [first] = region.actions;
    if (!statement.actions.patterns.some((each) => actionMayMatch(each, first ?? '*'))) return false;
  }
  return partsOf(region, statement, false).length > 0;
}
