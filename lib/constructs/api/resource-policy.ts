import * as iam from 'aws-cdk-lib/aws-iam';
import type { GuardStatement } from '../../engine/compile/access-matrix';

/** Everything of this API. The short form is expanded by API Gateway; the API's own id would be a cycle. */
const WHOLE_API = 'execute-api:/*';

/**
 * The statements of an API's resource policy: nothing but Denies. Within an account an Allow in any identity policy
 * opens an API, so that only an explicit Deny keeps others out.
 *
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-authorization-flow.html
 */
export function resourcePolicy(
  guard: readonly GuardStatement[],
  arnOf: (caller: string) => string,
): iam.PolicyStatement[] {
  return [
    ...guard.map(({ sid, patterns, onlyCallers }) =>
      deny(
        sid,
        ['execute-api:Invoke'],
        patterns.map((pattern) => `execute-api:/${pattern}`),
        // The role's ARN whatever the session; a negated operator also matches where there is none: anonymous.
        { StringNotEquals: { 'aws:PrincipalArn': onlyCallers.map(arnOf) } },
      ),
    ),
    deny('OnlyTls', ['execute-api:Invoke'], [WHOLE_API], { Bool: { 'aws:SecureTransport': 'false' } }),
    deny('NoCacheOrConnections', ['execute-api:InvalidateCache', 'execute-api:ManageConnections'], [WHOLE_API]),
  ];
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
