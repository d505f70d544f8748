import type { PolicyText } from '../../model/policy';
import { isText } from '../../model/value';
import { intersects, patternOf } from '../match/pattern';
import { TextPattern, canMeet, canonical, isExact } from '../match/symbolic';
import type { Target } from './target';

/** The end of a name that CloudFormation makes up. */
const GENERATED = /-[A-Za-z0-9]{8,}$/;
const HOLE = '\u0001';
/** A name without a wildcard, a variable, or a symbol. */
const NAMED_LOG_GROUP = /:log-group:([\w./#-]+)(?::[^/]*)?$/;

/**
 * Which targets a pattern of a policy may name, without asking each. Errs on more: `decide` has the last word.
 * A pattern that names one thing takes constant time; one with wildcards is compared with each target once.
 */
export class TargetIndex {
  private readonly forms: readonly string[];
  private readonly byForm = new Map<string, number[]>();
  /** Of targets whose name is known, by the last part of it. */
  private readonly byTail = new Map<string, number[]>();
  /** Targets of which the last part is not known, or that are patterns themselves. */
  private readonly open: number[] = [];
  private readonly patterned: number[] = [];
  /** Targets of which a part of the name is known, such as a role of the CDK bootstrap. */
  private readonly partly: number[] = [];
  private readonly known = new Map<string, readonly Target[]>();

  constructor(readonly targets: readonly Target[]) {
    this.forms = targets.map(({ arn }) => canonical(arn));
    targets.forEach(({ arn }, index) => {
      const form = this.forms[index];
      push(this.byForm, form, index);
      const tail = tailOf(form);
      if (!isExact(arn)) this.patterned.push(index);
      else if (endsWithName(arn) && /[/:]\u0001[^\u0002]*\u0002$/.test(form)) this.open.push(index);
      else if (tail.includes(HOLE)) this.partly.push(index);
      else push(this.byTail, tail, index);
    });
  }

  matching(pattern: PolicyText): readonly Target[] {
    if (pattern === '*') return this.targets;
    const form = canonical(pattern);
    let found = this.known.get(form);
    if (found === undefined) this.known.set(form, (found = this.find(pattern, form)));
    return found;
  }

  private find(pattern: PolicyText, form: string): readonly Target[] {
    if (!isExact(pattern)) return this.among(pattern, this.targets.keys());
    const same = this.byForm.get(form);
    // Names of resources are unique: what names one names no other.
    if (same !== undefined && isText(pattern)) return same.map((index) => this.targets[index]);
    if (endsWithName(pattern)) return this.among(pattern, this.patterned);
    const tail = tailOf(form);
    if (tail.includes(HOLE)) return this.among(pattern, this.targets.keys());
    const candidates = [...(this.byTail.get(tail) ?? []), ...this.patterned, ...this.partly];
    return this.among(pattern, GENERATED.test(tail) ? [...candidates, ...this.open] : candidates);
  }

  private among(pattern: PolicyText, indices: Iterable<number>): readonly Target[] {
    const compared = new TextPattern(pattern);
    const found: Target[] = [];
    for (const index of indices) {
      const { arn, names } = this.targets[index];
      if (isOfOtherName(pattern, this.targets[index])) continue;
      const mayMatch = !isExact(arn) || compared.mayMatch(arn, this.forms[index], 'resource');
      // Of a name that is known in part, that part must be there.
      const isWhole = isExact(arn) && !this.partly.includes(index);
      if (!mayMatch || !(isWhole || canMeet(pattern, arn))) continue;
      if (names?.some((each) => intersects(each, patternOf(pattern))) !== false) found.push(this.targets[index]);
    }
    return found;
  }
}

/** Whether the end of a text is the name that CloudFormation makes up for a resource of the templates. */
function endsWithName(pattern: PolicyText): boolean {
  if (!isText(pattern)) return false;
  const last = pattern.parts.at(-1);
  return typeof last === 'object' && last.shape === 'segment' && last.source === last.resource;
}

/**
 * Whether a log group, whose ARN ends in `:*`, has a name that CloudFormation makes up, and the pattern writes out one that
 * it would not make up.
 */
function isOfOtherName(pattern: PolicyText, { id, arn }: Target): boolean {
  const [hole, end] = isText(arn) ? arn.parts.slice(-2) : [];
  if (end !== ':*' || typeof hole !== 'object' || hole.source !== id || hole.resource !== id) return false;
  const name = NAMED_LOG_GROUP.exec(canonical(pattern))?.[1];
  return name !== undefined && !GENERATED.test(name);
}

/** What follows the last `/` or `:` outside of holes; a hole there makes it open. */
function tailOf(form: string): string {
  const end = form.lastIndexOf('\u0002');
  const at = Math.max(form.lastIndexOf('/'), form.lastIndexOf(':'));
  return end > at ? HOLE : form.slice(at + 1);
}

function push(map: Map<string, number[]>, key: string, index: number): void {
  const list = map.get(key);
  if (list === undefined) map.set(key, [index]);
  else list.push(index);
}
