import { describe, expect, it } from 'vitest';
import { escalationsOf } from '../../../lib/engine/answers/escalations-of';
import { principalNamed } from '../../../lib/engine/answers/principal-named';
import { targetOf } from '../../../lib/engine/answers/target';
import { whatCan } from '../../../lib/engine/answers/what-can';
import { whoCan } from '../../../lib/engine/answers/who-can';
import { parsePolicy } from '../../../lib/engine/parse/policy-document';
import { reachOf } from '../../../lib/engine/reach/reach-of';
import type { Principal, World } from '../../../lib/engine/world/world';
import type { Access, WhoCan } from '../../../lib/model/answers';
import type { Value } from '../../../lib/model/value';
import { at, role, trusting, worldOfTemplates } from './support';

const arn = (id: string) => ({ 'Fn::GetAtt': [id, 'Arn'] });
const allow = (Action: unknown, Resource: unknown, more: object = {}) => ({
  Effect: 'Allow',
  Action,
  Resource,
  ...more,
});
const objects = { 'Fn::Sub': '${Bucket.Arn}/*' };
const MFA = { Condition: { Bool: { 'aws:MultiFactorAuthPresent': 'true' } } };

const ORDERS = {
  Parameters: { Any: { Type: 'String' } },
  Resources: {
    Bucket: { Type: 'AWS::S3::Bucket' },
    BucketPolicy: {
      Type: 'AWS::S3::BucketPolicy',
      Properties: {
        Bucket: { Ref: 'Bucket' },
        PolicyDocument: {
          Version: '2012-10-17',
          Statement: [
            {
              Sid: 'Out',
              Effect: 'Deny',
              Principal: '*',
              Action: 's3:*',
              Resource: objects,
              Condition: { ArnEquals: { 'aws:PrincipalArn': arn('Outcast') } },
            },
            { Effect: 'Allow', Principal: { AWS: '444455556666' }, Action: 's3:GetObject', Resource: objects },
            { Effect: 'Allow', Principal: { AWS: arn('Named') }, Action: 's3:GetObject', Resource: objects },
          ],
        },
      },
    },
    Reader: at(
      role([allow('s3:GetObject', objects, { Sid: 'Read', ...MFA })], {
        AssumeRolePolicyDocument: trusting({ AWS: { 'Fn::Sub': 'arn:aws:iam::${AWS::AccountId}:root' } }),
      }),
      'Orders/Reader/Resource',
    ),
    Outcast: role([allow('s3:GetObject', objects)]),
    Named: role(),
    Maybe: role([allow('s3:GetObject', { Ref: 'Any' })]),
    Other: role([allow('s3:PutObject', objects)]),
    Chained: role([allow('sts:AssumeRole', arn('Hop'))]),
    Hop: role([allow('s3:GetObject', objects)], { AssumeRolePolicyDocument: trusting({ AWS: arn('Chained') }) }),
  },
};

const world = worldOfTemplates({ Orders: ORDERS });
const reach = reachOf(world);
const ask = (action: string, resource: string, of: World = world): WhoCan => {
  const found = targetOf(resource, action, of);
  if (!found.ok) throw new Error(JSON.stringify(found));
  return whoCan(of, reachOf(of), action, found.found);
};
const who = ask('s3:GetObject', 'Bucket');
const access = (name: string, answer: WhoCan = who): Access | undefined =>
  answer.principals.find(({ principal }) => principal === name);
const principal = (name: string): Principal => {
  const found = principalNamed(name, world);
  if (!found.ok) throw new Error(name);
  return found.found;
};

