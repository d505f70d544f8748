import { ABSENT, isAbsent, isChoice, isList, isMap, isText, isUnknown } from './value';
import type { Hole, Text, Unknown, Value } from './value';

/** How many branches of nested choices are followed before the answer is the choice itself. */
const MAX_ALTERNATIVES = 64;

/**
 * The values that a value can have, choices followed. An absent branch is `ABSENT`.
 * Past 64 branches the remaining choices are returned as they are.
 */
export function alternatives(value: Value | undefined): readonly Value[] {
  const open: Value[] = [value ?? ABSENT];
  const found: Value[] = [];
  while (open.length > 0) {
    const next = open.pop() as Value;
    if (isChoice(next) && found.length + open.length < MAX_ALTERNATIVES) open.push(next.whenFalse, next.whenTrue);
    else found.push(next);
  }
  return found;
}

/** The member of a map by a path such as `['VersioningConfiguration', 'Status']`; choices on the way are kept. */
export function member(value: Value | undefined, ...path: readonly string[]): Value {
  let at: Value = value ?? ABSENT;
  for (const [depth, key] of path.entries()) {
    if (isChoice(at)) {
      const rest = path.slice(depth);
      return { ...at, whenTrue: member(at.whenTrue, ...rest), whenFalse: member(at.whenFalse, ...rest) };
    }
    if (isUnknown(at)) return at;
    if (!isMap(at)) return ABSENT;
    at = Object.hasOwn(at, key) ? at[key] : ABSENT;
  }
  return at;
}

/**
 * The elements of a list, each of its alternatives included; a single value counts as a list of one, as IAM reads
 * it. Absent elements are left out; an unknown list gives one unknown element.
 */
export function elements(value: Value | undefined): readonly Value[] {
  return alternatives(value).flatMap((each) => {
    if (isAbsent(each)) return [];
    if (isList(each)) return each.flatMap((element) => alternatives(element).filter((one) => !isAbsent(one)));
    return [each];
  });
}

/** The entries of a map; none for anything else. */
export function entries(value: Value | undefined): readonly (readonly [string, Value])[] {
  return isMap(value) ? Object.entries(value) : [];
}

/** The hole of a text that is one hole and nothing else: a bare `Ref` or `GetAtt`. */
export function soleHole(value: Value | undefined): Hole | undefined {
  if (!isText(value) || value.parts.length !== 1) return undefined;
  const [part] = value.parts;
  return typeof part === 'object' ? part : undefined;
}

/** The holes of a text. */
export function holes(value: Text): readonly Hole[] {
  return value.parts.filter((part): part is Hole => typeof part === 'object');
}

/** The keys of the resources that a value names anywhere in it. */
export function referencedResources(value: Value | undefined): readonly string[] {
  const keys = new Set<string>();
  const visit = (at: Value): void => {
    if (isText(at)) {
      for (const hole of holes(at)) if (hole.resource !== undefined) keys.add(hole.resource);
    } else if (isChoice(at)) [at.whenTrue, at.whenFalse].forEach(visit);
    else if (isList(at)) at.forEach(visit);
    else if (isMap(at)) Object.values(at).forEach(visit);
  };
  visit(value ?? ABSENT);
  return [...keys];
}

/** The first unknown in a value, holes of shape `any` not counted. */
export function firstUnknown(value: Value | undefined): Unknown | undefined {
  if (isUnknown(value)) return value;
  if (isChoice(value)) return firstUnknown(value.whenTrue) ?? firstUnknown(value.whenFalse);
  if (isList(value)) return firstOf(value);
  if (isMap(value)) return firstOf(Object.values(value));
  return undefined;
}

function firstOf(values: readonly Value[]): Unknown | undefined {
  for (const each of values) {
    const found = firstUnknown(each);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** A value for a message: literals as they are, holes as `${source}`, unknowns as `<unknown: detail>`. */
export function show(value: Value | undefined): string {
  if (typeof value === 'string') return value;
  if (isAbsent(value)) return '<absent>';
  if (isText(value)) {
    return value.parts.map((part) => (typeof part === 'string' ? part : `\${${shortSource(part)}}`)).join('');
  }
  if (isChoice(value))
    return `<if ${afterHash(value.condition)}: ${show(value.whenTrue)}, else: ${show(value.whenFalse)}>`;
  if (isUnknown(value)) return `<unknown: ${value.detail}>`;
  if (isList(value)) return `[${value.map(show).join(', ')}]`;
  if (isMap(value))
    return `{${entries(value)
      .map(([key, each]) => `${key}: ${show(each)}`)
      .join(', ')}}`;
  return String(value);
}

function shortSource(hole: Hole): string {
  return afterHash(hole.source);
}

function afterHash(source: string): string {
  return source.slice(source.indexOf('#') + 1);
}
