import * as iam from 'aws-cdk-lib/aws-iam';
import { KEYLESS } from '../../engine/compile/access-matrix';
import type { CompiledPolicies, GuardStatement } from '../../engine/compile/access-matrix';

/** Everything of this API. The short form is expanded by API Gateway; the API's own id would be a cycle. */
const WHOLE_API = 'execute-api:/*';

/** How a guard knows those of its callers that are roles of the app, where that is not by their ARNs. */
export interface CallersTag {
  /** The name of the tag. */
  readonly key: string;
  /** The ARNs of all roles of the account, as a pattern. */
  readonly ownRoles: string;
}

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
  byTag?: CallersTag,
): iam.PolicyStatement[] {
  return [
    ...guard.map((each) =>
      deny(each.sid, ['execute-api:Invoke'], resourcesOf(each.patterns), isNone(each, arnOf, byTag)),
    ),
    ...(byTag === undefined ? [] : [...onlyByArn(guard, arnOf), ...onlyOwnRoles({ guard, admitted }, arnOf, byTag)]),
    deny('OnlyTls', ['execute-api:Invoke'], [WHOLE_API], { Bool: { 'aws:SecureTransport': 'false' } }),
    deny('NoCacheOrConnections', ['execute-api:InvalidateCache', 'execute-api:ManageConnections'], [WHOLE_API]),
    ...[...admitted].map(
      ([caller, patterns]) =>
        new iam.PolicyStatement({
          effect: iam.Effect.ALLOW,
          principals: [caller === KEYLESS ? new iam.StarPrincipal() : new iam.ArnPrincipal(arnOf(caller))],
          actions: ['execute-api:Invoke'],
          resources: resourcesOf(patterns),
          // The pattern may match requests of endpoints that ask for a signature: this opens them to no principal.
          ...(caller === KEYLESS ? { conditions: { Null: { 'aws:PrincipalArn': 'true' } } } : {}),
        }),
    ),
  ];
}

/**
 * The role's ARN whatever the session, and the tag of the role. A negated operator also matches where there is none: who
 * has no such tag is denied. So would callers without a principal be; they are spared by asking for one.
 */
function isNone(
  { onlyCallers, onlyTagged }: GuardStatement,
  arnOf: (caller: string) => string,
  byTag: CallersTag | undefined,
): iam.Conditions {
  const roles = onlyCallers.filter((each) => each !== KEYLESS);
  const tagged = onlyTagged !== undefined && byTag !== undefined;
  return {
    ...(roles.length > 0 ? { StringNotEquals: { 'aws:PrincipalArn': roles.map(arnOf) } } : {}),
    ...(tagged ? { StringNotLike: { [`aws:PrincipalTag/${byTag.key}`]: onlyTagged } } : {}),
    ...(onlyCallers.includes(KEYLESS) ? { Null: { 'aws:PrincipalArn': 'false' } } : {}),
  };
}

/**
 * What the tag says of a caller that is known by its ARN does not count: the account of a partner sets the tags of its own
 * roles. So what such a caller may not call is denied to it by name, whatever its tag.
 */
function onlyByArn(guard: readonly GuardStatement[], arnOf: (caller: string) => string): iam.PolicyStatement[] {
  const groups = new Map<string, { readonly callers: readonly string[]; readonly patterns: Set<string> }>();
  for (const { patterns, closedTo = [] } of guard) {
    if (closedTo.length === 0) continue;
    const key = closedTo.join('\0');
    const group = groups.get(key) ?? { callers: closedTo, patterns: new Set() };
    groups.set(key, group);
    for (const each of patterns) group.patterns.add(each);
  }
  return [...groups.values()].map(({ callers, patterns }, index) =>
    deny(`NotByTag${index + 1}`, ['execute-api:Invoke'], resourcesOf([...patterns]), {
      StringEquals: { 'aws:PrincipalArn': callers.map(arnOf) },
    }),
  );
}

/**
 * A tag is worth something on roles of the account alone: users and federated sessions may have it, too, and so may
 * principals of other accounts, whom nobody here judges. This Deny spares partners by their ARNs; `onlyByArn` is what keeps
 * them to their endpoints.
 */
function onlyOwnRoles(
  { guard, admitted }: Pick<CompiledPolicies, 'guard' | 'admitted'>,
  arnOf: (caller: string) => string,
  { ownRoles }: CallersTag,
): iam.PolicyStatement[] {
  const partners = [...admitted.keys()].filter((each) => each !== KEYLESS).map(arnOf);
  const isKeyless = guard.slice(0, 1).some(({ onlyCallers }) => onlyCallers.includes(KEYLESS));
  return [
    deny('OnlyRoles', ['execute-api:Invoke'], [WHOLE_API], {
      StringNotLike: { 'aws:PrincipalArn': [ownRoles, ...partners] },
      ...(isKeyless ? { Null: { 'aws:PrincipalArn': 'false' } } : {}),
    }),
  ];
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
