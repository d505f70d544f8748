import type { ExampleTemplate } from '../rule';

type Properties = Readonly<Record<string, unknown>>;

/** Properties of a bucket that holds audit logs as it should. */
const LOCKED: Properties = {
  ObjectLockEnabled: true,
  ObjectLockConfiguration: {
    ObjectLockEnabled: 'Enabled',
    Rule: { DefaultRetention: { Mode: 'COMPLIANCE', Days: 400 } },
  },
  VersioningConfiguration: { Status: 'Enabled' },
};

/** Properties of a trail that logs as it should. */
export const LOGGING: Properties = {
  TrailName: 'audit',
  S3BucketName: { Ref: 'Logs' },
  IsLogging: true,
  EnableLogFileValidation: true,
  IsMultiRegionTrail: true,
  IncludeGlobalServiceEvents: true,
};

/** A trail and its bucket, with what differs from the good one. */
export function trailAndBucket(options: {
  readonly trail?: Properties;
  readonly bucket?: Properties;
  readonly deletionPolicy?: string;
  readonly others?: Properties;
}): ExampleTemplate {
  const kept = options.deletionPolicy ?? 'Retain';
  return {
    Resources: {
      Logs: {
        Type: 'AWS::S3::Bucket',
        DeletionPolicy: kept,
        UpdateReplacePolicy: 'Retain',
        Properties: { ...LOCKED, ...options.bucket },
      },
      Trail: { Type: 'AWS::CloudTrail::Trail', Properties: { ...LOGGING, ...options.trail } },
      ...options.others,
    },
  };
}

/** The policy of the bucket of `trailAndBucket`. */
export function policyOfLogs(statements: readonly unknown[]): Properties {
  return {
    LogsPolicy: {
      Type: 'AWS::S3::BucketPolicy',
      Properties: {
        Bucket: { Ref: 'Logs' },
        PolicyDocument: { Version: '2012-10-17', Statement: statements },
      },
    },
  };
}
