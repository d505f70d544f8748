import { App, Duration, Stack } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as s3 from 'aws-cdk-lib/aws-s3';
import { describe, expect, it } from 'vitest';
import { snapshotOf } from '../../../lib/assembly/snapshot';
import { AuditArchive } from '../../../lib/constructs/audit/audit-archive';
import { AuditReplica } from '../../../lib/constructs/audit/audit-replica';
import { AuditVault } from '../../../lib/constructs/audit/audit-vault';
import { AuditorRole } from '../../../lib/constructs/audit/auditor-role';
import { decide } from '../../../lib/engine/decide/decide';
import { TAMPERING_KINDS } from '../../../lib/engine/duties/tampering-kinds';
import { writeOnceOf } from '../../../lib/engine/duties/write-once-of';
import { worldOf } from '../../../lib/engine/world/world-of';
import type { PolicyText } from '../../../lib/model/policy';
import { allRules } from '../../../lib/rules/registry';
import { runRules } from '../../../lib/rules/run-rules';

const ORDERS = '111122223333';
const SAFE = '444455556666';
const COPIES = 'audit-copies-444455556666';

/** A vault, its replica in another account and region, an auditor of each, and an administrator in each account. */
function original(more: object = {}): App {
  const app = new App();
  const safe = new Stack(app, 'Safe', { env: { account: SAFE, region: 'eu-central-1' } });
  const replica = new AuditReplica(safe, 'Replica', { bucketName: COPIES, retention: Duration.days(400) });
  const stack = new Stack(app, 'Orders', { env: { account: ORDERS, region: 'eu-west-1' } });
  const vault = new AuditVault(stack, 'Record', { retention: Duration.days(400), replica, ...more });
  for (const [at, read] of [
    [stack, vault],
    [safe, replica.copyOf(vault)],
  ] as const) {
    new AuditorRole(at, 'Auditor', {
      vault: read,
      owner: 'security',
      assumedBy: new iam.AccountPrincipal(at.account),
      roleName: 'auditor',
    });
    const administrator = new iam.Role(at, 'Admin', {
      roleName: 'admin',
      assumedBy: new iam.ServicePrincipal('lambda.amazonaws.com'),
    });
    administrator.addToPolicy(new iam.PolicyStatement({ actions: ['s3:*', 'kms:*'], resources: ['*'] }));
  }
  return app;
}

const app = original();
const sources = app.synth().stacks.map(({ stackName, template, environment: { account, region } }) => ({
  name: stackName,
  file: stackName,
  body: template as Record<string, any>,
  account,
  region,
}));
function assembly(change: (all: Record<string, Record<string, any>>) => void = () => {}) {
  const changed = structuredClone(sources);
  change(Object.fromEntries(changed.map(({ name, body }) => [name, body['Resources']])));
  const snapshot = snapshotOf(changed);
  return { snapshot, world: worldOf(snapshot) };
}
type Assembly = ReturnType<typeof assembly>;
const WHOLE = assembly();

function resource({ snapshot }: Assembly, stack: string, type: string, idStart: string, end = ''): PolicyText {
  const arn = snapshot.resources.find(
    (each) => each.template.name === stack && each.type === type && each.logicalId.startsWith(idStart),
  )?.arn as any;
  if (typeof arn === 'string') return `${arn}${end}`;
  return end === '' ? arn : { ...arn, parts: [...arn.parts, end] };
}
function allowed(all: Assembly, who: string, action: string, on: PolicyText, context: Record<string, string> = {}) {
  const [stack = '', start = ''] = who.split('/');
  const principal = all.world.principals.find(
    (each) => each.resource.template.name === stack && each.resource.logicalId.startsWith(start),
  );
  if (principal === undefined) throw new Error(`nobody is ${who}`);
  const tls = { 'aws:SecureTransport': 'true', 's3:TlsVersion': '1.3' };
  const { may, must } = decide({ principal, action, resource: on, context: { ...tls, ...context } }, all.world);
  return may === must ? may : 'possible';
}
const S3 = 'Orders/RecordReplicationRole';
const OBJECT = `/AWSLogs/${ORDERS}/CloudTrail/eu-west-1/2027/01/01/log.json.gz`;
const originalOf = (all: Assembly): PolicyText => resource(all, 'Orders', 'AWS::S3::Bucket', 'RecordBucket', OBJECT);
const copy = `arn:aws:s3:::${COPIES}${OBJECT}`;
const through = (region: string) => ({ 'kms:ViaService': `s3.${region}.amazonaws.com` });

