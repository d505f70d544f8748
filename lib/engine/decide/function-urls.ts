import { member } from '../../model/read';
import { isText } from '../../model/value';
import type { Resource } from '../../model/snapshot';
import type { Tri } from '../match/symbolic';
import type { World } from '../world/world';

/** The call of a function by its URL, in lower case. */
export const BY_URL = 'lambda:invokefunctionurl';

/** How the URLs of a function authenticate, as far as the templates show them. */
export interface FunctionUrls {
  /** Whether one of them takes requests without a signature. */
  readonly takesUnsigned: Tri;
  /** Whether one is there for sure. */
  readonly isThere: boolean;
  /** Of all that are shown: `NONE` or `AWS_IAM`, where they agree. */
  readonly authType?: string;
}

const NONE_SHOWN: FunctionUrls = { takesUnsigned: 'maybe', isThere: false };
const known = new WeakMap<World, Map<string, FunctionUrls>>();

/**
 * Of a function by the key of its resource. A URL with `AWS_IAM` refuses a request without a signature, whatever the
 * policy of the function says; where none is shown, one may have been made elsewhere, and where one is shown of an alias
 * alone, another one of the function itself.
 * @see https://docs.aws.amazon.com/lambda/latest/dg/urls-auth.html
 */
export function urlsOf(key: string, world: World): FunctionUrls {
  let ofWorld = known.get(world);
  if (ofWorld === undefined) known.set(world, (ofWorld = new Map()));
  let found = ofWorld.get(key);
  if (found === undefined) ofWorld.set(key, (found = find(key, world)));
  return found;
}

function find(key: string, { snapshot }: World): FunctionUrls {
  const own = snapshot.byKey(key);
  const urls = snapshot.ofType('AWS::Lambda::Url').filter((each) => own !== undefined && isOf(each, own));
  if (urls.length === 0) return NONE_SHOWN;
  const types = urls.map(({ properties }) => member(properties, 'AuthType'));
  const [first] = types;
  const isWhole = urls.some(({ properties, guards }) => guards.length === 0 && !hasQualifier(properties));
  const agree = isWhole && typeof first === 'string' && types.every((each) => each === first);
  const isThere = urls.some(({ guards }) => guards.length === 0);
  const more = { isThere, ...(agree ? { authType: first } : {}) };
  if (urls.some(({ guards }, index) => types[index] === 'NONE' && guards.length === 0)) {
    return { takesUnsigned: 'yes', ...more };
  }
  const signed = isWhole && types.every((each) => each === 'AWS_IAM');
  return { takesUnsigned: signed ? 'no' : 'maybe', ...more };
}

function hasQualifier(properties: Resource['properties']): boolean {
  const qualifier = member(properties, 'Qualifier');
  return typeof qualifier === 'string' || isText(qualifier);
}

function isOf({ properties }: Resource, { key, ref }: Resource): boolean {
  const target = member(properties, 'TargetFunctionArn');
  if (isText(target)) return target.parts.some((part) => typeof part === 'object' && part.resource === key);
  return (
    typeof target === 'string' && typeof ref === 'string' && (target === ref || target.endsWith(`:function:${ref}`))
  );
}
