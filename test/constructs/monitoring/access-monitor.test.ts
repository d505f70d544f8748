import { App, Duration, Stack } from 'aws-cdk-lib';
import * as apigateway from 'aws-cdk-lib/aws-apigateway';
import { Match, Template } from 'aws-cdk-lib/assertions';
import * as iam from 'aws-cdk-lib/aws-iam';
import { describe, expect, it } from 'vitest';
import { LeastPrivilegeRestApi } from '../../../lib/constructs/api/least-privilege-rest-api';
import { AuditVault } from '../../../lib/constructs/audit/audit-vault';
import { AccessMonitor } from '../../../lib/constructs/monitoring/access-monitor';
import type { AccessMonitorProps } from '../../../lib/constructs/monitoring/access-monitor';
import { AlarmTopic } from '../../../lib/constructs/monitoring/alarm-topic';
import { TamperAlarms } from '../../../lib/constructs/monitoring/tamper-alarms';
import { HumanRole } from '../../../lib/constructs/roles/human-role';
import { snapshotOf } from '../../../lib/assembly/snapshot';
import { allRules } from '../../../lib/rules/registry';
import { runRules } from '../../../lib/rules/run-rules';
import { writeOnceOf } from '../../../lib/engine/duties/write-once-of';
import { unpackSettings } from '../../../lib/runtime/access-monitor/settings';
import type { MonitorSettings } from '../../../lib/runtime/access-monitor/settings';
import { ACCOUNT, REGION } from '../audit/deployed';

/** What the function of the one monitor reads; references as `[Name]`. */
function settingsOf(template: Template): MonitorSettings {
  const variables = Object.values(template.findResources('AWS::Lambda::Function'))
    .map(({ Properties }) => Properties.Environment?.Variables ?? {})
    .find(({ SETTINGS }) => SETTINGS !== undefined);
  return unpackSettings(JSON.parse(textOf(variables?.SETTINGS)));
}

function textOf(value: any): string {
  if (typeof value === 'string') return value;
  const [name, argument] = Object.entries(value)[0] as [string, any];
  return name === 'Fn::Join' ? argument[1].map(textOf).join('') : `[${[argument].flat().join('.')}]`;
}

function monitored(props: Partial<AccessMonitorProps> | ((clerk: iam.IRole) => Partial<AccessMonitorProps>) = {}) {
  const app = new App();
  const env = { account: ACCOUNT, region: REGION };
  const [record, people, service] = ['Record', 'People', 'Service'].map((id) => new Stack(app, id, { env })) as [
    Stack,
    Stack,
    Stack,
  ];
  const vault = new AuditVault(record, 'Vault', { retention: Duration.days(30) });
  const clerk = new HumanRole(people, 'Clerk', {
    owner: 'orders',
    purpose: 'order entry',
    assumedBy: new iam.AccountRootPrincipal(),
  });
  const alarmTopic = new AlarmTopic(service, 'OnCall', { emails: ['on-call@example.com'] });
  new TamperAlarms(record, 'Tampering', {
    vault,
    alarmTopic: new AlarmTopic(record, 'Security', { emails: ['security@example.com'] }),
  });
  const api = new LeastPrivilegeRestApi(service, 'Api', { auditVault: vault });
  const integration = new apigateway.HttpIntegration('https://backend.example.com/');
  api.addEndpoint('GET /orders', { callers: [clerk], integration });
  const given = typeof props === 'function' ? props(clerk) : props;
  const more = { api, vault, alarmTopic, owner: 'orders', ...given };
  const monitor = new AccessMonitor(service, 'Monitor', more);
  api.addEndpoint('POST /orders', { callers: [clerk], integration });
  return { app, monitor, service, more };
}