describe('who can', () => {
  it('may by somebody else than those for whom a role was made, who cannot themselves', () => {
    const Machine = role([allow('s3:GetObject', objects, MFA)]);
    const Admin = role([allow('iam:UpdateAssumeRolePolicy', arn('Machine'))]);
    const of = worldOfTemplates({ T: { Resources: { Bucket: { Type: 'AWS::S3::Bucket' }, Machine, Admin } } });
    const answer = ask('s3:GetObject', 'Bucket', of);
    expect(access('Machine', answer)?.decision).toBe('denied');
    expect(access('Admin', answer)).toMatchObject({ decision: 'possible', via: [{ technique: 'iam-update-trust' }] });
  });

  it('is granted by its own permissions, with the statement and what has to hold', () => {
    expect(access('Orders/Reader')).toMatchObject({
      logicalId: 'Reader',
      template: 'Orders',
      decision: 'granted',
      direct: true,
      via: [],
      conditions: [{ key: 'aws:multifactorauthpresent', operator: 'Bool', values: ['true'], wanted: 'holds' }],
    });
    expect(access('Orders/Reader')?.statements[0]).toEqual({
      effect: 'Allow',
      layer: 'identity',
      policy: 'Orders/Reader',
      logicalId: 'Reader',
      template: 'Orders',
      file: 'Orders.template.json',
      place: 'Policies[0].PolicyDocument',
      index: 0,
      sid: 'Read',
    });
  });

  it('is granted by the policy on the resource', () => {
    expect(access('Named')).toMatchObject({ decision: 'granted', direct: true, statements: [{ layer: 'resource' }] });
  });

  it('is granted by becoming another, with the way there', () => {
    const chained = access('Chained');
    expect(chained).toMatchObject({ decision: 'granted', direct: false });
    expect(chained?.via).toEqual([
      {
        technique: 'sts-assume-role',
        from: 'Chained',
        to: 'Hop',
        because: expect.stringContaining('sts:AssumeRole'),
        conditions: [],
        statements: [expect.objectContaining({ logicalId: 'Hop', layer: 'trust', index: 0 })],
      },
    ]);
    const layers = chained?.statements.map(({ policy, layer }) => `${policy} ${layer}`);
    expect(layers).toEqual(expect.arrayContaining(['Hop identity', 'Hop trust']));
  });

  it('tells what has to be so of the hop as well', () => {
    const office = { Condition: { IpAddress: { 'aws:SourceIp': '192.0.2.0/24' } } };
    const of = worldOfTemplates({
      T: {
        Resources: {
          Bucket: { Type: 'AWS::S3::Bucket' },
          Chained: role([allow('sts:AssumeRole', arn('Hop'))]),
          Hop: role([allow('s3:GetObject', objects)], {
            AssumeRolePolicyDocument: trusting({ AWS: arn('Chained') }, office),
          }),
        },
      },
    });
    const hop = { key: 'aws:sourceip', operator: 'IpAddress', values: ['192.0.2.0/24'], wanted: 'holds' };
    const chained = access('Chained', ask('s3:GetObject', 'Bucket', of));
    expect(chained).toMatchObject({ decision: 'granted', conditions: [], via: [{ conditions: [hop] }] });
    const [escalation] = escalationsOf(of, reachOf(of));
    expect(escalation.steps).toMatchObject([{ conditions: [hop] }]);
  });

  it('is possible where an unknown decides, and names it', () => {
    expect(access('Maybe')).toMatchObject({ decision: 'possible', direct: true });
    expect(access('Maybe')?.unknowns.length).toBeGreaterThan(0);
  });

  it('is denied by a Deny that is told, or by the lack of an Allow', () => {
    expect(access('Outcast')).toMatchObject({
      decision: 'denied',
      direct: false,
      denied: { by: 'explicit', layer: 'resource' },
      conditions: [],
    });
    expect(access('Outcast')?.statements).toContainEqual(expect.objectContaining({ effect: 'Deny', sid: 'Out' }));
    expect(access('Other')).toMatchObject({ decision: 'denied', denied: { by: 'implicit' } });
  });

  it('names those outside of the templates whom the resource lets in', () => {
    const outside = who.principals.filter(({ logicalId }) => logicalId === undefined);
    expect(outside.map((each) => each.principal)).toEqual(['444455556666']);
    expect(outside[0]?.decision).not.toBe('denied');
  });

  it('puts the granted first, and every principal once', () => {
    const order = who.principals.map(({ decision }) => decision);
    const ranks = { granted: 0, possible: 1, denied: 2 };
    expect(order).toEqual([...order].sort((a, b) => ranks[a] - ranks[b]));
    expect(new Set(who.principals.map((each) => each.principal)).size).toBe(who.principals.length);
    expect(who.principals).toHaveLength(world.principals.length + 1);
  });

  it('asks of a service control policy that was given', () => {
    const deny = { Version: '2012-10-17', Statement: [{ Effect: 'Deny', Action: 's3:GetObject', Resource: '*' }] };
    const all = { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: '*', Resource: '*' }] };
    const policies = [all, deny].map((each, index) => ({
      place: `${index}.json`,
      document: parsePolicy(each as Value),
    }));
    const answer = ask('s3:GetObject', 'Bucket', worldOfTemplates({ Orders: ORDERS }, { scps: [policies] }));
    expect(access('Orders/Reader', answer)).toMatchObject({
      decision: 'denied',
      statements: [{ policy: '1.json', layer: 'scp' }],
    });
  });
});

