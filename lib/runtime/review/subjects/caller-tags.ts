import { show } from '../../../model/read';
import { CALLS_TAG } from '../../../model/tags';
import { openPart } from '../fill';
import { unknownDifference } from '../drift';
import type { Difference } from '../drift';
import type { Principal } from '../../../engine/world/world';

/** The tags by which APIs know a caller: who has one passes. Other tags are not compared. */
export function callerTagDifferences(declared: Principal | undefined, found: unknown): readonly Difference[] {
  if (declared?.unknownTags !== undefined) {
    return [unknownDifference('Tags', `${declared.unknownTags.detail} are not known`)];
  }
  const wanted = named([...(declared?.tags ?? [])].map(([Key, Value]) => ({ Key, Value })));
  const there = named(Array.isArray(found) ? found : []);
  return [...new Set([...wanted.keys(), ...there.keys()])].flatMap((name): readonly Difference[] => {
    const [before, after] = [wanted.get(name), there.get(name)];
    const aspect = `Tag ${name}`;
    if (before !== undefined && openPart(before) !== undefined) {
      return [unknownDifference(aspect, 'it is not known what was declared')];
    }
    if (before === after) return [];
    const declaredAs = before === undefined ? 'no such tag was declared' : `declared is ${show(before)}`;
    return after === undefined
      ? [
          {
            aspect,
            sort: 'narrowed',
            severity: 'LOW',
            what: `has no tag ${name}, by which an API knows it as a caller`,
          },
        ]
      : [
          {
            aspect,
            sort: 'widened',
            severity: 'HIGH',
            what: `has the tag ${name} with ${show(after)}, by which an API knows its callers; ${declaredAs}`,
          },
        ];
  });
}

/** By name: names are not case-sensitive. */
function named(tags: readonly { readonly Key?: unknown; readonly Value?: unknown }[]) {
  return new Map(
    tags.flatMap(({ Key, Value }) => {
      const name = String(Key).toLowerCase();
      return name.startsWith(CALLS_TAG) ? [[name, Value as string] as const] : [];
    }),
  );
}
