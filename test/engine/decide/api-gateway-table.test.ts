import { describe, expect, it } from 'vitest';
import type { PolicyText } from '../../../lib/model/policy';
import { snapshotOf } from '../../../lib/assembly/snapshot';
import { decide } from '../../../lib/engine/decide/decide';
import type { Principal } from '../../../lib/engine/world/world';
import { worldOf } from '../../../lib/engine/world/world-of';
import { allow, deny, role, verdict } from './support';

/**
 * Every cell of the tables of AWS.
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-authorization-flow.html
 */
type Json = Readonly<Record<string, unknown>>;
type Verdict = 'must' | 'may' | 'no';
type Policy = 'absent' | 'allows the caller' | 'allows everyone' | 'denies' | 'neither';
type Caller =
  | 'same account, allowed'
  | 'same account'
  | 'same account, denied'
  | 'other account, allowed'
  | 'other account'
  | 'anonymous';

const [HERE, THERE] = ['111122223333', '444455556666'];
const POLICIES: readonly Policy[] = ['absent', 'allows the caller', 'allows everyone', 'denies', 'neither'];

const statement = (Effect: string, Principal: unknown, path = 'orders'): Json => ({
  Effect,
  Principal,
  Action: 'execute-api:Invoke',
  Resource: `execute-api:/*/GET/${path}`,
});
const CALLERS = { AWS: [`arn:aws:iam::${HERE}:role/caller`, `arn:aws:iam::${THERE}:role/caller`] };
const DOCUMENTS: Readonly<Record<Policy, readonly Json[] | undefined>> = {
  absent: undefined,
  'allows the caller': [statement('Allow', CALLERS)],
  'allows everyone': [statement('Allow', '*')],
  denies: [statement('Allow', '*'), statement('Deny', '*')],
  neither: [statement('Allow', '*', 'other')],
};

function outcome(authorization: string, policy: Policy, caller: Caller, endpoint?: string): string {
  const statements = DOCUMENTS[policy];
  const api = {
    Api: {
      Type: 'AWS::ApiGateway::RestApi',
      Properties: {
        Name: 'api',
        ...(endpoint === undefined ? {} : { EndpointConfiguration: { Types: [endpoint] } }),
        ...(statements === undefined ? {} : { Policy: { Statement: statements } }),
      },
    },
    Path: {
      Type: 'AWS::ApiGateway::Resource',
      Properties: {
        RestApiId: { Ref: 'Api' },
        ParentId: { 'Fn::GetAtt': ['Api', 'RootResourceId'] },
        PathPart: 'orders',
      },
    },
    Get: {
      Type: 'AWS::ApiGateway::Method',
      Properties: {
        RestApiId: { Ref: 'Api' },
        ResourceId: { Ref: 'Path' },
        HttpMethod: 'GET',
        AuthorizationType: authorization,
      },
    },
    Probe: {
      Type: 'Test::Probe',
      Properties: { Value: { 'Fn::Sub': `arn:aws:execute-api:eu-west-1:${HERE}:\${Api}/prod/GET/orders` } },
    },
  };
  const own = caller.endsWith(', allowed')
    ? [allow('execute-api:Invoke')]
    : caller.endsWith(', denied')
      ? [allow('execute-api:Invoke'), deny('execute-api:Invoke')]
      : [];
  const Role = role(own, { RoleName: 'caller' });
  const at = (name: string, account: string, Resources: Json) => ({
    name,
    file: `${name}.json`,
    account,
    region: 'eu-west-1',
    body: { Resources },
  });
  const of = worldOf(
    snapshotOf([at('T', HERE, { ...api, ...(caller.startsWith('same') ? { Role } : {}) }), at('U', THERE, { Role })]),
  );
  const who =
    caller === 'anonymous'
      ? { kind: 'anonymous' as const }
      : of.principal(caller.startsWith('same') ? 'T#Role' : 'U#Role');
  const resource = of.snapshot.byKey('T#Probe')?.properties.Value as PolicyText;
  return verdict(decide({ principal: who as Principal, action: 'execute-api:Invoke', resource }, of));
}

/** By the columns of `POLICIES`. */
const TABLE: readonly (readonly [authorization: string, caller: Caller, ...cells: readonly Verdict[]])[] = [
  ['AWS_IAM', 'same account, allowed', 'must', 'must', 'must', 'no', 'must'],
  ['AWS_IAM', 'same account', 'no', 'must', 'must', 'no', 'no'],
  ['AWS_IAM', 'same account, denied', 'no', 'no', 'no', 'no', 'no'],
  ['AWS_IAM', 'other account, allowed', 'no', 'must', 'must', 'no', 'no'],
  ['AWS_IAM', 'other account', 'no', 'no', 'no', 'no', 'no'],
  ['AWS_IAM', 'anonymous', 'no', 'no', 'no', 'no', 'no'],
  // Nobody is authenticated, so that a policy that names somebody lets nobody in.
  ...(['same account, allowed', 'same account', 'same account, denied', 'other account', 'anonymous'] as const).flatMap(
    (caller) => [
      ['NONE', caller, 'must', 'no', 'must', 'no', 'no'] as const,
      // What the authorizer decides is in no template; a Deny is final.
      ['CUSTOM', caller, 'may', 'may', 'may', 'no', 'may'] as const,
      ['COGNITO_USER_POOLS', caller, 'may', 'may', 'may', 'no', 'may'] as const,
    ],
  ),
];

describe('a REST API', () => {
  it.each(TABLE)('%s, %s', (authorization, caller, ...cells) => {
    const found = POLICIES.map((policy) => `${policy}: ${outcome(authorization, policy, caller as Caller)}`);
    expect(found).toEqual(POLICIES.map((policy, at) => `${policy}: ${cells[at]}`));
  });

  it.each(TABLE)('that is private: %s, %s', (authorization, caller, ...cells) => {
    const found = POLICIES.map((policy) => `${policy}: ${outcome(authorization, policy, caller as Caller, 'PRIVATE')}`);
    // Without a policy it cannot be deployed: one that no template shows decides, unless an identity policy denies.
    const isDenied =
      authorization === 'AWS_IAM' &&
      (caller.endsWith('denied') || caller === 'anonymous' || caller === 'other account');
    const [, ...others] = cells;
    const all = [isDenied ? 'no' : 'may', ...others];
    expect(found).toEqual(POLICIES.map((policy, at) => `${policy}: ${all[at]}`));
  });
});
