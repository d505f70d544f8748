import { analysed } from '../../engine/analysed';
import { nameOf } from '../../engine/world/resource-name';
import { INTENT_KEY } from '../../model/intent';
import { show } from '../../model/read';
import type { Resource } from '../../model/snapshot';
import type { Rule, Violation } from '../rule';
import { controlPlaneArn, gives } from '../support/control-plane';
import { dutyOf } from '../support/duty';
import { roleThatMay } from '../support/examples';
import { about } from '../support/property';

/** What changes who may call, what answers, and by which way: each with the part of the API that it is about. */
const CHANGES = [
  ['apigateway:UpdateRestApiPolicy', '/restapis/{api}', 'the resource policy'],
  ['apigateway:PATCH', '/restapis/{api}/authorizers/{id}', 'authorizers'],
  ['apigateway:PATCH', '/restapis/{api}/resources/{id}/methods/{verb}', 'the authorization of methods'],
  ['apigateway:PUT', '/restapis/{api}/resources/{id}/methods/{verb}', 'methods'],
  ['apigateway:POST', '/restapis/{api}/resources/{id}/methods/{verb}', 'test invocations'],
  ['apigateway:PUT', '/restapis/{api}', 'the definition'],
  ['apigateway:PATCH', '/restapis/{api}', 'the endpoint and its settings'],
  ['apigateway:PATCH', '/restapis/{api}/stages/{stage}', 'stages'],
  ['apigateway:POST', '/restapis/{api}/stages', 'stages'],
  ['apigateway:POST', '/restapis/{api}/deployments', 'deployments'],
  ['apigateway:PUT', '/restapis/{api}/resources/{id}/methods/{verb}/integration', 'integrations'],
  ['apigateway:PATCH', '/restapis/{api}/resources/{id}/methods/{verb}/integration', 'integrations'],
  ['apigateway:PATCH', '/domainnames/{domain}', 'domains'],
  ['apigateway:POST', '/domainnames/{domain}/basepathmappings', 'the paths of domains'],
  ['apigateway:PATCH', '/domainnames/{domain}/basepathmappings/{path}', 'the paths of domains'],
  ['apigateway:POST', '/domainnames/{domain}/apimappings', 'the paths of domains'],
  ['apigateway:PATCH', '/domainnames/{domain}/apimappings/{id}', 'the paths of domains'],
  ['apigateway:PATCH', '/apis/{api}/routes/{id}', 'routes of HTTP APIs'],
  ['apigateway:POST', '/apis/{api}/routes', 'routes of HTTP APIs'],
  ['apigateway:PATCH', '/apis/{api}/authorizers/{id}', 'authorizers of HTTP APIs'],
  ['apigateway:PUT', '/apis/{api}', 'the definition of HTTP APIs'],
  ['apigateway:PATCH', '/apis/{api}', 'the endpoint and the settings of HTTP APIs'],
  ['apigateway:PATCH', '/apis/{api}/stages/{stage}', 'stages of HTTP APIs'],
  ['apigateway:POST', '/apis/{api}/stages', 'stages of HTTP APIs'],
  ['apigateway:POST', '/apis/{api}/deployments', 'deployments of HTTP APIs'],
  ['apigateway:PATCH', '/apis/{api}/integrations/{id}', 'integrations of HTTP APIs'],
  ['apigateway:DELETE', '/restapis/{api}/resources/{id}/methods/{verb}', 'methods'],
  ['apigateway:DELETE', '/restapis/{api}/authorizers/{id}', 'authorizers'],
  ['apigateway:DELETE', '/apis/{api}/routes/{id}', 'routes of HTTP APIs'],
  ['apigateway:DELETE', '/apis/{api}/authorizers/{id}', 'authorizers of HTTP APIs'],
  ['apigateway:SetWebACL', '/restapis/{api}/stages/{stage}', 'the web ACL of stages'],
  ['apigateway:AddCertificateToDomain', '/domainnames/{domain}', 'the certificates of domains'],
  ['apigateway:RemoveCertificateFromDomain', '/domainnames/{domain}', 'the certificates of domains'],
] as const;
const ASKED = CHANGES.map(([action, path, what]) => ({ action, arn: controlPlaneArn(path), what }));

