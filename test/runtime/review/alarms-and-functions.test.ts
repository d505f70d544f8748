import { App, Duration, Stack } from 'aws-cdk-lib';
import * as events from 'aws-cdk-lib/aws-events';
import { LambdaFunction } from 'aws-cdk-lib/aws-events-targets';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import * as sns from 'aws-cdk-lib/aws-sns';
import { UrlSubscription } from 'aws-cdk-lib/aws-sns-subscriptions';
import { describe, expect, it } from 'vitest';
import { AuditVault } from '../../../lib/constructs/audit/audit-vault';
import { AlarmTopic } from '../../../lib/constructs/monitoring/alarm-topic';
import { TamperAlarms } from '../../../lib/constructs/monitoring/tamper-alarms';
import { TAMPER_SIGNALS } from '../../../lib/constructs/monitoring/tamper-signals';
import { review } from '../../../lib/runtime/review/review';
import { ACCOUNT, FakeAccount, REGION } from './fake-account';

/** A record with alarms, a function that runs on a schedule under a key of its own, and a topic as plain as can be. */
function app(): Stack {
  const stack = new Stack(new App(), 'Orders', { env: { account: ACCOUNT, region: REGION } });
  const vault = new AuditVault(stack, 'Vault', { retention: Duration.days(30) });
  const security = new AlarmTopic(stack, 'Security', { emails: ['a@example.com', 'b@example.com'] });
  // One signal stands for all.
  const others = TAMPER_SIGNALS.filter(({ id }) => id !== 'Trail').map(({ id }) => [id, 'the same'] as const);
  new TamperAlarms(stack, 'Tampering', { vault, alarmTopic: security, notWatched: Object.fromEntries(others) });
  const key = new kms.Key(stack, 'Key');
  const job = new lambda.Function(stack, 'Job', {
    runtime: lambda.Runtime.NODEJS_24_X,
    handler: 'index.handler',
    code: lambda.Code.fromInline('exports.handler = () => 1'),
    environment: { TABLE: 'orders', TOPIC: security.topic.topicArn },
    environmentEncryption: key,
    reservedConcurrentExecutions: 2,
  });
  new lambda.Alias(stack, 'Live', { aliasName: 'live', version: job.currentVersion }).addPermission('Partner', {
    principal: new iam.AccountPrincipal('444455556666'),
  });
  new lambda.CfnPermission(stack, 'OfTheAlias', {
    functionName: `${job.functionArn}:live`,
    action: 'lambda:InvokeFunction',
    principal: '444455556666',
  });
  vault.createLogGroup(stack, 'Log');
  new events.Rule(stack, 'Nightly', {
    schedule: events.Schedule.rate(Duration.days(1)),
    targets: [new LambdaFunction(job)],
  });
  const plain = new sns.Topic(stack, 'Plain');
  plain.addSubscription(
    new UrlSubscription('https://user:word@hooks.example.com/services/T0/B0/token?key=1', {
      filterPolicy: { kind: sns.SubscriptionFilter.stringFilter({ allowlist: ['a', 'b'] }) },
    }),
  );
  return stack;
}

const stack = app();
/** `logical id, aspect, sort, severity` of what is found after something was changed in a fresh account. */
async function after(plant: (account: FakeAccount) => unknown): Promise<string[]> {
  const account = new FakeAccount([stack]);
  await plant(account);
  const { drifts } = await review(['Orders'], account.call);
  return drifts.map(
    ({ logicalId, aspect, sort, severity }) =>
      `${logicalId.replace(/[0-9A-F]{8}$/, '')}, ${aspect.replace(/ (arn:\S+)/, ' …')}, ${sort}, ${severity}`,
  );
}
async function said(plant: (account: FakeAccount) => unknown): Promise<string[]> {
  const account = new FakeAccount([stack]);
  await plant(account);
  return (await review(['Orders'], account.call)).drifts.map(({ what }) => what);
}

