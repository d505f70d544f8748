import type { Step } from '../match/automaton';

/** A segment of a path template. */
export type Segment =
  | { readonly kind: 'literal'; readonly text: string }
  | { readonly kind: 'parameter' }
  | { readonly kind: 'greedy' };

/** The segment of a path that ends with a slash. */
export const EMPTY = '';
const SEGMENT = /^[\w.:~-]+$/;
const PARAMETER = /^\{[\w.:-]+(\+)?\}$/;
/** The lower, the more literal. */
const RANK = { literal: 0, parameter: 1, greedy: 2 };

/** The segments of `/orders/{id}`, or in words why it is no path template. The root has one empty segment. */
export function parseTemplate(path: string): readonly Segment[] | string {
  if (!path.startsWith('/')) return 'it does not start with `/`';
  if (path === '/') return [{ kind: 'literal', text: EMPTY }];
  const parts = path.slice(1).split('/');
  const segments: Segment[] = [];
  for (const [index, part] of parts.entries()) {
    const parameter = PARAMETER.exec(part);
    if (part === '') return index === parts.length - 1 ? 'it ends with `/`' : 'it has an empty segment';
    if (parameter === null && !SEGMENT.test(part)) return `\`${part}\` is neither a literal segment nor one parameter`;
    if (parameter?.[1] === '+' && index < parts.length - 1)
      return `\`${part}\` takes all that follows, but is not last`;
    segments.push(
      parameter === null ? { kind: 'literal', text: part } : { kind: parameter[1] === '+' ? 'greedy' : 'parameter' },
    );
  }
  return segments;
}

/** How two templates that can serve the same path relate; `apart` where no path is served by both. */
export type Relation = 'apart' | 'same' | 'first' | 'second' | 'neither';

/** Which of two templates of one method is the more literal, and so serves what both match. */
export function moreLiteral(a: readonly Segment[], b: readonly Segment[]): Relation {
  let first = false;
  let second = false;
  for (let index = 0; index < Math.max(a.length, b.length); index += 1) {
    const one = a[index] ?? behind(a);
    const other = b[index] ?? behind(b);
    if (one === undefined || other === undefined) return 'apart';
    if (one.kind === 'literal' && other.kind === 'literal' && one.text !== other.text) return 'apart';
    // Only `/` has an empty segment, and no parameter is empty.
    if (isEmpty(one) !== isEmpty(other)) return 'apart';
    first ||= RANK[one.kind] < RANK[other.kind];
    second ||= RANK[other.kind] < RANK[one.kind];
  }
  if (first && second) return 'neither';
  return first ? 'first' : second ? 'second' : a.length === b.length ? 'same' : 'neither';
}

/** What a template asks for behind its last segment. */
function behind(segments: readonly Segment[]): Segment | undefined {
  const last = segments.at(-1);
  return last?.kind === 'greedy' ? last : undefined;
}

function isEmpty(segment: Segment): boolean {
  return segment.kind === 'literal' && segment.text === EMPTY;
}

/** Whether it is the template `/`. */
export function isRoot(segments: readonly Segment[]): boolean {
  return isEmpty(segments[0]);
}

const NOT_EMPTY: Step['accepts'] = (symbol) => symbol !== EMPTY;

/** The steps, segment by segment, of the requests that a template matches. */
export function templateSteps(segments: readonly Segment[]): readonly Step[] {
  return segments.flatMap((segment): readonly Step[] => {
    if (segment.kind === 'literal') return [literalStep(segment.text)];
    const one: Step = { accepts: NOT_EMPTY, many: false };
    return segment.kind === 'greedy' ? [one, { accepts: () => true, many: true }] : [one];
  });
}

export function literalStep(text: string): Step {
  return { accepts: (symbol) => symbol === text, many: false, literal: text };
}

/** The pattern of a template in an IAM resource, without stage and method: `orders/*`. */
export function templatePattern(segments: readonly Segment[]): string {
  return segments.map((segment) => (segment.kind === 'literal' ? segment.text : '*')).join('/');
}
