import { auditLogGroups } from '../../engine/duties/kinds';
import { logDeliveries } from '../../engine/facts/log-delivery';
import { logGroupsOf, rotationFunctions } from '../../engine/facts/rotation-functions';
import { alternatives, elements, member, show } from '../../model/read';
import type { Resource, Snapshot } from '../../model/snapshot';
import { isAbsent } from '../../model/value';
import type { ExampleTemplate, Rule, Violation } from '../rule';
import { functionBehindApi } from '../support/api-example';
import { apiOfPart } from '../support/api-parts';
import { trailAndBucket } from '../support/audit-example';
import { resourcesNamed } from '../support/lookup';

const LOG_GROUP = 'AWS::Logs::LogGroup';
const STREAM = 'AWS::KinesisFirehose::DeliveryStream';

/** An API whose access log is sent to the record, with this filter; a stream that writes there. */
const sending = (FilterPattern: string): ExampleTemplate =>
  trailAndBucket({
    others: {
      ...functionBehindApi(),
      Stage: {
        Type: 'AWS::ApiGateway::Stage',
        Properties: {
          RestApiId: { Ref: 'Api' },
          StageName: 'prod',
          AccessLogSetting: { DestinationArn: { 'Fn::GetAtt': ['AccessLog', 'Arn'] } },
        },
      },
      AccessLog: { Type: LOG_GROUP, Properties: {} },
      Stream: {
        Type: STREAM,
        Properties: { ExtendedS3DestinationConfiguration: { BucketARN: { 'Fn::GetAtt': ['Logs', 'Arn'] } } },
      },
      Sent: {
        Type: 'AWS::Logs::SubscriptionFilter',
        Properties: {
          LogGroupName: { Ref: 'AccessLog' },
          DestinationArn: { 'Fn::GetAtt': ['Stream', 'Arn'] },
          FilterPattern,
        },
      },
    },
  });

/**
 * Of the access logs of declared APIs, and of the logs of functions that rotate declared credentials, in an account and
 * region where log groups are sent to an audit record; what goes to another account, of those of trails and of all that are
 * sent to a record, too. Whether what lands is copied to the locked bucket is AUD1's.
 */
export const aud15: Rule = {
  id: 'AUD15',
  title: 'A log that must be accounted for is in a log group alone, or goes to another account as well',
  severity: 'warning',
  why: 'Nothing locks a log group: whoever may lift its protection deletes who called what, and when a credential was rotated. The record of CloudTrail has neither. Who receives a copy of it in another account reads who called what.',
  fix: 'Give the API or the credential the vault as `auditVault`, or let the vault receive the log group: `vault.receive(logGroup)`. Take away what sends it to another account, or acknowledge it with the reason.',
  page: 'https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/SubscriptionFilters.html',
  controls: ['NIST 800-53 r5 AU-9', 'NIST 800-53 r5 AU-9(2)', 'NIST 800-53 r5 AU-12'],
  types: [LOG_GROUP],
  check(logGroup, snapshot) {
    const { streams } = logDeliveries(snapshot);
    const isSent = [...streams].some((stream) => isBeside(stream, logGroup));
    const isAccountable = accountable(snapshot).has(logGroup);
    const isOfTheRecord = isAccountable || auditLogGroups(snapshot).includes(logGroup);
    return [
      ...(isSent && isAccountable ? unlocked(logGroup, snapshot) : []),
      ...(isOfTheRecord ? sentAway(logGroup, snapshot) : []),
    ];
  },
  examples: { bad: sending('ERROR'), good: sending('') },
};

function unlocked(logGroup: Resource, snapshot: Snapshot): readonly Violation[] {
  const sent = logDeliveries(snapshot).subscriptions.get(logGroup) ?? [];
  const whole = sent.filter(({ properties: { FilterPattern: each } }) => isAbsent(each) || each === '');
  if (whole.some((each) => !isChanged(each, snapshot))) return [];
  if (whole.length > 0) return [CHANGED];
  const filters = sent.map(({ properties }) => properties['FilterPattern']);
  return [missing(filters.map(show))];
}

const ACCOUNT_IN_ARN = /^arn:[^:]*:[^:]*:[^:]*:(\d{12}):/;

/** By subscriptions that name another account in their destination. */
function sentAway(logGroup: Resource, snapshot: Snapshot): readonly Violation[] {
  const { account } = logGroup.template;
  return snapshot.ofType('AWS::Logs::SubscriptionFilter').flatMap((filter) => {
    const [to] = alternatives(filter.properties['DestinationArn']).flatMap((arn) => {
      const found = typeof arn === 'string' ? ACCOUNT_IN_ARN.exec(arn)?.[1] : undefined;
      return found === undefined ? [] : [found];
    });
    if (account === undefined || to === undefined || to === account) return [];
    if (!resourcesNamed(filter.properties['LogGroupName'], LOG_GROUP, filter, snapshot).includes(logGroup)) return [];
    return [
      {
        message: `found ${filter.logicalId} sending it to account ${to}; expected it to stay in ${account}`,
        detail: `Elsewhere::${to}`,
      },
    ];
  });
}

const CHANGED: Violation = {
  message: 'found a function that may change or drop its lines on their way to the record; expected none',
  detail: 'Processing',
};

/** Whether every stream that a subscription sends to has a function of its own between. */
function isChanged(subscription: Resource, snapshot: Snapshot): boolean {
  const { streams } = logDeliveries(snapshot);
  return resourcesNamed(subscription.properties['DestinationArn'], STREAM, subscription, snapshot)
    .filter((stream) => streams.has(stream))
    .every((stream) => {
      const processing = member(stream.properties, 'ExtendedS3DestinationConfiguration', 'ProcessingConfiguration');
      const isOn = !['false', false].includes(member(processing, 'Enabled') as never);
      return isOn && elements(member(processing, 'Processors')).some((each) => member(each, 'Type') === 'Lambda');
    });
}

function missing(filters: readonly string[]): Violation {
  const found =
    filters.length === 0 ? 'no subscription to the record' : `only a part sent to the record (${filters.join(', ')})`;
  return { message: `found ${found}; expected every line to be sent there`, detail: 'Subscription' };
}

function isBeside({ template: one }: Resource, { template: other }: Resource): boolean {
  const isSame = (a: string | undefined, b: string | undefined): boolean =>
    a === undefined || b === undefined || a === b;
  return isSame(one.account, other.account) && isSame(one.region, other.region);
}

const known = new WeakMap<Snapshot, ReadonlySet<Resource>>();

/** Found once a snapshot. */
function accountable(snapshot: Snapshot): ReadonlySet<Resource> {
  const before = known.get(snapshot);
  if (before !== undefined) return before;
  const stages = (['AWS::ApiGateway::Stage', 'AWS::ApiGatewayV2::Stage'] as const).flatMap((type) =>
    snapshot.ofType(type),
  );
  const found = new Set([
    ...stages
      .filter((stage) => apiOfPart(stage, snapshot)?.intent?.kind === 'api')
      .flatMap((stage) =>
        ['AccessLogSetting', 'AccessLogSettings'].flatMap((setting) =>
          resourcesNamed(member(stage.properties, setting, 'DestinationArn'), LOG_GROUP, stage, snapshot),
        ),
      ),
    ...rotationFunctions(snapshot).flatMap((code) => logGroupsOf(code, snapshot)),
  ]);
  known.set(snapshot, found);
  return found;
}
