import { Duration } from 'aws-cdk-lib';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as logs from 'aws-cdk-lib/aws-logs';
import { describe, expect, it } from 'vitest';
import { LeastPrivilegeRestApi } from '../../../lib/constructs/api/least-privilege-rest-api';
import type { LeastPrivilegeRestApiProps } from '../../../lib/constructs/api/least-privilege-rest-api-props';
import { AuditVault } from '../../../lib/constructs/audit/audit-vault';
import { integration, newApi, newStack, resources, show, workload } from './support';

function logged(props: LeastPrivilegeRestApiProps = {}) {
  const { stack, api, clerk } = newApi(props);
  api.addEndpoint('GET /', { callers: [clerk], integration });
  return stack;
}

describe('the access log', () => {
  it('says who called what from where, how it was decided, and the id that a client cannot choose', () => {
    const [{ Properties }] = resources(logged(), 'AWS::ApiGateway::Stage');
    expect(JSON.parse(Properties.AccessLogSetting.Format)).toMatchObject({
      extendedRequestId: '$context.extendedRequestId',
      requestId: '$context.requestId',
      callerArn: '$context.identity.userArn',
      callerAccount: '$context.identity.accountId',
      sourceIp: '$context.identity.sourceIp',
      method: '$context.httpMethod',
      path: '$context.path',
      resourcePath: '$context.resourcePath',
      stage: '$context.stage',
      status: '$context.status',
      authorizeStatus: '$context.authorize.status',
      errorType: '$context.error.responseType',
      integrationStatus: '$context.integration.status',
    });
    expect(Properties.AccessLogSetting.DestinationArn['Fn::GetAtt'][0]).toMatch(/AccessLog/);
  });

  it('is encrypted, ends after a year, and outlives the stack', () => {
    const [group] = resources(logged(), 'AWS::Logs::LogGroup');
    expect(group.Properties).toMatchObject({
      RetentionInDays: 365,
      KmsKeyId: { 'Fn::GetAtt': [expect.anything(), 'Arn'] },
    });
    expect(group).toMatchObject({ DeletionPolicy: 'Retain', UpdateReplacePolicy: 'Retain' });
  });

  it('has a key for this log group alone, whose use no identity policy can grant', () => {
    const stack = logged();
    const [group] = resources(stack, 'AWS::Logs::LogGroup');
    const [key] = resources(stack, 'AWS::KMS::Key');
    expect(key.Properties.EnableKeyRotation).toBe(true);
    const statements: any[] = key.Properties.KeyPolicy.Statement;
    const use = statements.filter((each) => JSON.stringify(each.Action).match(/kms:(Decrypt|Encrypt|\*)/));
    expect(use).toHaveLength(1);
    expect(use[0].Principal).toEqual({ Service: 'logs.eu-west-1.amazonaws.com' });
    expect(show(use[0].Condition.ArnEquals['kms:EncryptionContext:aws:logs:arn'])).toBe(
      `arn:\${AWS::Partition}:logs:eu-west-1:111122223333:log-group:${group.Properties.LogGroupName}`,
    );
  });

  it('takes a key and a retention of the user', () => {
    const { stack, clerk, api } = newApi({ logRetention: logs.RetentionDays.TWO_YEARS });
    api.addEndpoint('GET /', { callers: [clerk], integration });
    expect(resources(stack, 'AWS::Logs::LogGroup')[0].Properties.RetentionInDays).toBe(731);
  });

  it('allows CloudWatch Logs the use of a key of the user, for this log group', () => {
    const stack = newStack();
    const logEncryptionKey = new kms.Key(stack, 'Key');
    const api = new LeastPrivilegeRestApi(stack, 'Api', { logEncryptionKey });
    api.addEndpoint('GET /', { callers: [workload(stack, 'Clerk')], integration });
    const [{ Properties }, ...more] = resources(stack, 'AWS::KMS::Key');
    expect(more).toEqual([]);
    const statement = Properties.KeyPolicy.Statement.find((each: any) => each.Sid === 'AccessLog');
    const [group] = resources(stack, 'AWS::Logs::LogGroup');
    expect(show(statement.Condition.ArnEquals['kms:EncryptionContext:aws:logs:arn'])).toContain(
      `:log-group:${group.Properties.LogGroupName}`,
    );
    expect(group.Properties.KmsKeyId).toEqual(stack.resolve(logEncryptionKey.keyArn));
  });

  it('has a name of its own for each API and stack', () => {
    const stack = newStack();
    const groups = ['One', 'Two'].map((id) => {
      const api = new LeastPrivilegeRestApi(stack, id);
      return stack.resolve((api.accessLogGroup.node.defaultChild as any).logGroupName);
    });
    expect(new Set(groups).size).toBe(2);
    for (const each of groups) expect(each).toMatch(/^\/cdk-bulkhead\/access\/Orders\/[\w-]+$/);
  });

  it('belongs to the vault where there is one', () => {
    const stack = newStack();
    const auditVault = new AuditVault(stack, 'Vault', { retention: Duration.days(400) });
    const api = new LeastPrivilegeRestApi(stack, 'Api', { auditVault });
    api.addEndpoint('GET /', { callers: [workload(stack, 'Clerk')], integration });
    const group = api.accessLogGroup.node.defaultChild as logs.CfnLogGroup;
    expect(stack.resolve(group.kmsKeyId)).toEqual(stack.resolve(auditVault.encryptionKey.keyArn));
    const [stage] = resources(stack, 'AWS::ApiGateway::Stage');
    expect(show(stage.Properties.AccessLogSetting.DestinationArn)).toContain(stack.getLogicalId(group));
  });

  it('is refused where a vault and a key or retention of its own are given', () => {
    const stack = newStack();
    const auditVault = new AuditVault(stack, 'Vault', { retention: Duration.days(400) });
    const logRetention = logs.RetentionDays.ONE_DAY;
    expect(() => new LeastPrivilegeRestApi(stack, 'Api', { auditVault, logRetention })).toThrow('BH1017');
    const logEncryptionKey = new kms.Key(stack, 'Key');
    expect(() => new LeastPrivilegeRestApi(stack, 'Other', { auditVault, logEncryptionKey })).toThrow('BH1017');
  });
});
