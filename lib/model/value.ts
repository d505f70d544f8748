/**
 * A template value after its intrinsics were resolved as far as the template alone allows.
 *
 * Plain literals stay plain JavaScript, so that a rule reads most values directly. What is not known before
 * deployment is one of four tagged sorts: a text with holes, a choice by a condition, an absent value
 * (`AWS::NoValue`), or an unknown with its cause.
 *
 * INVARIANT: nothing unknown is ever left out or turned into an empty value.
 */
export type Value = Scalar | Text | Choice | Absent | Unknown | ListValue | MapValue;

/** A literal. */
export type Scalar = string | number | boolean | null;
/** A list, in the order of the template. */
export interface ListValue extends ReadonlyArray<Value> {}
/** A map with literal keys. */
export interface MapValue {
  readonly [key: string]: Value;
}

/** The key that tells the tagged sorts from maps; no template can contain it. */
export const SORT: unique symbol = Symbol.for('cdk-bulkhead.sort');

/** A string with at least one hole. A string without holes is a plain `string`. */
export interface Text {
  readonly [SORT]: 'text';
  readonly parts: readonly TextPart[];
}

/** Literal text or a hole. */
export type TextPart = string | Hole;

/**
 * What a hole can be filled with.
 * `account` 12 digits; `region`, `partition`, `url-suffix`, `stack-name` as AWS writes them; `segment` a generated
 * name or id: not empty, without `:`, `/`, `*` and `?`; `suffix` six letters and digits, as at the end of the ARN of a secret; `physical-id` what AWS gives back for a resource, be it a name,
 * an id or an ARN: not empty, without `*` and `?`, but `:` and `/` may be in it; `any` anything, wildcards included.
 */
export type HoleShape =
  | 'account'
  | 'region'
  | 'partition'
  | 'url-suffix'
  | 'stack-name'
  | 'segment'
  | 'suffix'
  | 'physical-id'
  | 'any';

/** A part of a text that is not known before deployment. Two holes with the same `source` hold the same text. */
export interface Hole {
  readonly shape: HoleShape;
  /** What fills it, unique in the snapshot: `AWS::AccountId`, `Orders#Role.Arn`, `Orders#Param`. */
  readonly source: string;
  /** The key of the resource whose name, id or attribute fills it. */
  readonly resource?: string;
  /** `Ref` or the attribute's name, where `resource` is set. */
  readonly attribute?: string;
  /** Why nothing is known of it, where `shape` is `any`. */
  readonly cause?: UnknownCause;
}

/** A value that depends on a condition of the template. The same `condition` is the same choice everywhere. */
export interface Choice {
  readonly [SORT]: 'choice';
  /** `template#ConditionName`. */
  readonly condition: string;
  readonly whenTrue: Value;
  readonly whenFalse: Value;
}

/** `AWS::NoValue`: the property or element is not there. */
export interface Absent {
  readonly [SORT]: 'absent';
}

/** Why a value is unknown. */
export type UnknownCause =
  | 'parameter'
  | 'dynamic-reference'
  | 'import'
  | 'transform'
  | 'attribute'
  | 'mapping'
  | 'function'
  | 'malformed'
  | 'managed-policy'
  | 'budget';

/** A value of which nothing is known but the cause. It may be anything, `*` included. */
export interface Unknown {
  readonly [SORT]: 'unknown';
  readonly cause: UnknownCause;
  /** In the user's words: `parameter "BucketName"`. */
  readonly detail: string;
}

export const ABSENT: Absent = { [SORT]: 'absent' };

export function unknown(cause: UnknownCause, detail: string): Unknown {
  return { [SORT]: 'unknown', cause, detail };
}

export function choice(condition: string, whenTrue: Value, whenFalse: Value): Choice {
  return { [SORT]: 'choice', condition, whenTrue, whenFalse };
}

/** Joins parts; gives a plain string where no hole is among them. Adjacent literals become one. */
export function text(parts: readonly TextPart[]): string | Text {
  const joined: TextPart[] = [];
  for (const part of parts) {
    const last = joined.at(-1);
    if (part === '') continue;
    if (typeof part === 'string' && typeof last === 'string') joined[joined.length - 1] = last + part;
    else joined.push(part);
  }
  if (joined.length === 0) return '';
  if (joined.length === 1 && typeof joined[0] === 'string') return joined[0];
  return { [SORT]: 'text', parts: joined };
}

/** The sort of a tagged value; `undefined` for literals, lists and maps. */
export function sortOf(value: Value | undefined): 'text' | 'choice' | 'absent' | 'unknown' | undefined {
  return typeof value === 'object' && value !== null ? (value as { [SORT]?: Text[typeof SORT] })[SORT] : undefined;
}

export function isText(value: Value | undefined): value is Text {
  return sortOf(value) === 'text';
}

export function isChoice(value: Value | undefined): value is Choice {
  return sortOf(value) === 'choice';
}

export function isAbsent(value: Value | undefined): value is Absent | undefined {
  return value === undefined || sortOf(value) === 'absent';
}

export function isUnknown(value: Value | undefined): value is Unknown {
  return sortOf(value) === 'unknown';
}

export function isList(value: Value | undefined): value is ListValue {
  return Array.isArray(value);
}

export function isMap(value: Value | undefined): value is MapValue {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && sortOf(value) === undefined;
}
