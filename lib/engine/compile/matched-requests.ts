import { isRoot, templatePattern } from './endpoint-template';
import { candidates } from './merge-patterns';
import { parseSuffix, requestClasses } from './request-classes';
import type { RequestClass, Served, SuffixPattern } from './request-classes';

/** The patterns that policies of an API are made of, and the classes of requests that each of them matches. */
export interface MatchedRequests {
  readonly classes: readonly RequestClass[];
  /** For each endpoint, the pattern of its requests. */
  readonly own: readonly string[];
  /** Patterns that may stand for several of `own`. */
  readonly wider: readonly string[];
  /** The patterns that match a class. */
  readonly matching: (requests: RequestClass) => readonly string[];
  /** The classes that a pattern matches, by their place. */
  readonly matchedBy: (pattern: string) => ReadonlySet<number>;
  /** The pattern by which a class is denied: as narrow as can be. */
  readonly denyOf: (requests: RequestClass) => string;
}

const NONE: ReadonlySet<number> = new Set();

/** `undefined` where there are too many classes. */
export function matchedRequests(
  stage: string,
  served: readonly Served[],
  { merged }: { readonly merged: boolean },
): MatchedRequests | undefined {
  const own = served.map(({ method, segments }) => `${stage}/${method}/${templatePattern(segments)}`);
  const trailing = served.map(({ segments }, index) => (isRoot(segments) ? own[index] : `${own[index]}/`));
  const wider = merged ? candidates(own) : [];
  const names = [...new Set([...own, ...trailing, ...emptySegments(stage, served), ...wider])];
  const places = new Map(names.map((name, index) => [name, index]));
  const classes = requestClasses(
    served,
    names.map((name) => parseSuffix(name) as SuffixPattern),
    stage,
  );
  if (classes === undefined) return undefined;
  const matchedBy = names.map(() => new Set<number>());
  classes.forEach(({ patterns }, at) => {
    for (const pattern of patterns) matchedBy[pattern].add(at);
  });
  return {
    classes,
    own,
    wider,
    matching: ({ patterns }) => patterns.map((at) => names[at]),
    matchedBy: (pattern) => matchedBy[places.get(pattern) ?? -1] ?? NONE,
    denyOf({ server, plain, patterns }) {
      if (plain) return own[server];
      const fits = (name: string): boolean => patterns.includes(places.get(name) ?? -1);
      return [trailing[server], ...emptySegments(stage, served)].find(fits) ?? own[server];
    },
  };
}

/** Paths with an empty segment that is not the last, which greedy templates take: nobody needs them. */
function emptySegments(stage: string, served: readonly Served[]): readonly string[] {
  const greedy = served.filter(({ segments }) => segments.at(-1)?.kind === 'greedy');
  return [...new Set(greedy.map(({ method }) => method))].flatMap((method) => [
    `${stage}/${method}//*`,
    `${stage}/${method}/*//*`,
    `${stage}/${method}/*/`,
  ]);
}
