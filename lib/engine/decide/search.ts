import type { World } from '../world/world';
import type { Guard, Statement } from '../../model/policy';
import type { Known, Lookup } from '../conditions/known';
import { solve } from '../conditions/solve';
import { fillVariables, hasVariables } from '../conditions/variables';
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
import { realSamples } from './real-pairs';
import { isRegionKey } from './requested-region';
import { outsideOf, partsOf, sampleOf } from './region';
import type { Region, Sample } from './region';
import { placesOf } from './places';
import type { Place } from './places';
import type { Term } from './term';
import type { Verdict } from './verdict';

/** Regions that are looked at for one target before the answer is that it may be. */
const BUDGET = 600;
/** How many requests of one region are tried, and how many are decided for one target. */
const MOST_SAMPLES = 4;
const MOST_CONFIRMED = 60;

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
  private readonly filled = new Map<Statement, Statement>();
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
    const allows = (same: boolean): readonly Path[] =>
      pathsOf(gathered.allows, caller, place.target, same, question.action).map((path) =>
        path.map(({ layer, terms }) => ({ layer, terms: inOrder(terms) })),
      );
    const denies = inOrder(gathered.denies);
    const whole = this.deniedWhole(allows, denies);
    if (whole !== undefined) return whole;
    return (
      this.certainly(allows, denies) ??
      withoutProof(
        answer(question, caller, place.target, lookup, denies, allows, (paths, each, _, given) =>
          this.search(paths, each, given),
        ),
      )
    );
  }

  /** Where one Deny is about every request of the region, whatever its keys are. */
  private deniedWhole(allows: (same: boolean) => readonly Path[], denies: readonly Term[]): Answer | undefined {
    const { action } = this.question;
    if (typeof action !== 'string' || /[*?]/.test(action)) return undefined;
    const given = this.caller.principal?.resource.guards ?? [];
    const explicit = denies.find(
      (each) => each.sure && each.open.length === 0 && isGiven(each, given) && isWhole(each, action),
    );
    if (explicit === undefined) return undefined;
    const closest = allows(true)[0]?.flatMap(({ terms }) => terms.slice(0, 1)) ?? [];
    const base = { may: false, must: false, unconditional: false, values: new Map<string, Known>() };
    return { verdict: { ...base, allows: closest, denies, explicit }, openTerms: [] };
  }

  /** A request that is allowed for sure: found among the statements that are sure, and decided once more as what it is. */
  private certainly(allows: (same: boolean) => readonly Path[], denies: readonly Term[]): Answer | undefined {
    if (this.place.target.unknown !== undefined) return undefined;
    const given = this.caller.principal?.resource.guards ?? [];
    const applying = denies.filter((each) => !isContradicted(each, given));
    this.left = BUDGET;
    const asked = new Set<string>();
    for (const same of [true, false]) {
      for (const path of allows(same)) {
        const sure = path.map(({ terms }) => terms.filter((term) => term.sure && !isContradicted(term, given)));
        for (const { terms, region } of this.choices(sure, true)) {
          for (const sample of this.free(region, terms, applying, [])) {
            const form = `${sample.action} ${canonical(sample.resource)}`;
            if (asked.has(form)) continue;
            asked.add(form);
            if (asked.size > MOST_CONFIRMED) return undefined;
            const found = decideLiteral(this.question, sample.action, sample.resource, this.caller, this.world);
            if (found.verdict.must) return found;
          }
        }
      }
    }
    return undefined;
  }

  /** Real requests of the region that no Deny may hit. `handled` are those whose conditions are to fail. */
  private *free(
    region: Region,
    terms: readonly Term[],
    denies: readonly Term[],
    handled: readonly Term[],
  ): Generator<Sample> {
    this.left -= priceOf(region);
    if (this.left <= 0) return;
    const values = this.solved(terms, handled, true);
    if (values === undefined) return;
    let hit: Term | undefined;
    let tried = 0;
    for (const sample of realSamples(region, this.caller, regionIn(values))) {
      const form = canonical(sample.resource);
      const by = denies.find((each) => !handled.includes(each) && this.applies(each, sample, form, true));
      if (by === undefined) yield sample;
      hit ??= by;
      tried += 1;
      if (tried >= MOST_SAMPLES) break;
    }
    if (hit === undefined) return;
    if (hit.open.length > 0) yield* this.free(region, terms, denies, [...handled, hit]);
    if (hit.statement !== undefined) {
      for (const part of outsideOf(region, this.settled(hit.statement), true)) {
        yield* this.free(part, terms, denies, handled);
      }
    }
  }

  private search(paths: readonly Path[], denies: readonly Term[], given: readonly Guard[]): Verdict {
    this.left = BUDGET;
    const applying = denies.filter((each) => !isContradicted(each, given) && each.sure && isGiven(each, given));
    const base = { must: false, unconditional: false, denies, values: new Map<string, Known>() };
    let closest: readonly Term[] = [];
    let missing: Verdict['missing'];
    for (const path of paths) {
      const slots = path.map(({ layer, terms }) => ({
        layer,
        terms: terms.filter((term) => !isContradicted(term, given)),
      }));
      const gap = slots.find(({ terms }) => terms.length === 0);
      if (gap !== undefined) {
        missing ??= gap.layer;
        const there = slots.flatMap(({ terms }) => terms.slice(0, 1));
        if (there.length > closest.length) closest = there;
        continue;
      }
      for (const { terms, region } of this.choices(
        slots.map((slot) => slot.terms),
        false,
      )) {
        closest = terms;
        if (this.beside(region, terms, applying, []) !== 'none') return { ...base, may: true, allows: terms };
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
        const parts = term.statement === undefined ? [region] : partsOf(region, self.settled(term.statement), certain);
        for (const part of parts) {
          self.left -= 1;
          if (self.left <= 0) return;
          yield* walk(self, at + 1, [...terms, term], part);
        }
      }
    };
    yield* walk(this, 0, [], this.place.region);
  }

  /** Whether there may be a request of the region that no Deny hits. `handled` are those whose conditions are to fail. */
  private beside(
    region: Region,
    terms: readonly Term[],
    denies: readonly Term[],
    handled: readonly Term[],
  ): 'found' | 'none' | 'unknown' {
    this.left -= priceOf(region);
    if (this.left <= 0) return 'unknown';
    const sample = sampleOf(region);
    if (sample === 'none' || sample === 'unknown') return sample;
    if (!this.solvable(terms, handled, false)) return 'none';
    const form = canonical(sample.resource);
    const hit = denies.find((each) => !handled.includes(each) && this.applies(each, sample, form, false));
    if (hit === undefined) return 'found';
    let result: 'none' | 'unknown' = 'none';
    const without = hit.open.length > 0 ? this.beside(region, terms, denies, [...handled, hit]) : 'none';
    if (without === 'found') return without;
    if (without === 'unknown') result = without;
    for (const part of hit.statement === undefined ? [] : outsideOf(region, this.settled(hit.statement), false)) {
      const found = this.beside(part, terms, denies, handled);
      if (found === 'found') return found;
      if (found === 'unknown') result = found;
    }
    return result;
  }

  /** A statement with the policy variables filled in whose values are known. */
  private settled(statement: Statement): Statement {
    const { resources } = statement;
    if (resources === undefined || !resources.patterns.some(hasVariables)) return statement;
    let known = this.filled.get(statement);
    if (known === undefined) {
      const patterns = resources.patterns.map((each) => {
        const filled = fillVariables(each, this.lookup);
        return typeof filled === 'string' ? each : filled.text;
      });
      known = { ...statement, resources: { ...resources, patterns } };
      this.filled.set(statement, known);
    }
    return known;
  }

  private applies({ compiled }: Term, { action, resource }: Sample, form: string, certain: boolean): boolean {
    if (compiled === undefined) return certain;
    const found = [compiled.matchesAction(action.toLowerCase()), compiled.matchesResource(resource, form, this.lookup)];
    return certain ? !found.includes('no') : found.every((tri) => tri === 'yes');
  }

  private solvable(terms: readonly Term[], failing: readonly Term[], certain: boolean): boolean {
    return this.solved(terms, failing, certain) !== undefined;
  }

  private solved(
    terms: readonly Term[],
    failing: readonly Term[],
    certain: boolean,
  ): ReadonlyMap<string, Known> | undefined {
    const hold = terms.flatMap(({ open }) => open);
    if (hold.length === 0 && failing.length === 0) return NO_VALUES;
    const found = solve({ hold, oneFails: failing.map(({ open }) => open) }, this.lookup, certain);
    if (found.kind === 'found') return found.values;
    return found.kind === 'unknown' && !certain ? NO_VALUES : undefined;
  }
}

