import { resourcePolicy } from '../../engine/parse/policies-of';
import { INTENT_KEY } from '../../model/intent';
import type { PolicyDocument, PolicyText } from '../../model/policy';
import { show } from '../../model/read';
import type { Resource, Snapshot } from '../../model/snapshot';
import type { ExampleTemplate, Rule, Violation } from '../rule';
import { exemptedByTag } from '../support/callers-tag';
import { certaintyOf, isOpenTo, undeclared } from '../support/declared-roles';
import { isKeptOut } from '../support/kept-out';
import { principalNamed } from '../support/principals';
import { LAMBDA_TRUST } from '../support/examples';
import { coverageOf } from '../support/execute-api';
import { deniesToAll, exempted, hasPattern, isForPlainHttp, mayName, singledOut } from '../support/guards';
import { about } from '../support/property';
import { iamEndpoints } from '../support/iam-endpoints';
import type { Endpoint } from '../support/iam-endpoints';
import type { Requests } from '../support/requests';
import { inEachWorld } from '../support/worlds';

const INVOKE = 'execute-api:Invoke';

/** A Deny read for one API: for whom, and for which of its requests. */
interface Guard {
  readonly covers: (requests: Requests) => boolean;
  /** Whom it leaves out; `undefined` where it is no guard against strangers. */
  readonly leavesOut: readonly PolicyText[] | undefined;
  /** Whom alone it is for. */
  readonly isFor: readonly PolicyText[];
}

/**
 * What a Deny leaves out must have been declared as a caller: of the endpoint, or of another whose requests no pattern
 * of IAM can tell from its own (`/orders/{id}` and `/orders/{id}/refunds`), whose role its boundary then keeps out; or of
 * another whose role its boundary or a Deny of its own keeps out for sure, where that is how the API was declared.
 * The ARN of a declared caller may come from a parameter or an import: it was declared as that.
 */
export const api2: Rule = {
  id: 'API2',
  title: 'An API is not guarded against the rest of the account',
  severity: 'error',
  why: 'Within an account, an Allow in any identity policy is enough to call a method with AWS_IAM: a wildcard in a role of somebody else opens the API. Only an explicit Deny in the resource policy of the API keeps out who is not a caller.',
  fix: 'Deny execute-api:Invoke to everybody in the resource policy, with `ArnNotEquals` on `aws:PrincipalArn` and the roles that call, for every method; and deny plain HTTP. `LeastPrivilegeRestApi` writes both from the declared callers.',
  page: 'https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-authorization-flow.html',
  controls: ['NIST 800-53 r5 AC-3', 'NIST 800-53 r5 AC-6', 'NIST 800-53 r5 SC-7', 'NIST 800-53 r5 SC-8'],
  types: ['AWS::ApiGateway::RestApi'],
  check(api, snapshot) {
    const endpoints = onDeclaredStage(api, iamEndpoints(api, snapshot));
    if (endpoints.length === 0) return [];
    const document = resourcePolicy(api);
    if (document === undefined) {
      return about(
        [{ message: `found no resource policy; expected one that denies ${INVOKE} to all but the callers` }],
        ...endpoints.map(({ name }) => name),
      );
    }
    return inEachWorld([document], api.guards, (each) => judge(each, endpoints, api, snapshot));
  },
  examples: { bad: guarded([]), good: guarded([{ 'Fn::GetAtt': ['Clerk', 'Arn'] }]) },
};

/** API18 tells of the other stages of an API that was declared: they are to be removed, not to be guarded. */
function onDeclaredStage({ intent }: Resource, endpoints: readonly Endpoint[]): readonly Endpoint[] {
  const own = endpoints.filter(({ stage }) => intent?.kind === 'api' && stage === intent.stage);
  return own.length === 0 ? endpoints : own;
}

function judge(
  document: PolicyDocument,
  endpoints: readonly Endpoint[],
  api: Resource,
  snapshot: Snapshot,
): readonly Violation[] {
  const denies = deniesToAll(document, [INVOKE]);
  const tag = api.intent?.kind === 'api' ? api.intent.callersTag : undefined;
  const guards = denies.map(
    (statement): Guard => ({
      covers: coverageOf(statement.resources, api),
      leavesOut: tag === undefined ? exempted(statement) : exemptedByTag(statement, tag, snapshot),
      isFor: singledOut(statement),
    }),
  );
  const open = endpoints.filter(
    ({ requests }) => !guards.some(({ covers, leavesOut }) => leavesOut !== undefined && covers(requests)),
  );
  const allows = document.statements.filter(({ effect }) => effect === 'Allow');
  const expected = 'expected one on `aws:PrincipalArn` with the roles that call it';
  if (open.length === endpoints.length) {
    return about(
      [{ message: `found no Deny of ${INVOKE} that shuts out who is not a caller; ${expected}` }],
      ...endpoints.map(({ name }) => name),
      ...allows,
    );
  }
  const overHttp = denies.filter(isForPlainHttp).map(({ resources }) => coverageOf(resources, api));
  const plain = endpoints.filter(({ requests }) => !overHttp.some((covers) => covers(requests)));
  return [
    ...open.map(({ name }) => ({
      message: `found no Deny of ${INVOKE} on \`${name}\` that shuts out who is not a caller; ${expected}`,
      detail: `Endpoint::${name}`,
      about: allows,
    })),
    ...endpoints.flatMap((endpoint) => strangers(endpoint, guards, endpoints, api, snapshot)),
    ...(plain.length === 0
      ? []
      : [
          {
            message: `found no Deny of plain HTTP on ${plain.length === endpoints.length ? 'the API' : plain.map(({ name }) => `\`${name}\``).join(', ')}; expected \`Bool aws:SecureTransport false\``,
            detail: 'PlainHttp',
            about: plain.map(({ name }) => name),
          },
        ]),
  ];
}

