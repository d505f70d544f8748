import { describe, expect, it } from 'vitest';
import { eventPattern, filterPatterns } from '../../../lib/constructs/monitoring/signal-patterns';
import { TAMPER_SIGNALS } from '../../../lib/constructs/monitoring/tamper-signals';
import { matchesEvent } from '../../support/event-pattern';
import { matchesFilter } from '../../support/filter-pattern';

const BUCKETS = ['audit-record-111122223333-eu-west-1', 'audit-access-111122223333-eu-west-1'];

/** A record of CloudTrail in the shape of its documentation. */
const record = (eventSource: string, eventName: string, more: object = {}) => ({
  eventVersion: '1.11',
  userIdentity: {
    type: 'AssumedRole',
    principalId: 'AROAEXAMPLEEXAMPLE:ann',
    arn: 'arn:aws:sts::111122223333:assumed-role/deploy/ann',
    accountId: '111122223333',
    sessionContext: { sessionIssuer: { type: 'Role', userName: 'deploy' }, attributes: { mfaAuthenticated: 'false' } },
  },
  eventTime: '2026-11-22T03:04:05Z',
  eventSource,
  eventName,
  awsRegion: 'eu-west-1',
  sourceIPAddress: '203.0.113.7',
  userAgent: 'aws-cli/2.31',
  requestParameters: {},
  responseElements: null,
  eventID: '7f3d5c1e-0000-4000-8000-000000000000',
  readOnly: false,
  eventType: 'AwsApiCall',
  managementEvent: true,
  recipientAccountId: '111122223333',
  ...more,
});
/** As EventBridge wraps it. */
const wrapped = (detail: Record<string, any>) => ({
  'version': '0',
  'detail-type':
    detail['eventType'] === 'AwsConsoleSignIn' ? 'AWS Console Sign In via CloudTrail' : 'AWS API Call via CloudTrail',
  'source': `aws.${String(detail['eventSource']).split('.')[0]}`,
  'account': '111122223333',
  'region': 'eu-west-1',
  detail,
});

/** The signals that an event gives, by EventBridge and by filters. */
function signalsOf(detail: Record<string, any>): { events: string[]; filters: string[] } {
  const events = TAMPER_SIGNALS.filter((each) => {
    const pattern = eventPattern(each, BUCKETS);
    return pattern !== undefined && matchesEvent(pattern, wrapped(detail));
  });
  const filters = TAMPER_SIGNALS.filter((each) =>
    filterPatterns(each, BUCKETS).some((pattern) => matchesFilter(pattern, detail)),
  );
  return { events: events.map(({ id }) => id), filters: filters.map(({ id }) => id) };
}
const both = (...ids: string[]) => ({ events: ids, filters: ids });
const onBucket = (bucketName: string) => ({ requestParameters: { bucketName } });

const signIn = (
  changes: { readonly type?: string; readonly MFAUsed?: string; readonly ConsoleLogin?: string } = {},
) => ({
  ...record('signin.amazonaws.com', 'ConsoleLogin'),
  eventType: 'AwsConsoleSignIn',
  userIdentity: { type: changes.type ?? 'IAMUser', userName: 'ann', accountId: '111122223333' },
  additionalEventData: { MFAUsed: changes.MFAUsed ?? 'No', LoginTo: 'https://console.aws.amazon.com/' },
  responseElements: { ConsoleLogin: changes.ConsoleLogin ?? 'Success' },
});

