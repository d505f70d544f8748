import { describe, expect, it } from 'vitest';
import { targetOf } from '../../../lib/engine/answers/target';
import { whatCan } from '../../../lib/engine/answers/what-can';
import { whoCan } from '../../../lib/engine/answers/who-can';
import { reachOf } from '../../../lib/engine/reach/reach-of';
import type { Verdict, WhatCan } from '../../../lib/model/answers';
import { allow, arn, deny, document, inline, managed, ref, resource, role, user } from '../reach/support/template';
import type { Json, Resources } from '../reach/support/template';
import { worldOfTemplates } from './support';

const READ = (id = 'Secret'): Json => allow('secretsmanager:GetSecretValue', ref(id));
const trusted = (id: string): Json => ({ AWS: arn(id) });
const tag = (Key: string, Value: string): Json => [{ Key, Value }];
const when = (key: string, value: string): Json => ({ StringEquals: { [key]: value } });
const bounded = (...more: readonly Json[]): Resources => ({
  PermissionsBoundary: ref('Limit'),
  Policies: [inline(...more)],
});
const denied = (by: string): Resources => ({ Bucket: ref(by), PolicyDocument: document(DENY_OBJECTS) });
const DENY_OBJECTS: Json = { Effect: 'Deny', Principal: '*', Action: 's3:GetObject', Resource: '*' };
const GUARD: Json = { PolicyName: 'guard', PolicyDocument: document(deny('secretsmanager:*')) };

/** Each way to a permission, alone and after another, and what falls short of it. */
const WORLD: Resources = {
  Secret: resource('AWS::SecretsManager::Secret'),
  Tagged: resource('AWS::SecretsManager::Secret', { Tags: tag('team', 'orders') }),
  Queue: resource('AWS::SQS::Queue'),
  Key: resource('AWS::KMS::Key', {
    KeyPolicy: document({
      Effect: 'Allow',
      Principal: { AWS: 'arn:aws:iam::111122223333:root' },
      Action: 'kms:*',
      Resource: '*',
    }),
  }),
  Bucket: resource('AWS::S3::Bucket'),
  BucketPolicy: resource('AWS::S3::BucketPolicy', denied('Bucket')),
  Open: resource('AWS::S3::Bucket'),
  Limit: managed([allow(['sqs:*', 's3:PutBucketPolicy', 'iam:DeleteRolePermissionsBoundary'])]),
  Readers: resource('AWS::IAM::Group', { Policies: [inline(READ())] }),

  Reader: role([READ(), allow('kms:Decrypt', arn('Key'))], trusted('Becomes')),
  Becomes: role([allow('sts:AssumeRole', arn('Reader'))]),
  Refused: role([allow('sts:AssumeRole', arn('Keeper'))]),
  Keeper: role([READ('Tagged')], trusted('Becomes')),
  Joins: user([allow('iam:AddUserToGroup', arn('Readers'))]),
  Held: role([], undefined, bounded(READ(), allow('sqs:SendMessage', arn('Queue')))),
  Lifts: role([], undefined, bounded(READ(), allow('iam:DeleteRolePermissionsBoundary', arn('Lifts')))),
  LiftsDeny: role([], undefined, {
    Policies: [inline(READ(), allow('iam:DeleteRolePolicy', arn('LiftsDeny'))), GUARD],
  }),
  Denied: role([], undefined, { Policies: [inline(READ()), GUARD] }),
  WritesPolicy: role([allow('s3:PutBucketPolicy', [arn('Bucket'), arn('Open')])]),
  TakesPolicy: role([
    allow('s3:DeleteBucketPolicy', arn('Bucket')),
    allow('s3:GetObject', { 'Fn::Sub': '${Bucket.Arn}/*' }),
  ]),
  WritesBounded: role([], undefined, bounded(allow(['s3:PutBucketPolicy', 's3:GetObject'], [arn('Open')]))),
  WritesLifted: role([], undefined, {
    PermissionsBoundary: ref('Limit'),
    Policies: [
      inline(
        allow('s3:PutBucketPolicy', arn('Bucket')),
        allow('iam:DeleteRolePermissionsBoundary', arn('WritesLifted')),
      ),
      { PolicyName: 'no', PolicyDocument: document(deny('s3:DeleteObject')) },
    ],
  }),
  WritesKey: role([allow('kms:PutKeyPolicy', arn('Key'))]),
  WritesQueue: role([allow('sqs:AddPermission', arn('Queue'))]),
  TagsItself: role([
    allow('iam:TagRole', arn('TagsItself')),
    allow('secretsmanager:GetSecretValue', ref('Secret'), when('aws:PrincipalTag/team', 'orders')),
  ]),
  TagsNothing: role([allow('secretsmanager:GetSecretValue', ref('Tagged'), when('aws:ResourceTag/team', 'sales'))]),
  TagsSecret: role([
    allow('secretsmanager:TagResource', ref('Tagged')),
    allow('secretsmanager:GetSecretValue', ref('Tagged'), when('aws:ResourceTag/team', 'sales')),
  ]),
  TagsOther: role([allow('iam:TagRole', arn('Tagless')), allow('sts:AssumeRole', arn('Tagless'))]),
  Tagless: role(
    [allow('sqs:SendMessage', arn('Queue'), when('aws:PrincipalTag/team', 'orders'))],
    trusted('TagsOther'),
  ),
  Untags: role([
    allow('secretsmanager:UntagResource', ref('Tagged')),
    READ('Tagged'),
    {
      Effect: 'Deny',
      Action: 'secretsmanager:GetSecretValue',
      Resource: '*',
      Condition: when('aws:ResourceTag/team', 'orders'),
    },
  ]),
  TagsAny: role([
    allow('secretsmanager:TagResource', ref('Tagged')),
    allow('secretsmanager:GetSecretValue', '*', when('aws:ResourceTag/team', 'sales')),
  ]),
  WritesFreed: role([], undefined, {
    Policies: [
      inline(allow('s3:PutBucketPolicy', arn('Bucket')), allow('iam:DeleteRolePolicy', arn('WritesFreed'))),
      { PolicyName: 'no', PolicyDocument: document(deny('s3:GetObject')) },
    ],
  }),
  WritesDenied: role([], undefined, {
    Policies: [
      inline(allow('s3:PutBucketPolicy', arn('Bucket'))),
      { PolicyName: 'no', PolicyDocument: document(deny('s3:GetObject')) },
    ],
  }),
  Bootstrap: role([
    allow('sts:AssumeRole', 'arn:aws:iam::111122223333:role/cdk-hnb659fds-deploy-role-111122223333-eu-west-1'),
  ]),
  Admin: role([allow('*')]),
};

