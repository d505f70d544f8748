import { App, Duration, Stack } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import { describe, expect, it } from 'vitest';
import { snapshotOf } from '../../../lib/assembly/snapshot';
import { AuditVault } from '../../../lib/constructs/audit/audit-vault';
import { AuditorRole } from '../../../lib/constructs/audit/auditor-role';
import { AlarmTopic } from '../../../lib/constructs/monitoring/alarm-topic';
import { decide } from '../../../lib/engine/decide/decide';
import { worldOf } from '../../../lib/engine/world/world-of';
import type { PolicyText } from '../../../lib/model/policy';
import { allRules } from '../../../lib/rules/registry';
import { runRules } from '../../../lib/rules/run-rules';
import { ACCOUNT, REGION } from './deployed';

/** A vault, its auditor, a topic, and somebody whose own policies allow everything of S3, KMS, SNS and logs. */
function template(): Record<string, any> {
  const stack = new Stack(new App(), 'Record', { env: { account: ACCOUNT, region: REGION } });
  const vault = new AuditVault(stack, 'Vault', { retention: Duration.days(400) });
  new AuditorRole(stack, 'Auditor', { vault, owner: 'security', assumedBy: new iam.AccountPrincipal(ACCOUNT) });
  new AlarmTopic(stack, 'OnCall', { emails: ['on-call@example.com'] });
  const attacker = new iam.Role(stack, 'Attacker', { assumedBy: new iam.ServicePrincipal('lambda.amazonaws.com') });
  attacker.addToPolicy(new iam.PolicyStatement({ actions: ['s3:*', 'kms:*', 'sns:*'], resources: ['*'] }));
  return (stack.node.root as App).synth().getStackByName(stack.stackName).template;
}

const WHOLE = template();
const find = (body: any, type: string, sid: string): any =>
  Object.values<any>(body.Resources).find((each) => each.Type === type && JSON.stringify(each).includes(`"${sid}"`));
const DOCUMENTS: Record<string, string> = {
  'AWS::S3::BucketPolicy': 'PolicyDocument',
  'AWS::KMS::Key': 'KeyPolicy',
  'AWS::SNS::TopicPolicy': 'PolicyDocument',
};

/** The template without one statement: of the policies that have one of this name, the one that also has `beside`. */
function without(type: string, sid: string, beside = sid): any {
  const body = structuredClone(WHOLE);
  const resource = Object.values<any>(body['Resources']).find(
    (each) => each.Type === type && [sid, beside].every((one) => JSON.stringify(each).includes(`"${one}"`)),
  );
  const document = resource.Properties[DOCUMENTS[type]];
  const left = document.Statement.filter((each: any) => each.Sid !== sid);
  expect(left.length).toBe(document.Statement.length - 1);
  document.Statement = left;
  return body;
}

const snapshot = (body: any) =>
  snapshotOf([{ name: 'Record', file: 'Record', body, account: ACCOUNT, region: REGION }]);

function allows(
  body: any,
  action: string,
  type: string,
  beside: string,
  end = '',
  context: Record<string, string> = {},
) {
  const all = snapshot(body);
  const world = worldOf(all);
  const principal = world.principals.find(({ resource }) => resource.logicalId.startsWith('Attacker'));
  const [logicalId] = Object.entries<any>(WHOLE['Resources']).find(
    ([, each]) => each.Type === type && JSON.stringify(each).includes(beside),
  ) as [string, unknown];
  const resource = all.resources.find((each) => each.logicalId === logicalId);
  if (principal === undefined || resource === undefined) throw new Error('nobody, or nothing');
  const arn = resource.arn as any;
  const asked: PolicyText =
    typeof arn === 'string'
      ? `${arn}${end}`
      : { ...arn, parts: [...arn.parts, end].filter((each: any) => each !== '') };
  const decision = decide({ principal, action, resource: asked, context }, world);
  return { may: decision.may, must: decision.must };
}

const BUCKET = 'AWS::S3::Bucket';
const POLICY = 'AWS::S3::BucketPolicy';
const KEY = 'AWS::KMS::Key';
const TOPIC = 'AWS::SNS::Topic';
const OBJECT = `/AWSLogs/${ACCOUNT}/CloudTrail/eu-west-1/2027/01/01/log.json.gz`;
const TLS = { 'aws:SecureTransport': 'true', 's3:TlsVersion': '1.3' };

