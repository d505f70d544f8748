import { canonicalJson } from '../../model/canonical-json';
import { member, show } from '../../model/read';
import { isAbsent, isList, isMap } from '../../model/value';
import type { MapValue, Value } from '../../model/value';
import type { Answer } from './call';
import { unknownDifference } from './drift';
import type { Difference, Severity } from './drift';
import { openPart } from './fill';

/**
 * Whether something has all members that were declared, with values that say the same: `1` and `"1"` do, and lists with
 * the same elements in another order. What it has besides is not looked at.
 */
export function isAsDeclared(declared: Value, found: unknown): boolean {
  if (isAbsent(declared)) return true;
  if (isList(declared)) {
    if (!Array.isArray(found) || found.length !== declared.length) return false;
    const left = [...(found as readonly unknown[])];
    return declared.every((each) => {
      const at = left.findIndex((one) => isAsDeclared(each, one));
      return at >= 0 && left.splice(at, 1).length === 1;
    });
  }
  if (isMap(declared)) {
    if (typeof found !== 'object' || found === null) return false;
    return Object.entries(declared).every(([key, each]) => isAsDeclared(each, (found as Answer)[key]));
  }
  if (declared === null) return found === null || found === undefined;
  if (found === undefined || found === null || typeof found === 'object') return false;
  const [wanted, actual] = [show(declared), show(found as Value)];
  return wanted === actual || (wanted !== '' && actual !== '' && Number(wanted) === Number(actual));
}

/** Whether two things have the same members with the same values. */
export function isSame(declared: Value, found: unknown): boolean {
  return isAsDeclared(declared, found) && isAsDeclared((found ?? null) as Value, declared);
}

/** The settings that are otherwise than declared, each by its name; `defaults` are those that need not be written. */
export function settingDifferences(
  properties: MapValue,
  found: Answer,
  names: readonly string[],
  { severity, defaults = {} }: { readonly severity: Severity; readonly defaults?: MapValue },
): readonly Difference[] {
  return names.flatMap((name): readonly Difference[] => {
    const written = member(properties, name);
    const wanted = isAbsent(written) ? member(defaults, name) : written;
    const open = openPart(wanted);
    if (open !== undefined) return [unknownDifference(name, `${open} is not known`)];
    const actual: unknown = found[name];
    if (isAbsent(wanted) ? isNothing(actual) : isAsDeclared(wanted, actual)) return [];
    const what = `${name} is ${said(actual)}, declared is ${said(isAbsent(wanted) ? undefined : wanted)}`;
    return [{ aspect: name, sort: 'changed', severity, what }];
  });
}

function isNothing(found: unknown): boolean {
  return found === undefined || found === null || found === '' || (Array.isArray(found) && found.length === 0);
}

/** A value in a finding: its beginning at most. */
export function said(value: unknown): string {
  if (isNothing(value)) return 'none';
  const text = typeof value === 'object' ? canonicalJson(value) : show(value as Value);
  return text.length <= 200 ? text : `${text.slice(0, 199)}…`;
}