const ASKED: readonly (readonly [string, string])[] = [
  ['secretsmanager:GetSecretValue', 'Secret'],
  ['secretsmanager:GetSecretValue', 'Tagged'],
  ['kms:Decrypt', 'Key'],
  ['sqs:SendMessage', 'Queue'],
  ['s3:GetObject', 'Bucket'],
  ['s3:DeleteObject', 'Bucket'],
  ['s3:GetObject', 'Open'],
];

const RANK: Readonly<Record<Verdict, number>> = { denied: 0, possible: 1, granted: 2 };
const VERDICT: readonly Verdict[] = ['denied', 'possible', 'granted'];
const capped = (rank: number, certainty: 'certain' | 'possible'): number =>
  certainty === 'certain' ? rank : Math.min(rank, 1);

describe('what-can and who-can', () => {
  const world = worldOfTemplates({ T: { Resources: WORLD } });
  const reach = reachOf(world);
  const answers = new Map(world.principals.map((each) => [each.resource.logicalId, whatCan(world, reach, each)]));
  const among = (services: WhatCan['services'], action: string, shown: string): number =>
    Math.max(
      0,
      ...services.flatMap(({ permissions }) =>
        permissions
          .filter(
            ({ resource: its, actions }) => [shown, '*'].includes(its) && actions.some((one) => one.action === action),
          )
          // Of a pattern, what is granted is some request.
          .map(({ resource: its, decision }) => Math.min(RANK[decision], its === '*' ? 1 : 2)),
      ),
    );
  const told = ({ services, gains, becomes, admin }: WhatCan, action: string, shown: string): Verdict => {
    const ranks = [
      among(services, action, shown),
      admin === undefined ? 0 : capped(2, admin.certainty),
      ...gains.map((each) => capped(among(each.services, action, shown), each.certainty)),
      ...becomes.map(({ logicalId, certainty }) =>
        capped(among(answers.get(logicalId ?? '')?.services ?? [], action, shown), certainty),
      ),
    ];
    return VERDICT[Math.max(...ranks)];
  };

  it.each(ASKED)('agree on %s of %s, for each principal', (action, on) => {
    const target = targetOf(on, action, world);
    if (!target.ok) throw new Error(on);
    const { principals } = whoCan(world, reach, action, target.found);
    const verdicts = principals.filter(({ logicalId }) => logicalId !== undefined);
    expect(verdicts).toHaveLength(world.principals.length);
    const byWhoCan = Object.fromEntries(verdicts.map(({ logicalId, decision }) => [logicalId, decision]));
    const byWhatCan = Object.fromEntries(
      [...answers].map(([id, answer]) => [id, told(answer, action, target.found.shown)]),
    );
    expect(byWhatCan).toEqual(byWhoCan);
    expect(new Set(Object.values(byWhoCan)).size).toBeGreaterThan(1);
  });
});