describe('the access monitor', () => {
  const { app, monitor, service } = monitored((clerk) => ({
    expected: [{ role: clerk, fromHour: 7, untilHour: 19, days: [1, 2, 3, 4, 5], sourceRanges: ['203.0.113.0/24'] }],
  }));
  const template = Template.fromStack(service);

  it('tells that its own function fails or is throttled', () => {
    for (const MetricName of ['Errors', 'Throttles']) {
      template.hasResourceProperties('AWS::CloudWatch::Alarm', {
        Namespace: 'AWS/Lambda',
        MetricName,
        Threshold: 0,
        ComparisonOperator: 'GreaterThanThreshold',
      });
    }
  });

  it('is refused as the third subscription of an access log', () => {
    const { service, monitor: first, more } = monitored();
    expect(() => new AccessMonitor(service, 'Second', more)).toThrow(
      new RegExp(`^BH4064: .*has two subscriptions already, .*${first.node.path}`),
    );
  });

  it('knows what was declared, also after it', () => {
    const [monitorFunction] = Object.values(template.findResources('AWS::Lambda::Function'));
    expect(monitorFunction?.Metadata['cdk-bulkhead']).toMatchObject({ kind: 'audit-alarm' });
    const { roles, endpoints, ...rest } = settingsOf(template);
    expect(rest).toMatchObject({ account: ACCOUNT, stage: 'prod' });
    expect(Object.keys(roles)).toHaveLength(1);
    const [clerk] = Object.keys(roles) as [string];
    expect(roles[clerk]).toEqual({ hours: [7, 19], days: [1, 2, 3, 4, 5], ranges: ['203.0.113.0/24'] });
    expect(endpoints).toEqual({ 'GET /orders': { callers: [clerk] }, 'POST /orders': { callers: [clerk] } });
  });

  it('tells each signal, and what a role reads beyond its normal', () => {
    const alarms = Object.values(template.findResources('AWS::CloudWatch::Alarm'));
    expect(monitor.alarms).toHaveLength(12);
    expect(alarms.filter(({ Properties }) => Properties.ThresholdMetricId !== undefined)).toHaveLength(1);
    for (const { Properties } of alarms) expect(Properties.AlarmActions).toHaveLength(1);
  });

  it('looks at the most where the first call is told, which no number below zero takes back', () => {
    const statistics = Object.values(template.findResources('AWS::CloudWatch::Alarm'))
      .filter(({ Properties }) => String(Properties.Namespace).startsWith('Bulkhead/'))
      .map(({ Properties }) => [Properties.Threshold, Properties.Statistic]);
    expect(statistics.filter(([threshold]) => threshold === 0)).toHaveLength(6);
    for (const [threshold, statistic] of statistics) expect(statistic).toBe(threshold === 0 ? 'Maximum' : 'Sum');
  });

  it('tells that lines could not be handed to its function, which then says nothing itself', () => {
    const queries = Object.values(template.findResources('AWS::CloudWatch::Alarm'))
      .flatMap(({ Properties }) => Properties.Metrics ?? [])
      .map(({ Expression }) => JSON.stringify(Expression ?? ''));
    expect(queries.filter((each) => /SUM\(DeliveryErrors\).*LogGroupName = .*ApiAccessLog/.test(each))).toHaveLength(1);
  });

  it('may be called by the log group alone, and may remember, and nothing else', () => {
    template.hasResourceProperties('AWS::Lambda::Permission', {
      Principal: 'logs.amazonaws.com',
      SourceAccount: ACCOUNT,
      // The attribute ends in `:*`, as the ARN does with which CloudWatch Logs calls: nothing more may follow.
      SourceArn: { 'Fn::GetAtt': [Match.stringLikeRegexp('^ApiAccessLog'), 'Arn'] },
    });
    const policies = JSON.stringify(template.findResources('AWS::IAM::Policy'));
    expect(policies).toContain('dynamodb:PutItem');
    expect(policies).not.toMatch(/dynamodb:(?:Get|Delete|\*)/);
  });

  it('lets nobody else write down who is known, whatever identity policies say', () => {
    const [table] = Object.values<any>(template.findResources('AWS::DynamoDB::GlobalTable'));
    const [statement, ...more] = table.Properties.Replicas[0].ResourcePolicy.PolicyDocument.Statement;
    expect(more).toEqual([]);
    expect(statement).toMatchObject({
      Effect: 'Deny',
      Principal: '*',
      Condition: {
        ArnNotEquals: { 'aws:PrincipalArn': { 'Fn::GetAtt': [expect.stringMatching(/^MonitorRole/), 'Arn'] } },
      },
    });
    expect(statement.Action).toEqual(expect.arrayContaining(['dynamodb:PutItem', 'dynamodb:UpdateItem']));
  });

  it('breaks no rule, nor do the tamper alarms, and the record stays write-once', () => {
    const sources = app.synth().stacks.map(({ hierarchicalId, template: body }) => ({
      name: hierarchicalId,
      file: hierarchicalId,
      body,
      account: ACCOUNT,
      region: REGION,
    }));
    const snapshot = snapshotOf(sources);
    const withoutScan = allRules.filter(({ id }) => id !== 'SEC4');
    expect(runRules(snapshot, withoutScan).map(({ ruleId, message }) => `${ruleId}: ${message}`)).toEqual([]);
    expect(writeOnceOf(snapshot).isProved).toBe(true);
  });

  it.each<[string, (clerk: iam.IRole) => Partial<AccessMonitorProps>]>([
    ['an hour alone', (role) => ({ expected: [{ role, fromHour: 7 }] })],
    ['an hour that no day has', (role) => ({ expected: [{ role, fromHour: 7, untilHour: 25 }] })],
    ['a day that no week has', (role) => ({ expected: [{ role, days: [7] }] })],
    ['a range that is none', (role) => ({ expected: [{ role, sourceRanges: ['203.0.113.0/33'] }] })],
    ['half a day', () => ({ remember: Duration.hours(12) })],
    ['no deviation', () => ({ readDeviations: 0 })],
  ])('refuses %s', (_, props) => {
    expect(() => monitored(props)).toThrow(/^BH4023/);
  });
});
