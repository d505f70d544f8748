import type { Condition, PolicyText } from '../../model/policy';
import { isUnknown } from '../../model/value';
import { patternOf, witness } from '../match/pattern';
import type { Pattern } from '../match/pattern';
import { canonical, exactPattern, isExact } from '../match/symbolic';
import { OPERATORS, numberOf } from './compare';
import type { Operator } from './compare';
import { dateOf, secondsOf } from './dates';
import { addressOf, ipRangeOf } from './ip-ranges';
import { ABSENT_KEY, known } from './known';
import type { Known, Lookup } from './known';
import { fillVariables, hasVariables, unescaped } from './variables';

/** Values of one key, one of each sort that the conditions on it tell apart. */
export interface Representatives {
  readonly values: readonly Known[];
  /** Whether every sort is there: where none of the values does, no value does. */
  readonly complete: boolean;
}

/** Keys that every request has. */
const ALWAYS = new Set([
  'aws:currenttime',
  'aws:epochtime',
  'aws:securetransport',
  'aws:requestedregion',
  'aws:viaawsservice',
]);
/** Keys that may have several values even where a policy asks for them as for one. */
const SEVERAL =
  /^(aws:tagkeys|aws:calledvia|aws:(principal|source|resource|vpce)orgpaths|dynamodb:(attributes|leadingkeys)|kms:(grantoperations|encryptioncontextkeys|recipient.*)|.*:amr|saml:.*)$/;
/** Past this many, not every set of values, or every combination of wildcards, is looked at. */
const MOST = 5;

/** `lookup` fills in policy variables; where there are none, the answer is the same for every request. */
export function representativesOf(key: string, conditions: readonly Condition[], lookup: Lookup): Representatives {
  if (conditions.some(({ values }) => values.some(hasVariables))) return find(key, conditions, lookup);
  const id = `${conditions.map(numberOfCondition).join()} ${key}`;
  let found = answers.get(id);
  if (found === undefined) {
    if (answers.size >= MOST_KEPT) answers.clear();
    answers.set(id, (found = find(key, conditions, lookup)));
  }
  return found;
}

const MOST_KEPT = 2_000;
const answers = new Map<string, Representatives>();
const numbersOfConditions = new WeakMap<Condition, number>();
let conditionsMet = 0;

function numberOfCondition(condition: Condition): number {
  let found = numbersOfConditions.get(condition);
  if (found === undefined) numbersOfConditions.set(condition, (found = conditionsMet += 1));
  return found;
}

function find(key: string, conditions: readonly Condition[], lookup: Lookup): Representatives {
  const sorts = new Sorts();
  for (const condition of conditions) sorts.add(condition, lookup);
  const { values, complete } = sorts.values();
  const several = conditions.some(({ qualifier }) => qualifier !== undefined);
  const sets = several ? setsOf(values) : values.map((value) => [value]);
  const present = sets.map((set) => known(...set));
  return {
    values: ALWAYS.has(key) ? present : [...present, ABSENT_KEY],
    complete: complete && (several ? values.length <= MOST : !SEVERAL.test(key)),
  };
}

function setsOf(values: readonly PolicyText[]): readonly (readonly PolicyText[])[] {
  if (values.length <= MOST) {
    return Array.from({ length: 2 ** values.length - 1 }, (_, index) =>
      values.filter((_, place) => (((index + 1) >> place) & 1) === 1),
    );
  }
  return [...values.map((value) => [value]), values];
}

/** Collects what the conditions compare a key with. */
class Sorts {
  private readonly texts = new Map<string, PolicyText>();
  private readonly folded = new Set<string>();
  private readonly patterns = new Map<string, Pattern>();
  private readonly numbers = new Set<number>();
  private readonly dates = new Set<number>();
  private readonly addresses = new Map<string, string>();
  private epoch = false;
  private bool = false;
  private readonly families = new Set<Operator['family']>();

  add({ operator: name, values }: Condition, lookup: Lookup): void {
    if (name === 'Null' || !Object.hasOwn(OPERATORS, name)) return;
    const { family } = OPERATORS[name];
    this.families.add(family === 'binary' ? 'string' : family);
    for (const value of values) {
      const filled = fillVariables(value, lookup);
      if (filled === 'absent' || filled === 'open' || isUnknown(filled.text)) continue;
      const plain = unescaped(filled.text);
      if ((family === 'like' || family === 'arn') && !isExact(filled.text)) {
        const segments = family === 'arn' ? 5 : 0;
        this.patterns.set(`${segments} ${canonical(filled.text)}`, patternOf(filled.text, { segments }));
      } else if (EXACT.has(family) || typeof plain !== 'string') {
        this.texts.set(canonical(plain), plain);
      } else if (family === 'ignore-case') {
        this.folded.add(plain.toLowerCase());
      } else this.addLiteral(family, plain);
    }
  }

