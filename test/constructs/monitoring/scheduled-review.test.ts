import { App, Duration, NestedStack, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as apigateway from 'aws-cdk-lib/aws-apigateway';
import { describe, expect, it } from 'vitest';
import { snapshotOf } from '../../../lib/assembly/snapshot';
import { LeastPrivilegeRestApi } from '../../../lib/constructs/api/least-privilege-rest-api';
import { AuditVault } from '../../../lib/constructs/audit/audit-vault';
import { DataEvents } from '../../../lib/constructs/audit/data-events';
import { OpaqueToken } from '../../../lib/constructs/credentials/opaque-token';
import { AlarmTopic } from '../../../lib/constructs/monitoring/alarm-topic';
import { ScheduledReview } from '../../../lib/constructs/monitoring/scheduled-review';
import type { ScheduledReviewProps } from '../../../lib/constructs/monitoring/scheduled-review';
import { TamperAlarms } from '../../../lib/constructs/monitoring/tamper-alarms';
import { WorkloadRole } from '../../../lib/constructs/roles/workload-role';
import { whatCan } from '../../../lib/engine/answers/what-can';
import { analysed } from '../../../lib/engine/analysed';
import { decide } from '../../../lib/engine/decide/decide';
import { writeOnceOf } from '../../../lib/engine/duties/write-once-of';
import { allRules } from '../../../lib/rules/registry';
import { runRules } from '../../../lib/rules/run-rules';
import { runReview } from '../../../lib/runtime/review/run';
import { ACCOUNT, REGION } from '../audit/deployed';
import { FakeAccount } from '../../runtime/review/fake-account';

function reviewed(props: (pipeline: iam.IRole, stacks: Stack[]) => Partial<ScheduledReviewProps> = () => ({})) {
  const app = new App();
  const env = { account: ACCOUNT, region: REGION };
  const stack = (id: string): Stack => new Stack(app, id, { env });
  const [record, people, service, watch] = [stack('Record'), stack('People'), stack('Service'), stack('Watch')];
  const vault = new AuditVault(record, 'Vault', {
    retention: Duration.days(30),
    dataEvents: [DataEvents.FUNCTIONS],
  });
  const alarmTopic = new AlarmTopic(record, 'Security', { emails: ['security@example.com'] });
  new TamperAlarms(record, 'Tampering', { vault, alarmTopic });
  const job = new WorkloadRole(people, 'Job', {
    owner: 'orders',
    purpose: 'nightly report',
    assumedBy: new iam.ServicePrincipal('lambda.amazonaws.com'),
  });
  const pipeline = new WorkloadRole(people, 'Pipeline', {
    owner: 'platform',
    purpose: 'deploys',
    assumedBy: new iam.ServicePrincipal('codebuild.amazonaws.com'),
  });
  const api = new LeastPrivilegeRestApi(service, 'Api', { auditVault: vault });
  const integration = new apigateway.HttpIntegration('https://backend.example.com/');
  api.addEndpoint('GET /orders', { callers: [job], integration });
  new OpaqueToken(service, 'Token', {
    auditVault: vault,
    owner: 'orders',
    purpose: 'calls of the partner',
    reader: job,
    expiresOn: '2027-06-30',
    rotateEvery: Duration.days(7),
  });
  new iam.Role(new NestedStack(people, 'Parts'), 'Part', {
    assumedBy: new iam.ServicePrincipal('lambda.amazonaws.com'),
  });
  new Stack(app, 'Elsewhere', { env: { account: '444455556666', region: REGION } });
  const review = new ScheduledReview(watch, 'Review', {
    vault,
    alarmTopic,
    owner: 'security',
    ...props(pipeline, [people]),
  });
  return { app, review, stacks: [record, people, service, watch], watch };
}

function analysis(app: App) {
  const sources = app.synth().stacks.map(({ hierarchicalId, stackName, template: body }) => ({
    name: hierarchicalId,
    file: hierarchicalId,
    body,
    account: ACCOUNT,
    region: REGION,
    stackName,
  }));
  const snapshot = snapshotOf(sources);
  const { world, reach } = analysed(snapshot);
  const reviewer = world.principals.find(({ resource }) => /^ReviewRole[0-9A-F]{8}$/.test(resource.logicalId));
  if (reviewer === undefined) throw new Error('the reviewer is not there');
  return { snapshot, world, reach, reviewer };
}

describe.each<[string, { securityHub?: boolean }]>([
  ['to the topic', {}],
  ['to Security Hub', { securityHub: true }],
])('a scheduled review that tells %s', (_, more) => {
  const { app, review, stacks, watch } = reviewed((evidenceFrom) => ({ ...more, evidenceFrom }));
  const { snapshot, world, reach, reviewer } = analysis(app);
  const template = Template.fromStack(watch);
  const may = (action: string, resource: string): boolean =>
    decide({ principal: reviewer, action, resource }, world).may;

  it('can change nothing, but write its log, its failures and its findings', () => {
    const found = whatCan(world, reach, reviewer);
    expect(found.becomes).toEqual([]);
    expect(found.admin).toBeUndefined();
    const changing = found.services
      .flatMap(({ permissions }) => permissions.flatMap(({ actions }) => actions))
      .filter(({ level }) => level !== 'read' && level !== 'list')
      .map(({ action }) => action);
    expect([...new Set(changing)].sort()).toEqual(
      [
        'logs:CreateLogStream',
        'logs:PutLogEvents',
        'sqs:SendMessage',
        more.securityHub === true ? 'securityhub:BatchImportFindings' : 'events:PutEvents',
      ].sort(),
    );
  });

  it('reads no secret, no key of an API, no object of the record and no log', () => {
    for (const [action, resource] of [
      ['secretsmanager:GetSecretValue', '*'],
      ['secretsmanager:BatchGetSecretValue', '*'],
      ['ssm:GetParameter*', '*'],
      ['logs:GetLogEvents', '*'],
      ['logs:FilterLogEvents', '*'],
      ['logs:StartQuery', '*'],
      ['cloudtrail:LookupEvents', '*'],
      ['dynamodb:*', '*'],
      ['sqs:ReceiveMessage', '*'],
      ['s3:GetObjectVersion', '*'],
      ...['', '/*', '/abc', '/abc?includeValue=true'].map((each) => [
        'apigateway:GET',
        `arn:aws:apigateway:${REGION}::/apikeys${each}`,
      ]),
      ['apigateway:GET', `arn:aws:apigateway:${REGION}::/usageplans/abc/keys`],
    ]) {
      expect([action, resource, may(action, resource)]).toEqual([action, resource, false]);
    }
    for (const { arn, logicalId } of snapshot.ofType('AWS::KMS::Key')) {
      expect([logicalId, may('kms:Decrypt', arn as never)]).toEqual([logicalId, false]);
    }
    for (const { arn, logicalId } of snapshot.ofType('AWS::S3::Bucket')) {
      const object = { ...(arn as any), parts: [...(arn as any).parts, '/bulkhead-evidence.json'] };
      const all = { ...(arn as any), parts: [...(arn as any).parts, '/AWSLogs/*'] };
      expect([logicalId, may('s3:GetObject', object)]).toEqual([logicalId, logicalId.startsWith('ReviewEvidence')]);
      expect([logicalId, may('s3:GetObject', all)]).toEqual([logicalId, false]);
    }
  });

  it('may do all that its function does, and finds nothing in what was just deployed', async () => {
    const account = new FakeAccount(stacks);
    account.s3.objects.set('bulkhead-evidence.json', '{}');
    const [settings] = [...account.lambda.functions.values()].flatMap(({ Variables: { SETTINGS } }) =>
      SETTINGS === undefined ? [] : [SETTINGS],
    );
    const lines = await runReview(JSON.parse(settings), account.call, 0);
    expect(
      lines.filter((line) => !line.includes('_aws') && !line.includes('"Template"') && !line.includes('Evidence')),
    ).toEqual([]);
    expect(account.calls.length).toBeGreaterThan(60);
    // Of its evidence, whose bucket has a name that no template tells, the test before says it.
    const refused = account.calls
      .filter(({ operation }) => operation !== 'GetObject')
      .map(({ service, operation, input }) => requestOf(service, operation, input))
      .filter(([action, resource]) => !decide({ principal: reviewer, action, resource }, world).may);
    expect(refused).toEqual([]);
  });

  it('tells when it fails, does not run, or cannot be started', () => {
    const alarms = Object.values(template.findResources('AWS::CloudWatch::Alarm')).map(({ Properties }) => Properties);
    expect(review.alarms).toHaveLength(3);
    for (const { AlarmActions } of alarms) expect(AlarmActions).toHaveLength(1);
    template.hasResourceProperties('AWS::CloudWatch::Alarm', {
      MetricName: 'Reviews',
      TreatMissingData: 'breaching',
      ComparisonOperator: 'LessThanThreshold',
      Period: 3600,
      EvaluationPeriods: 25,
    });
    template.hasResourceProperties('AWS::Events::Rule', { ScheduleExpression: 'rate(1 day)' });
    const [{ Targets }] = Object.values(
      template.findResources('AWS::Events::Rule', { Properties: { ScheduleExpression: 'rate(1 day)' } }),
    ).map(({ Properties }) => Properties) as [any];
    expect(Targets[0].DeadLetterConfig.Arn).toBeDefined();
  });

  it('is guarded: who may change its function can tamper with the audit record', () => {
    template.hasResource('AWS::Lambda::Function', {
      Metadata: { 'cdk-bulkhead': { kind: 'audit-alarm', path: 'Watch/Review' } },
    });
  });

  it('knows the stacks of its account and region', () => {
    const settings = JSON.stringify(template.findResources('AWS::Lambda::Function'));
    for (const name of ['Record', 'People', 'Service', 'Watch'])
      expect(settings).toMatch(new RegExp(`name[^a-zA-Z]+${name}`));
    expect(settings).not.toContain('Elsewhere');
  });

  it('breaks no rule, and the record stays write-once', () => {
    const withoutScan = allRules.filter(({ id }) => id !== 'SEC4');
    expect(runRules(snapshot, withoutScan).map(({ ruleId, message }) => `${ruleId}: ${message}`)).toEqual([]);
    expect(writeOnceOf(snapshot).isProved).toBe(true);
  });
});

/** The action and resource of IAM for an operation of the API. */
function requestOf(service: string, operation: string, input: any): [string, string] {
  const at = (name: string, resource: string, region = REGION, account = ACCOUNT): string =>
    `arn:aws:${name}:${region}:${account}:${resource}`;
  const paths: Record<string, string> = {
    GetRestApi: '',
    GetResources: '/resources',
    GetAuthorizers: '/authorizers',
    GetStages: '/stages',
  };
  switch (service) {
    case 'api-gateway':
      return ['apigateway:GET', at('apigateway', `/restapis/${input.restApiId}${paths[operation]}`, REGION, '')];
    case 'apigatewayv2':
      return [
        'apigateway:GET',
        at('apigateway', `/apis/${input.ApiId}${operation === 'GetApi' ? '' : '/routes'}`, REGION, ''),
      ];
    case 'cloudformation': {
      const name = String(input.StackName ?? '').split('/')[1] ?? input.StackName;
      return [
        `cloudformation:${operation}`,
        operation === 'ListExports' ? '*' : at('cloudformation', `stack/${name}/1111-2222`),
      ];
    }
    case 'iam':
      return [`iam:${operation}`, input.PolicyArn ?? at('iam', `role/${input.RoleName}`, '')];
    case 'lambda':
      return [`lambda:${operation}`, at('lambda', `function:${input.FunctionName}`)];
    case 'sns':
      return [`sns:${operation}`, input.TopicArn ?? input.SubscriptionArn.split(':').slice(0, 6).join(':')];
    case 'cloudwatch':
      return operation === 'DescribeAlarms'
        ? ['cloudwatch:DescribeAlarms', at('cloudwatch', `alarm:${input.AlarmNames[0]}`)]
        : [`cloudwatch:${operation}`, at('cloudwatch', 'alarm-mute-rule:*')];
    case 'cloudwatch-logs':
      return [`logs:${operation}`, at('logs', `log-group:${input.logGroupName}`)];
    case 'kms':
      return [`kms:${operation}`, at('kms', `key/${input.KeyId}`)];
    case 'cloudtrail':
      return [`cloudtrail:${operation}`, input.Name ?? input.TrailName];
    case 's3': {
      const names: Record<string, string> = {
        GetObjectLockConfiguration: 'GetBucketObjectLockConfiguration',
        GetPublicAccessBlock: 'GetBucketPublicAccessBlock',
        GetBucketReplication: 'GetReplicationConfiguration',
      };
      return [
        `s3:${names[operation] ?? operation}`,
        `arn:aws:s3:::${input.Bucket}${input.Key === undefined ? '' : `/${input.Key}`}`,
      ];
    }
    case 'secrets-manager':
      return [`secretsmanager:${operation}`, input.SecretId];
    case 'securityhub':
      return operation === 'GetFindings'
        ? ['securityhub:GetFindings', at('securityhub', 'hub/default')]
        : [`securityhub:${operation}`, at('securityhub', `product/${ACCOUNT}/default`)];
    default:
      return operation === 'PutEvents'
        ? ['events:PutEvents', at('events', 'event-bus/default')]
        : [`events:${operation}`, at('events', `rule/${input.Name ?? input.Rule}`)];
  }
}

describe('what a scheduled review is given', () => {
  it('reviews the stacks that are named', () => {
    const { watch } = reviewed((_, stacks) => ({ stacks, every: Duration.hours(6) }));
    const settings = JSON.stringify(Template.fromStack(watch).findResources('AWS::Lambda::Function'));
    expect(settings).toContain('People');
    expect(settings).not.toContain('Record\\');
  });

  it.each<[string, (pipeline: iam.IRole, stacks: Stack[]) => Partial<ScheduledReviewProps>]>([
    ['less than an hour', () => ({ every: Duration.minutes(30) })],
    ['more than a day', () => ({ every: Duration.days(2) })],
    [
      'a stack of another environment',
      () => ({ stacks: [new Stack(new App(), 'Other', { env: { account: '444455556666', region: REGION } })] }),
    ],
  ])('refuses %s', (_, props) => expect(() => reviewed(props)).toThrow(/^BH4070/));
});
