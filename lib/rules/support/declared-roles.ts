import type { PolicyText } from '../../model/policy';
import { show } from '../../model/read';
import type { Resource, Snapshot } from '../../model/snapshot';
import { isText, isUnknown } from '../../model/value';
import type { Violation } from '../rule';
import { principalNamed } from './principals';
import { mayBeAnything, unknownsOf } from './property';

const byPath = new WeakMap<Snapshot, ReadonlyMap<string, Resource>>();

/** The roles of a snapshot by the construct path that an intent names them by. */
function rolesByPath(snapshot: Snapshot): ReadonlyMap<string, Resource> {
  const before = byPath.get(snapshot);
  if (before !== undefined) return before;
  const roles = new Map<string, Resource>();
  for (const role of snapshot.ofType('AWS::IAM::Role')) for (const path of pathsOf(role)) roles.set(path, role);
  byPath.set(snapshot, roles);
  return roles;
}

/** The construct paths by which an intent may name a role. */
export function pathsOf({ intent, constructPath }: Resource): readonly string[] {
  const declared = intent?.kind === 'role' ? [intent.path] : [];
  return constructPath === undefined
    ? declared
    : [...declared, constructPath, constructPath.replace(/\/Resource$/, '')];
}

/**
 * Of the principals that a guard leaves out, those who were not declared. A role that is imported by its ARN is among
 * the templates in neither place: it is taken for one of the declared ones that are not. So is one whose ARN is all of a
 * parameter or an import: who declared that role declared it as what is given there, and whoever gives it deploys.
 */
export function undeclared(
  values: readonly PolicyText[],
  declared: ReadonlySet<string>,
  at: Resource,
  snapshot: Snapshot,
): readonly PolicyText[] {
  const roles = rolesByPath(snapshot);
  let imported = [...declared].filter((path) => !roles.has(path)).length;
  return values.filter((value) => {
    if (isOpenTo(value) && !isGivenElsewhere(value)) return true;
    const named = principalNamed(value, at, snapshot);
    if (named !== undefined) return !pathsOf(named).some((path) => declared.has(path));
    imported -= 1;
    return imported < 0;
  });
}

/** What a parameter, an import or a dynamic reference gives, as a whole. */
function isGivenElsewhere(value: PolicyText): boolean {
  if (!isText(value)) return false;
  const [part, ...others] = value.parts;
  return others.length === 0 && typeof part === 'object' && part.shape === 'any' && part.resource === undefined;
}

/** A pattern, or a value that may turn out to be one. */
export function isOpenTo(value: PolicyText): boolean {
  return isUnknown(value) || mayBeAnything(value) || /[*?]/.test(show(value));
}

/**
 * How sure it is that a value left out of a guard is wrong. A parameter or an import may turn out to be the ARN of just
 * the role that was declared, or a pattern: nobody knows before deployment.
 */
export function certaintyOf(value: PolicyText): Pick<Violation, 'certainty' | 'unknowns'> {
  const written = isText(value) ? value.parts.filter((part) => typeof part === 'string').join('') : '';
  if (!mayBeAnything(value) || /[*?]/.test(written)) return {};
  return { certainty: 'possible', unknowns: unknownsOf(value) };
}