describe('the configuration', () => {
  const orders = sources.find(({ name }) => name === 'Orders')?.body['Resources'];
  const { Properties } = Object.entries<any>(orders).find(([id]) => id.startsWith('RecordBucket'))?.[1] ?? {};
  it('copies everything under the key over there, and no delete marker', () => {
    const [rule, ...more] = Properties.ReplicationConfiguration.Rules;
    expect(more).toEqual([]);
    expect(rule).toMatchObject({
      Status: 'Enabled',
      Filter: { Prefix: '' },
      DeleteMarkerReplication: { Status: 'Disabled' },
      SourceSelectionCriteria: { SseKmsEncryptedObjects: { Status: 'Enabled' } },
    });
    expect(JSON.stringify(rule.Destination)).toContain(`:kms:eu-central-1:${SAFE}:alias/${COPIES}`);
  });

  it('stands after a bucket with a lock of its own, whose policy lets the role in', () => {
    expect((app.node.findChild('Orders') as Stack).dependencies.map(({ node }) => node.id)).toEqual(['Safe']);
    expect((app.node.findChild('Safe') as Stack).dependencies).toEqual([]);
    const safe = sources.find(({ name }) => name === 'Safe')?.body['Resources'];
    const bucket = Object.entries<any>(safe).find(([id]) => id.startsWith('ReplicaBucket'))?.[1];
    expect(bucket.Properties).toMatchObject({
      ObjectLockEnabled: true,
      ObjectLockConfiguration: { Rule: { DefaultRetention: { Mode: 'COMPLIANCE', Days: 400 } } },
      VersioningConfiguration: { Status: 'Enabled' },
    });
    expect(JSON.stringify(Properties.ReplicationConfiguration.Role)).toContain('RecordReplicationRole');
  });
});