/** Whom all Denies on an endpoint leave out without a declaration. */
function strangers(
  endpoint: Endpoint,
  guards: readonly Guard[],
  endpoints: readonly Endpoint[],
  api: Resource,
  snapshot: Snapshot,
): readonly Violation[] {
  const covering = guards.filter(({ covers }) => covers(endpoint.requests));
  const lists = covering.flatMap(({ leavesOut }) => (leavesOut === undefined ? [] : [leavesOut]));
  const [first = [], ...others] = lists.sort(
    (a, b) => Number(hasPattern(a)) - Number(hasPattern(b)) || a.length - b.length,
  );
  const denied = new Set(covering.flatMap(({ isFor }) => isFor.map(show)));
  const left = first.filter((value) => !denied.has(show(value)) && others.every((list) => mayName(list, value)));
  const wrong =
    endpoint.callers === undefined ? left.filter(isOpenTo) : undeclaredOf(left, endpoint, endpoints, api, snapshot);
  return wrong.map((value) => ({
    message: `found \`${show(value)}\` left out of the Deny on \`${endpoint.name}\`; expected ${endpoint.callers === undefined ? 'roles by their full ARN' : `its callers only (${endpoint.callers.join(', ')})`}`,
    detail: `Endpoint::${endpoint.name}::${show(value)}`,
    ...certaintyOf(value),
  }));
}

function undeclaredOf(
  left: readonly PolicyText[],
  endpoint: Endpoint,
  endpoints: readonly Endpoint[],
  api: Resource,
  snapshot: Snapshot,
): readonly PolicyText[] {
  const wrong = undeclared(left, new Set(endpoint.callers), api, snapshot);
  if (wrong.length === 0) return wrong;
  const same = endpoints.filter((other) => other === endpoint || endpoint.widened.overlaps(other.requests));
  const apart = undeclared(left, new Set(same.flatMap(({ callers = [] }) => callers)), api, snapshot);
  if (api.intent?.kind !== 'api' || api.intent.guardDetail !== 'callers') return apart;
  // A caller of another endpoint is kept out by what binds itself, where the guard was not to tell endpoints apart.
  const ofApi = new Set(endpoints.flatMap(({ callers = [] }) => callers));
  const strange = new Set(undeclared(apart, ofApi, api, snapshot));
  return apart.filter((value) => {
    const role = strange.has(value) ? undefined : principalNamed(value, api, snapshot);
    return role === undefined || !isKeptOut(role, endpoint.requests, api, snapshot);
  });
}

function guarded(callers: readonly unknown[]): ExampleTemplate {
  const deny = (Condition: Readonly<Record<string, unknown>>) => ({
    Effect: 'Deny',
    Principal: '*',
    Action: INVOKE,
    Resource: 'execute-api:/*',
    Condition,
  });
  return {
    Resources: {
      Clerk: {
        Type: 'AWS::IAM::Role',
        Properties: { AssumeRolePolicyDocument: LAMBDA_TRUST },
        Metadata: { 'aws:cdk:path': 'Orders/Clerk/Resource' },
      },
      Example: {
        Type: 'AWS::ApiGateway::RestApi',
        Properties: {
          Name: 'orders',
          Policy: {
            Version: '2012-10-17',
            Statement: [
              ...callers.map((caller) => deny({ ArnNotEquals: { 'aws:PrincipalArn': caller } })),
              deny({ Bool: { 'aws:SecureTransport': 'false' } }),
            ],
          },
        },
      },
      List: {
        Type: 'AWS::ApiGateway::Method',
        Properties: {
          RestApiId: { Ref: 'Example' },
          ResourceId: { 'Fn::GetAtt': ['Example', 'RootResourceId'] },
          HttpMethod: 'GET',
          AuthorizationType: 'AWS_IAM',
        },
        Metadata: {
          [INTENT_KEY]: {
            kind: 'endpoint',
            api: 'Orders/Api',
            endpoint: 'GET /',
            callers: ['Orders/Clerk'],
            highValue: false,
          },
        },
      },
    },
  };
}
