import { INTENT_KEY } from '../model/intent';
import type { TemplateIntent } from '../model/separation';
import { unknown } from '../model/value';
import type { Unknown } from '../model/value';
import { isRawMap, own, rawMap } from './raw';
import type { RawMap } from './raw';

/**
 * What was declared of a template as a whole. Unknown where it is there, but says what cdk-bulkhead does not write:
 * a constraint that cannot be read must not be one that is not there.
 */
export function templateIntentOf(body: RawMap): TemplateIntent | Unknown | undefined {
  const raw = own(rawMap(own(body, 'Metadata')), INTENT_KEY);
  if (raw === undefined) return undefined;
  const isRead =
    isRawMap(raw) &&
    raw['kind'] === 'template' &&
    ['environment', 'recordedBy'].every((name) => ['undefined', 'string'].includes(typeof raw[name])) &&
    isListOf(raw['constraints'], isConstraint) &&
    isListOf(raw['duties'], isDuty);
  return isRead
    ? (raw as unknown as TemplateIntent)
    : unknown('malformed', `template metadata "${INTENT_KEY}" that cdk-bulkhead did not write`);
}

function isConstraint(raw: unknown): boolean {
  if (!isRawMap(raw)) return false;
  const { id, kind, duties, most, perResource, roles, scope, why } = raw;
  return (
    [id, scope, why].every((each) => typeof each === 'string') &&
    (kind === 'at-most' || kind === 'only') &&
    [duties, roles].every(isStrings) &&
    typeof most === 'number' &&
    typeof perResource === 'boolean'
  );
}

function isDuty(raw: unknown): boolean {
  return (
    isRawMap(raw) &&
    [raw['id'], raw['title'], raw['description']].every((each) => typeof each === 'string') &&
    isListOf(
      raw['permissions'],
      (each) => isRawMap(each) && isStrings(each['actions']) && (each['on'] === undefined || isStrings(each['on'])),
    )
  );
}

function isStrings(raw: unknown): boolean {
  return isListOf(raw, (each) => typeof each === 'string');
}

function isListOf(raw: unknown, isOne: (each: unknown) => boolean): boolean {
  return Array.isArray(raw) && raw.every(isOne);
}
