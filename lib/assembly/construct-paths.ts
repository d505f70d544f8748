import { isRawMap, own, ownString } from './raw';
import type { RawMap } from './raw';

/** A logical id and the path of its construct, without a leading slash. */
export interface PlacedId {
  readonly path: string;
  readonly logicalId: string;
}

/** The logical ids that the metadata of an assembly tells, by construct path. */
export function placedIds(metadata: RawMap): readonly PlacedId[] {
  return Object.entries(metadata).flatMap(([path, entries]) =>
    (Array.isArray(entries) ? entries : []).flatMap((entry) => {
      if (!isRawMap(entry) || own(entry, 'type') !== 'aws:cdk:logicalId') return [];
      const logicalId = ownString(entry, 'data');
      return logicalId === undefined ? [] : [{ path: path.replace(/^\//, ''), logicalId }];
    }),
  );
}

/**
 * The paths of one template's resources. A nested stack may use a logical id that its parent uses, too: what is below
 * a nested stack is not the parent's.
 */
export function pathsOf(
  ids: readonly PlacedId[],
  below: string | undefined,
  nested: readonly string[],
): ReadonlyMap<string, string> {
  const paths = new Map<string, string>();
  for (const { path, logicalId } of ids) {
    const inside = below === undefined || path.startsWith(`${below}/`);
    if (inside && !nested.some((each) => path.startsWith(`${each}/`))) paths.set(logicalId, path);
  }
  return paths;
}

/** The path of a nested stack's construct, from that of its resource: CDK puts the resource beside it. */
export function nestedStackPath(resourcePath: string): string | undefined {
  const found = /^(.*)\.NestedStack\/[^/]+\.NestedStackResource$/.exec(resourcePath);
  return found?.[1];
}
