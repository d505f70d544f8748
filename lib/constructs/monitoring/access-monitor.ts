import { Duration, Lazy, Stack } from 'aws-cdk-lib';
import type { CfnResource } from 'aws-cdk-lib';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import * as logs from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import { misuse } from '../../private/errors';
import { lambdaAsset } from '../../private/lambda-asset';
import type { IDeclaredApi } from '../api/i-declared-api';
import type { IAuditVault } from '../audit/i-audit-vault';
import { noteSubscription, refuseThirdSubscription } from '../audit/log-subscriptions';
import { requiredVault } from '../audit/required-vault';
import { declareIntent } from '../intent';
import { WorkloadRole } from '../roles/workload-role';
import { monitorDashboard } from './access-dashboard';
import { checkExpected, monitorSettings } from './access-settings';
import type { IAlarmTopic } from './i-alarm-topic';
import { readersOf } from './declared-access';
import type { ExpectedUse } from './expected-use';
import { knownCallers } from './known-callers';
import { checkLogFields } from './log-fields';
import { WatchingAlarms } from './watching-alarms';

/** Properties of an AccessMonitor. */
export interface AccessMonitorProps {
  /**
   * The API whose access log is watched: a `LeastPrivilegeRestApi`, a `LeastPrivilegeHttpApi`, or what their `guard` gives of
   * an API that was there already. Endpoints that are read are declared before the monitor.
   */
  readonly api: IDeclaredApi;
  /** The record that keeps the log of the monitor itself. */
  readonly vault: IAuditVault;
  /** Where the alarms go. In the region of the API. */
  readonly alarmTopic: IAlarmTopic;
  /** The team that answers for it. */
  readonly owner: string;
  /**
   * When and from where roles call.
   *
   * @default - at any time and from anywhere
   */
  readonly expected?: ExpectedUse[];
  /**
   * Roles whose every call is told, such as a BreakGlassRole.
   *
   * @default - none
   */
  readonly breakGlass?: iam.IRole[];
  /**
   * How many refused calls in five minutes are nothing to tell; people mistype.
   *
   * @default 10
   */
  readonly deniedCalls?: number;
  /**
   * For how long a caller of an endpoint is known after its last call. Between 1 and 365 days, in whole days.
   *
   * @default Duration.days(90)
   */
  readonly remember?: Duration;
  /**
   * By how many standard deviations what a role reads in an hour may exceed what is normal for it, which CloudWatch
   * learns from two weeks. Between 1 and 10.
   *
   * @default 3
   */
  readonly readDeviations?: number;
}

/** What is told, and from how many calls in five minutes on. */
const SIGNALS: Readonly<Record<string, string>> = {
  Denied: 'Calls are refused',
  AuthorizationError: 'The API cannot decide on calls',
  UndeclaredCaller: 'A caller came through to an endpoint that does not name it: the guard is not there',
  NewCaller: 'A caller called an endpoint for the first time in a long while',
  OutsideHours: 'A role called outside its hours',
  OutsideRange: 'A role called from outside its ranges',
  Deprecated: 'An endpoint that goes away was called',
  BreakGlass: 'Break-glass was used on the API',
};
const IN_FIVE_MINUTES = { statistic: 'Sum', period: Duration.minutes(5) };
const SEVERAL = ['Denied', 'AuthorizationError'];

/**
 * Watches how an API is really used, from its access log: a function compares each call with what was declared and
 * counts per role and endpoint what is unusual; alarms tell it; a dashboard shows the access matrix as it is used.
 *
 * It learns: for two weeks the volume of reading has no alarm, and in the first days every caller is new once. Callers are
 * roles and, of tokens, clients: not the users that a token is of.
 *
 * Not promised: that an insider is noticed who does at his usual hour, from his usual place, a little more of what he
 * does every day. Lines that CloudWatch Logs cannot hand to the function for a day are not counted; they stay in the
 * log.
 *
 * @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/SubscriptionFilters.html
 */
export class AccessMonitor extends Construct {
  /** Every alarm. */
  public readonly alarms: cloudwatch.IAlarm[];
  /** The access matrix as it is used, and the signals. */
  public readonly dashboard: cloudwatch.Dashboard;

