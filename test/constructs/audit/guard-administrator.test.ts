import {
  App,
  CliCredentialsStackSynthesizer,
  DefaultStackSynthesizer,
  Duration,
  NestedStack,
  Stack,
} from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import { expect, it } from 'vitest';
import { AuditVault } from '../../../lib/constructs/audit/audit-vault';
import { guardAdministratorArn } from '../../../lib/constructs/audit/guard-administrator';
import { ACCOUNT, Deployed, EXECUTION_ROLE, isAllowed, newStack, newVault } from './deployed';

it('is the role with which CloudFormation deploys the stack', () => {
  const stack = newStack();
  expect(stack.resolve(guardAdministratorArn(stack, undefined))).toEqual({
    'Fn::Sub': EXECUTION_ROLE.replace('arn:aws', 'arn:${AWS::Partition}'),
  });
});

it('follows the qualifier of the bootstrap', () => {
  const synthesizer = new DefaultStackSynthesizer({ qualifier: 'orders' });
  const stack = new Stack(new App(), 'Orders', { synthesizer });
  expect(JSON.stringify(stack.resolve(guardAdministratorArn(stack, undefined)))).toContain('cdk-orders-cfn-exec-role-');
});

it('is that of the parent in a nested stack', () => {
  const stack = newStack();
  const nested = new NestedStack(stack, 'Nested');
  expect(JSON.stringify(nested.resolve(guardAdministratorArn(nested, undefined)))).toContain('cfn-exec-role');
});

it('must be named where the stack is deployed with the credentials of whoever deploys', () => {
  const stack = new Stack(new App(), 'Orders', { synthesizer: new CliCredentialsStackSynthesizer() });
  const retention = Duration.days(30);
  expect(() => new AuditVault(stack, 'Audit', { retention })).toThrow(
    /^BH4002: it is not known which role deploys this stack, at Orders\/Audit; .*; name the role in `administrator`/,
  );
  const administrator = iam.Role.fromRoleName(stack, 'Custodian', 'custodian');
  expect(() => new AuditVault(stack, 'Named', { retention, administrator })).not.toThrow();
});

it('is the named role alone, once one is named', async () => {
  const stack = newStack();
  const administrator = new iam.Role(stack, 'Custodian', { assumedBy: new iam.AccountPrincipal(ACCOUNT) });
  newVault({ administrator }, stack);
  const deployed = new Deployed(stack);
  const call = {
    action: 's3:PutBucketPolicy',
    resource: deployed.arn('AWS::S3::Bucket', 'AuditBucket'),
    resourcePolicy: deployed.find('AWS::S3::BucketPolicy', 'AuditBucketPolicy').Properties.PolicyDocument,
  };
  expect(await isAllowed({ ...call, principal: deployed.arn('AWS::IAM::Role', 'Custodian') })).toBe(true);
  expect(await isAllowed({ ...call, principal: EXECUTION_ROLE })).toBe(false);
});