it('takes an administrator for granted but for what its organization may deny', () => {
  const climbing = { Orders: { Resources: { It: role([allow('iam:PutRolePolicy', '*')]) } } };
  const [free] = ask('s3:GetObject', '*', worldOfTemplates(climbing)).principals;
  expect(free).toMatchObject({ decision: 'granted', direct: false, via: [{ technique: 'iam-put-role-policy' }] });
  const document = parsePolicy({ Statement: [{ Effect: 'Deny', Action: 's3:*', Resource: '*' }] });
  const [held] = ask(
    's3:GetObject',
    '*',
    worldOfTemplates(climbing, { rcps: [{ place: 'rcp.json', document }] }),
  ).principals;
  expect(held?.decision).not.toBe('granted');
});

it('denies an administrator what its organization denies everybody of the account, by whatever steps', () => {
  const here = worldOfTemplates(
    { Orders: { Resources: { Admin: role([allow('*', '*')]) } } },
    {
      scps: [
        [
          {
            place: 'scp.json',
            document: parsePolicy({
              Statement: [
                { Effect: 'Allow', Action: '*', Resource: '*' },
                { Effect: 'Deny', Action: 'sqs:*', Resource: '*' },
                {
                  Effect: 'Deny',
                  Action: '*',
                  Resource: '*',
                  Condition: { StringNotEquals: { 'aws:RequestedRegion': 'eu-west-1' } },
                },
              ],
            }),
          },
        ],
      ],
    },
  );
  const may = (action: string, resource: string): unknown => ask(action, resource, here).principals[0]?.decision;
  const table = (region: string): string => `arn:aws:dynamodb:${region}:111122223333:table/t`;
  expect(may('dynamodb:PutItem', table('eu-west-1'))).toBe('granted');
  expect(may('dynamodb:PutItem', table('us-east-1'))).toBe('denied');
  expect(may('sqs:SendMessage', 'arn:aws:sqs:eu-west-1:111122223333:q')).toBe('denied');
});

describe('what can', () => {
  const can = (name: string) => whatCan(world, reach, principal(name));

  it('expands wildcards, with the level of each action', () => {
    const wide = worldOfTemplates({
      Orders: { Resources: { Queue: { Type: 'AWS::SQS::Queue' }, It: role([allow('sqs:Get*', arn('Queue'))]) } },
    });
    const found = principalNamed('It', wide);
    const answer = found.ok ? whatCan(wide, reachOf(wide), found.found) : undefined;
    expect(answer?.services).toEqual([
      {
        service: 'sqs',
        permissions: [
          expect.objectContaining({
            decision: 'granted',
            actions: [
              { action: 'sqs:GetQueueAttributes', level: 'read' },
              { action: 'sqs:GetQueueUrl', level: 'read' },
            ],
          }),
        ],
      },
    ]);
  });

  it('leaves out what a Deny takes away', () => {
    expect(can('Outcast').services).toEqual([]);
  });

  it('has what a policy on a resource grants', () => {
    const [service] = can('Named').services;
    expect(service).toMatchObject({
      service: 's3',
      permissions: [{ actions: [{ action: 's3:GetObject', level: 'read' }] }],
    });
  });

  it('tells whom it becomes', () => {
    expect(can('Chained').becomes).toMatchObject([{ principal: 'Hop', certainty: 'certain', steps: [{ to: 'Hop' }] }]);
    expect(can('Reader').becomes).toEqual([]);
    expect(can('Reader').admin).toBeUndefined();
  });
});

describe('escalations', () => {
  it('are those of every principal, of one, to one', () => {
    const one = { principal: 'Chained', reaches: 'Hop', reachesLogicalId: 'Hop', certainty: 'certain' };
    expect(escalationsOf(world, reach)).toMatchObject([one]);
    expect(escalationsOf(world, reach, { from: principal('Chained') })).toMatchObject([one]);
    expect(escalationsOf(world, reach, { to: principal('Hop') })).toMatchObject([one]);
    expect(escalationsOf(world, reach, { from: principal('Reader') })).toEqual([]);
    expect(escalationsOf(world, reach, { to: 'admin' })).toEqual([]);
  });

  it('are not those whom their own policies make administrator, but those who get there', () => {
    const found = escalationsOf(
      ...both({ Admin: role([allow('*', '*')]), Self: role([allow('iam:PutRolePolicy', '*')]) }),
      {
        to: 'admin',
      },
    );
    expect(found.map(({ principal, reaches }) => `${principal} ${reaches}`)).toEqual(['Self admin']);
  });
});

function both(Resources: object): [World, ReturnType<typeof reachOf>] {
  const made = worldOfTemplates({ Orders: { Resources } });
  return [made, reachOf(made)];
}
