import type { PolicyText } from '../../model/policy';
import { contains, intersects, patternOf } from './pattern';
import type { Pattern } from './pattern';

/** Colons before the resource part of an ARN; wildcards behind them match colons. */
const SEGMENTS = 5;
const whole = (source: PolicyText): Pattern => patternOf(source);
const bySegment = (source: PolicyText): Pattern =>
  // `*` alone names every resource; it is no ARN.
  patternOf(source, source === '*' ? {} : { segments: SEGMENTS });

/**
 * MAY: whether a resource pattern can match the ARN, or the two have an ARN in common. A `*` in the middle is taken
 * to cross colons.
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_resource.html
 */
export function arnMayMatch(source: PolicyText, arn: PolicyText): boolean {
  return intersects(whole(source), whole(arn));
}

/**
 * MUST: whether a resource pattern matches the ARN, or every ARN of the other pattern, for sure. A `*` in the middle
 * of `source` is taken not to cross colons, one in `arn` to cross them.
 */
export function arnMustMatch(source: PolicyText, arn: PolicyText): boolean {
  return contains(bySegment(source), whole(arn));
}

/**
 * MAY, for `ArnLike` and `ArnEquals`, which compare each of the six segments by itself.
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html
 */
export function arnLikeMayMatch(source: PolicyText, arn: PolicyText): boolean {
  return intersects(patternOf(source, { segments: SEGMENTS }), whole(arn));
}

/** MUST, for `ArnLike` and `ArnEquals`. */
export function arnLikeMustMatch(source: PolicyText, arn: PolicyText): boolean {
  return contains(patternOf(source, { segments: SEGMENTS }), whole(arn));
}