describe('the role with which S3 copies', () => {
  it('reads the original with its retention, and writes the copy, with both keys', () => {
    for (const action of ['s3:GetObjectVersionForReplication', 's3:GetObjectRetention', 's3:GetObjectLegalHold']) {
      expect(allowed(WHOLE, S3, action, originalOf(WHOLE)), action).toBe(true);
    }
    expect(allowed(WHOLE, S3, 's3:ReplicateObject', copy)).toBe(true);
    const keys = {
      'Orders/RecordKey': ['kms:Decrypt', 'eu-west-1'],
      'Safe/ReplicaKey': ['kms:GenerateDataKey', 'eu-central-1'],
    };
    for (const [name, [action = '', region = '']] of Object.entries(keys)) {
      const [stack = '', id = ''] = name.split('/');
      const key = resource(WHOLE, stack, 'AWS::KMS::Key', id);
      expect(allowed(WHOLE, S3, action, key, through(region)), name).toBe(true);
      expect(allowed(WHOLE, S3, action, key, { 'kms:ViaService': 'ec2.amazonaws.com' }), name).toBe(false);
    }
  });

  it('deletes, writes, hides or unlocks nothing, here or there', () => {
    const actions = TAMPERING_KINDS.flatMap(({ permissions }) => permissions)
      .flatMap(({ actions: all }) => all)
      .filter((action) => action.startsWith('s3:'));
    expect(actions.length).toBeGreaterThan(12);
    for (const action of [...actions, 's3:ReplicateDelete', 's3:ReplicateTags', 's3:GetObject']) {
      const onObject = /Object|Governance|Replicate/.test(action) && !action.includes('Bucket');
      const places = onObject
        ? [originalOf(WHOLE), copy]
        : [resource(WHOLE, 'Orders', 'AWS::S3::Bucket', 'RecordBucket'), `arn:aws:s3:::${COPIES}`];
      for (const place of places) expect(allowed(WHOLE, S3, action, place), action).toBe(false);
    }
    expect(allowed(WHOLE, S3, 's3:ReplicateObject', originalOf(WHOLE))).toBe(false);
  });

  it('copies no bucket of somebody who may pass it, by the policy of that bucket, over the record: OnlyThese', () => {
    const trap = (all: Record<string, any>): void => {
      // Of a name that CloudFormation makes up, it is not known that it is not this one.
      const [, own] = Object.entries<any>(all['Orders']).find(([id]) => id.startsWith('RecordBucket')) ?? [];
      own.Properties.BucketName = 'audit-original';
      all['Orders']['Trap'] = { Type: 'AWS::S3::Bucket', Properties: { BucketName: 'trap' } };
      all['Orders']['TrapPolicy'] = {
        Type: 'AWS::S3::BucketPolicy',
        Properties: {
          Bucket: { Ref: 'Trap' },
          PolicyDocument: {
            Version: '2012-10-17',
            Statement: [
              {
                Effect: 'Allow',
                Principal: { AWS: { 'Fn::GetAtt': [roleId(all), 'Arn'] } },
                Action: 's3:*',
                Resource: { 'Fn::Sub': '${Trap.Arn}/*' },
              },
            ],
          },
        },
      };
    };
    const roleId = ({ Orders }: Record<string, any>): string =>
      Object.keys(Orders).find((id) => id.startsWith('RecordReplicationRole')) ?? '';
    const open = (all: Record<string, any>): void => {
      trap(all);
      for (const { Type, Properties } of Object.values<any>(all['Orders'])) {
        if (Type !== 'AWS::IAM::Policy') continue;
        const { Statement } = Properties.PolicyDocument;
        Properties.PolicyDocument.Statement = Statement.filter(({ Sid }: any) => Sid !== 'OnlyThese');
      }
    };
    const reads = (all: Assembly) =>
      allowed(
        all,
        S3,
        's3:GetObjectVersionForReplication',
        resource(all, 'Orders', 'AWS::S3::Bucket', 'Trap', '/forged'),
      );
    expect(reads(assembly(trap))).toBe(false);
    expect(reads(assembly(open))).toBe(true);
  });
});

describe('everybody else', () => {
  it.each(['Orders/Admin', 'Safe/Admin'])('%s writes no copy, deletes none, and turns no copying off', (who) => {
    const objects = ['s3:ReplicateObject', 's3:PutObject', 's3:DeleteObject', 's3:DeleteObjectVersion', 's3:GetObject'];
    for (const action of [...objects, 's3:ReplicateDelete', 's3:PutObjectRetention']) {
      expect(allowed(WHOLE, who, action, copy), action).toBe(false);
    }
    const bucket = resource(WHOLE, 'Orders', 'AWS::S3::Bucket', 'RecordBucket');
    expect(allowed(WHOLE, who, 's3:PutReplicationConfiguration', bucket)).toBe(false);
    expect(allowed(WHOLE, who, 's3:PutReplicationConfiguration', `arn:aws:s3:::${COPIES}`)).toBe(false);
    expect(allowed(WHOLE, who, 'kms:Decrypt', resource(WHOLE, 'Safe', 'AWS::KMS::Key', 'ReplicaKey'))).toBe(false);
  });

  it('an administrator over there forges a copy only without DenyCopyingByOthers', () => {
    const open = assembly(({ Safe = {} }) => {
      for (const { Type, Properties } of Object.values(Safe)) {
        if (Type !== 'AWS::S3::BucketPolicy') continue;
        const { Statement } = Properties.PolicyDocument;
        Properties.PolicyDocument.Statement = Statement.filter(({ Sid }: any) => Sid !== 'DenyCopyingByOthers');
      }
    });
    expect(allowed(open, 'Safe/Admin', 's3:ReplicateObject', copy)).toBe(true);
  });

  it('the auditor over there reads the copies, and the one here does not', () => {
    expect(allowed(WHOLE, 'Safe/Auditor', 's3:GetObject', copy)).toBe(true);
    const key = resource(WHOLE, 'Safe', 'AWS::KMS::Key', 'ReplicaKey');
    expect(allowed(WHOLE, 'Safe/Auditor', 'kms:Decrypt', key, through('eu-central-1'))).toBe(true);
    expect(allowed(WHOLE, 'Orders/Auditor', 's3:GetObject', copy)).toBe(false);
  });
});

