import { describe, expect, it } from 'vitest';
import { parsePolicy } from '../../../lib/engine/parse/policy-document';
import { allow, ask, deny, principal, role, world } from './support';

type Json = Readonly<Record<string, unknown>>;

const REGION = 'aws:RequestedRegion';
const table = (region: string): string => `arn:aws:dynamodb:${region}:111122223333:table/t`;
const is = (...regions: readonly string[]): Json => ({ Condition: { StringEquals: { [REGION]: regions } } });
const isNot = (...regions: readonly string[]): Json => ({ Condition: { StringNotEquals: { [REGION]: regions } } });

/** What a role that may do this may do. */
function may(statements: readonly Json[], action: string, resource: string, resources: Json = {}, rest = {}): string {
  return ask(world({ Role: role(statements), ...resources }, {}, rest), { action, resource });
}

describe('the region of a request is that of its resource', () => {
  it.each<[string, Json, string]>([
    ['eu-west-1', is('eu-west-1'), 'must'],
    ['us-east-1', is('eu-west-1'), 'no'],
    ['eu-west-1', isNot('eu-west-1'), 'no'],
    ['us-east-1', isNot('eu-west-1'), 'must'],
  ])('a table in %s, allowed with %j: %s', (region, condition, found) => {
    expect(may([allow('dynamodb:*', '*', condition)], 'dynamodb:PutItem', table(region))).toBe(found);
  });

  it.each<[string, Json, string]>([
    ['eu-west-1', isNot('eu-west-1'), 'must'],
    ['us-east-1', isNot('eu-west-1'), 'no'],
    ['us-east-1', is('eu-west-1'), 'must'],
  ])('a table in %s, denied with %j: %s', (region, condition, found) => {
    expect(may([allow('*'), deny('*', '*', condition)], 'dynamodb:PutItem', table(region))).toBe(found);
  });

  it('for EC2 also by its own key', () => {
    const instance = (region: string): string => `arn:aws:ec2:${region}:111122223333:instance/i-1`;
    const statements = [allow('ec2:*', '*', { Condition: { StringEquals: { 'ec2:Region': 'eu-west-1' } } })];
    const stops = (region: string): string => may(statements, 'ec2:StopInstances', instance(region));
    expect([stops('eu-west-1'), stops('us-east-1')]).toEqual(['must', 'no']);
  });

  it('and is us-east-1 for services of all regions, where the partition is known', () => {
    const user = 'arn:aws:iam::111122223333:user/u';
    const reads = (region: string, rest?: Json): string =>
      may([allow('iam:*', '*', is(region))], 'iam:GetUser', user, {}, rest);
    expect([reads('us-east-1'), reads('eu-west-1')]).toEqual(['must', 'no']);
    expect(may([allow('iam:*', '*', is('eu-west-1'))], 'iam:ListUsers', '*')).toBe('no');
    // In China it is another one.
    expect(may([allow('iam:*', '*', is('us-east-1'))], 'iam:GetUser', user.replace('aws', 'aws-cn'))).toBe('may');
  });

  it('of a bucket is that of its stack, and not known of one outside of the templates', () => {
    const bucket = { Bucket: { Type: 'AWS::S3::Bucket', Properties: { BucketName: 'b' } } };
    const reads = (region: string, resources: Json): string =>
      may([allow('s3:*', '*', is(region))], 's3:GetObject', 'arn:aws:s3:::b/x', resources);
    expect([reads('eu-west-1', bucket), reads('us-east-1', bucket)]).toEqual(['must', 'no']);
    expect([reads('eu-west-1', {}), reads('us-east-1', {})]).toEqual(['may', 'may']);
  });

  it('of which a parameter decides is not known, but is the same everywhere in the stack', () => {
    const resources = { Queue: { Type: 'AWS::SQS::Queue', Properties: { QueueName: 'q' } } };
    const of = (region: unknown): string => {
      const found = world(
        { Role: role([allow('sqs:*', '*', { Condition: { StringEquals: { [REGION]: region } } })]), ...resources },
        {},
        { region: undefined },
      );
      const queue = found.snapshot.byKey('T#Queue')?.arn;
      return ask(found, { action: 'sqs:SendMessage', resource: queue as string });
    };
    expect([of('eu-west-1'), of({ Ref: 'AWS::Region' })]).toEqual(['may', 'must']);
  });

  it('is chosen where no resource is named, and for STS', () => {
    expect(may([allow('ec2:*', '*', is('eu-west-1'))], 'ec2:DescribeInstances', '*')).toBe('must');
    const of = world({
      Role: role([allow('sts:*', '*', is('eu-west-1'))], {
        AssumeRolePolicyDocument: {
          Statement: [{ Effect: 'Allow', Action: 'sts:AssumeRole', Principal: { AWS: '111122223333' } }],
        },
      }),
    });
    expect(ask(of, { action: 'sts:AssumeRole', resource: principal(of).arn })).toBe('must');
  });

  it('is not that of the resource where a call copies from another region, or a service passes a role', () => {
    const snapshot = 'arn:aws:rds:us-east-1:111122223333:snapshot:s';
    expect(may([allow('rds:*', '*', is('eu-west-1'))], 'rds:CopyDBSnapshot', snapshot)).toBe('may');
    const passed = 'arn:aws:iam::111122223333:role/r';
    expect(may([allow('iam:*', '*', is('eu-west-1'))], 'iam:PassRole', passed)).toBe('may');
  });

  it('is known of a pattern of one region, and chosen with the resource in a pattern of all', () => {
    const statements = [allow('dynamodb:*', '*', is('eu-west-1'))];
    expect(may(statements, 'dynamodb:Put*', `${table('us-east-1')}*`)).toBe('no');
    expect(may(statements, 'dynamodb:PutItem', `${table('eu-west-1')}*`)).toBe('must');
    expect(may(statements, 'dynamodb:PutItem', '*')).toBe('must');
    expect(may(statements, 'dynamodb:*', 'arn:aws:dynamodb:*:111122223333:table/*')).toBe('must');
    expect(may([allow('s3:*', '*', is('eu-west-1'))], 's3:GetObject', '*')).toBe('must');
  });

  it('so that the usual policy of an organization keeps to its regions, and leaves global services alone', () => {
    const NotAction = ['cloudfront:*', 'iam:*', 'organizations:*', 'route53:*', 'support:*'];
    const Deny = { Effect: 'Deny', NotAction, Resource: '*', ...isNot('eu-west-1') };
    const of = world(
      { Role: role([allow('*')]) },
      { scps: [[{ place: 'scp.json', document: parsePolicy({ Statement: [allow('*'), Deny] } as any) }]] },
    );
    const asked = (action: string, resource: string): string => ask(of, { action, resource });
    expect(asked('dynamodb:PutItem', table('eu-west-1'))).toBe('must');
    expect(asked('dynamodb:PutItem', table('us-east-1'))).toBe('no');
    expect(asked('dynamodb:PutItem', '*')).toBe('must');
    expect(asked('iam:CreateUser', 'arn:aws:iam::111122223333:user/u')).toBe('must');
    expect(asked('cloudfront:CreateInvalidation', 'arn:aws:cloudfront::111122223333:distribution/D')).toBe('must');
  });
});
