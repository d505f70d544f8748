import type { PolicyText } from '../../model/policy';
import { TextPattern, canonical, isExact } from './symbolic';
import type { Tri } from './symbolic';

/** Several patterns of resources, compared at once with a text that names one thing. */
export class ResourcePatterns {
  /** Those without wildcards, by what stands up to their last hole: what follows is literal. */
  private readonly exact = new Map<string, { readonly tails: Set<string>; readonly patterns: TextPattern[] }>();
  private readonly others: readonly TextPattern[];

  constructor(sources: readonly PolicyText[]) {
    const others: TextPattern[] = [];
    for (const source of sources) {
      const pattern = new TextPattern(source);
      if (!isExact(source)) {
        others.push(pattern);
        continue;
      }
      const [head, tail] = headAndTail(canonical(source));
      const group = this.exact.get(head);
      if (group === undefined) this.exact.set(head, { tails: new Set([tail]), patterns: [pattern] });
      else {
        group.tails.add(tail);
        group.patterns.push(pattern);
      }
    }
    this.others = others;
  }

  match(text: PolicyText, form: string): Tri {
    let found: Tri = 'no';
    if (this.exact.size > 0) {
      const [head, tail] = headAndTail(form);
      for (const [known, { tails, patterns }] of this.exact) {
        const tri = known === head ? (tails.has(tail) ? 'yes' : 'no') : anyMatch(patterns, text, form);
        if (tri === 'yes') return tri;
        if (tri === 'maybe') found = tri;
      }
    }
    const tri = anyMatch(this.others, text, form);
    return tri === 'no' ? found : tri;
  }
}

function anyMatch(patterns: readonly TextPattern[], text: PolicyText, form: string): Tri {
  let found: Tri = 'no';
  for (const pattern of patterns) {
    const tri = pattern.match(text, form, 'resource');
    if (tri === 'yes') return tri;
    if (tri === 'maybe') found = tri;
  }
  return found;
}

/** A name that AWS makes up, at the end of a text. */
const NAME_AT_END =
  /\u0001([^\u0001\u0002]+)\u0001([^\u0001\u0002]*)\u0001(segment|physical-id)\u0001[^\u0001\u0002]*\u0002$/;

/**
 * Where texts with the same head differ in their tail, they are different texts: the tail is literal, or it is the name
 * of a resource, which no other resource has.
 */
function headAndTail(form: string): readonly [head: string, tail: string] {
  if (last[0] !== form) {
    const name = form.endsWith('\u0002') ? NAME_AT_END.exec(form) : null;
    const at = name === null ? form.lastIndexOf('\u0002') + 1 : name.index;
    const sort = name === null ? '' : `\u0007${name[2]}\u0007${name[3]}`;
    last = [form, [form.slice(0, at) + sort, name === null ? form.slice(at) : name[1]]];
  }
  return last[1];
}

/** The same text is asked about many times in a row. */
let last: readonly [form: string, split: readonly [head: string, tail: string]] = ['', ['', '']];
