import type { PolicyText } from '../../model/policy';
import { isText, isUnknown } from '../../model/value';
import type { TextPart } from '../../model/value';

/**
 * What a wildcard in a resource leaves open: `everything`; `open`, which resource is meant; `within`, only what lies
 * inside of a resource that is named; `exact`, nothing; `unknown` where a part that is not known may hold a wildcard.
 */
export type WildcardScope = 'everything' | 'open' | 'within' | 'exact' | 'unknown';

/** Stands for text without wildcards of which only that is known. */
const FIXED = '\u0001';
/** Services whose resources have a name, but no type before it. */
const UNTYPED: ReadonlySet<string> = new Set(['s3', 'sns', 'sqs', 'codepipeline', 'codecommit']);
const WILDCARD = /[*?]/;
/** What Secrets Manager appends to the name of a secret. */
const SECRET_SUFFIX = /-\?{6}$/;

/**
 * Whether a wildcard in the resource of an identity policy leaves open which resource is meant. A resource is named by
 * its service, its account and the first component of its name; wildcards behind that, and a wildcard as partition or
 * region, stay within it.
 *
 * @see https://docs.aws.amazon.com/service-authorization/latest/reference/reference.html
 */
export function wildcardScope(resource: PolicyText): WildcardScope {
  if (isUnknown(resource)) return 'unknown';
  const parts: readonly TextPart[] = isText(resource) ? resource.parts : [resource];
  const unknownAt = parts.findIndex((part) => typeof part === 'object' && part.shape === 'any');
  if (unknownAt === -1) return scopeOf(flat(parts));
  // A wildcard before it can have decided already.
  return scopeOf(flat(parts.slice(0, unknownAt)) + FIXED) === 'open' ? 'open' : 'unknown';
}

/** Holes and policy variables hold no wildcards. */
function flat(parts: readonly TextPart[]): string {
  return parts.map((part) => (typeof part === 'string' ? part.replaceAll(/\$\{[^{}]*\}/g, FIXED) : FIXED)).join('');
}

function scopeOf(source: string): WildcardScope {
  if (!WILDCARD.test(source)) return 'exact';
  if (/^[*?]+$/.test(source)) return 'everything';
  // The reference to a resource, its ARN or its name, and what was written behind it.
  if (source.startsWith(FIXED)) return behind(source.slice(1));
  const [, , service, , account, ...rest] = source.split(':');
  const resource = rest.join(':').replace(/^\//, '');
  if (!source.startsWith('arn:') || rest.length === 0 || [service, account].some((part) => WILDCARD.test(part))) {
    return 'open';
  }
  return WILDCARD.test(resource) ? withinName(service, account, resource) : 'within';
}

function behind(rest: string): WildcardScope {
  if (/^[/:]/.test(rest)) return 'within';
  return SECRET_SUFFIX.test(rest) && !WILDCARD.test(rest.replace(SECRET_SUFFIX, '')) ? 'within' : 'open';
}

function withinName(service: string, account: string, resource: string): WildcardScope {
  const isNamed = (named: string): WildcardScope => (WILDCARD.test(named) ? 'open' : 'within');
  if (service === 'iam') return 'open';
  if (service === 'execute-api') {
    const [api, stage, method, ...path] = resource.split('/');
    return path.length === 0 ? 'open' : isNamed(api + stage + method);
  }
  // Names with `/` in them: they end where the next colon, or Secrets Manager's own suffix, begins.
  if (service === 'secretsmanager') return isNamed(resource.replace(SECRET_SUFFIX, ''));
  if (service === 'logs') return isNamed(resource.split(':').slice(0, 2).join(':'));
  const components = resource.split(/[/:]/);
  // Of S3, access points and the like have a type, and an account, which buckets have not.
  const untyped = UNTYPED.has(service) && !(service === 's3' && account !== '');
  if (components.length <= (untyped ? 1 : 2)) return 'open';
  return isNamed(components.slice(0, untyped ? 1 : 2).join('/'));
}
