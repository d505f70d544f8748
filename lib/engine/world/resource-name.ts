import type { Resource } from '../../model/snapshot';

/** A construct path as it stands in code: without the `Resource` that the CDK puts below a construct of its own. */
export function pathOf({ constructPath }: Resource): string | undefined {
  return constructPath?.replace(/\/(?:Resource|Default)$/, '');
}

/** The name of a resource in answers: its construct path, else its logical id. */
export function nameOf(resource: Resource): string {
  return pathOf(resource) ?? resource.logicalId;
}

/** A name by which no other resource is meant. */
export function uniqueNameOf(resource: Resource): string {
  return pathOf(resource) ?? resource.key;
}
