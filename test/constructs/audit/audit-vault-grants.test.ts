import { App, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import * as iam from 'aws-cdk-lib/aws-iam';
import { expect, it } from 'vitest';
import { WorkloadRole } from '../../../lib/constructs/roles/workload-role';
import { ACCOUNT, Deployed, REGION, isAllowed, newStack, newVault } from './deployed';

const byService = new iam.ServicePrincipal('lambda.amazonaws.com');
const words = { owner: 'security', purpose: 'collects the record', assumedBy: byService };

it('gives a grant that lists what it grants', () => {
  const stack = newStack();
  const grant = newVault({}, stack).grants.read(new WorkloadRole(stack, 'Collector', words));
  expect(grant.success).toBe(true);
  const actions = grant.principalStatements.flatMap((each) => each.actions);
  expect(actions).toContain('s3:GetObject');
  expect(actions.filter((action) => /:(Put|Delete|Update|Stop|Create)/.test(action))).toEqual([]);
});

it('lets the grant through the boundary of the role', async () => {
  const stack = newStack();
  newVault({}, stack).grants.read(new WorkloadRole(stack, 'Collector', words));
  const deployed = new Deployed(stack);
  const { arn, identity, boundary } = deployed.role('Collector');
  const call = {
    principal: arn,
    action: 's3:GetObject',
    resource: `${deployed.arn('AWS::S3::Bucket', 'AuditBucket')}/AWSLogs/${ACCOUNT}/CloudTrail/x`,
    resourcePolicy: deployed.find('AWS::S3::BucketPolicy', 'AuditBucketPolicy').Properties.PolicyDocument,
    identity,
    boundary,
    context: { 'aws:ResourceAccount': ACCOUNT },
  };
  expect(await isAllowed(call)).toBe(true);
  expect(await isAllowed({ ...call, context: { 'aws:ResourceAccount': '999999999999' } })).toBe(false);
});

it('grants once, however often it is asked', () => {
  const stack = newStack();
  const vault = newVault({}, stack);
  const role = new WorkloadRole(stack, 'Collector', words);
  expect(vault.grants.read(role)).toBe(vault.grants.read(role));
  expect(vault.grants.readerArns).toEqual([role.roleArn]);
  const ofCollector = Object.values<any>(Template.fromStack(stack).findResources('AWS::IAM::Policy')).filter(
    ({ Properties }) => Properties.Roles.some(({ Ref }: any) => Ref.startsWith('Collector')),
  );
  expect(ofCollector).toHaveLength(1);
});

it.each(['before', 'after'])('opens log groups that are added %s the grant', (moment) => {
  const stack = newStack();
  const vault = newVault({}, stack);
  const role = new iam.Role(stack, 'Collector', { assumedBy: byService });
  if (moment === 'after') vault.grants.read(role);
  vault.createLogGroup(stack, 'AccessLog');
  if (moment === 'before') vault.grants.read(role);
  const granted = Object.values<any>(Template.fromStack(stack).findResources('AWS::IAM::Policy'))
    .flatMap((each) => each.Properties.PolicyDocument.Statement)
    .filter((each) => each.Action.includes('logs:StartQuery'))
    .map((each) => each.Resource['Fn::GetAtt'][0]);
  expect(granted).toEqual([expect.stringMatching(/^AuditLogGroup/), expect.stringMatching(/^AccessLog/)]);
});

it('refuses a role of another account', () => {
  const app = new App();
  const vault = newVault({}, newStack('Orders', app));
  const elsewhere = new Stack(app, 'Elsewhere', { env: { account: '999999999999', region: REGION } });
  const role = new iam.Role(elsewhere, 'Collector', { roleName: 'collector', assumedBy: byService });
  expect(() => vault.grants.read(role)).toThrow(
    /^BH4006: the reader `Elsewhere\/Collector` is in account 999999999999, the vault in 111122223333, at Orders\/Audit;/,
  );
});
