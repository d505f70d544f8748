import { snapshotOf } from '../../../lib/assembly/snapshot';
import { separationOf } from '../../../lib/engine/duties/separation-of';
import type { DutyDefinition, SeparationConstraint } from '../../../lib/model/separation';
import type { Snapshot } from '../../../lib/model/snapshot';
import { ACCOUNT } from '../reach/support/template';
import type { Json, Resources } from '../reach/support/template';

/** One template, with what it declares of separation. */
export function snapshotWith(
  resources: Resources,
  declared: {
    readonly constraints?: readonly Partial<SeparationConstraint>[];
    readonly duties?: readonly DutyDefinition[];
  } = {},
): Snapshot {
  const constraints = (declared.constraints ?? []).map(constraint);
  const intent = { kind: 'template', constraints, duties: declared.duties ?? [] };
  const body = { Metadata: { 'cdk-bulkhead': intent }, Resources: resources };
  return snapshotOf([{ name: 'T', file: 'T.json', body, account: ACCOUNT, region: 'eu-west-1' }]);
}

export function constraint(given: Partial<SeparationConstraint>): SeparationConstraint {
  return {
    id: 'test',
    kind: 'at-most',
    duties: [],
    most: 1,
    perResource: false,
    roles: [],
    scope: 'the app',
    why: 'because',
    ...given,
  };
}

/** The duties of a role: `deployment`, with `?` behind it where it is only possible. */
export function dutiesOf(resources: Resources, logicalId = 'P', duties: readonly DutyDefinition[] = []) {
  const { matrix } = separationOf(snapshotWith(resources, { duties }));
  const found = matrix.principals.find((each) => each.logicalId === logicalId);
  if (found === undefined) throw new Error(`no principal ${logicalId}`);
  const shown = (held: typeof found.direct): readonly string[] =>
    held.map(({ duty, certainty }) => (certainty === 'certain' ? duty : `${duty}?`));
  return { direct: shown(found.direct), reach: shown(found.reach), row: found };
}

/** What duties are about. */
export const GROUNDS: Readonly<Record<string, Json>> = {
  Trail: {
    Type: 'AWS::CloudTrail::Trail',
    Properties: {
      IsLogging: true,
      TrailName: 'audit',
      S3BucketName: { Ref: 'Record' },
      KMSKeyId: { 'Fn::GetAtt': ['RecordKey', 'Arn'] },
      CloudWatchLogsLogGroupArn: { 'Fn::GetAtt': ['TrailLog', 'Arn'] },
    },
  },
  Record: { Type: 'AWS::S3::Bucket', Properties: {} },
  RecordKey: { Type: 'AWS::KMS::Key', Properties: {} },
  TrailLog: { Type: 'AWS::Logs::LogGroup', Properties: {} },
  Blinded: {
    Type: 'AWS::Logs::MetricFilter',
    Properties: {
      LogGroupName: { Ref: 'TrailLog' },
      FilterPattern: '{ $.eventName = "StopLogging" }',
      MetricTransformations: [{ MetricNamespace: 'Audit', MetricName: 'Touched', MetricValue: '1' }],
    },
  },
  Alarm: {
    Type: 'AWS::CloudWatch::Alarm',
    Properties: {
      Namespace: 'Audit',
      MetricName: 'Touched',
      ComparisonOperator: 'GreaterThanThreshold',
      EvaluationPeriods: 1,
    },
  },
  OtherAlarm: {
    Type: 'AWS::CloudWatch::Alarm',
    Properties: {
      Namespace: 'Orders',
      MetricName: 'Latency',
      ComparisonOperator: 'GreaterThanThreshold',
      EvaluationPeriods: 1,
    },
  },
  Data: { Type: 'AWS::S3::Bucket', Properties: {} },
  DataLog: { Type: 'AWS::Logs::LogGroup', Properties: {} },
  Key: { Type: 'AWS::KMS::Key', Properties: {} },
  Secret: { Type: 'AWS::SecretsManager::Secret', Properties: {} },
  Code: {
    Type: 'AWS::Lambda::Function',
    Properties: {
      Handler: 'index.handler',
      Runtime: 'nodejs22.x',
      Code: { ZipFile: 'x' },
      Role: { 'Fn::GetAtt': ['CodeRole', 'Arn'] },
    },
  },
  CodeRole: {
    Type: 'AWS::IAM::Role',
    Properties: {
      AssumeRolePolicyDocument: {
        Statement: [{ Effect: 'Allow', Principal: { Service: 'lambda.amazonaws.com' }, Action: 'sts:AssumeRole' }],
      },
    },
  },
  Api: { Type: 'AWS::ApiGateway::RestApi', Properties: { Name: 'orders' } },
  Deployed: { Type: 'AWS::ApiGateway::Stage', Properties: { RestApiId: { Ref: 'Api' }, StageName: 'prod' } },
  Orders: {
    Type: 'AWS::ApiGateway::Resource',
    Properties: {
      RestApiId: { Ref: 'Api' },
      ParentId: { 'Fn::GetAtt': ['Api', 'RootResourceId'] },
      PathPart: 'orders',
    },
  },
  Read: method('GET', 'AWS_IAM'),
  Write: method('POST', 'AWS_IAM'),
  Open: method('DELETE', 'NONE'),
  ReadDear: method('HEAD', 'AWS_IAM', true),
  WriteDear: method('PUT', 'AWS_IAM', true),
};

function method(verb: string, authorization: string, highValue = false): Json {
  return {
    Type: 'AWS::ApiGateway::Method',
    Properties: {
      RestApiId: { Ref: 'Api' },
      ResourceId: { Ref: 'Orders' },
      HttpMethod: verb,
      AuthorizationType: authorization,
    },
    ...(highValue
      ? {
          Metadata: {
            'cdk-bulkhead': { kind: 'endpoint', api: 'Api', endpoint: `${verb} /orders`, callers: [], highValue: true },
          },
        }
      : {}),
  };
}
