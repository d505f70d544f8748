import type { Matcher, PolicyText } from '../../model/policy';
import { show } from '../../model/read';
import type { Resource } from '../../model/snapshot';
import { isText, isUnknown, text } from '../../model/value';
import type { TextPart } from '../../model/value';
import { Requests } from './requests';

/** What a resource pattern says of the requests of an API; `undefined` where it is about another API. */
export type Scope = Requests | 'everything' | 'unknown' | undefined;

/** `Resource` or `NotResource`, read for one API once, asked for each of its endpoints. */
export function coverageOf(matcher: Matcher | undefined, api: Resource): (of: Requests) => boolean {
  if (matcher === undefined) return () => false;
  const scopes = matcher.patterns.map((pattern) => scopeOf(pattern, api));
  if (!matcher.negated) {
    return (of) => scopes.some((scope) => scope === 'everything' || (typeof scope === 'object' && scope.covers(of)));
  }
  return (of) =>
    !scopes.some(
      (scope) => scope === 'everything' || scope === 'unknown' || (typeof scope === 'object' && scope.overlaps(of)),
    );
}

/** What one pattern of `Resource` says of the requests of an API. */
export function scopeOf(pattern: PolicyText, api: Resource): Scope {
  if (pattern === '*') return 'everything';
  if (isUnknown(pattern)) return 'unknown';
  const parts = isText(pattern) ? pattern.parts : [pattern];
  const short = afterPrefix(parts, 'execute-api:');
  const rest = short === undefined ? afterApiId(afterColons(parts, 5), api) : short;
  if (rest === undefined) return undefined;
  const left = text(rest);
  return left === '' || left === '*' || left === '/*' ? 'everything' : Requests.matching(left);
}

/** The short form, `execute-api:/prod/GET/orders`, which API Gateway expands to the API that has the policy. */
function afterPrefix(parts: readonly TextPart[], prefix: string): readonly TextPart[] | undefined {
  const [first, ...others] = parts;
  if (typeof first !== 'string' || !first.startsWith(`${prefix}/`)) return undefined;
  return [first.slice(prefix.length), ...others];
}

function afterColons(parts: readonly TextPart[], count: number): readonly TextPart[] | undefined {
  let colons = 0;
  for (const [index, part] of parts.entries()) {
    if (typeof part === 'object') continue;
    for (let at = part.indexOf(':'); at !== -1; at = part.indexOf(':', at + 1)) {
      colons += 1;
      if (colons === count) return [part.slice(at + 1), ...parts.slice(index + 1)].filter((each) => each !== '');
    }
  }
  return undefined;
}

/** What follows the id of the API; a leading `*` stands for any API at least. */
function afterApiId(parts: readonly TextPart[] | undefined, { key, ref }: Resource): readonly TextPart[] | undefined {
  const [first, ...others] = parts ?? [];
  if (first === undefined) return undefined;
  if (typeof first === 'object') return first.resource === key ? others : undefined;
  if (first === '*') return ['*', ...others];
  const slash = first.indexOf('/');
  const id = slash === -1 ? first : first.slice(0, slash);
  if (id !== '*' && id !== show(ref)) return undefined;
  return [slash === -1 ? '' : first.slice(slash), ...others];
}
