import * as iam from 'aws-cdk-lib/aws-iam';
import { KEYLESS } from '../../engine/compile/access-matrix';
import type { CompiledPolicies } from '../../engine/compile/access-matrix';

/** Everything of this API. The short form is expanded by API Gateway; the API's own id would be a cycle. */
const WHOLE_API = 'execute-api:/*';

/**
 * The statements of an API's resource policy: Denies, and an Allow only for callers of other accounts and for methods
 * that ask for no principal. Within an account an Allow in any identity policy opens an API, so that only an explicit
 * Deny keeps others out.
 *
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-authorization-flow.html
 */
export function resourcePolicy(
  { guard, admitted }: Pick<CompiledPolicies, 'guard' | 'admitted'>,
  arnOf: (caller: string) => string,
): iam.PolicyStatement[] {
  return [
    ...guard.map(({ sid, patterns, onlyCallers }) =>
      deny(sid, ['execute-api:Invoke'], resourcesOf(patterns), isNone(onlyCallers, arnOf)),
    ),
    deny('OnlyTls', ['execute-api:Invoke'], [WHOLE_API], { Bool: { 'aws:SecureTransport': 'false' } }),
    deny('NoCacheOrConnections', ['execute-api:InvalidateCache', 'execute-api:ManageConnections'], [WHOLE_API]),
    ...[...admitted].map(
      ([caller, patterns]) =>
        new iam.PolicyStatement({
          effect: iam.Effect.ALLOW,
          principals: [caller === KEYLESS ? new iam.StarPrincipal() : new iam.ArnPrincipal(arnOf(caller))],
          actions: ['execute-api:Invoke'],
          resources: resourcesOf(patterns),
        }),
    ),
  ];
}

/**
 * The role's ARN whatever the session. A negated operator also matches where there is none, which are the callers
 * without a principal: they are spared by asking for one.
 */
function isNone(callers: readonly string[], arnOf: (caller: string) => string): iam.Conditions {
  const roles = callers.filter((each) => each !== KEYLESS);
  return {
    ...(roles.length > 0 ? { StringNotEquals: { 'aws:PrincipalArn': roles.map(arnOf) } } : {}),
    ...(callers.includes(KEYLESS) ? { Null: { 'aws:PrincipalArn': 'false' } } : {}),
  };
}

function resourcesOf(patterns: readonly string[]): string[] {
  return patterns.map((pattern) => `execute-api:/${pattern}`);
}

/** Where nothing could be compiled: closed. */
export function closedPolicy(): iam.PolicyStatement[] {
  return [deny('Closed', ['execute-api:*'], [WHOLE_API])];
}

function deny(sid: string, actions: string[], resources: string[], conditions?: iam.Conditions): iam.PolicyStatement {
  return new iam.PolicyStatement({
    sid,
    effect: iam.Effect.DENY,
    principals: [new iam.StarPrincipal()],
    actions,
    resources,
    conditions,
  });
}
