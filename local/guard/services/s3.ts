import type { Context } from '../../../lib/engine/decide/decision';
import { ABSENT } from '../../../lib/model/value';
import type { BucketFact, Facts } from '../facts';
import type { Needed } from '../judge';
import { Refusal, undecided } from '../refusal';
import type { WireRequest } from '../wire-request';
import { decoded } from '../wire-request';
import type { Guarded } from '../world';
import { accountOf } from '../world';

/** Subresources of a bucket, by what their permission is called. */
const OF_BUCKETS: Readonly<Record<string, string>> = {
  'object-lock': 'BucketObjectLockConfiguration',
  'lifecycle': 'LifecycleConfiguration',
  'policy': 'BucketPolicy',
  'versioning': 'BucketVersioning',
};
/** Subresources of an object, likewise. */
const OF_OBJECTS: Readonly<Record<string, string>> = {
  'legal-hold': 'ObjectLegalHold',
  'retention': 'ObjectRetention',
};

/**
 * What a request to S3 by path (`/bucket/key`) needs: the permission on bucket or object, that to set or to go round
 * a lock where a header asks for it, and the key where the bucket encrypts by one.
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/using-with-s3-policy-actions.html
 */
export async function s3(request: WireRequest, region: string, facts: Facts): Promise<readonly Needed[]> {
  const [, name, ...rest] = request.rawPath.split('/');
  const key = decoded(rest.join('/'));
  if (name === '' || /[*?$]/.test(key) || key.split('/').some((each) => each === '.' || each === '..')) {
    throw undecided('a request to S3 for no bucket, or with wildcards in the name of an object');
  }
  const bucket = await facts.bucket(name);
  if (bucket === null) throw new Refusal(404, 'NoSuchBucket', 'The specified bucket does not exist');
  const subresources = [...request.query.keys()].filter(
    (each) => !/^(versionId|x-id|prefix|delimiter|max-keys|list-type)$/.test(each),
  );
  if (subresources.length > 1) throw undecided('a request to S3 with several subresources');
  const actions = key === '' ? onBucket(request, subresources[0]) : onObject(request, subresources[0]);
  const arn = `arn:aws:s3:::${name}`;
  const resource = key === '' ? arn : `${arn}/${key}`;
  const on: Guarded = {
    type: 'AWS::S3::Bucket',
    arn,
    account: bucket.account,
    region: bucket.region,
    policy: bucket.policy,
  };
  return [
    ...actions.map(
      (action): Needed => ({
        action: `s3:${action}`,
        resource,
        resourceAccount: bucket.account,
        context: contextOf(request, action),
        on: [on],
      }),
    ),
    ...(await keyOf(bucket, resource, actions, region, facts)),
  ];
}

function onBucket({ method, query }: WireRequest, subresource: string | undefined): readonly string[] {
  if (method === 'GET' && subresource === undefined) return ['ListBucket'];
  if (method === 'GET' && subresource === 'versions') return ['ListBucketVersions'];
  const named = subresource === undefined ? undefined : OF_BUCKETS[subresource];
  if (named !== undefined && method === 'GET') return [`Get${named}`];
  if (named !== undefined && method === 'PUT') return [`Put${named}`];
  // Taking a lifecycle away is a change of it; taking a policy away has a permission of its own.
  if (method === 'DELETE' && subresource === 'lifecycle') return ['PutLifecycleConfiguration'];
  if (method === 'DELETE' && subresource === 'policy') return ['DeleteBucketPolicy'];
  if (method === 'DELETE' && subresource === undefined) return ['DeleteBucket'];
  throw undecided(`${method} of a bucket with ${[...query.keys()].join(', ') || 'no subresource'}`);
}

