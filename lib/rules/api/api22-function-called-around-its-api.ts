import { analysed } from '../../engine/analysed';
import { decide } from '../../engine/decide/decide';
import type { Decision } from '../../engine/decide/decision';
import { judgedOf } from '../../engine/duties/judged';
import { sentence } from '../../engine/duties/holding';
import { actionMayMatch } from '../../engine/match/action-pattern';
import { nameOf } from '../../engine/world/resource-name';
import type { Principal } from '../../engine/world/world';
import type { PolicyText, Statement } from '../../model/policy';
import { alternatives, referencedResources, show } from '../../model/read';
import type { Resource, Snapshot } from '../../model/snapshot';
import type { Rule, Violation } from '../rule';
import { functionBehindApi } from '../support/api-example';
import { LAMBDA_TRUST } from '../support/examples';
import { functionsBehindApis } from '../support/functions-behind';
import { resourcesNamed } from '../support/lookup';

const MADE_UP = /-[A-Za-z0-9]{8,16}(:[\w$-]+)?$/;
const INVOKE = 'lambda:InvokeFunction';
/** The same without an answer; AWS calls it deprecated, and takes it. */
const INVOKE_ASYNC = 'lambda:InvokeAsync';
const INVOKE_URL = 'lambda:InvokeFunctionUrl';
const FUNCTION = 'AWS::Lambda::Function';
const APIS = ['AWS::ApiGateway::RestApi', 'AWS::ApiGatewayV2::Api'];

const shortcut = (Action: string) => ({
  Resources: {
    ...functionBehindApi({ Handler: 'index.handler' }),
    Report: {
      Type: 'AWS::IAM::Role',
      Properties: {
        AssumeRolePolicyDocument: LAMBDA_TRUST,
        Policies: [
          {
            PolicyName: 'work',
            PolicyDocument: { Statement: [{ Effect: 'Allow', Action, Resource: { 'Fn::GetAtt': ['Orders', 'Arn'] } }] },
          },
        ],
      },
    },
  },
});

/** Only functions behind an API that was declared: of others nobody said who may call them. */
export const api22: Rule = {
  id: 'API22',
  title: 'A function behind a declared API can be called around it',
  severity: 'error',
  why: 'The callers of an endpoint are declared, checked and logged at the gateway. Whoever invokes the function itself is none of that: it takes any event, with any caller written into it. So does a call through an API for which nobody declared callers. Event source mappings, and permissions for services such as SNS, are not looked at.',
  fix: 'Take `lambda:InvokeFunction`, `InvokeAsync` and `InvokeFunctionUrl` on this function away and call the endpoint, as one of its callers. Take the permission of another API away, or declare that one too. What has to be called by both belongs into a function of its own.',
  page: 'https://docs.aws.amazon.com/lambda/latest/dg/access-control-resource-based.html',
  controls: ['NIST 800-53 r5 AC-3', 'NIST 800-53 r5 AC-4', 'NIST 800-53 r5 AU-12'],
  types: [FUNCTION],
  check(resource, snapshot) {
    if (!functionsBehindApis(snapshot).has(resource.key)) return [];
    return [...byIdentities(resource, snapshot), ...byPermissions(resource, snapshot)];
  },
  examples: { bad: shortcut(INVOKE), good: shortcut('lambda:GetFunction') },
};

function byIdentities(resource: Resource, snapshot: Snapshot): readonly Violation[] {
  const { world } = analysed(snapshot);
  const arns = alternatives(resource.arn) as readonly PolicyText[];
  const actions = [INVOKE, INVOKE_ASYNC, ...(hasUrl(resource, snapshot) ? [INVOKE_URL] : [])];
  return judgedOf(world)
    .filter((principal) => namesOne(principal, actions))
    .flatMap((principal) =>
      arns.flatMap((arn): readonly Violation[] => {
        const asked = actions.map((action) => ({
          action,
          decision: decide({ principal, action, resource: arn }, world),
        }));
        const found = asked.find(({ decision }) => {
          const isOfOthers = isUnnamed(resource) && given(decision).every(namesOthers);
          return decision.may && (decision.must || !isOfOthers);
        });
        if (found === undefined) return [];
        const { action, decision } = found;
        const name = nameOf(principal.resource);
        const unknowns = [
          ...decision.unknowns.map(({ detail }) => detail),
          // URLs made since October 2025 ask for both permissions; of the deprecated call AWS does not say it.
          ...(action === INVOKE ? [] : [`whether AWS asks for ${INVOKE} too`]),
        ];
        return [
          {
            message: `found \`${name}\`, which ${sentence(action, nameOf(resource), decision)}; expected the API alone to call it`,
            detail: `Principal::${name}`,
            principal: name,
            parts: given(decision),
            ...(decision.must && action === INVOKE ? {} : { certainty: 'possible' as const, unknowns }),
          },
        ];
      }),
    );
}

