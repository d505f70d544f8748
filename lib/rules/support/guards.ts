import type { Condition, PolicyDocument, PolicyText, Statement } from '../../model/policy';
import { alternatives, show } from '../../model/read';
import type { Resource } from '../../model/snapshot';
import { isText, isUnknown, text } from '../../model/value';
import { intersects, patternOf } from '../../engine/match/pattern';
import type { Text } from '../../model/value';
import { coversActions, coversArn } from './coverage';
import { isAnyone } from './principals';
import { mayBeAnything } from './property';

const NEGATED = new Set(['StringNotEquals', 'StringNotLike', 'ArnNotEquals', 'ArnNotLike']);
const POSITIVE = new Set(['StringEquals', 'StringLike', 'ArnEquals', 'ArnLike']);

/** Statements that deny these actions to everybody; resources and conditions are still to be judged. */
export function deniesToAll(document: PolicyDocument, actions: readonly string[]): readonly Statement[] {
  return document.statements.filter(
    ({ effect, actions: matcher, principals }) =>
      effect === 'Deny' &&
      principals?.negated === false &&
      principals.entries.some((entry) => isAnyone(entry) && (entry.kind === '*' || entry.kind === 'AWS')) &&
      coversActions(matcher, actions),
  );
}

/**
 * Whom a Deny leaves out, where its only condition is on `aws:PrincipalArn` with a negated operator: nobody where it has
 * no condition; `undefined` where another condition leaves out who knows whom. That there is a principal at all may be
 * a condition: of a call that was signed there is.
 */
export function exempted({ conditions }: Statement): readonly PolicyText[] | undefined {
  const [condition, ...others] = conditions.filter((each) => !isForPrincipals(each));
  if (condition === undefined) return [];
  return others.length === 0 && isOnPrincipal(condition, NEGATED) ? condition.values : undefined;
}

/** Whom the lists of values stand for: each by its text, and what is or may be a pattern. */
interface Named {
  readonly texts: ReadonlySet<string>;
  readonly patterns: readonly PolicyText[];
  /** Of values that were asked of the patterns. */
  readonly answers: Map<string, boolean>;
}

const read = new WeakMap<readonly PolicyText[], Named>();

function namedBy(list: readonly PolicyText[]): Named {
  let found = read.get(list);
  if (found === undefined) {
    const patterns = list.filter((each) => isUnknown(each) || mayBeAnything(each) || /[*?]/.test(show(each)));
    read.set(list, (found = { texts: new Set(list.map(show)), patterns, answers: new Map() }));
  }
  return found;
}

/** Whether there is a pattern among the principals that a Deny leaves out. */
export function hasPattern(list: readonly PolicyText[]): boolean {
  return namedBy(list).patterns.length > 0;
}

/** Whether a principal may be among those that a Deny leaves out. */
export function mayName(list: readonly PolicyText[], value: PolicyText): boolean {
  const { texts, patterns, answers } = namedBy(list);
  const shown = show(value);
  if (texts.has(shown) || patterns.length === 0) return texts.has(shown);
  let found = answers.get(shown);
  if (found === undefined) {
    found = patterns.some((each) => intersects(patternOf(each), patternOf(value)));
    answers.set(shown, found);
  }
  return found;
}

/** Whether a condition asks that there is a principal. */
function isForPrincipals({ operator, key, values }: Condition): boolean {
  return operator === 'Null' && key === 'aws:principalarn' && values.every((value) => value === 'false');
}

/** Whom alone a Deny is for, where its only condition is on `aws:PrincipalArn`. */
export function singledOut({ conditions }: Statement): readonly PolicyText[] {
  const [condition, ...others] = conditions;
  if (condition === undefined || others.length > 0 || condition.ifExists) return [];
  return isOnPrincipal(condition, POSITIVE) ? condition.values : [];
}

function isOnPrincipal({ operator, qualifier, key }: Condition, operators: ReadonlySet<string>): boolean {
  return operators.has(operator) && qualifier === undefined && key === 'aws:principalarn';
}

/** Whether a Deny is for all requests over plain HTTP. */
export function isForPlainHttp({ conditions }: Statement): boolean {
  const [condition, ...others] = conditions;
  if (condition === undefined) return true;
  const { operator, qualifier, key, values } = condition;
  return (
    others.length === 0 &&
    operator === 'Bool' &&
    qualifier === undefined &&
    key === 'aws:securetransport' &&
    values.some((value) => typeof value === 'string' && value.toLowerCase() === 'false')
  );
}

/** Whether a statement of a bucket policy covers all objects of the bucket, or the bucket itself. */
export function coversBucket({ resources }: Statement, bucket: Resource, part: 'bucket' | 'objects'): boolean {
  const arns = alternatives(bucket.arn).filter((arn): arn is string | Text => typeof arn === 'string' || isText(arn));
  const subjects = part === 'bucket' ? arns : arns.map((arn) => withSuffix(arn, '/*'));
  return resources !== undefined && subjects.length > 0 && subjects.every((arn) => coversArn(resources, arn));
}

function withSuffix(arn: string | Text, suffix: string): PolicyText {
  return text([...(isText(arn) ? arn.parts : [arn]), suffix]);
}
