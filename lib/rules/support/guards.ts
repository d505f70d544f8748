import type { Condition, PolicyDocument, PolicyText, Statement } from '../../model/policy';
import { alternatives } from '../../model/read';
import type { Resource } from '../../model/snapshot';
import { isText, text } from '../../model/value';
import type { Text } from '../../model/value';
import { coversActions, coversArn } from './coverage';
import { isAnyone } from './principals';

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
