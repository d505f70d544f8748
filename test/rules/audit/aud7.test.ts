import { describe, expect, it } from 'vitest';
import { aud7 } from '../../../lib/rules/audit/aud7-record-within-reach';
import { trailAndBucket } from '../../../lib/rules/support/audit-example';
import { allow, deny, managed, ref, role } from '../../engine/reach/support/template';
import type { Json, Resources } from '../../engine/reach/support/template';
import { findingsOf } from '../rule-runner';

const OWN = { account: '111122223333', region: 'eu-west-1' };
const LOGS = { 'Fn::GetAtt': ['Logs', 'Arn'] };
const OBJECTS = { 'Fn::Join': ['', [LOGS, '/*']] };
const TRAIL = { 'Fn::GetAtt': ['Trail', 'Arn'] };
const arnOf = (id: string) => ({ 'Fn::GetAtt': [id, 'Arn'] });

const found = (others: Resources) => findingsOf(aud7, trailAndBucket({ others }), OWN);
const kinds = (others: Resources) => found(others).map(({ logicalId, detail }) => `${logicalId} ${detail?.slice(11)}`);

describe('AUD7', () => {
  it.each<[string, Resources, readonly string[]]>([
    ['who stops the trail', { R: role([allow('cloudtrail:StopLogging', TRAIL)]) }, ['R stopping']],
    ['who deletes from the bucket', { R: role([allow('s3:DeleteObjectVersion', OBJECTS)]) }, ['R deleting']],
    ['who writes into the bucket', { R: role([allow('s3:PutObject', OBJECTS)]) }, ['R forging']],
    ['who does it by wildcard', { R: role([allow('cloudtrail:Stop*', '*')]) }, ['R stopping']],
    [
      'who does it by a managed policy',
      { R: role([]), P: managed([allow('cloudtrail:DeleteTrail', '*')], { Roles: [ref('R')] }) },
      ['R stopping'],
    ],
  ])('finds %s', (_, others, expected) => expect(kinds(others)).toEqual(expected));

  it.each([
    ['finds who deletes what tells of readers', { DestinationBucketName: ref('Access') }, ['R deleting']],
    ['leaves alone who deletes from a bucket beside it', {}, []],
  ])('%s', (_, LoggingConfiguration, expected) => {
    const others = {
      Access: { Type: 'AWS::S3::Bucket', Properties: {} },
      R: role([allow('s3:DeleteObject', { 'Fn::Join': ['', [arnOf('Access'), '/*']] })]),
    };
    const template = trailAndBucket({ bucket: { LoggingConfiguration }, others });
    expect(findingsOf(aud7, template, OWN).map(({ logicalId, detail }) => `${logicalId} ${detail?.slice(11)}`)).toEqual(
      expected,
    );
  });

  it('finds who becomes somebody that can, with the way', () => {
    const others = {
      Killer: role([allow('cloudtrail:StopLogging', '*')], { AWS: arnOf('Watcher') }),
      Watcher: role([allow('sts:AssumeRole', arnOf('Killer'))]),
    };
    const watcher = found(others).filter(({ logicalId }) => logicalId === 'Watcher');
    expect(watcher).toMatchObject([{ message: expect.stringContaining('by one step') }]);
    expect(watcher[0]?.trace).toHaveLength(2);
  });

  it.each<[string, Resources]>([
    ['who only looks', { R: role([allow('cloudtrail:GetTrailStatus', '*'), allow('s3:GetObject', OBJECTS)]) }],
    ['who is denied it', { R: role([allow('cloudtrail:*', '*'), deny('cloudtrail:*', '*')]) }],
    [
      'who may become somebody that can, and is not trusted there',
      { Watcher: role([allow('sts:AssumeRole', 'arn:aws:iam::444455556666:role/killer')]) },
    ],
  ])('leaves alone %s', (_, others) => expect(kinds(others)).toEqual([]));

  it.each<[string, string, readonly string[]]>([
    ['another name', 'arn:aws:s3:::uploads/*', []],
    ['another name that begins like it', 'arn:aws:s3:::record-of-orders/*', []],
    ['a name that CloudFormation could have made up', 'arn:aws:s3:::app-logs-1a2b3c4d5e6f/*', ['possible']],
    ['a wildcard', 'arn:aws:s3:::app-*/*', ['possible']],
    ['everything', 'arn:aws:s3:::*', ['certain']],
  ])('tells a bucket whose name CloudFormation makes up from %s', (_, arn, expected) => {
    const R = role([allow('s3:DeleteObjectVersion', arn)]);
    expect(found({ R }).map(({ certainty }) => certainty)).toEqual(expected);
  });

  it('tells a bucket by its name where it has one, and calls it possible where a parameter has it', () => {
    const R = role([allow('s3:DeleteObjectVersion', 'arn:aws:s3:::uploads/*')]);
    const named = (BucketName: unknown) => ({
      Parameters: { Name: { Type: 'String' } },
      ...trailAndBucket({ bucket: { BucketName }, others: { R } }),
    });
    expect(findingsOf(aud7, named('record'), OWN)).toEqual([]);
    expect(findingsOf(aud7, named('uploads'), OWN)).toMatchObject([{ certainty: 'certain' }]);
    expect(findingsOf(aud7, named({ Ref: 'Name' }), OWN)).toMatchObject([{ certainty: 'possible' }]);
  });

  it.each<[string, string, readonly string[]]>([
    ['what its bucket policy denies', 's3:DeleteObjectVersion', []],
    ['what its bucket policy says nothing about', 's3:PutObject', ['R forging certain']],
    ['all of S3', 's3:*', ['R deleting certain', 'R forging certain']],
  ])('asks the policy of the bucket who is allowed everything: %s', (_, action, expected) => {
    const Statement = { ...(deny('s3:DeleteObject*', OBJECTS) as object), Principal: '*' } as Json;
    const Guard = {
      Type: 'AWS::S3::BucketPolicy',
      Properties: { Bucket: ref('Logs'), PolicyDocument: { Statement: [Statement] } },
    };
    const findings = found({ Guard, R: role([allow(action, '*')]) });
    const told = findings.map(({ logicalId, detail, certainty }) => `${logicalId} ${detail?.slice(11)} ${certainty}`);
    expect(told.filter((each) => /deleting|forging/.test(each))).toEqual(expected);
  });

  const PART = { 'Fn::Join': ['', [LOGS, '/bulkhead*']] };
  it.each<[string, object, readonly string[]]>([
    ['all of it', { Resource: OBJECTS }, []],
    ['all of the bucket, and what is in it', { Resource: [LOGS, { 'Fn::Join': ['', [LOGS, '*']] }] }, []],
    ['a part of it', { Resource: PART }, ['R deleting certain']],
    ['all but a part of it', { Resource: undefined, NotResource: PART }, ['R deleting certain']],
    [
      'whoever is another',
      { Resource: OBJECTS, Condition: { ArnNotLike: { 'aws:PrincipalArn': 'arn:aws:iam::111122223333:role/*' } } },
      ['R deleting certain'],
    ],
  ])('asks of a Deny what of the bucket it is about: %s', (_, denied, expected) => {
    const Statement = { Effect: 'Deny', Principal: '*', Action: 's3:DeleteObject*', ...denied };
    const Guard = {
      Type: 'AWS::S3::BucketPolicy',
      Properties: { Bucket: ref('Logs'), PolicyDocument: { Statement: [Statement] } },
    };
    const told = found({ Guard, R: role([allow('s3:DeleteObjectVersion', OBJECTS)]) });
    expect(told.map(({ logicalId, detail, certainty }) => `${logicalId} ${detail?.slice(11)} ${certainty}`)).toEqual(
      expected,
    );
  });

  it('leaves alone an app without a record', () => {
    const Resources = { R: role([allow('s3:DeleteObjectVersion', 'arn:aws:s3:::uploads/*')]) };
    expect(findingsOf(aud7, { Resources }, OWN)).toEqual([]);
  });
});