const operator = (Action: string) => {
  const { Resources } = roleThatMay({
    Effect: 'Allow',
    Action,
    Resource: 'arn:aws:apigateway:eu-central-1::/restapis/*',
  });
  const intent = { kind: 'role', roleKind: 'operator', path: 'Ops', owner: 'ops', purpose: 'watching' };
  return { Resources: { Example: { ...(Resources['Example'] as object), Metadata: { [INTENT_KEY]: intent } } } };
};

/**
 * Deployments change APIs: that is their duty. Of roles that declare nothing, those of pipelines are told by whom they
 * trust. What a boundary or another policy denies is no finding; `*` as the action is IAM1's.
 */
export const api21: Rule = {
  id: 'API21',
  title: 'Somebody beside the deployment can change who may call an API',
  severity: 'error',
  why: 'Whoever rewrites authorizers, methods or the resource policy decides who gets in, past every review; who rewrites an integration or a stage decides what answers, and whether it is logged and throttled; who deploys puts into service what somebody prepared, or another stage with what was there before; who changes a domain decides which API answers there, and whether certificates are asked for; and a test invocation runs an endpoint without any authorization and without a trace in CloudTrail.',
  fix: 'Leave `apigateway:PATCH`, `PUT`, `POST`, `DELETE`, `UpdateRestApiPolicy` and `SetWebACL` to the role that deploys, and let people look: `apigateway:GET` on `/restapis/*`.',
  page: 'https://docs.aws.amazon.com/apigateway/latest/developerguide/security_iam_service-with-iam.html',
  controls: ['NIST 800-53 r5 AC-5', 'NIST 800-53 r5 CM-5', 'NIST 800-53 r5 AC-6(1)'],
  types: ['AWS::IAM::Role', 'AWS::IAM::User'],
  check(resource, snapshot) {
    if (dutyOf(resource) === 'deployment') return [];
    const principal = analysed(snapshot).world.principal(resource.key);
    const policies = [...(principal?.policies ?? [])];
    const statements = policies.flatMap(({ document }) => document.statements);
    const allows = statements.filter(
      ({ effect, actions }) => effect === 'Allow' && (actions.negated || mentions(actions.patterns.map(show))),
    );
    if (allows.length === 0) return [];
    const boundary = principal?.boundary?.document;
    const denies = [...statements, ...(boundary?.statements ?? [])].filter(
      ({ effect, conditions, guards }) => effect === 'Deny' && conditions.length === 0 && guards.length === 0,
    );
    const found = ASKED.flatMap(({ action, arn, what }) => {
      if (denies.some((each) => gives(each, action, arn) === 'yes')) return [];
      if (boundary !== undefined && boundary.unknowns.length === 0) {
        const within = boundary.statements.filter(({ effect }) => effect === 'Allow');
        if (within.every((each) => gives(each, action, arn) === 'no')) return [];
      }
      const answers = allows.map((each) => (each.guards.length > 0 ? possible : sure)(gives(each, action, arn)));
      return answers.includes('yes') || answers.includes('open')
        ? [{ action, what, isCertain: answers.includes('yes') && boundary === undefined }]
        : [];
    });
    return found.length === 0 ? [] : about([violation(resource, found)], ...allows);
  },
  examples: { bad: operator('apigateway:PATCH'), good: operator('apigateway:GET') },
};

type Answer = ReturnType<typeof gives>;

const sure = (answer: Answer): Answer => answer;
const possible = (answer: Answer): Answer => (answer === 'yes' ? 'open' : answer);

/** Quick: most statements are about other services. */
function mentions(actions: readonly string[]): boolean {
  return actions.some((action) => /^(apigateway:|[^*]*\$\{|[^:]+\*.*:)/i.test(action));
}

function violation(
  resource: Resource,
  found: readonly { readonly action: string; readonly what: string; readonly isCertain: boolean }[],
): Violation {
  const actions = [...new Set(found.map(({ action }) => action))].join(', ');
  const whats = [...new Set(found.map(({ what }) => what))].join(', ');
  return {
    message: `may change ${whats} (${actions}); expected that of deployments only`,
    detail: `Changes::${actions}`,
    principal: nameOf(resource),
    ...(found.some(({ isCertain }) => isCertain)
      ? {}
      : { certainty: 'possible', unknowns: ['the resources or conditions of the statement, or the boundary'] }),
  };
}
