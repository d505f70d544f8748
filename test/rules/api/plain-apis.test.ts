import { describe, expect, it } from 'vitest';
import { api7 } from '../../../lib/rules/api/api7-caller-not-declared';
import { api8 } from '../../../lib/rules/api/api8-permission-beyond-its-endpoints';
import { api9 } from '../../../lib/rules/api/api9-reader-who-can-write';
import type { Rule } from '../../../lib/rules/rule';
import { requestOfApi } from '../../../lib/rules/support/api-example';
import { LAMBDA_TRUST } from '../../../lib/rules/support/examples';
import { findingsOf } from '../rule-runner';

type Json = Record<string, any>;

const HERE = { account: '111122223333', region: 'eu-west-1' };
const at = (RestApiId: unknown, ParentId: unknown, PathPart: unknown): Json => ({
  Type: 'AWS::ApiGateway::Resource',
  Properties: { RestApiId, ParentId, PathPart },
});
const method = (HttpMethod: string, resource: string): Json => ({
  Type: 'AWS::ApiGateway::Method',
  Properties: { RestApiId: { Ref: 'Api' }, ResourceId: { Ref: resource }, HttpMethod, AuthorizationType: 'AWS_IAM' },
});
const role = (...Statement: readonly Json[]): Json => ({
  Type: 'AWS::IAM::Role',
  Properties: {
    AssumeRolePolicyDocument: LAMBDA_TRUST,
    Policies: [
      {
        PolicyName: 'call',
        PolicyDocument: {
          Statement: Statement.map((each) => ({ Effect: 'Allow', Action: 'execute-api:Invoke', ...each })),
        },
      },
    ],
  },
});
const may = (...requests: readonly string[]): Json => ({ Resource: requests.map(requestOfApi) });

const ROOT = { 'Fn::GetAtt': ['Api', 'RootResourceId'] };
/** An API that nobody declared: orders, one order, its refunds, and an export beside it. */
const template = (more: Json): Json => ({
  Resources: {
    Api: { Type: 'AWS::ApiGateway::RestApi', Properties: { Name: 'orders' } },
    Stage: { Type: 'AWS::ApiGateway::Stage', Properties: { RestApiId: { Ref: 'Api' }, StageName: 'prod' } },
    Orders: at({ Ref: 'Api' }, ROOT, 'orders'),
    Order: at({ Ref: 'Api' }, { Ref: 'Orders' }, '{id}'),
    Refunds: at({ Ref: 'Api' }, { Ref: 'Order' }, 'refunds'),
    Export: at({ Ref: 'Api' }, { Ref: 'Orders' }, 'export'),
    ListOrders: method('GET', 'Orders'),
    GetOrder: method('GET', 'Order'),
    PostOrder: method('POST', 'Orders'),
    ...more,
  },
});
const found = (rule: Rule, more: Json) => findingsOf(rule, template(more), HERE).map(({ message }) => message);

describe('permissions on an API that nobody declared', () => {
  const Deeper = method('GET', 'Refunds');

  it('leak by the pattern of a parameter to what lies deeper', () => {
    const [message, ...others] = found(api8, { Deeper, Role: role(may('prod/GET/orders/*')) });
    expect(others).toEqual([]);
    expect(message).toContain('`GET /orders/{id}/refunds`');
  });

  it('leak to a literal sibling, which is served first, on the stage that the permission names', () => {
    const Stage2 = { Type: 'AWS::ApiGateway::Stage', Properties: { RestApiId: { Ref: 'Api' }, StageName: 'dev' } };
    const more = { Sibling: method('GET', 'Export'), Stage2, Role: role(may('prod/GET/orders/*')) };
    expect(found(api8, more)[0]).toContain('also reaches `GET /orders/export (stage prod)`;');
  });

  it.each<[string, Json]>([
    ['nothing lies deeper', { Role: role(may('prod/GET/orders/*')) }],
    [
      'what lies deeper is named as well',
      { Deeper, Role: role(may('prod/GET/orders/*', 'prod/GET/orders/*/refunds')) },
    ],
    ['what lies deeper has another verb', { Deeper: method('PUT', 'Refunds'), Role: role(may('prod/GET/orders/*')) }],
    [
      'the pattern is that of the literal',
      { Sibling: method('GET', 'Export'), Role: role(may('prod/GET/orders/export')) },
    ],
    ['the pattern is of no endpoint and for several', { Deeper, Role: role(may('prod/GET/*')) }],
    [
      'the role denies what lies deeper itself',
      { Deeper, Role: role(may('prod/GET/orders/*'), { Effect: 'Deny', ...may('prod/GET/orders/*/refunds') }) },
    ],
    [
      'the path of the deeper one is not known',
      {
        Deeper,
        Refunds: at({ Ref: 'Api' }, { 'Fn::ImportValue': 'x' }, 'refunds'),
        Role: role(may('prod/GET/orders/*')),
      },
    ],
    [
      'the method deeper asks for no signature',
      {
        Deeper: { ...Deeper, Properties: { ...Deeper['Properties'], AuthorizationType: 'CUSTOM' } },
        Role: role(may('prod/GET/orders/*')),
      },
    ],
  ])('are left alone where %s', (_, more) => expect(found(api8, more)).toEqual([]));
});

describe('who may read an API that nobody declared', () => {
  it.each<[string, Json]>([
    ['a wildcard for everything', { Resource: '*' }],
    ['a wildcard in the place of the verb', may('prod/*/orders')],
  ])('is found to write by %s', (_, wide) => {
    const [message, ...others] = found(api9, { Role: role(may('prod/GET/orders'), wide) });
    expect(others).toEqual([]);
    expect(message).toContain('has permissions to read `GET /orders`');
    expect(message).toContain('`POST /orders`');
  });

  it.each<[string, Json]>([
    ['it may read only', role(may('prod/GET/orders', 'prod/GET/orders/*'))],
    ['a write is named as well', role(may('prod/GET/orders', 'prod/POST/orders'), { Resource: '*' })],
    ['it may do everything and no read is named', role({ Resource: '*' })],
    [
      'it denies the write itself',
      role(may('prod/GET/orders'), { Resource: '*' }, { Effect: 'Deny', ...may('prod/POST/*') }),
    ],
  ])('is left alone where %s', (_, Role) => expect(found(api9, { Role })).toEqual([]));

  it('is left alone where the resource policy keeps it out, or the verb is ANY', () => {
    const Role = role(may('prod/GET/orders'), { Resource: '*' });
    const Policy = {
      Statement: [
        { Effect: 'Deny', Principal: '*', Action: 'execute-api:Invoke', Resource: 'execute-api:/prod/POST/*' },
      ],
    };
    expect(
      found(api9, { Role, Api: { Type: 'AWS::ApiGateway::RestApi', Properties: { Name: 'orders', Policy } } }),
    ).toEqual([]);
    expect(found(api9, { Role, PostOrder: method('ANY', 'Export') })).toEqual([]);
  });

  it('is no matter of declared callers', () => {
    expect(found(api7, { Role: role({ Resource: '*' }) })).toEqual([]);
  });
});
