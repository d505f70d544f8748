import { describe, expect, it } from 'vitest';
import { covers } from '../../../lib/engine/reach/covers';
import type { SourcedPolicy } from '../../../lib/engine/world/world';
import { parsePolicy } from '../../../lib/engine/parse/policy-document';
import { allow } from './support/template';
import type { Json } from './support/template';

const policy = (actions: Json, resource: Json): SourcedPolicy => ({
  layer: 'identity',
  document: parsePolicy({ Version: '2012-10-17', Statement: [allow(actions, resource)] }),
  place: 'Policies',
});
const within = (own: readonly [Json, Json], wanted: readonly [Json, Json]): boolean =>
  covers({ policies: [policy(...own)] }, policy(...wanted).document);

describe('what a principal has already', () => {
  it.each([
    ['s3:*', 's3:Get*'],
    ['s3:Get*', 's3:GetObject'],
    ['S3:getobject', 's3:GetObject'],
    ['*', 's3:GetObject'],
    ['s3:?etObject', 's3:GetObject'],
    ['*:Get*', 's3:GetObject'],
    [
      ['sqs:*', 's3:*'],
      ['s3:GetObject', 'sqs:SendMessage'],
    ],
  ] as readonly (readonly [Json, Json])[])('is, by %j, %j', (own, wanted) => {
    expect(within([own, '*'], [wanted, '*'])).toBe(true);
  });

  it.each([
    ['s3:Get*', 's3:*'],
    ['s3:Get*', 's3:PutObject'],
    ['s3:GetObject', 's3:GetObject*'],
    ['s3:GetObject', 's3:GetObjectAcl'],
    ['s3:GetObject', 's3:GetObjec?'],
    ['sqs:*', 's3:GetObject'],
    ['s3:*', ['s3:GetObject', 'sqs:SendMessage']],
  ] as readonly (readonly [Json, Json])[])('is not, by %j, %j', (own, wanted) => {
    expect(within([own, '*'], [wanted, '*'])).toBe(false);
  });

  it('is about the same resources, by the case of their names', () => {
    expect(within(['s3:*', 'arn:aws:s3:::one*'], ['s3:*', 'arn:aws:s3:::one/x'])).toBe(true);
    expect(within(['s3:*', 'arn:aws:s3:::one*'], ['s3:*', 'arn:aws:s3:::two/x'])).toBe(false);
    expect(within(['s3:*', 'arn:aws:s3:::one*'], ['s3:*', 'arn:aws:s3:::One/x'])).toBe(false);
  });
});
