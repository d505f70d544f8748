import type { Resource } from '../../model/snapshot';
import { pathOf, uniqueNameOf } from '../world/resource-name';

/** What a name stands for, or those whom it may mean. */
export type Lookup<T> =
  | { readonly ok: true; readonly found: T }
  | {
      readonly ok: false;
      readonly reason: 'unknown' | 'ambiguous' | 'without-arn';
      /** Names that can be asked for instead. */
      readonly candidates: readonly string[];
    };

/** How many candidates of an unknown name are told. */
const MOST_CANDIDATES = 10;

/**
 * The resource that a person means: by construct path, by logical id, by `template#logical id`, or by the end of a
 * construct path in whole segments. What says more wins: a whole path over an end of one.
 */
export function resourceNamed(name: string, among: readonly Resource[]): Lookup<Resource> {
  const asked = name.replace(/^\//, '');
  const attempts: readonly ((resource: Resource) => boolean)[] = [
    ({ key, constructPath }) => key === asked || constructPath === asked,
    (resource) => pathOf(resource) === asked || declaredPath(resource) === asked,
    ({ logicalId }) => logicalId === asked,
    (resource) => pathOf(resource)?.endsWith(`/${asked}`) === true,
  ];
  for (const attempt of attempts) {
    const [found, ...others] = among.filter(attempt);
    if (found === undefined) continue;
    if (others.length === 0) return { ok: true, found };
    return { ok: false, reason: 'ambiguous', candidates: [found, ...others].map(uniqueNameOf) };
  }
  return { ok: false, reason: 'unknown', candidates: similar(asked, among) };
}

/** A construct of this library can be named where it has one resource that stands for it, such as a secret. */
function declaredPath({ intent }: Resource): string | undefined {
  return intent === undefined || intent.kind === 'endpoint' ? undefined : intent.path;
}

/** Names with something in common with the one that was asked for, else the first ones. */
function similar(name: string, among: readonly Resource[]): readonly string[] {
  const words = name
    .toLowerCase()
    .split(/[^a-z0-9]+/)
    .filter((word) => word.length > 2);
  const alike = among.filter(({ logicalId, constructPath = '' }) =>
    words.some((word) => `${logicalId} ${constructPath}`.toLowerCase().includes(word)),
  );
  return (alike.length > 0 ? alike : among).slice(0, MOST_CANDIDATES).map(uniqueNameOf);
}
