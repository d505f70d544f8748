import { DEAD, Machine } from '../match/automaton';
import type { Step } from '../match/automaton';
import { EMPTY, isRoot, literalStep, moreLiteral, templateSteps } from './endpoint-template';
import type { Segment } from './endpoint-template';

/** An endpoint with its template read. */
export interface Served {
  readonly method: string;
  readonly segments: readonly Segment[];
}

/** Requests that are served by the same endpoint and matched by the same patterns. */
export interface RequestClass {
  /** Which endpoint serves them. */
  readonly server: number;
  /** Which patterns match them. */
  readonly patterns: readonly number[];
  /** A shortest of them: `GET /orders/x/refunds`. */
  readonly example: string;
  /**
   * `false` where a segment is empty, as behind a trailing slash. API Gateway serves `/orders/` by `/orders` but
   * authorizes it under its own name: it must be kept from who is no caller, but nobody needs it.
   */
  readonly plain: boolean;
}

/** A resource pattern taken apart; `*` stands in for the whole of a segment and spans any number of them. */
export interface SuffixPattern {
  /** `undefined` in the pattern `*`, which matches everything. */
  readonly parts?: { readonly stage: string; readonly method: string; readonly path: readonly string[] };
}

/** Reads `prod/GET/orders/*`; `undefined` where a wildcard is not a whole segment of the path, or stands before it. */
export function parseSuffix(pattern: string): SuffixPattern | undefined {
  if (pattern === '*') return {};
  const [stage, method, ...path] = pattern.split('/');
  if (path.length === 0 || [stage, method].some((part) => /[*?]/.test(part))) return undefined;
  if (path.some((part) => part !== '*' && /[*?]/.test(part))) return undefined;
  return { parts: { stage, method, path } };
}

const MOST_STATES = 100_000;

/**
 * All requests that the endpoints serve, as finitely many classes: exact, not sampled. Literal parts of patterns are
 * whole segments, so segments that no template and no pattern names behave alike, and one stands for all.
 * `undefined` where there are too many classes.
 */
export function requestClasses(
  endpoints: readonly Served[],
  patterns: readonly SuffixPattern[],
  stage: string,
): readonly RequestClass[] | undefined {
  const found: RequestClass[] = [];
  for (const method of new Set(endpoints.map((endpoint) => endpoint.method))) {
    const classes = classesOf(method, endpoints, patterns, stage);
    if (classes === undefined) return undefined;
    found.push(...classes);
  }
  return found;
}

function classesOf(
  method: string,
  endpoints: readonly Served[],
  patterns: readonly SuffixPattern[],
  stage: string,
): readonly RequestClass[] | undefined {
  const servers = endpoints.flatMap((endpoint, index) => (endpoint.method === method ? [index] : []));
  const relevant = patterns.flatMap(({ parts }, index) =>
    parts === undefined || (parts.method === method && parts.stage === stage) ? [index] : [],
  );
  const templates = servers.map((index) => templateSteps(endpoints[index].segments));
  const slashed = servers.filter((index) => !isRoot(endpoints[index].segments));
  const trailing = slashed.map((index) => [...templateSteps(endpoints[index].segments), literalStep(EMPTY)]);
  const sequences = [...servers, ...slashed];
  const globs = relevant.map((index) => patternSteps(patterns[index]));

  const literals = new Set([...templates, ...globs].flatMap((steps) => steps.flatMap((step) => step.literal ?? [])));
  const fresh = ['x', 'y', 'other', 'another'].find((each) => !literals.has(each)) ?? `other-${literals.size}`;
  const alphabet = [...new Set([fresh, EMPTY, ...literals])];
  const places = new Map(alphabet.map((symbol, index) => [symbol, index]));
  const serving = new Machine(
    [...templates, ...trailing].map((steps) => ({ steps })),
    alphabet,
  );
  const matching = new Machine(
    globs.map((steps) => ({ steps })),
    alphabet,
  );

  const states = [{ serving: serving.start, matching: matching.start, plain: true, path: [] as readonly string[] }];
  const seen = new Set<string>();
  const classes = new Map<string, RequestClass>();
  for (let index = 0; index < states.length; index += 1) {
    if (index >= MOST_STATES) return undefined;
    const at = states[index];
    const accepted = serving.accepted(at.serving).map((which) => sequences[which]);
    if (accepted.length > 0) {
      const server = mostLiteral(accepted, endpoints);
      const patterns = matching.accepted(at.matching).map((which) => relevant[which]);
      const key = `${server} ${at.plain} ${patterns.join()}`;
      if (!classes.has(key)) {
        classes.set(key, { server, patterns, example: `${method} /${at.path.join('/')}`, plain: at.plain });
      }
    }
    // Where no template takes a segment that nobody names, what patterns name leads nowhere either.
    const isOpen = serving.next(at.serving, places.get(fresh) as number) !== DEAD;
    const named = isOpen ? matching.literals(at.matching) : [];
    for (const symbol of [fresh, EMPTY, ...serving.literals(at.serving), ...named]) {
      const place = places.get(symbol) as number;
      const served = serving.next(at.serving, place);
      if (served === DEAD) continue;
      const next = {
        serving: served,
        matching: matching.next(at.matching, place),
        plain: at.plain && (symbol !== EMPTY || at.path.length === 0),
        path: [...at.path, symbol],
      };
      const key = `${next.serving} ${next.matching} ${next.plain}`;
      if (seen.has(key)) continue;
      seen.add(key);
      states.push(next);
    }
  }
  return [...classes.values()];
}

/** A `*` behind a slash spans at least one segment, be it an empty one. */
function patternSteps({ parts }: SuffixPattern): readonly Step[] {
  const any: Step = { accepts: () => true, many: true };
  if (parts === undefined) return [any];
  return parts.path.flatMap((part) =>
    part === '*' ? [{ accepts: () => true, many: false }, any] : [literalStep(part)],
  );
}

/** The matrix was checked: of endpoints that match the same request one is the most literal. */
function mostLiteral(accepted: readonly number[], endpoints: readonly Served[]): number {
  return accepted.reduce((best, each) =>
    moreLiteral(endpoints[each].segments, endpoints[best].segments) === 'first' ? each : best,
  );
}
