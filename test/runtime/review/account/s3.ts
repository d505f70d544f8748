import type { Answer } from '../../../../lib/runtime/review/call';
import { awsError, found } from './raw';
import type { OfType, Raw } from './raw';

/** Buckets, and objects by key. */
export class S3 {
  public readonly buckets = new Map<string, Raw>();
  public readonly objects = new Map<string, string>();

  constructor(ofType: OfType) {
    for (const { id, properties } of ofType('AWS::S3::Bucket')) this.buckets.set(id, { ...properties });
    for (const { properties } of ofType('AWS::S3::BucketPolicy')) {
      found(this.buckets, properties['Bucket'], 'NoSuchBucket')['policy'] = properties['PolicyDocument'];
    }
  }

  private setting(bucket: string, name: string, missing: string): any {
    const value = this.buckets.get(bucket)?.[name];
    if (value === undefined) throw awsError(missing);
    return value;
  }

  public GetBucketVersioning({ Bucket }: Raw): Answer {
    return { Status: found(this.buckets, Bucket, 'NoSuchBucket')['VersioningConfiguration']?.Status };
  }

  public GetBucketPolicy({ Bucket }: Raw): Answer {
    return { Policy: JSON.stringify(this.setting(Bucket, 'policy', 'NoSuchBucketPolicy')) };
  }

  public GetObjectLockConfiguration({ Bucket }: Raw): Answer {
    const name = 'ObjectLockConfiguration';
    return { [name]: this.setting(Bucket, name, 'ObjectLockConfigurationNotFoundError') };
  }

  public GetPublicAccessBlock({ Bucket }: Raw): Answer {
    const name = 'PublicAccessBlockConfiguration';
    return { [name]: this.setting(Bucket, name, 'NoSuchPublicAccessBlockConfiguration') };
  }

  public GetBucketReplication({ Bucket }: Raw): Answer {
    const { Role, Rules } = this.setting(Bucket, 'ReplicationConfiguration', 'ReplicationConfigurationNotFoundError');
    const rules = (Rules as readonly Raw[]).map(({ Id, ...rule }) => ({ ID: Id, ...rule }));
    return { ReplicationConfiguration: { Role, Rules: rules } };
  }

  public GetObject({ Key }: Raw): Answer {
    const text = found(this.objects, Key, 'NoSuchKey');
    return { Body: { transformToString: async () => text } };
  }
}
