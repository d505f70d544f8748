import * as iam from 'aws-cdk-lib/aws-iam';
import { KEYLESS } from '../../lib/engine/compile/access-matrix';
import type { AccessMatrix, CompiledPolicies } from '../../lib/engine/compile/access-matrix';
import { resourcePolicy } from '../../lib/constructs/api/resource-policy';
import { CALLS_TAG } from '../../lib/model/tags';
import type { JsonPolicy } from './iam-simulate';

export const ACCOUNT = '111122223333';
export const ABROAD = '999988887777';
export const API = `arn:aws:execute-api:eu-west-1:${ACCOUNT}:abcde12345`;

/** The tag by which a guard knows roles of the matrix, where it does. */
export const CALLERS_TAG = `${CALLS_TAG}0a1b2c3d`;

/** The ARN of a role of the matrix; partners start with `p`. */
export function arnOf(role: string): string {
  return `arn:aws:iam::${role.startsWith('p') ? ABROAD : ACCOUNT}:role/${role}`;
}

/** The policies of a matrix as they are deployed, in JSON, with these ARNs. */
export interface DeployedPolicies {
  readonly resource: JsonPolicy;
  readonly identity: (role: string) => JsonPolicy;
  readonly boundary: (role: string) => JsonPolicy;
}

export function deployed(compiled: CompiledPolicies): DeployedPolicies {
  const policy = (allow: readonly string[], deny: readonly string[], api: string): JsonPolicy => ({
    Version: '2012-10-17',
    Statement: [
      { Effect: 'Allow', Action: 'execute-api:Invoke', Resource: allow.map((each) => `${api}/${each}`) },
      { Effect: 'Deny', Action: 'execute-api:Invoke', Resource: deny.map((each) => `${api}/${each}`) },
    ].filter(({ Resource }) => Resource.length > 0),
  });
  const document = new iam.PolicyDocument({
    statements: resourcePolicy(compiled, arnOf, byTag(compiled)),
    minimize: true,
  });
  return {
    resource: JSON.parse(JSON.stringify(document.toJSON())) as JsonPolicy,
    identity(role) {
      const { allow = [], deny = [] } = compiled.identity.get(role) ?? {};
      return policy(allow, deny, API);
    },
    boundary: (role) => policy(compiled.boundary.get(role) ?? [], [], API.replace('abcde12345', '*')),
  };
}

function byTag({ tags }: CompiledPolicies) {
  return tags.size === 0 ? undefined : { key: CALLERS_TAG, ownRoles: `arn:aws:iam::${ACCOUNT}:role/*` };
}

/** API Gateway expands the short form when the policy is saved. */
export function expanded(policy: JsonPolicy): JsonPolicy {
  return JSON.parse(JSON.stringify(policy).replaceAll('"execute-api:/', `"${API}/`)) as JsonPolicy;
}

/** The template of the API with its methods. */
export function restApi({ endpoints }: AccessMatrix, policy: JsonPolicy): Readonly<Record<string, object>> {
  const found: Record<string, object> = {
    Api: { Type: 'AWS::ApiGateway::RestApi', Properties: { Name: 'orders', Policy: policy } },
  };
  const idOf = (path: string): object => {
    if (path === '') return { 'Fn::GetAtt': ['Api', 'RootResourceId'] };
    const id = `R${Buffer.from(path).toString('hex')}`;
    const at = path.lastIndexOf('/');
    const ParentId = idOf(path.slice(0, at));
    const PathPart = path.slice(at + 1);
    found[id] = { Type: 'AWS::ApiGateway::Resource', Properties: { RestApiId: { Ref: 'Api' }, ParentId, PathPart } };
    return { Ref: id };
  };
  endpoints.forEach(({ method, path, callers }, index) => {
    found[`M${index}`] = {
      Type: 'AWS::ApiGateway::Method',
      Properties: {
        RestApiId: { Ref: 'Api' },
        ResourceId: idOf(path === '/' ? '' : path),
        HttpMethod: method,
        AuthorizationType: callers.includes(KEYLESS) ? 'NONE' : 'AWS_IAM',
      },
    };
  });
  return found;
}

export interface RoleOptions {
  readonly boundary?: JsonPolicy;
  /** The value of the tag by which the guard knows it. */
  readonly tag?: string;
  readonly kind?: 'Role' | 'User';
}

/** A role of the account with these policies, or a user. */
export function role(
  name: string,
  identity: readonly JsonPolicy[],
  { boundary, tag, kind = 'Role' }: RoleOptions = {},
): Record<string, object> {
  return {
    [name]: {
      Type: `AWS::IAM::${kind}`,
      Properties: {
        ...(kind === 'Role' ? { RoleName: name, AssumeRolePolicyDocument: { Statement: [] } } : { UserName: name }),
        ...(tag === undefined ? {} : { Tags: [{ Key: CALLERS_TAG, Value: tag }] }),
        Policies: identity.map((each, index) => ({ PolicyName: `p${index}`, PolicyDocument: byReference(each) })),
        ...(boundary === undefined ? {} : { PermissionsBoundary: { Ref: `${name}Boundary` } }),
      },
    },
    ...(boundary === undefined
      ? {}
      : {
          [`${name}Boundary`]: { Type: 'AWS::IAM::ManagedPolicy', Properties: { PolicyDocument: boundary } },
        }),
  };
}

/** The same, with the API named by reference. */
function byReference(policy: JsonPolicy): unknown {
  return JSON.parse(JSON.stringify(policy), (_, value: unknown) =>
    typeof value === 'string' && value.startsWith(API) ? { 'Fn::Sub': value.replace('abcde12345', '${Api}') } : value,
  ) as unknown;
}