function onObject({ method, headers, query }: WireRequest, subresource: string | undefined): readonly string[] {
  const bypass = headers['x-amz-bypass-governance-retention'] === undefined ? [] : ['BypassGovernanceRetention'];
  const version = query.has('versionId') ? 'Version' : '';
  if (subresource !== undefined) {
    const named = OF_OBJECTS[subresource];
    if (named === undefined || (method !== 'GET' && method !== 'PUT'))
      throw undecided(`${method} of an object with ${subresource}`);
    return method === 'GET' ? [`Get${named}`] : [`Put${named}`, ...bypass];
  }
  if (method === 'GET' || method === 'HEAD') return [`GetObject${version}`];
  if (method === 'DELETE') return [`DeleteObject${version}`, ...bypass];
  if (method !== 'PUT' || version !== '') throw undecided(`${method} of an object`);
  const unknown = Object.keys(headers).filter((each) =>
    /^x-amz-(copy|acl|grant|tagging|server-side|website|storage)/.test(each),
  );
  if (unknown.length > 0) throw undecided(`an upload with ${unknown.join(', ')}`);
  const lock = Object.keys(headers).some(
    (each) => each === 'x-amz-object-lock-mode' || each === 'x-amz-object-lock-retain-until-date',
  );
  return [
    'PutObject',
    ...(lock ? ['PutObjectRetention'] : []),
    ...(headers['x-amz-object-lock-legal-hold'] === undefined ? [] : ['PutObjectLegalHold']),
  ];
}

function contextOf({ headers, query, origin }: WireRequest, action: string): Context {
  const header = (name: string) => headers[name] ?? ABSENT;
  return {
    's3:authType': 'REST-HEADER',
    's3:signatureversion': 'AWS4-HMAC-SHA256',
    's3:VersionId': query.get('versionId')?.[0] ?? ABSENT,
    's3:TlsVersion': origin.tlsVersion ?? ABSENT,
    's3:x-amz-acl': ABSENT,
    's3:x-amz-server-side-encryption': ABSENT,
    's3:x-amz-server-side-encryption-aws-kms-key-id': ABSENT,
    's3:x-amz-content-sha256': header('x-amz-content-sha256'),
    ...(action.startsWith('List')
      ? { 's3:prefix': query.get('prefix')?.[0] ?? ABSENT, 's3:delimiter': query.get('delimiter')?.[0] ?? ABSENT }
      : {}),
    ...(action === 'PutObject'
      ? {
          's3:object-lock-mode': header('x-amz-object-lock-mode'),
          's3:object-lock-retain-until-date': header('x-amz-object-lock-retain-until-date'),
          's3:object-lock-legal-hold': header('x-amz-object-lock-legal-hold'),
        }
      : {}),
  };
}

async function keyOf(
  { name, account, encryption }: BucketFact,
  resource: string,
  actions: readonly string[],
  region: string,
  facts: Facts,
): Promise<readonly Needed[]> {
  const reads = actions.some((each) => each.startsWith('GetObject') && !OF_OBJECT_NAMES.has(each.slice(3)));
  if (encryption === null || (!reads && !actions.includes('PutObject'))) return [];
  const owner = accountOf(encryption.kmsKey);
  const key = await facts.kmsKey(owner, region, encryption.kmsKey);
  if (key === null || !key.enabled)
    throw new Refusal(400, 'KMS.DisabledException', 'the key of the bucket is not there, or not enabled');
  return [
    {
      action: reads ? 'kms:Decrypt' : 'kms:GenerateDataKey',
      resource: key.arn,
      resourceAccount: owner,
      context: {
        'kms:ViaService': `s3.${region}.amazonaws.com`,
        'kms:EncryptionContext:aws:s3:arn': encryption.bucketKey ? `arn:aws:s3:::${name}` : resource,
        'kms:EncryptionContextKeys': ['aws:s3:arn'],
        'kms:EncryptionContext:SecretARN': ABSENT,
        'kms:EncryptionContext:SecretVersionId': ABSENT,
        'kms:EncryptionContext:aws:logs:arn': ABSENT,
        'kms:EncryptionContext:aws:cloudtrail:arn': ABSENT,
        'aws:ResourceAccount': account,
      },
      on: [{ type: 'AWS::KMS::Key', arn: key.arn, account: owner, region, policy: key.policy, tags: key.tags }],
    },
  ];
}

const OF_OBJECT_NAMES: ReadonlySet<string> = new Set(Object.values(OF_OBJECTS));
