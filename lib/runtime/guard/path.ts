import { EMPTY, isRoot, moreLiteral } from '../../engine/compile/endpoint-template';
import type { Segment } from '../../engine/compile/endpoint-template';
import { own } from './json';
import type { GuardedRequest } from './request';
import type { ReadEndpoint, ReadPolicy } from './read-policy';

/**
 * What no segment may hold, whether or not the gateway has decoded it: an encoded slash, backslash, dot, percent sign
 * or control character. Gateway, policy and handler may each read such a path as another one.
 */
const DOUBTFUL = /%(?:2[ef5]|5c|[01][\da-f]|7f)|[\\\u0000-\u001f\u007f]/i;

/**
 * Whether the path that was called is one that the routed endpoint serves: it fits the template, no endpoint of the
 * function that is more literal fits it, and the path parameters are what stands in it.
 */
export function isServedBy(
  request: GuardedRequest,
  endpoint: ReadEndpoint,
  { endpoints, stage }: ReadPolicy,
  basePath?: string,
): boolean {
  const leads = [...(request.stageMayLead && stage !== '$default' ? [`/${stage}`] : []), basePath, ''];
  return leads.some((lead) => {
    if (lead === undefined || !`${request.path}/`.startsWith(`${lead}/`)) return false;
    const called = readSegments(request.path.slice(lead.length) || '/');
    if (called === undefined || !fits(endpoint, called) || !agrees(request, endpoint, called)) return false;
    return ![...endpoints.values()].some(
      (other) =>
        other !== endpoint &&
        other.method === endpoint.method &&
        moreLiteral(other.segments, endpoint.segments) !== 'second' &&
        fits(other, called, { decoded: true }),
    );
  });
}

interface CalledSegment {
  readonly raw: string;
  readonly decoded: string;
}

/** The segments of a path, or `undefined` where one of them leaves a doubt. The root has one empty segment. */
function readSegments(path: string): readonly CalledSegment[] | undefined {
  if (path === '/') return [{ raw: EMPTY, decoded: EMPTY }];
  const segments = path.slice(1).split('/').map(readSegment);
  return segments.every((each) => each !== undefined) ? segments : undefined;
}

function readSegment(raw: string): CalledSegment | undefined {
  if (raw === EMPTY || raw === '.' || raw === '..' || DOUBTFUL.test(raw)) return undefined;
  const decoded = decode(raw);
  return decoded === undefined ? undefined : { raw, decoded };
}

function decode(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
}

/** A literal is asked for letter by letter: `%65xport` is not `export`, but could be taken for it. */
function fits({ segments }: ReadEndpoint, called: readonly CalledSegment[], { decoded = false } = {}): boolean {
  const greedy = segments.at(-1)?.kind === 'greedy';
  if (greedy ? called.length < segments.length : called.length !== segments.length) return false;
  return segments.every((segment, at) => {
    if (segment.kind === 'literal') return (decoded ? called[at].decoded : called[at].raw) === segment.text;
    return called[at].raw !== EMPTY;
  });
}

/** Whether the path parameters of the event, which the handler reads, are those of the path. */
function agrees({ parameters }: GuardedRequest, { path, segments }: ReadEndpoint, called: readonly CalledSegment[]) {
  if (isRoot(segments)) return true;
  const names = path.slice(1).split('/');
  const parameter = ({ kind }: Segment) => kind !== 'literal';
  if (Object.keys(parameters).length !== segments.filter(parameter).length) return false;
  return segments.every((segment, at) => {
    if (segment.kind === 'literal') return true;
    const value = own(parameters, names[at].replace(/^\{|\+?\}$/g, ''));
    const expected = segment.kind === 'greedy' ? called.slice(at) : [called[at]];
    if (typeof value !== 'string') return false;
    return decode(value) === expected.map((each) => each.decoded).join('/');
  });
}
