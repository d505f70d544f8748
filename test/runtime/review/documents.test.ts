import { describe, expect, it } from 'vitest';
import { parsePolicy } from '../../../lib/engine/parse/policy-document';
import { text } from '../../../lib/model/value';
import { NO_POLICY, policyDifferences, readDocument, together } from '../../../lib/runtime/review/documents';

const holder = { kind: 'identity', arn: 'arn:aws:iam::111122223333:role/r', account: '111122223333' } as const;
const policy = (Resource: string) => ({ Statement: { Effect: 'Allow', Action: 's3:GetObject', Resource } });
const said = (declared: Parameters<typeof policyDifferences>[1], found: object) =>
  policyDifferences('Permissions', declared, readDocument(JSON.stringify(found)), holder).map(
    ({ aspect, sort, what }) => `${aspect}, ${sort}: ${what}`,
  );

describe('a policy as a service gives it', () => {
  it.each([
    ['as JSON', JSON.stringify(policy('*'))],
    ['percent-encoded, as IAM does', encodeURIComponent(JSON.stringify(policy('*')))],
    ['with its quotes escaped, as API Gateway does', JSON.stringify(JSON.stringify(policy('*'))).slice(1, -1)],
  ])('is read %s', (_, document) => {
    expect(readDocument(document)).toMatchObject({ statements: [{ effect: 'Allow' }], unknowns: [] });
  });

  it('is unknown where it is none of these, and no policy where there is none', () => {
    expect(readDocument('{').unknowns).toHaveLength(1);
    expect(readDocument('null').unknowns).toHaveLength(1);
    expect(readDocument('')).toEqual(NO_POLICY);
  });
});

describe('the difference from a policy', () => {
  it('of which a part is not known here is unknown, unless it is certain', () => {
    const Resource = text(['arn:aws:s3:::', { shape: 'any', source: 'Orders#Custom.Bucket' }, '/*']);
    const declared = parsePolicy({ Statement: [{ Effect: 'Allow', Action: 's3:GetObject', Resource }] });
    expect(said(declared, policy('arn:aws:s3:::orders/*'))).toEqual([
      expect.stringMatching(/^Permissions, unknown: could not be compared: .*Custom\.Bucket.* is not known$/),
    ]);
    const more = { Statement: [policy('*').Statement, { Effect: 'Allow', Action: 'iam:PassRole', Resource: '*' }] };
    expect(said(declared, more)).not.toEqual([]);
  });

  it('that cannot be read as it was declared is unknown, in whichever of several documents', () => {
    const declared = together([
      { document: readDocument(JSON.stringify(policy('*'))) },
      { document: readDocument('{') },
    ]);
    expect(declared.unknowns).toHaveLength(1);
    expect(said(declared, policy('*'))).toEqual([expect.stringMatching(/^Permissions, unknown: /)]);
  });

  it('that cannot be read as it is there is no silence', () => {
    const declared = readDocument(JSON.stringify(policy('*')));
    expect(policyDifferences('Permissions', declared, readDocument('{'), holder)).not.toEqual([]);
  });
});
