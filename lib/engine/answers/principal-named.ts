import { show } from '../../model/read';
import { arnMayMatch } from '../match/arn-pattern';
import { uniqueNameOf } from '../world/resource-name';
import type { Principal, World } from '../world/world';
import { resourceNamed } from './lookup';
import type { Lookup } from './lookup';

/** The principal that a person means, by construct path, logical id or ARN. */
export function principalNamed(name: string, world: World): Lookup<Principal> {
  const { principals } = world;
  if (name.startsWith('arn:')) return byArn(name, principals);
  const named = resourceNamed(
    name,
    principals.map(({ resource }) => resource),
  );
  if (named.ok) return { ok: true, found: world.principal(named.found.key) as Principal };
  const [found, ...others] = principals.filter((each) => each.name === name);
  if (named.reason === 'ambiguous' || found === undefined) return named;
  if (others.length === 0) return { ok: true, found };
  return ambiguous([found, ...others]);
}

/** By the ARN as templates show it, else by one that the ARN can turn out to be where its name is known. */
function byArn(arn: string, principals: readonly Principal[]): Lookup<Principal> {
  const exact = principals.filter((each) => show(each.arn) === arn);
  const possible =
    exact.length > 0 ? exact : principals.filter((each) => typeof each.name === 'string' && arnMayMatch(each.arn, arn));
  const [found, ...others] = possible;
  if (found === undefined) return { ok: false, reason: 'unknown', candidates: principals.slice(0, 10).map(candidate) };
  return others.length === 0 ? { ok: true, found } : ambiguous(possible);
}

function ambiguous(principals: readonly Principal[]): Lookup<Principal> {
  return { ok: false, reason: 'ambiguous', candidates: principals.map(candidate) };
}

function candidate({ resource }: Principal): string {
  return uniqueNameOf(resource);
}
