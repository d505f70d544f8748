import { describe, expect, it } from 'vitest';
import { snapshotOf } from '../../../lib/assembly/snapshot';
import { api5 } from '../../../lib/rules/api/api5-function-open-to-others';
import { runRules } from '../../../lib/rules/run-rules';

function findings(Properties: Record<string, unknown>) {
  const body = {
    Parameters: { Who: { Type: 'String' } },
    Resources: { P: { Type: 'AWS::Lambda::Permission', Properties } },
  };
  return runRules(snapshotOf([{ name: 'T', file: 'T.json', body }]), [api5]);
}

describe('a permission of a function', () => {
  it.each([
    ['everyone', { Principal: '*' }],
    ['a service without a source', { Principal: 's3.amazonaws.com' }],
    ['a service with a source that is anything', { Principal: 's3.amazonaws.com', SourceArn: '*' }],
    ['things of every account', { Principal: 'sns.amazonaws.com', SourceArn: 'arn:aws:sns:*:*:orders' }],
    ['every bucket', { Principal: 's3.amazonaws.com', SourceArn: 'arn:aws:s3:::*' }],
  ])('is refused for %s', (_what, properties) => {
    expect(findings(properties)).toMatchObject([{ certainty: 'certain' }]);
  });

  it('is possible where a parameter says who', () => {
    expect(findings({ Principal: { Ref: 'Who' } })).toMatchObject([{ certainty: 'possible' }]);
  });

  it.each([
    ['a service with a source', { Principal: 's3.amazonaws.com', SourceAccount: '111122223333' }],
    ['a bucket', { Principal: 's3.amazonaws.com', SourceArn: 'arn:aws:s3:::orders-*' }],
    ['things of an account', { Principal: 'sns.amazonaws.com', SourceArn: 'arn:aws:sns:*:111122223333:*' }],
    [
      'an API known later',
      {
        Principal: 'apigateway.amazonaws.com',
        SourceArn: { 'Fn::Sub': 'arn:aws:execute-api:*:${AWS::AccountId}:${Who}/*' },
      },
    ],
    ['an account', { Principal: '111122223333' }],
    ['a role', { Principal: 'arn:aws:iam::111122223333:role/x' }],
    ['an organisation', { Principal: '*', PrincipalOrgID: 'o-a1b2c3d4e5' }],
  ])('is accepted for %s', (_what, properties) => {
    expect(findings(properties)).toEqual([]);
  });
});