const job = (account: FakeAccount): any => FakeAccount.of(account.lambda.functions, '-Job');
const topic = (account: FakeAccount): any => FakeAccount.of(account.sns.topics, 'SecurityTopic');
const plain = (account: FakeAccount): any => FakeAccount.of(account.sns.topics, 'Plain');
const alarm = (account: FakeAccount): any => FakeAccount.of(account.cloudWatch.alarms, 'TrailAlarm');
const rule = (account: FakeAccount): any => FakeAccount.of(account.eventBridge.rules, 'TrailRule');
const nightly = (account: FakeAccount): any => FakeAccount.of(account.eventBridge.rules, 'Nightly');
const filter = (account: FakeAccount): any => FakeAccount.of(account.cloudWatchLogs.metricFilters, 'TrailFilter');
const sent = (account: FakeAccount): any => [...account.cloudWatchLogs.subscriptionFilters.values()][0];
const grants = (account: FakeAccount): any[] => FakeAccount.of(account.kms.keys, 'VaultKey')['grants'];
const own = (account: FakeAccount): any[] => FakeAccount.of(account.kms.keys, '0000-Key')['grants'];
const ROLE = `arn:aws:iam::${ACCOUNT}:role/mallory`;

describe('a review of alarms, topics, rules, filters, functions and grants', () => {
  it('finds nothing in what was just deployed', async () => expect(await after(() => {})).toEqual([]));

  it.each<[string, (account: FakeAccount) => unknown, string[]]>([
    ['an alarm whose actions are off', (on) => (alarm(on).ActionsEnabled = false), ['ActionsEnabled, weakened, HIGH']],
    ['an alarm that tells nobody', (on) => (alarm(on).AlarmActions = []), ['Action …, weakened, HIGH']],
    [
      'an alarm that tells somebody else too',
      (on) => alarm(on).AlarmActions.push('arn:aws:sns:eu-west-1:444455556666:x'),
      ['Action …, changed, LOW'],
    ],
    ['a threshold out of reach', (on) => (alarm(on).Threshold = 1e9), ['Threshold, changed, HIGH']],
    [
      'silence that counts as good',
      (on) => (alarm(on).TreatMissingData = 'ignore'),
      ['TreatMissingData, changed, HIGH'],
    ],
    ['another metric', (on) => (alarm(on).MetricName = 'Other'), ['MetricName, changed, HIGH']],
    [
      'a dimension that nothing has',
      (on) => alarm(on).Dimensions.push({ Name: 'No', Value: 'one' }),
      ['Dimensions, changed, HIGH'],
    ],
    [
      'an alarm that is muted',
      (on) =>
        on.cloudWatch.muted.set([...on.cloudWatch.alarms.keys()].find((id) => id.includes('TrailAlarm')) ?? '', [
          'arn:aws:cloudwatch:eu-west-1:111122223333:alarm-mute-rule:x',
        ]),
      ['Mute rule …, weakened, HIGH'],
    ],
    ['an alarm that is gone', (on) => remove(on.cloudWatch.alarms, 'TrailAlarm'), ['Existence, deleted, HIGH']],
  ])('tells of %s', async (_, plant, expected) => {
    expect(await after(plant)).toEqual(expected.map((each) => `TamperingTrailAlarm, ${each}`));
  });

  it.each<[string, (account: FakeAccount) => unknown, string[]]>([
    ['a rule that is off', (on) => (rule(on).State = 'DISABLED'), ['State, weakened, HIGH']],
    ['a rule that hears of changes alone', (on) => (rule(on).State = 'ENABLED'), ['State, weakened, HIGH']],
    [
      'a rule that hears of less',
      (on) => (rule(on).EventPattern = edited(rule(on).EventPattern, ({ detail }) => detail.eventName?.pop())),
      ['EventPattern, changed, HIGH'],
    ],
    [
      'a rule that asks for one thing more',
      (on) => (rule(on).EventPattern = edited(rule(on).EventPattern, (each) => (each.account = ['0']))),
      ['EventPattern, changed, HIGH'],
    ],
    ['a rule that goes nowhere', (on) => (rule(on).targets = []), ['Target Topic, weakened, HIGH']],
    [
      'a rule that goes elsewhere',
      (on) => (rule(on).targets[0].Arn = 'arn:aws:sns:eu-west-1:444455556666:x'),
      ['Target Topic, weakened, HIGH'],
    ],
    [
      'a rule that goes elsewhere, too',
      (on) => rule(on).targets.push({ Id: 'x', Arn: 'arn:aws:sns:eu-west-1:444455556666:x' }),
      ['Target x, widened, MEDIUM'],
    ],
    [
      'a rule that says something else',
      (on) => (rule(on).targets[0].Input = '"all is well"'),
      ['Target Topic, changed, HIGH'],
    ],
    ['a rule that is gone', (on) => remove(on.eventBridge.rules, 'TrailRule'), ['Existence, deleted, HIGH']],
  ])('tells of %s', async (_, plant, expected) => {
    expect(await after(plant)).toEqual(expected.map((each) => `TamperingTrailRule, ${each}`));
  });

  it.each<[string, (account: FakeAccount) => unknown, string[]]>([
    [
      'one dimension more',
      (on) => FakeAccount.of(on.cloudWatch.alarms, 'SilenceAlarm')['Dimensions'].push({ Name: 'No', Value: 'one' }),
      ['TamperingSilenceAlarm, Dimensions, changed, HIGH'],
    ],
    [
      'a schedule that is slower',
      (on) => (nightly(on).ScheduleExpression = 'rate(365 days)'),
      ['Nightly, ScheduleExpression, changed, HIGH'],
    ],
    [
      'a filter that finds nothing',
      (on) => (filter(on).filterPattern = '{ $.eventName = "Nothing" }'),
      ['TamperingTrailFilter, FilterPattern, changed, HIGH'],
    ],
    [
      'a filter that counts nothing, elsewhere',
      (on) => Object.assign(filter(on).metricTransformations[0], { metricValue: '0', metricName: 'Other' }),
      ['TamperingTrailFilter, MetricName, changed, HIGH', 'TamperingTrailFilter, MetricValue, changed, HIGH'],
    ],
    [
      'a log that is sent elsewhere, and a part of it alone',
      (on) => Object.assign(sent(on), { destinationArn: 'arn:aws:firehose:x', filterPattern: 'ERROR' }),
      ['LogToTheRecord, FilterPattern, changed, HIGH', 'LogToTheRecord, DestinationArn, changed, HIGH'],
    ],
    [
      'a log that is sent no more',
      (on) => on.cloudWatchLogs.subscriptionFilters.clear(),
      ['LogToTheRecord, Existence, deleted, HIGH'],
    ],
    [
      'a filter that is gone',
      (on) => remove(on.cloudWatchLogs.metricFilters, 'TrailFilter'),
      ['TamperingTrailFilter, Existence, deleted, HIGH'],
    ],
    [
      'a topic that others may publish to',
      (on) =>
        topic(on).policy.Statement.push({ Effect: 'Allow', Principal: '*', Action: 'sns:Publish', Resource: '*' }),
      ['SecurityTopic, Resource policy, widened, HIGH'],
    ],
    [
      'a topic whose policy lets everybody change it',
      (on) =>
        (topic(on).policy.Statement = topic(on).policy.Statement.filter(({ Sid }: any) => Sid !== 'DenySilencing')),
      ['SecurityTopic, Resource policy, widened, HIGH'],
    ],
    [
      'a topic that EventBridge may no longer publish to',
      (on) =>
        (topic(on).policy.Statement = topic(on).policy.Statement.filter(({ Sid }: any) => Sid !== 'EventsPublish')),
      ['SecurityTopic, Resource policy, narrower, narrowed, LOW'],
    ],
    ['a topic without its key', (on) => delete topic(on).key, ['SecurityTopic, Key, weakened, HIGH']],
    [
      'a listener who was taken away',
      (on) => topic(on).subscriptions.shift(),
      ['SecurityTopic, Subscription email a@example.com, weakened, HIGH'],
    ],
    [
      'a listener who filters everything out',
      (on) => (topic(on).subscriptions[1].filter = { no: ['such'] }),
      ['SecurityTopic, Subscription email b@example.com, weakened, HIGH'],
    ],
    [
      'a listener who never confirmed',
      (on) => (topic(on).subscriptions[0].SubscriptionArn = 'PendingConfirmation'),
      ['SecurityTopic, Subscription email a@example.com, weakened, HIGH'],
    ],
    [
      'somebody who listens in',
      (on) => topic(on).subscriptions.push({ SubscriptionArn: 'arn:x', Protocol: 'sqs', Endpoint: 'arn:aws:sqs:x' }),
      ['SecurityTopic, Subscription sqs …, widened, MEDIUM'],
    ],
    [
      'a topic that is gone',
      (on) => remove(on.sns.topics, 'SecurityTopic'),
      ['SecurityTopic, Existence, deleted, HIGH'],
    ],
    [
      'a filter of a listener that lets less through',
      (on) => (plain(on).subscriptions[0].filter = { kind: ['a'] }),
      ['Plain, Subscription https hooks.example.com, weakened, HIGH'],
    ],
    [
      'a topic of everybody behind the name of the default policy',
      (on) => (plain(on).policy.Statement[0].Condition = undefined),
      ['Plain, Resource policy, widened, HIGH'],
    ],
  ])('tells of %s', async (_, plant, expected) => expect(await after(plant)).toEqual(expected));

  it.each<[string, (account: FakeAccount) => unknown, string[]]>([
    ['another role', (on) => (job(on).Role = ROLE), ['Role, changed, HIGH']],
    ['another handler', (on) => (job(on).Handler = 'other.handler'), ['Handler, changed, HIGH']],
    ['no time to work', (on) => (job(on).Timeout = 1), ['Timeout, changed, MEDIUM']],
    ['a layer', (on) => job(on).Layers.push({ Arn: 'arn:aws:lambda:x:layer:y:1' }), ['Layers, changed, HIGH']],
    ['another value in its environment', (on) => (job(on).Variables.TABLE = 'other'), ['Environment, changed, HIGH']],
    [
      'one more name in its environment',
      (on) => (job(on).Variables.NODE_OPTIONS = '--require /tmp/x.js'),
      ['Environment, changed, HIGH'],
    ],
    ['no value in its environment', (on) => delete job(on).Variables.TABLE, ['Environment, changed, HIGH']],
    ['no room to run', (on) => (job(on).concurrency = 0), ['Concurrency, weakened, HIGH']],
    ['less room to run', (on) => (job(on).concurrency = 1), ['ReservedConcurrentExecutions, changed, LOW']],
    [
      'code that CloudFormation did not bring',
      (on) => (job(on).LastModified = '2026-11-21T00:00:00.000+0000'),
      ['Last change, changed, HIGH'],
    ],
    [
      'an invoker of another account',
      (on) => job(on).policy.push({ ...job(on).policy[0], Principal: { AWS: '444455556666' }, Condition: undefined }),
      ['Resource policy, widened, HIGH'],
    ],
    ['no invoker', (on) => (job(on).policy = []), ['Resource policy, narrower, narrowed, LOW']],
  ])('tells of a function with %s', async (_, plant, expected) => {
    expect(await after(plant)).toEqual(expected.map((each) => `Job, ${each}`));
  });

  it('tells of a function that is gone', async () => {
    expect(await after((on) => remove(on.lambda.functions, '-Job'))).toEqual(['Job, Existence, deleted, HIGH']);
  });

  it.each<[string, object]>([
    ['somebody of the account', { GranteePrincipal: ROLE }],
    ['another account', { GranteePrincipal: 'arn:aws:iam::444455556666:root' }],
    [
      'a service that somebody named',
      { GranteeServicePrincipal: 's3.amazonaws.com', Constraints: { SourceArn: 'arn:x' } },
    ],
    ['a role that looks like a service', { GranteePrincipal: `arn:aws:iam::${ACCOUNT}:role/rds.amazonaws.com/x` }],
    [
      'the role of another function',
      { GranteePrincipal: ROLE, Constraints: { EncryptionContextEquals: { 'aws:lambda:FunctionArn': 'arn:x' } } },
    ],
    [
      'somebody, whom a service that was named retires',
      { GranteePrincipal: ROLE, RetiringServicePrincipal: 's3.amazonaws.com' },
    ],
  ])('tells of a grant to %s', async (_, grant) => {
    const found = await after((on) =>
      grants(on).push(
        { GrantId: '1', GranteePrincipal: 'dynamodb.eu-west-1.amazonaws.com', Operations: ['Decrypt'] },
        { GrantId: '2', Operations: ['Decrypt'], ...grant },
      ),
    );
    expect(found).toEqual(['VaultKey, Grant 2, widened, HIGH']);
  });

  it('says who may do what by a grant, within what, and who ends it', async () => {
    const [what] = await said((on) =>
      grants(on).push({
        GrantId: '2',
        GranteePrincipal: ROLE,
        RetiringPrincipal: `${ROLE}-2`,
        Operations: ['GenerateDataKey', 'Decrypt'],
        Constraints: { EncryptionContextSubset: { a: 'b' } },
      }),
    );
    expect(what).toBe(
      `a grant lets ${ROLE} Decrypt, GenerateDataKey within EncryptionContextSubset, which no template declares; ${ROLE}-2 may retire it`,
    );
  });

  it.each<[string, (account: FakeAccount) => unknown]>([
    ['a service', (on) => grants(on).push({ GrantId: '1', GranteePrincipal: 'rds.amazonaws.com' })],
    [
      'a role, which a service retires',
      (on) => grants(on).push({ GrantId: '1', GranteePrincipal: ROLE, RetiringPrincipal: 'lambda.amazonaws.com' }),
    ],
    [
      'the machines of EC2',
      (on) =>
        grants(on).push({ GrantId: '1', GranteePrincipal: `arn:aws:iam::${ACCOUNT}:role/aws:ec2-infrastructure/i-1` }),
    ],
    [
      'the role of a function, for its environment',
      (on) =>
        own(on).push({
          GrantId: '1',
          GranteePrincipal: job(on).Role,
          Constraints: { EncryptionContextEquals: { 'aws:lambda:FunctionArn': job(on).arn } },
        }),
    ],
  ])('takes a grant of a service for itself for none: %s', async (_, plant) => expect(await after(plant)).toEqual([]));

  it('takes the grant of Lambda for a function on another key, or to another role, for one', async () => {
    const constraints = (on: FakeAccount) => ({ EncryptionContextEquals: { 'aws:lambda:FunctionArn': job(on).arn } });
    const other = (on: FakeAccount) =>
      grants(on).push({ GrantId: '1', GranteePrincipal: job(on).Role, Constraints: constraints(on) });
    const role = (on: FakeAccount) =>
      own(on).push({ GrantId: '1', GranteePrincipal: ROLE, Constraints: constraints(on) });
    expect(await after(other)).toEqual(['VaultKey, Grant 1, widened, HIGH']);
    expect(await after(role)).toEqual(['Key, Grant 1, widened, HIGH']);
  });

  it('shows no value of an environment, and no part of a URL but its host', async () => {
    const found = await said((on) => {
      job(on).Variables.TABLE = 'a-secret-thing';
      plain(on).subscriptions.pop();
    });
    expect(found).toEqual(
      ['tells https hooks.example.com no more', 'has other values than were declared in its environment: TABLE'].sort(
        (a, b) => found.indexOf(a) - found.indexOf(b),
      ),
    );
  });

  it('finds no drift in an environment that it may not read, in another order, or in a number as text', async () => {
    expect(
      await after((on) => {
        job(on).Error = { ErrorCode: 'AccessDenied' };
        alarm(on).Threshold = '0.0';
        alarm(on).DatapointsToAlarm = 1;
        rule(on).EventPattern = edited(rule(on).EventPattern, ({ detail }) =>
          detail.eventName?.push(detail.eventName.shift()),
        );
      }),
    ).toEqual([]);
  });

  it.each([
    ['kms:ListGrants', /Key/, 'Grants'],
    ['sns:ListSubscriptionsByTopic', /Topic|Plain/, 'Subscriptions'],
    ['sns:GetTopicAttributes', /Topic|Plain/, 'Reading'],
    ['cloudwatch:DescribeAlarms', /Alarm/, 'Reading'],
    ['cloudwatch:ListAlarmMuteRules', /Alarm/, 'Mute rules'],
    ['eventbridge:ListTargetsByRule', /Rule|Nightly/, 'Targets'],
    ['cloudwatch-logs:DescribeMetricFilters', /Filter/, 'Reading'],
    ['lambda:GetFunctionConfiguration', /Job/, 'Reading'],
    ['lambda:GetFunctionConcurrency', /Job/, 'Concurrency'],
    ['lambda:GetPolicy', /Job/, 'Resource policy'],
  ])('says that it is unknown where %s is refused', async (operation, logicalId, aspect) => {
    const found = await after((on) => on.refused.add(operation));
    expect(found.length).toBeGreaterThan(0);
    for (const each of found) {
      expect(each).toMatch(logicalId);
      expect(each).toContain(`, ${aspect}, unknown, MEDIUM`);
    }
  });

  it('does not know when a function was last changed where CloudFormation does not say it', async () => {
    const found = await after((on) => (job(on).LastModified = 'some day'));
    expect(found).toEqual(['Job, Last change, unknown, MEDIUM']);
  });
});

function remove(map: Map<string, unknown>, part: string): void {
  map.delete([...map.keys()].find((each) => each.includes(part)) ?? '');
}

function edited(json: string, edit: (value: any) => unknown): string {
  const value = JSON.parse(json);
  edit(value);
  return JSON.stringify(value);
}