const NO_VALUES: ReadonlyMap<string, Known> = new Map();

/** The region to which the request must go, and in which its resource has to be. */
function regionIn(values: ReadonlyMap<string, Known>): string | undefined {
  for (const [key, value] of values) {
    if (!isRegionKey(key) || value.state !== 'known') continue;
    const [region] = value.values;
    if (typeof region === 'string') return region;
  }
  return undefined;
}

/** Every pattern that is kept out multiplies the states of a search. */
function priceOf({ notResources }: Region): number {
  return 1 + notResources.length ** 2;
}

/** Without a request that was decided, nothing is for sure. */
function withoutProof(found: Answer): Answer {
  return found.verdict.may ? { ...found, verdict: notSure(found.verdict) } : found;
}

/** By what they say, so that the order in which policies were written decides nothing. */
function inOrder(terms: readonly Term[]): readonly Term[] {
  if (terms.length < 2) return terms;
  return terms
    .map((term) => ({ term, key: textOf(term) }))
    .sort((a, b) => (a.key < b.key ? -1 : Number(a.key > b.key)))
    .map(({ term }) => term);
}

const texts = new WeakMap<Statement, string>();

function textOf({ statement, unknown: cause }: Term): string {
  if (statement === undefined) return cause?.detail ?? '';
  let found = texts.get(statement);
  if (found === undefined) {
    const { index: _, sid: __, ...said } = statement;
    texts.set(statement, (found = JSON.stringify(said)));
  }
  return found;
}

/** Whether a statement is about an action on every resource. */
function isWhole({ compiled, statement }: Term, action: string): boolean {
  const resources = statement?.resources;
  const isEvery = resources === undefined || (!resources.negated && resources.patterns.includes('*'));
  return compiled !== undefined && isEvery && compiled.matchesAction(action.toLowerCase()) === 'yes';
}

/** Whether a statement is not there where the caller is. */
function isContradicted({ guards }: Term, given: readonly Guard[]): boolean {
  return guards.some((each) => given.some((one) => one.condition === each.condition && one.holds !== each.holds));
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