describe('each Deny stops an attack that comes through without it', () => {
  it.each<[string, string, string, string, string, Record<string, string>]>([
    ['hides a log file behind a delete marker', 'DenyDeletion', 's3:DeleteObject', BUCKET, OBJECT, TLS],
    ['deletes a version once its retention has ended', 'DenyDeletion', 's3:DeleteObjectVersion', BUCKET, OBJECT, TLS],
    ['extends retention at your cost', 'DenyRetentionChange', 's3:PutObjectRetention', BUCKET, OBJECT, TLS],
    ['bypasses governance', 'DenyRetentionChange', 's3:BypassGovernanceRetention', BUCKET, OBJECT, TLS],
    ['forges a log file', 'DenyForgery', 's3:PutObject', BUCKET, OBJECT, TLS],
    ['reads who did what', 'DenyReadingByOthers', 's3:GetObject', BUCKET, OBJECT, TLS],
    ['rewrites the bucket policy', 'DenyGuardChange', 's3:PutBucketPolicy', BUCKET, '', TLS],
    ['lets a lifecycle delete the record', 'DenyGuardChange', 's3:PutLifecycleConfiguration', BUCKET, '', TLS],
    ['diverts it by replication', 'DenyGuardChange', 's3:PutReplicationConfiguration', BUCKET, '', TLS],
    [
      'lists it over plain HTTP',
      'DenyPlainHttp',
      's3:ListBucket',
      BUCKET,
      '',
      { 'aws:SecureTransport': 'false', 's3:TlsVersion': '1.3' },
    ],
    [
      'lists it over old TLS',
      'DenyOldTls',
      's3:ListBucket',
      BUCKET,
      '',
      { 'aws:SecureTransport': 'true', 's3:TlsVersion': '1.0' },
    ],
  ])('somebody who may do everything in S3 %s: %s', (_, sid, action, type, end, context) => {
    const target = 'COMPLIANCE';
    expect(allows(WHOLE, action, type, target, end, context)).toEqual({ may: false, must: false });
    const open = without(POLICY, sid, 'DenyForgery');
    expect(allows(open, action, type, target, end, context)).toEqual({ may: true, must: true });
  });

  it('somebody who may do everything in KMS hands out the use of the key, once the account has all of it', () => {
    expect(allows(WHOLE, 'kms:Decrypt', KEY, 'CloudTrailEncrypts')).toEqual({ may: false, must: false });
    expect(allows(WHOLE, 'kms:ScheduleKeyDeletion', KEY, 'CloudTrailEncrypts').may).toBe(false);
    // Both the Deny and the narrow Allow keep the key: with all of KMS for the account, the Deny alone does.
    const wide = (body: any): any => {
      const copy = structuredClone(body);
      find(copy, KEY, 'CloudTrailEncrypts').Properties.KeyPolicy.Statement.find(
        ({ Sid }: any) => Sid === 'AdministrationWithoutUse',
      ).Action = 'kms:*';
      return copy;
    };
    expect(allows(wide(WHOLE), 'kms:ScheduleKeyDeletion', KEY, 'CloudTrailEncrypts').may).toBe(false);
    const open = wide(without(KEY, 'DenyLoss', 'CloudTrailEncrypts'));
    expect(allows(open, 'kms:ScheduleKeyDeletion', KEY, 'CloudTrailEncrypts')).toEqual({ may: true, must: true });
    expect(allows(wide(WHOLE), 'kms:Decrypt', KEY, 'CloudTrailEncrypts').may).toBe(true);
  });

  it('somebody who may do everything in SNS silences the topic', () => {
    for (const action of ['sns:SetTopicAttributes', 'sns:DeleteTopic', 'sns:RemovePermission']) {
      expect(allows(WHOLE, action, TOPIC, 'OnCall').may).toBe(false);
      expect(allows(without('AWS::SNS::TopicPolicy', 'DenySilencing'), action, TOPIC, 'OnCall')).toEqual({
        may: true,
        must: true,
      });
    }
  });
});

describe('each Allow is what delivery needs, and bound to this trail', () => {
  const rulesOf = (body: any): string[] =>
    [
      ...new Set(
        runRules(
          snapshot(body),
          allRules.filter(({ id }) => id.startsWith('AUD')),
        ).map(({ ruleId }) => ruleId),
      ),
    ].filter((each) => each !== 'Bulkhead-AUD7');
  it.each([
    [POLICY, 'CloudTrailChecksAcl'],
    [POLICY, 'CloudTrailWrites'],
    [KEY, 'CloudTrailEncrypts'],
    [KEY, 'CloudTrailDescribes'],
  ])('%s %s', (type, sid) => {
    expect(rulesOf(WHOLE)).toEqual([]);
    expect(rulesOf(without(type, sid))).toContain('Bulkhead-AUD3');
    const unbound = structuredClone(WHOLE);
    const document = find(unbound, type, sid).Properties[DOCUMENTS[type]];
    const statement = document.Statement.find(({ Sid }: any) => Sid === sid);
    delete statement.Condition.StringEquals['aws:SourceArn'];
    expect(rulesOf(unbound)).toContain('Bulkhead-AUD3');
  });
});