  /**
   * @throws BH4023 where hours, days, ranges, `remember` or `readDeviations` are not plausible, BH4027 where the topic is in
   * another region, BH4028 and BH4029 where `vault` or `alarmTopic` is none, BH4064 where the access log has two subscriptions
   * already, BH4033 where `api` does not say who may call it, BH1072 where it has no access log; at synth BH4031 where the
   * access log does not say what is compared, BH4032 where who reads was declared after the monitor, BH4024 where the declared access is too long.
   */
  constructor(scope: Construct, id: string, props: AccessMonitorProps) {
    super(scope, id);
    requiredVault(this, props.vault);
    this.refuseUndeclared(props.api);
    const { remember = Duration.days(90), readDeviations = 3 } = props;
    checkExpected(this, props.expected ?? [], remember, readDeviations);
    const { accessLogGroup } = props.api;
    this.node.addValidation({ validate: () => checkLogFields(this, props.api) });
    const namespace = `Bulkhead/${this.node.addr.slice(0, 12)}`;
    const watching = this.watcher(props, namespace, remember);
    refuseThirdSubscription(this, accessLogGroup);
    noteSubscription(this, accessLogGroup);
    new logs.CfnSubscriptionFilter(this, 'Lines', {
      logGroupName: accessLogGroup.logGroupName,
      filterPattern: '',
      destinationArn: watching.functionArn,
    }).node.addDependency(
      new lambda.CfnPermission(this, 'LogsInvoke', {
        action: 'lambda:InvokeFunction',
        functionName: watching.functionArn,
        principal: 'logs.amazonaws.com',
        sourceAccount: Stack.of(this).account,
        // With `:*` at its end, as CloudWatch Logs calls.
        sourceArn: accessLogGroup.logGroupArn,
      }),
    );

    const alarms = new WatchingAlarms(this, props.alarmTopic);
    this.alarms = alarms.all;
    for (const [signal, said] of Object.entries(SIGNALS)) {
      const of = { ...IN_FIVE_MINUTES, namespace, metricName: signal };
      if (SEVERAL.includes(signal)) {
        alarms.above(`${signal}Alarm`, said, new cloudwatch.Metric(of), { most: props.deniedCalls ?? 10 });
      } else alarms.any(`${signal}Alarm`, said, of);
    }
    // A function that fails or is throttled counts nothing, and its signals look as if all were well.
    const failed = watching.metricErrors(IN_FIVE_MINUTES);
    alarms.above('FailedAlarm', 'The access monitor fails: calls are not compared', failed);
    const throttled = watching.metricThrottles(IN_FIVE_MINUTES);
    alarms.above('ThrottledAlarm', 'The access monitor is throttled: calls are compared late, or not', throttled);
    alarms.above(
      'NotSentAlarm',
      'Lines of the access log could not be handed to the access monitor',
      notSent(props.api),
    );
    this.watchVolumes(alarms, props.api, namespace, readDeviations);
    this.dashboard = monitorDashboard(this, 'Dashboard', namespace, Object.keys(SIGNALS));
  }

  /** Without a type checker it can be any API. */
  private refuseUndeclared(api: Partial<IDeclaredApi> | undefined): void {
    if (api?.declaredEndpoints !== undefined) return;
    throw misuse(this, {
      code: 'BH4033',
      what: '`api` does not say who may call it',
      why: 'there is nothing that calls could be compared with',
      mend: 'give a LeastPrivilegeRestApi, a LeastPrivilegeHttpApi, or what `guard` of either gives for an API of your own',
    });
  }

  /** Of each role that may read, and of each client of tokens. */
  private watchVolumes(alarms: WatchingAlarms, api: IDeclaredApi, namespace: string, deviations: number): void {
    const readers = [...readersOf(this, api)];
    readers.forEach(([name, shown], index) => {
      const metric = new cloudwatch.Metric({
        namespace,
        metricName: 'ReadBytes',
        dimensionsMap: { Role: name },
        statistic: 'Sum',
        period: Duration.hours(1),
      });
      alarms.unusual(`Volume${index}`, `${shown} reads more than is normal for it`, metric, deviations);
    });
    const known = new Set(readers.map(([name]) => name));
    this.node.addValidation({ validate: () => this.unwatched(api, known) });
  }

  /** BH4032 where somebody reads whose volume has no alarm: alarms are made with the monitor. */
  private unwatched(api: IDeclaredApi, known: ReadonlySet<string>): string[] {
    const later = [...readersOf(this, api)].filter(([name]) => !known.has(name)).map(([, shown]) => shown);
    if (later.length === 0) return [];
    const error = misuse(this, {
      code: 'BH4032',
      what: `who reads was declared after the monitor: ${later.join(', ')}`,
      why: 'how much they read would not be watched',
      mend: 'make the AccessMonitor after all endpoints',
    });
    return [error.message];
  }

  private watcher(props: AccessMonitorProps, namespace: string, remember: Duration): lambda.Function {
    const role = new WorkloadRole(this, 'Role', {
      owner: props.owner,
      purpose: `compares the calls of ${props.api.node.path} with what was declared`,
      assumedBy: new iam.ServicePrincipal('lambda.amazonaws.com'),
    });
    const known = knownCallers(this, role);
    const logGroup = props.vault.createLogGroup(this, 'Log');
    logGroup.grantWrite(role);
    const watcher = new lambda.Function(this, 'Function', {
      description: `Watches the access log of ${props.api.node.path}`.slice(0, 256),
      code: lambdaAsset('access-monitor'),
      handler: 'index.handler',
      runtime: lambda.Runtime.NODEJS_24_X,
      architecture: lambda.Architecture.ARM_64,
      timeout: Duration.minutes(1),
      role,
      logGroup,
      environment: {
        // Endpoints may be declared after the monitor.
        SETTINGS: Lazy.string({ produce: () => monitorSettings(this, props, namespace) }),
        TABLE: known.tableName,
        REMEMBER_DAYS: String(remember.toDays()),
      },
    });
    declareIntent(watcher.node.defaultChild as CfnResource, { kind: 'audit-alarm', path: this.node.path });
    return watcher;
  }
}

/** Where the function may not be called any more, its own metrics say nothing. */
function notSent({ accessLogGroup: { logGroupName } }: IDeclaredApi): cloudwatch.IMetric {
  const of = 'SCHEMA("AWS/Logs", DestinationType, FilterName, LogGroupName)';
  return new cloudwatch.MathExpression({
    expression: `SELECT SUM(DeliveryErrors) FROM ${of} WHERE LogGroupName = '${logGroupName}' AND DestinationType = 'Lambda'`,
    label: 'DeliveryErrors',
    period: Duration.minutes(5),
  });
}