function given({ allows }: Decision): readonly Statement[] {
  return allows.map(({ statement }) => statement);
}

/** Whether it has a URL that asks for IAM; where one asks for nothing, API5 tells of the permission for everybody. */
function hasUrl(resource: Resource, snapshot: Snapshot): boolean {
  return snapshot
    .ofType('AWS::Lambda::Url')
    .filter(({ properties }) => properties['AuthType'] !== 'NONE')
    .some((each) =>
      resourcesNamed(each.properties['TargetFunctionArn'] ?? '', FUNCTION, each, snapshot).includes(resource),
    );
}

function isUnnamed({ properties }: Resource): boolean {
  return properties['FunctionName'] === undefined;
}

/**
 * Whether a statement names functions in full, and none by a name as CloudFormation makes them up, which ends with a
 * hyphen and some twelve random signs: then it is not about a function that was given no name.
 */
function namesOthers({ resources }: Statement): boolean {
  return (
    resources?.negated === false &&
    resources.patterns.every(
      (each) => typeof each === 'string' && /:function:[\w-]+(:[\w$-]+)?$/.test(each) && !MADE_UP.test(each),
    )
  );
}

/** Before the question, which costs more. Who may do everything is told for that. */
function namesOne({ policies }: Principal, asked: readonly string[]): boolean {
  return policies.some(({ document }) =>
    document.statements.some(
      ({ effect, actions }) =>
        effect === 'Allow' &&
        !actions.negated &&
        actions.patterns.some((each) => each !== '*' && asked.some((action) => actionMayMatch(each, action))),
    ),
  );
}

/** Permissions for accounts, roles and users; API5 tells of those for everybody. */
function byPermissions(resource: Resource, snapshot: Snapshot): readonly Violation[] {
  return snapshot
    .ofType('AWS::Lambda::Permission')
    .filter((each) =>
      resourcesNamed(each.properties['FunctionName'] ?? '', FUNCTION, each, snapshot).includes(resource),
    )
    .flatMap((each) => {
      const { properties, logicalId } = each;
      return alternatives(properties['Principal']).flatMap((principal): readonly Violation[] => {
        const shown = show(principal);
        if (shown === 'apigateway.amazonaws.com') return byOtherApis(each, snapshot);
        if (shown === '*' || shown.endsWith('.amazonaws.com')) return [];
        return [
          {
            message: `found the permission \`${logicalId}\` for \`${shown}\`; expected the API alone to call the function`,
            detail: `Permission::${shown}`,
            parts: [properties],
          },
        ];
      });
    });
}

/**
 * One API has an id; a wildcard in its place is every API of the account, whoever made it. An API that was declared has
 * callers of its own: two of them may share a function.
 */
function byOtherApis(permission: Resource, snapshot: Snapshot): readonly Violation[] {
  const { properties, logicalId } = permission;
  if (properties['SourceArn'] === undefined) return [];
  return alternatives(properties['SourceArn']).flatMap((each): readonly Violation[] => {
    const shown = show(each);
    const [api = ''] = (shown.replace(/\$\{AWS::[^}]+\}/g, 'x').split(':')[5] ?? '').split('/');
    const told = { detail: `Permission::${shown}`, parts: [each] };
    if (/[*?]/.test(api)) {
      const message = `found the permission \`${logicalId}\` for every API of the account: \`${shown}\`; expected the id of one API`;
      return [{ ...told, message }];
    }
    const named = referencedResources(each).flatMap((key) => {
      const resource = snapshot.byKey(key);
      return resource !== undefined && APIS.includes(resource.type) ? [resource] : [];
    });
    const known = named.length > 0 ? named : APIS.flatMap((type) => resourcesNamed(api, type, permission, snapshot));
    if (api === '' || (known.length > 0 && known.every(({ intent }) => intent?.kind === 'api'))) return [];
    const message = `found the permission \`${logicalId}\` for an API that was not declared: \`${shown}\`; expected declared APIs alone to call the function`;
    const isKnown = known.length > 0 || !api.includes('$');
    return [{ ...told, message, ...(isKnown ? {} : { certainty: 'possible' as const, unknowns: [api] }) }];
  });
}
