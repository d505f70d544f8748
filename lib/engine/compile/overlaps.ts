import { matches } from '../match/glob';
import { checkMatrix } from './check-matrix';
import { parseTemplate, templatePattern } from './endpoint-template';
import { matchedRequests } from './matched-requests';
import type { AccessMatrix } from './matrix';

/** The pattern of an endpoint, and the other endpoints that it also reaches, by their place. */
export interface Overlap {
  readonly pattern: string;
  readonly others: readonly number[];
}

/** For each endpoint of a matrix; `undefined` where the matrix cannot be read. */
export function overlaps(matrix: AccessMatrix): readonly Overlap[] | undefined {
  const served = checkMatrix(matrix);
  if ('problems' in served) return undefined;
  const requests = matchedRequests(matrix.stage, served, { merged: false });
  return requests?.own.map((pattern, at) => {
    const servers = [...requests.matchedBy(pattern)].map((each) => requests.classes[each].server);
    return { pattern, others: [...new Set(servers)].filter((server) => server !== at) };
  });
}

/**
 * Whether the pattern of one path matches every request of another. That stays so whatever endpoints are added, since of
 * a path with a parameter there are always requests that no more literal path takes.
 */
export function isWithin(inner: string, outer: string): boolean {
  const [within, around] = [inner, outer].map((path) => {
    const segments = parseTemplate(path);
    return typeof segments === 'string' ? undefined : templatePattern(segments);
  });
  // What no pattern has stands for anything.
  return within !== undefined && around !== undefined && matches(around, within.replaceAll('*', '\0'));
}
