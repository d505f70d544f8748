import { analysed } from '../../engine/analysed';
import { identityPolicies, typesWith } from '../../engine/parse/policies-of';
import type { PolicyText, Statement } from '../../model/policy';
import { elements, holes, show } from '../../model/read';
import type { Resource, Snapshot } from '../../model/snapshot';
import { isAbsent, isText } from '../../model/value';
import type { Rule } from '../rule';
import { underItsConditions } from '../support/conditional';
import { coversAction } from '../support/coverage';
import { controlPlaneArn, gives, placesOf } from '../support/control-plane';
import { roleThatMay } from '../support/examples';
import { grantsOf } from '../support/grants';
import { resourcesNamed } from '../support/lookup';

/** The keys themselves, and those of a usage plan: both answers have the value of each key. */
const KEYS = ['/apikeys', '/apikeys/{id}', '/usageplans/{id}/keys', '/usageplans/{id}/keys/{key}'];
const GET = 'apigateway:GET';

/**
 * `*` as the action is IAM1's, as everything is in it. The function that rotates a declared key reads the keys of the one
 * usage plan that it keeps. What is denied to whoever has the policy is not let be read.
 */
export const api20: Rule = {
  id: 'API20',
  title: 'A policy lets API keys be read',
  severity: 'error',
  why: '`apigateway:GET` on API keys shows their values where the caller asks for them, and so does one on the keys of a usage plan. Permission to look at API Gateway is then permission to call as every customer that has a key.',
  fix: 'Name what is to be looked at, such as `arn:aws:apigateway:<region>::/restapis/*`, without `/apikeys` and `/usageplans/<id>/keys`.',
  page: 'https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-control-access-using-iam-policies-to-create-and-manage-api.html',
  controls: ['NIST 800-53 r5 IA-5', 'NIST 800-53 r5 AC-6'],
  types: typesWith('identity'),
  check(resource, snapshot) {
    return grantsOf(resource, snapshot).allows.flatMap((statement) => {
      if (statement.actions.patterns.includes('*') || coversAction(statement.actions, GET) === 'no') return [];
      const answers = placesOf(statement).flatMap((place) =>
        KEYS.map((path) => {
          const arn = controlPlaneArn(path, place);
          const answer = gives(statement, GET, arn);
          return answer !== 'no' && isDenied(arn, resource, snapshot) ? 'no' : answer;
        }),
      );
      if (answers.every((each) => each === 'no') || isOfRotation(statement, resource, snapshot)) return [];
      const shown = statement.resources?.patterns.map(show).join(', ') ?? '*';
      const isCertain = answers.includes('yes');
      return underItsConditions(statement, resource, [
        {
          message: `found ${GET} on \`${shown}\`, which reads API keys with their values; expected it without \`/apikeys\` and the keys of usage plans`,
          detail: `Resource::${shown}`,
          ...(isCertain ? {} : { certainty: 'possible', unknowns: [`what \`${shown}\` will be`] }),
        },
      ]);
    });
  },
  examples: {
    bad: roleThatMay({ Effect: 'Allow', Action: GET, Resource: 'arn:aws:apigateway:eu-central-1::/*' }),
    good: roleThatMay({ Effect: 'Allow', Action: GET, Resource: 'arn:aws:apigateway:eu-central-1::/restapis/*' }),
  },
};

/** By the policies beside it on the same resource, or by others of each who has it, where no template can add to those. */
function isDenied(arn: PolicyText, resource: Resource, snapshot: Snapshot): boolean {
  const denies = (statements: readonly Statement[]): boolean =>
    statements.some(
      (each) =>
        each.effect === 'Deny' &&
        each.conditions.length === 0 &&
        each.guards.length === 0 &&
        gives(each, GET, arn) === 'yes',
    );
  if (denies(identityPolicies(resource).flatMap(({ document }) => document.statements))) return true;
  // Others may be given a managed policy, or be put into a group.
  if (/::(ManagedPolicy|Group|GroupPolicy)$/.test(resource.type)) return false;
  if (!isAbsent(resource.properties['Groups'])) return false;
  const holders = analysed(snapshot).world.principals.filter(({ policies }) =>
    policies.some((each) => each.resource === resource),
  );
  return (
    holders.length > 0 &&
    holders.every(({ policies, boundary }) =>
      denies(
        [...policies, ...(boundary === undefined ? [] : [boundary])].flatMap(({ document }) => document.statements),
      ),
    )
  );
}

/** Whether a statement is on usage plans of the template alone, and is held by none but declared rotators. */
function isOfRotation({ resources }: Statement, policy: Resource, snapshot: Snapshot): boolean {
  if (resources === undefined || resources.negated || resources.patterns.some((each) => /[*?]/.test(show(each)))) {
    return false;
  }
  const areOwn = resources.patterns.every(
    (each) =>
      isText(each) &&
      holes(each).some(({ resource }) => resource && snapshot.byKey(resource)?.type === 'AWS::ApiGateway::UsagePlan'),
  );
  const named = elements(policy.properties['Roles']);
  if (!areOwn || policy.type !== 'AWS::IAM::Policy' || named.length === 0) return false;
  const rotators = snapshot
    .ofType('AWS::SecretsManager::Secret')
    .flatMap(({ intent }) => (intent?.kind === 'credential' && intent.rotator !== undefined ? [intent.rotator] : []));
  return named.every((each) =>
    resourcesNamed(each, 'AWS::IAM::Role', policy, snapshot).some(
      ({ intent, constructPath }) =>
        (intent?.kind === 'role' && rotators.includes(intent.path)) ||
        (constructPath !== undefined && rotators.includes(constructPath.replace(/\/Resource$/, ''))),
    ),
  );
}
