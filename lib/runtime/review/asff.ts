import { createHash } from 'node:crypto';
import type { Drift } from './drift';

/** What all findings of a review share. */
export interface FindingFrame {
  /** Unique in account and region, the same in every review. */
  readonly review: string;
  readonly partition: string;
  readonly account: string;
  readonly region: string;
  /** When the review ran, as ISO 8601. */
  readonly now: string;
}

/** A finding in the AWS Security Finding Format, as far as a review fills it. */
export interface Asff {
  readonly SchemaVersion: '2018-10-08';
  readonly Id: string;
  readonly ProductArn: string;
  readonly GeneratorId: string;
  readonly AwsAccountId: string;
  readonly Types: readonly string[];
  readonly CreatedAt: string;
  readonly UpdatedAt: string;
  readonly Severity: { readonly Label: string };
  readonly FindingProviderFields: { readonly Severity: { readonly Label: string }; readonly Types: readonly string[] };
  readonly Title: string;
  readonly Description: string;
  readonly Resources: readonly {
    readonly Type: string;
    readonly Id: string;
    readonly Partition: string;
    readonly Region: string;
  }[];
  readonly ProductFields: Readonly<Record<string, string>>;
  readonly RecordState: 'ACTIVE' | 'ARCHIVED';
}

const TYPES = ['Software and Configuration Checks/AWS Security Best Practices'];

const RESOURCE_TYPES: Readonly<Record<string, string>> = {
  'AWS::IAM::Role': 'AwsIamRole',
  'AWS::IAM::ManagedPolicy': 'AwsIamPolicy',
  'AWS::ApiGateway::RestApi': 'AwsApiGatewayRestApi',
  'AWS::ApiGatewayV2::Api': 'AwsApiGatewayV2Api',
  'AWS::CloudTrail::Trail': 'AwsCloudTrailTrail',
  'AWS::S3::Bucket': 'AwsS3Bucket',
  'AWS::KMS::Key': 'AwsKmsKey',
  'AWS::SecretsManager::Secret': 'AwsSecretsManagerSecret',
  'AWS::Lambda::Function': 'AwsLambdaFunction',
  'AWS::SNS::Topic': 'AwsSnsTopic',
  'AWS::CloudWatch::Alarm': 'AwsCloudWatchAlarm',
  'AWS::IAM::User': 'AwsIamUser',
  'AWS::IAM::Group': 'AwsIamGroup',
  'AWS::CloudFormation::Stack': 'AwsCloudFormationStack',
};

export function generatorOf(review: string): string {
  return `cdk-bulkhead/scheduled-review/${review}`;
}

/** The product of an account's own findings. */
export function productArnOf({ partition, region, account }: FindingFrame): string {
  return `arn:${partition}:securityhub:${region}:${account}:product/${account}/default`;
}

/**
 * A drift as a finding. Its Id is made from stack, logical id and aspect, so that the same drift is the same finding in
 * every review, whatever became of it since.
 *
 * @see https://docs.aws.amazon.com/securityhub/latest/userguide/securityhub-findings-format.html
 */
export function findingOf(drift: Drift, frame: FindingFrame): Asff {
  const { stack, logicalId, type, aspect, sort, severity, what, constructPath } = drift;
  const id = createHash('sha256').update([stack, logicalId, aspect].join('\n')).digest('hex').slice(0, 32);
  const label = { Label: severity };
  const name = constructPath?.replace(/\/Resource$/, '') ?? `${stack}/${logicalId}`;
  return {
    SchemaVersion: '2018-10-08',
    Id: `${generatorOf(frame.review)}/${id}`,
    ProductArn: productArnOf(frame),
    GeneratorId: generatorOf(frame.review),
    AwsAccountId: frame.account,
    Types: TYPES,
    CreatedAt: frame.now,
    UpdatedAt: frame.now,
    Severity: label,
    FindingProviderFields: { Severity: label, Types: TYPES },
    Title: cut(`Drift of ${name}: ${aspect} ${sort}`, 256),
    Description: cut(`${name}: ${what}.`, 1024),
    Resources: [
      {
        Type: RESOURCE_TYPES[type] ?? 'Other',
        Id: resourceId(drift, frame),
        Partition: frame.partition,
        Region: frame.region,
      },
    ],
    ProductFields: {
      'cdk-bulkhead/stack': stack,
      'cdk-bulkhead/logicalId': logicalId,
      'cdk-bulkhead/aspect': cut(aspect, 2048),
      'cdk-bulkhead/sort': sort,
    },
    RecordState: 'ACTIVE',
  };
}

/** Security Hub asks for ARNs where there are any. */
function resourceId({ type, resource }: Drift, { partition }: FindingFrame): string {
  if (resource.startsWith('arn:')) return resource;
  return type === 'AWS::S3::Bucket' ? `arn:${partition}:s3:::${resource}` : resource;
}

function cut(text: string, most: number): string {
  return text.length <= most ? text : `${text.slice(0, most - 1)}…`;
}