describe('each call that is watched', () => {
  const calls = TAMPER_SIGNALS.flatMap(({ id, calls: watched = {}, onVaultBuckets }) =>
    Object.entries(watched).flatMap(([source, names]) =>
      names.map((name) => [id, source, name, onVaultBuckets === true ? onBucket(BUCKETS[0]) : {}] as const),
    ),
  );
  it.each(calls)('%s: %s %s is told by both, tried ones too', (id, source, name, more) => {
    expect(signalsOf(record(source, name, more))).toEqual(both(id));
    const refused = signalsOf(record(source, name, { ...more, errorCode: 'AccessDenied' }));
    expect(refused.events).toEqual([id]);
    expect(refused.filters).toContain(id);
  });

  it.each([
    ['cloudtrail.amazonaws.com', 'GetTrailStatus', {}],
    ['cloudtrail.amazonaws.com', 'LookupEvents', {}],
    ['s3.amazonaws.com', 'PutBucketPolicy', onBucket('somebody-elses-bucket')],
    ['s3.amazonaws.com', 'DeleteObject', onBucket('somebody-elses-bucket')],
    ['s3.amazonaws.com', 'GetObject', onBucket(BUCKETS[0])],
    ['s3.amazonaws.com', 'PutObject', onBucket(BUCKETS[0])],
    ['kms.amazonaws.com', 'Decrypt', {}],
    ['kms.amazonaws.com', 'DescribeKey', {}],
    ['logs.amazonaws.com', 'CreateLogGroup', {}],
    ['monitoring.amazonaws.com', 'DescribeAlarms', {}],
    ['events.amazonaws.com', 'ListRules', {}],
    ['elasticloadbalancing.amazonaws.com', 'DeleteRule', {}],
    ['sns.amazonaws.com', 'Publish', {}],
    ['iam.amazonaws.com', 'GetRole', {}],
    ['iam.amazonaws.com', 'TagPolicy', {}],
    ['lambda.amazonaws.com', 'Invoke', {}],
    ['apigateway.amazonaws.com', 'GetRestApi', {}],
    ['ec2.amazonaws.com', 'DescribeRouteTables', {}],
  ])('%s %s is told by neither', (source, name, more) => {
    expect(signalsOf(record(source, name, more))).toEqual(both());
  });
});

describe('the root user', () => {
  const root = { userIdentity: { type: 'Root', accountId: '111122223333', arn: 'arn:aws:iam::111122223333:root' } };
  it('is told of, whatever it does, and when it signs in', () => {
    expect(signalsOf(record('s3.amazonaws.com', 'ListBuckets', root))).toEqual(both('Root'));
    expect(signalsOf(signIn({ type: 'Root', MFAUsed: 'Yes' }))).toEqual(both('Root'));
  });

  it('is not where AWS acts for it, or a service', () => {
    const invoked = { userIdentity: { ...root.userIdentity, invokedBy: 'trustedadvisor.amazonaws.com' } };
    expect(signalsOf(record('s3.amazonaws.com', 'ListBuckets', invoked))).toEqual(both());
    expect(signalsOf(record('kms.amazonaws.com', 'RotateKey', { ...root, eventType: 'AwsServiceEvent' }))).toEqual(
      both(),
    );
  });
});

describe('signing in to the console', () => {
  it('without MFA is told', () => {
    expect(signalsOf(signIn())).toEqual(both('ConsoleWithoutMfa'));
  });

  it.each([
    ['with MFA', { MFAUsed: 'Yes' }],
    ['by single sign-on, which proves it elsewhere', { type: 'AssumedRole' }],
    ['in vain', { ConsoleLogin: 'Failure' }],
  ])('%s is not', (_, changes) => {
    expect(signalsOf(signIn(changes))).toEqual(both());
  });
});

describe('refused calls', () => {
  it.each([
    ['AccessDenied', ['Unauthorized']],
    ['AccessDeniedException', ['Unauthorized']],
    ['Client.UnauthorizedOperation', ['Unauthorized']],
    ['NoSuchBucket', []],
    ['ThrottlingException', []],
  ])('%s is counted: %j', (errorCode, expected) => {
    expect(signalsOf(record('ec2.amazonaws.com', 'DescribeInstances', { errorCode }))).toEqual({
      events: [],
      filters: expected,
    });
  });
});

describe('limits', () => {
  it('no filter is longer than 1,024 characters with the longest names of buckets, no pattern than 2,048', () => {
    const longest = ['a'.repeat(63), 'b'.repeat(63)];
    for (const signal of TAMPER_SIGNALS) {
      for (const pattern of filterPatterns(signal, longest))
        expect(pattern.length, signal.id).toBeLessThanOrEqual(1024);
      expect(JSON.stringify(eventPattern(signal, longest) ?? {}).length, signal.id).toBeLessThanOrEqual(2048);
    }
  });
});
