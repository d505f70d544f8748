import { describe, expect, it } from 'vitest';
import { api1 } from '../../../lib/rules/api/api1-endpoint-without-authorization';
import { aud9 } from '../../../lib/rules/audit/aud9-audit-log-group-without-end-or-key';
import { sec10 } from '../../../lib/rules/credentials/sec10-key-for-several-apis';
import { example } from '../../../lib/rules/support/examples';
import { findingsOf } from '../rule-runner';

describe('SEC10', () => {
  const plan = (ApiId: string) => ({
    Type: 'AWS::ApiGateway::UsagePlan',
    Properties: { ApiStages: [{ ApiId, Stage: 'prod' }] },
  });
  const placed = (KeyId: unknown, id: string) => ({
    Type: 'AWS::ApiGateway::UsagePlanKey',
    Properties: { KeyId, KeyType: 'API_KEY', UsagePlanId: { Ref: id } },
  });
  const keys = {
    Key: { Type: 'AWS::ApiGateway::ApiKey', Properties: {} },
    Other: { Type: 'AWS::ApiGateway::ApiKey', Properties: {} },
  };
  const found = (second: unknown, api: string) => {
    const Resources = { ...keys, A: plan('orders'), B: plan(api), One: placed({ Ref: 'Key' }, 'A'), Two: second };
    return findingsOf(sec10, { Resources }).map(({ logicalId }) => logicalId);
  };

  it('finds a key that is in the plans of several APIs, once', () => {
    expect(found(placed({ Ref: 'Key' }, 'B'), 'billing')).toEqual(['One']);
  });

  it('takes a key for each plan, and two plans of one API', () => {
    expect(found(placed({ Ref: 'Other' }, 'B'), 'billing')).toEqual([]);
    expect(found(placed({ Ref: 'Key' }, 'B'), 'orders')).toEqual([]);
  });
});

describe('SEC10, beside the templates', () => {
  const key = (...apis: readonly string[]) =>
    findingsOf(
      sec10,
      example('AWS::ApiGateway::ApiKey', { StageKeys: apis.map((RestApiId) => ({ RestApiId, StageName: 'x' })) }),
    );
  const placing = (UsagePlanId: string) => ({
    Type: 'AWS::ApiGateway::UsagePlanKey',
    Properties: { KeyId: 'key1', KeyType: 'API_KEY', UsagePlanId },
  });

  it('finds the stages of several APIs at a key', () => {
    expect(key('orders', 'billing')).toMatchObject([{ certainty: 'certain' }]);
    expect(key('orders', 'orders')).toEqual([]);
  });

  it('is not sure of a key in two plans that are in no template', () => {
    const Resources = { A: placing('plan1'), B: placing('plan2') };
    expect(findingsOf(sec10, { Resources })).toMatchObject([
      { certainty: 'possible', unknowns: [expect.stringContaining('plan1'), expect.anything()] },
    ]);
    expect(findingsOf(sec10, { Resources: { A: placing('plan1'), B: placing('plan1') } })).toEqual([]);
  });
});

describe('API1', () => {
  const graph = (AuthenticationType: unknown) =>
    findingsOf(api1, example('AWS::AppSync::GraphQLApi', { Name: 'orders', AuthenticationType }));

  it('finds an API key that is all that AppSync asks for', () => {
    expect(graph('API_KEY')).toMatchObject([{ certainty: 'certain' }]);
    expect(graph('AWS_IAM')).toEqual([]);
  });
});

describe('AUD9', () => {
  const stage = (Log: object) => ({
    Resources: {
      Log: { Type: 'AWS::Logs::LogGroup', Properties: Log },
      Stage: {
        Type: 'AWS::ApiGatewayV2::Stage',
        Properties: { AccessLogSettings: { DestinationArn: { 'Fn::GetAtt': ['Log', 'Arn'] } } },
      },
    },
  });

  it('asks the same of the access log of an HTTP API', () => {
    expect(findingsOf(aud9, stage({})).map(({ detail }) => detail)).toEqual(['RetentionInDays', 'KmsKeyId']);
    expect(findingsOf(aud9, stage({ RetentionInDays: 400, KmsKeyId: 'arn:aws:kms:eu-west-1:1:key/x' }))).toEqual([]);
  });
});
