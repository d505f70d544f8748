import { holes } from '../../model/read';
import { isAbsent, isChoice, isList, isMap, isText, isUnknown, text } from '../../model/value';
import type { TextPart, Value } from '../../model/value';

/** What the holes of texts are once the templates are deployed, by their source. */
export type Facts = ReadonlyMap<string, string>;

/** A value with what is known put into its holes. What stays open stays as it is. */
export function filled(value: Value, facts: Facts): Value {
  if (isText(value)) {
    const parts = value.parts.map(
      (part): TextPart => (typeof part === 'string' ? part : (facts.get(part.source) ?? part)),
    );
    return text(parts);
  }
  if (isChoice(value)) {
    return { ...value, whenTrue: filled(value.whenTrue, facts), whenFalse: filled(value.whenFalse, facts) };
  }
  if (isUnknown(value) || isAbsent(value)) return value;
  if (isList(value)) return value.map((each) => filled(each, facts));
  if (!isMap(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, filled(each, facts)]));
}

/** What has to be in the holes of a text for it to be this one; nothing where it cannot be. */
export function factsFrom(symbolic: Value | undefined, literal: string): readonly (readonly [string, string])[] {
  if (!isText(symbolic)) return [];
  const pattern = symbolic.parts
    .map((part) => (typeof part === 'string' ? part.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`) : '(.+)'))
    .join('');
  const found = new RegExp(`^${pattern}$`, 's').exec(literal);
  if (found === null) return [];
  return holes(symbolic).map(({ source }, index) => [source, found[index + 1] ?? ''] as const);
}

/** What of a value is not known, in words; `undefined` where all is. */
export function openPart(value: Value | undefined): string | undefined {
  if (value === undefined || isAbsent(value)) return undefined;
  if (isUnknown(value)) return value.detail;
  if (isChoice(value)) return `condition ${value.condition.slice(value.condition.indexOf('#') + 1)}`;
  if (isText(value)) {
    const [first] = holes(value);
    return first === undefined ? undefined : first.source.slice(first.source.indexOf('#') + 1);
  }
  const inner = isList(value) ? value : isMap(value) ? Object.values(value) : [];
  for (const each of inner) {
    const open = openPart(each);
    if (open !== undefined) return open;
  }
  return undefined;
}
