import { Reference, Stack, Tokenization } from 'aws-cdk-lib';
import type * as iam from 'aws-cdk-lib/aws-iam';
import { contains, intersects, patternOf } from '../../engine/match/pattern';
import { DeferredPolicyDocument } from '../../private/deferred-policy-document';
import { misuse } from '../../private/errors';

type Json = Readonly<Record<string, unknown>>;

/**
 * The grants of a role that its boundary leaves nothing of: each action of a statement for which the boundary has no
 * room on any of the statement's resources. A text that is known only at deployment may be anything, so that a grant
 * is not called lost where it may have an effect.
 */
export function lostGrants(
  role: iam.Role,
  boundary: iam.ManagedPolicy,
  policies: readonly iam.Policy[],
  granted: readonly iam.PolicyStatement[],
): string[] {
  const room = statementsOf(Stack.of(boundary).resolve(boundary.document));
  return policies
    .filter(({ document }) => !DeferredPolicyDocument.isDeferred(document))
    .flatMap((policy) => {
      const lost = statementsOf(Stack.of(policy).resolve(policy.document))
        .filter((statement) => statement['Effect'] === 'Allow' && statement['NotAction'] === undefined)
        .flatMap((statement) => actionsOf(statement).filter((action) => isLost(action, statement, room)));
      return lost.length === 0 ? [] : [message(role, policy, [...new Set(lost)], granted)];
    });
}

function isLost(action: string, statement: Json, room: readonly Json[]): boolean {
  const resources = textsOf(statement['Resource']);
  const denied = room.some(
    (each) =>
      each['Effect'] === 'Deny' &&
      each['Condition'] === undefined &&
      textsOf(each['Resource']).includes('*') &&
      actionsOf(each).some((other) => contains(patternOf(other), patternOf(action))),
  );
  if (denied) return true;
  return !room.some(
    (each) =>
      each['Effect'] === 'Allow' &&
      (each['NotAction'] !== undefined || actionsOf(each).some((other) => meet(other, action))) &&
      (each['NotResource'] !== undefined ||
        resources.length === 0 ||
        textsOf(each['Resource']).some((other) => resources.some((resource) => meet(other, resource)))),
  );
}

function message(
  role: iam.Role,
  policy: iam.Policy,
  lost: readonly string[],
  granted: readonly iam.PolicyStatement[],
): string {
  const actions = lost.map((action) => `\`${action}\``).join(', ');
  const targets = granted
    .filter((each) => each.actions.some((action) => lost.includes(action.toLowerCase())))
    .flatMap(({ resources }) => resources.flatMap(targetsOf));
  const on = targets.length === 0 ? '' : ` on ${[...new Set(targets)].join(', ')}`;
  return misuse(policy, {
    code: 'BH2013',
    what: `the grant of ${actions}${on} to ${role.node.path} is outside of its permissions boundary`,
    why: 'it would have no effect, and the first call would fail after the deployment',
    mend: 'declare it: `role.allow(statement)` instead of the grant, or `role.extendBoundary(statement)` beside it; or take the grant away',
  }).message;
}

/** The construct paths of what an ARN refers to. */
function targetsOf(arn: string): string[] {
  return Tokenization.reverseString(arn)
    .tokens.filter((token): token is Reference => Reference.isReference(token))
    .map(({ target }) => target.node.path.replace(/\/Resource$/, ''));
}

function statementsOf(document: Json | undefined): readonly Json[] {
  return [document?.['Statement'] ?? []].flat(1) as Json[];
}

function actionsOf(statement: Json): readonly string[] {
  return textsOf(statement['Action']).map((action) => action.toLowerCase());
}

function textsOf(value: unknown): readonly string[] {
  return value === undefined ? [] : [value].flat(1).map(globOf);
}

/** What a resolved text may be, as a pattern: `*` where it is known only at deployment. */
function globOf(value: unknown): string {
  if (typeof value === 'string') return value;
  const join = (value as { readonly 'Fn::Join'?: readonly [string, unknown] } | null)?.['Fn::Join'];
  return join !== undefined && Array.isArray(join[1]) ? join[1].map(globOf).join(join[0]) : '*';
}

function meet(one: string, other: string): boolean {
  return one === other || one === '*' || other === '*' || intersects(patternOf(one), patternOf(other));
}
