import { expect, it } from 'vitest';
import { decide } from '../../../lib/engine/decide/decide';
import { allow, deny, principal, role, verdict, world } from './support';

/** Patterns that overlap in every way: beside *n* of them a search has to tell 2^n sorts of names apart. */
const DENIED = Array.from({ length: 40 }, (_, index) => String.fromCharCode((index < 26 ? 97 : 40) + index));
const resources = {
  Role: role([allow('s3:*')]),
  Bucket: { Type: 'AWS::S3::Bucket', Properties: { BucketName: 'data' } },
  Policy: {
    Type: 'AWS::S3::BucketPolicy',
    Properties: {
      Bucket: { Ref: 'Bucket' },
      PolicyDocument: { Statement: DENIED.map((each) => ({ ...deny('s3:*', `*${each}?${each}*`), Principal: '*' })) },
    },
  },
};

// Takes a second. Where every region costs the same, it takes more than a minute.
it('answers about objects beside a bucket with many Denies, and gives up on them alone', { timeout: 20_000 }, () => {
  const of = world(resources);
  const ask = (resource: string): string => verdict(decide({ principal: principal(of), action: 's3:*', resource }, of));
  expect(ask('arn:aws:s3:::*/*')).toBe('must');
  expect(ask('arn:aws:s3:::data/*')).not.toBe('no');
});
