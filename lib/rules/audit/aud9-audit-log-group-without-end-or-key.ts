import { auditLogGroups } from '../../engine/duties/kinds';
import type { Rule } from '../rule';
import { trailAndBucket } from '../support/audit-example';
import { isAbsent } from '../../model/value';

const LOG_GROUP = 'AWS::Logs::LogGroup';

const withLogGroup = (properties: Readonly<Record<string, unknown>>) =>
  trailAndBucket({
    trail: { CloudWatchLogsLogGroupArn: { 'Fn::GetAtt': ['Events', 'Arn'] } },
    others: {
      Events: { Type: LOG_GROUP, Properties: { RetentionInDays: 400, ...properties } },
      Key: { Type: 'AWS::KMS::Key', DeletionPolicy: 'Retain', UpdateReplacePolicy: 'Retain', Properties: {} },
    },
  });

const WANTED = {
  RetentionInDays:
    'how long it is kept, as it was declared; without it nobody has decided, and it is paid for without end',
  KmsKeyId: 'a key of its own; without it whoever may read log groups reads who called what',
} as const;

/** The log groups of trails, of the access logs of REST and HTTP APIs, of rotations, and those sent to the record. */
export const aud9: Rule = {
  id: 'AUD9',
  title: 'A log group of the audit record has no retention or no key',
  severity: 'error',
  why: 'The copy in CloudWatch Logs is what alarms and queries work on. Under no key, every reader of logs reads it; without a retention, how long it proves anything is chance.',
  fix: 'Set `RetentionInDays` and `KmsKeyId`, or let `vault.createLogGroup` make the log group.',
  page: 'https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/encrypt-log-data-kms.html',
  controls: ['NIST 800-53 r5 AU-9', 'NIST 800-53 r5 AU-11', 'NIST 800-53 r5 SC-28'],
  types: [LOG_GROUP],
  check(resource, snapshot) {
    if (!auditLogGroups(snapshot).includes(resource)) return [];
    return Object.entries(WANTED)
      .filter(([property]) => isAbsent(resource.properties[property]))
      .map(([property, reason]) => ({ message: `found no \`${property}\`; expected ${reason}`, detail: property }));
  },
  examples: {
    bad: withLogGroup({}),
    good: withLogGroup({ KmsKeyId: { 'Fn::GetAtt': ['Key', 'Arn'] } }),
  },
};