describe('the analysis', () => {
  it('finds nothing of the audit in either account, for the role that copies neither', () => {
    const audit = allRules.filter(({ id }) => id.startsWith('AUD') && id !== 'AUD7');
    expect(runRules(WHOLE.snapshot, audit).map(({ ruleId, message }) => `${ruleId}: ${message}`)).toEqual([]);
    const { principals } = writeOnceOf(WHOLE.snapshot);
    const copying = principals.filter(({ logicalId }) => logicalId.startsWith('RecordReplicationRole'));
    expect(copying.map(({ ways }) => ways)).toEqual([[]]);
  });

  it('finds who may take the permissions of the role away, which ends the copying', () => {
    const able = assembly(({ Orders = {} }) => {
      const [policy] = Object.entries(Orders).find(([id]) => id.startsWith('AdminDefaultPolicy')) ?? [''];
      Orders[policy].Properties.PolicyDocument.Statement = [
        {
          Effect: 'Allow',
          Action: 'iam:DeleteRolePolicy',
          Resource: { 'Fn::Sub': 'arn:aws:iam::*:role/*-replication' },
        },
      ];
    });
    const found = writeOnceOf(able.snapshot).principals.find(({ logicalId }) => logicalId.startsWith('Admin'));
    expect(found?.ways.map(({ kinds }) => kinds)).toEqual([['blinding']]);
  });
});

describe('what cannot be', () => {
  const stackOf = (id: string, env: object = { account: SAFE, region: 'eu-central-1' }, at = new App()) =>
    new Stack(at, id, { env });
  it('a replica that keeps less long is refused', () => {
    expect(() => original({ retention: Duration.days(500) })).toThrow(
      /^BH4061: .* keeps for 400 days, the original for 500/,
    );
  });

  it('a replica without a name or an account is refused, and an original without an account', () => {
    const replica = (stack: Stack, bucketName = COPIES) =>
      new AuditReplica(stack, 'Replica', { bucketName, retention: Duration.days(400) });
    expect(() => replica(stackOf('Safe', {}))).toThrow(/^BH4060: account or region/);
    expect(() => replica(stackOf('Safe'), 'Copies')).toThrow(/^BH4060: `bucketName` is `Copies`/);
    const made = new App();
    const there = replica(stackOf('Safe', undefined, made));
    const nowhere = stackOf('Orders', {}, made);
    expect(() => new AuditVault(nowhere, 'Record', { retention: Duration.days(400), replica: there })).toThrow(
      /^BH4062/,
    );
  });

  it('an archive is copied like a vault, folders and all', () => {
    const made = new App();
    const replica = new AuditReplica(stackOf('Safe', undefined, made), 'Replica', {
      bucketName: COPIES,
      retention: Duration.days(400),
    });
    const stack = stackOf('Archive', { account: SAFE, region: 'eu-west-1' }, made);
    new AuditArchive(stack, 'Archive', {
      bucketName: 'audit-archive',
      retention: Duration.days(400),
      sources: [{ name: 'orders', account: ORDERS }],
      replica,
    });
    const template = made.synth().getStackByName('Archive').template;
    const policy = JSON.stringify(template.Resources);
    expect(policy).toMatch(/"Sid":"DenyReadingOrders"/);
    const denies = Object.values<any>(template.Resources)
      .filter(({ Type }) => Type === s3.CfnBucketPolicy.CFN_RESOURCE_TYPE_NAME)
      .filter(({ Properties }) => !Properties.Bucket.Ref.startsWith('ArchiveAccessLogs'))
      .flatMap(({ Properties }) => Properties.PolicyDocument.Statement)
      .filter(({ Sid }) => String(Sid).startsWith('DenyReading'));
    expect(denies).toHaveLength(2);
    for (const { Condition } of denies) expect(JSON.stringify(Condition)).toContain('-replication');
  });
});
