import { describe, expect, it } from 'vitest';
import { snapshotOf } from '../../../lib/assembly/snapshot';
import { escalationsOf } from '../../../lib/engine/answers/escalations-of';
import { targetOf } from '../../../lib/engine/answers/target';
import { whoCan } from '../../../lib/engine/answers/who-can';
import { reachOf } from '../../../lib/engine/reach/reach-of';
import { worldOf } from '../../../lib/engine/world/world-of';
import { allow, arn, deny, document, ref, resource, role } from '../reach/support/template';
import type { Json, Resources } from '../reach/support/template';
import { answerFor, brief } from './support';

const ADMIN = role([allow('*')]);
const HERE = '111122223333';
const ELSEWHERE = '444455556666';

const key = (...statements: readonly Json[]): Json => resource('AWS::KMS::Key', { KeyPolicy: document(...statements) });
const letIn = (principal: Json, actions: Json = 'kms:*'): Json => ({
  Effect: 'Allow',
  Principal: principal,
  Action: actions,
  Resource: '*',
});
const keepOut = (actions: Json, more: Resources = {}): Json => ({
  Effect: 'Deny',
  Principal: '*',
  Action: actions,
  Resource: [arn('Bucket'), { 'Fn::Sub': '${Bucket.Arn}/*' }],
  ...more,
});
const guarded = (...statements: readonly Json[]): Resources => ({
  Bucket: resource('AWS::S3::Bucket', { BucketName: 'bkt' }),
  Policy: resource('AWS::S3::BucketPolicy', { Bucket: 'bkt', PolicyDocument: document(...statements) }),
});

describe('an administrator of an account', () => {
  const decrypt = (resources: Resources, who = 'Admin'): string =>
    brief(answerFor({ Admin: ADMIN, ...resources }, { who, action: 'kms:Decrypt', on: 'Key' }));
  const read = (resources: Resources, who = 'Admin'): string =>
    brief(answerFor({ Admin: ADMIN, ...resources }, { who, action: 's3:GetObject', on: 'Bucket' }));

  it('is kept out by the policy of a key that names only others', () => {
    expect(decrypt({ Key: key(letIn({ AWS: `arn:aws:iam::${ELSEWHERE}:root` })) })).toBe('denied');
    expect(decrypt({ Key: key(letIn({ AWS: `arn:aws:iam::${HERE}:root` })) })).toBe('granted direct');
  });

  it('rewrites it where it lets the account do so', () => {
    const Key = key(letIn({ AWS: `arn:aws:iam::${HERE}:root` }, 'kms:PutKeyPolicy'));
    expect(decrypt({ Key })).toBe('granted kms-key-policy');
  });

  it('takes over a role that it names, and is told with the step and its statements', () => {
    const KeyAdmin = role([]);
    const resources = { Admin: ADMIN, Key: key(letIn({ AWS: arn('KeyAdmin') })), KeyAdmin };
    const found = answerFor(resources, { who: 'Admin', action: 'kms:Decrypt', on: 'Key' });
    expect(brief(found)).toBe('granted iam-update-trust');
    expect(found.statements.map(({ policy }) => policy)).toEqual(['Key', 'Admin']);
  });

  it('takes over a role that may rewrite the policy, beyond a boundary of the role that lets it', () => {
    const Keeper = role([], undefined, { PermissionsBoundary: ref('Limit') });
    const Limit = resource('AWS::IAM::ManagedPolicy', { PolicyDocument: document(allow('s3:*')) });
    const found = decrypt({ Key: key(letIn({ AWS: arn('Keeper') }, 'kms:PutKeyPolicy')), Keeper, Limit });
    expect(found).toMatch(/^granted iam-update-trust (?:iam-\S+ )+kms-key-policy$/);
  });

  it('may take over a role outside of the templates that it may name', () => {
    expect(decrypt({ Key: key(letIn({ AWS: `arn:aws:iam::${HERE}:role/keeper` })) })).toMatch(/^possible /);
    const everybodyBut = { Condition: { ArnNotEquals: { 'aws:PrincipalArn': `arn:aws:iam::${HERE}:role/keeper` } } };
    expect(read(guarded(keepOut('s3:*', everybodyBut)))).toMatch(/^possible /);
  });

  it('is kept out by a bucket policy that denies everything to everybody', () => {
    expect(read(guarded(keepOut('s3:*')))).toBe('denied');
    expect(read(guarded(keepOut(['s3:GetObject', 's3:PutBucketPolicy'])))).toBe('granted s3-no-bucket-policy');
    expect(read(guarded(keepOut('s3:GetObject')))).toMatch(/^granted s3-(?:no-)?bucket-policy$/);
  });

  it('is not kept by a boundary or a Deny of its own, since it makes an administrator without them', () => {
    const Admin = role([allow('*'), deny('s3:*')]);
    const found = answerFor(
      { ...guarded(keepOut('s3:GetObject')), Admin },
      { who: 'Admin', action: 's3:GetObject', on: 'Bucket' },
    );
    expect(found.decision).toBe('granted');
    expect(found.via[0].because).toMatch(/iam:/);
    expect(read({ ...guarded(keepOut('s3:*')), Admin })).toBe('denied');
  });

  it('is reached by others, who come no further than it does', () => {
    const Climber = role([allow('iam:UpdateAssumeRolePolicy', arn('Admin'))]);
    const shut = key(letIn({ AWS: `arn:aws:iam::${ELSEWHERE}:root` }));
    expect(decrypt({ Key: shut, Climber }, 'Climber')).toBe('denied');
    const Key = key(letIn({ AWS: `arn:aws:iam::${HERE}:root` }, 'kms:PutKeyPolicy'));
    expect(decrypt({ Key, Climber }, 'Climber')).toMatch(/^granted iam-update-trust .*kms-key-policy$/);
    const Outsider = role([allow('iam:UpdateAssumeRolePolicy', `arn:aws:iam::${HERE}:role/another`)]);
    expect(decrypt({ Key, Outsider }, 'Outsider')).toBe('denied');
  });

  it('is at most possible where the action does not take the resource', () => {
    const climber = {
      Climber: role([allow('iam:PutRolePolicy', arn('Climber'))]),
      Bucket: resource('AWS::S3::Bucket'),
    };
    for (const [action, on] of [
      ['s3:GetObject', 'arn:aws:s3:::bkt'],
      ['s3:ListBucket', 'arn:aws:s3:::bkt/x'],
      ['dynamodb:PutItem', 'Bucket'],
    ]) {
      const found = answerFor(climber, { who: 'Climber', action, on });
      expect(`${action} ${found.decision}`).toBe(`${action} possible`);
      expect(found.unknowns.join(' ')).not.toBe('');
    }
    expect(answerFor(climber, { who: 'Climber', action: 's3:GetObject', on: 'arn:aws:s3:::bkt/x' }).decision).toBe(
      'granted',
    );
  });
});

