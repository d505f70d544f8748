import { alternatives, referencedResources } from '../../model/read';
import type { Resource, Snapshot } from '../../model/snapshot';
import { isText } from '../../model/value';
import type { Value } from '../../model/value';

const indexes = new WeakMap<Snapshot, Map<string, ReadonlyMap<string, readonly Resource[]>>>();

/**
 * The resources of a type that a value names: by reference, or by the name or ARN that the resource has. A name that
 * resources of several stacks have is taken for the one of the same stack.
 */
export function resourcesNamed(
  value: Value | undefined,
  type: string,
  { template }: Resource,
  snapshot: Snapshot,
): readonly Resource[] {
  const found = new Set<Resource>();
  for (const one of alternatives(value)) {
    for (const key of referencedResources(one)) {
      const resource = snapshot.byKey(key);
      if (resource?.type === type) found.add(resource);
    }
    const text = canonical(one);
    const named = text === undefined ? [] : (indexOf(type, snapshot).get(text) ?? []);
    const here = named.filter((resource) => resource.template === template);
    for (const resource of here.length > 0 ? here : named) found.add(resource);
  }
  return [...found];
}

function indexOf(type: string, snapshot: Snapshot): ReadonlyMap<string, readonly Resource[]> {
  const types = indexes.get(snapshot) ?? new Map<string, ReadonlyMap<string, readonly Resource[]>>();
  indexes.set(snapshot, types);
  const known = types.get(type);
  if (known !== undefined) return known;
  const index = new Map<string, Resource[]>();
  for (const resource of snapshot.ofType(type)) {
    for (const one of [...alternatives(resource.ref), ...alternatives(resource.arn)]) {
      const text = canonical(one);
      if (text === undefined) continue;
      const same = index.get(text);
      if (same === undefined) index.set(text, [resource]);
      else same.push(resource);
    }
  }
  types.set(type, index);
  return index;
}

/** The same for values that hold the same text after deployment, as far as that is known. */
export function canonical(value: Value): string | undefined {
  if (typeof value === 'string') return value;
  if (!isText(value)) return undefined;
  return value.parts.map((part) => (typeof part === 'string' ? part : `\0${part.source}\0`)).join('');
}