  private addLiteral(family: Operator['family'], value: string): void {
    if (family === 'numeric') {
      const number = numberOf(value);
      if (number !== undefined) this.numbers.add(number);
    } else if (family === 'date') {
      const seconds = secondsOf(value);
      if (seconds === undefined) return;
      this.dates.add(seconds);
      this.epoch ||= /^\d+$/.test(value);
    } else if (family === 'bool') this.bool = true;
    else if (family === 'ip') {
      const range = ipRangeOf(value);
      if (range === undefined) return;
      for (const at of [range.first, range.last, range.first - 1n, range.last + 1n]) {
        const address = addressOf(range.bits, at);
        if (address !== undefined) this.addresses.set(`${range.bits} ${at}`, address);
      }
    }
  }

  values(): { readonly values: readonly PolicyText[]; readonly complete: boolean } {
    const texts = this.textsApart();
    const values: PolicyText[] = [
      ...texts.values,
      ...(this.bool || this.families.has('bool') ? ['true', 'false'] : []),
      ...between(this.numbers).map(String),
      ...between(this.dates).map((seconds) => (this.epoch ? String(Math.floor(seconds)) : dateOf(seconds))),
      ...this.addresses.values(),
    ];
    const textual = [...this.families].filter((family) => TEXTUAL.has(family)).length > 0 ? 1 : 0;
    const others = [...this.families].filter((family) => !TEXTUAL.has(family)).length;
    const unique = new Map(values.map((value) => [canonical(value), value]));
    return {
      values: unique.size === 0 ? ['value'] : [...unique.values()],
      complete: textual + others <= 1 && texts.complete,
    };
  }

  /** Each literal; a text for each combination of patterns; one that nothing names. */
  private textsApart(): { readonly values: readonly PolicyText[]; readonly complete: boolean } {
    if (![...this.families].some((family) => TEXTUAL.has(family))) return { values: [], complete: true };
    const literals = [...this.texts.values()];
    const folded = [...this.folded].flatMap((value) => [value, value.toUpperCase(), mixedCase(value)]);
    const literalPatterns = [...literals, ...folded].map((value) => exactPattern(value));
    const patterns = [...this.patterns.values()];
    const some = patterns.length <= MOST;
    const combinations = some
      ? Array.from({ length: 2 ** patterns.length }, (_, bits) => bits)
      : [0, ...patterns.map((_, place) => 1 << place)];
    let complete = some && !(this.folded.size > 0 && patterns.length > 0);
    const found: PolicyText[] = [];
    for (const bits of combinations) {
      const all = patterns.filter((_, place) => ((bits >> place) & 1) === 1);
      const none = some ? patterns.filter((_, place) => ((bits >> place) & 1) === 0) : [];
      const search = witness(
        { all: all.length === 0 ? [ANY] : all, none: [...none, ...literalPatterns] },
        { budget: 4000 },
      );
      if (search.kind === 'found') found.push(search.text);
      else if (search.kind === 'unknown') complete = false;
    }
    return { values: [...literals, ...folded, ...found], complete };
  }
}

/** Families of which a value without wildcards is equal to itself alone. */
const EXACT = new Set<Operator['family']>(['string', 'binary', 'like', 'arn']);
const TEXTUAL = new Set<Operator['family']>(['string', 'ignore-case', 'like', 'arn', 'binary']);
/** At least one character: an empty value reads badly, and no key has one. */
const ANY = patternOf('?*');

function mixedCase(value: string): string {
  return value.slice(0, 1).toUpperCase() + value.slice(1).toLowerCase();
}

/** The numbers, one between each two, one below and one above. */
function between(numbers: ReadonlySet<number>): readonly number[] {
  const sorted = [...numbers].sort((a, b) => a - b);
  if (sorted.length === 0) return [];
  const found = [...sorted, sorted[0] - 1, sorted[sorted.length - 1] + 1];
  for (let index = 1; index < sorted.length; index += 1) found.push((sorted[index - 1] + sorted[index]) / 2);
  return found;
}