describe('an administrator of one account of two', () => {
  const elsewhere = (one: Resources, two: Resources) => {
    const world = worldOf(
      snapshotOf([
        { name: 'One', file: 'One.json', body: { Resources: one }, account: HERE, region: 'eu-west-1' },
        { name: 'Two', file: 'Two.json', body: { Resources: two }, account: ELSEWHERE, region: 'eu-west-1' },
      ]),
    );
    const reach = reachOf(world);
    const target = targetOf('arn:aws:s3:::bkt/x', 's3:GetObject', world);
    if (!target.ok) throw new Error('no target');
    const found = whoCan(world, reach, 's3:GetObject', target.found).principals;
    return {
      read: (who: string): string => found.filter(({ logicalId }) => logicalId === who).map(brief)[0],
      becomes: (who: string): readonly (string | undefined)[] =>
        escalationsOf(world, reach).flatMap((each) => (each.logicalId === who ? [each.reachesLogicalId] : [])),
    };
  };
  const open = (principal: string): Json => ({
    Effect: 'Allow',
    Principal: { AWS: principal },
    Action: 's3:GetObject',
    Resource: 'arn:aws:s3:::bkt/*',
  });
  const A1 = role([allow('s3:GetObject')], undefined, { RoleName: 'a1' });
  const NAMED = `arn:aws:iam::${ELSEWHERE}:role/a1`;

  it('has what a role of its account gets in the other one', () => {
    const { read } = elsewhere(guarded(open(NAMED)), { A1, Admin: ADMIN });
    expect(read('Admin')).toBe('granted iam-update-trust');
  });

  it('has not what a role gets that is none of its account', () => {
    const { read } = elsewhere(
      { ...guarded(open(`arn:aws:iam::${HERE}:role/own`)), Own: role([], undefined, { RoleName: 'own' }) },
      { A1, Admin: ADMIN },
    );
    expect(read('Own')).toBe('granted direct');
    expect(read('Admin')).toBe('denied');
  });

  it('becomes the roles of the other one that trust roles of its own; its own ones are not told', () => {
    const One = { Task: role([], { AWS: NAMED }, { RoleName: 'task' }), Other: role([]) };
    expect(elsewhere(One, { A1, Admin: ADMIN }).becomes('Admin')).toEqual(['Task']);
    expect(elsewhere(One, { A1 }).becomes('A1')).toEqual([]);
  });
});
