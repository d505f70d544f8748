import { describe, expect, it } from 'vitest';
import { sec9 } from '../../../lib/rules/credentials/sec9-unrelated-readers';
import { READER, declaredSecret } from '../../../lib/rules/support/credential-example';
import { LAMBDA_TRUST } from '../../../lib/rules/support/examples';
import { findingsOf } from '../rule-runner';

const reader = (tags: Record<string, string> = {}, effect = 'Allow', path = '') => ({
  Type: 'AWS::IAM::Role',
  Properties: {
    AssumeRolePolicyDocument: LAMBDA_TRUST,
    Tags: Object.entries(tags).map(([Key, Value]) => ({ Key, Value })),
    Policies: [
      {
        PolicyName: 'read',
        PolicyDocument: {
          Statement: [
            { Effect: 'Allow', Action: 'secretsmanager:GetSecretValue', Resource: { Ref: 'Secret' } },
            { Effect: effect, Action: 'secretsmanager:*', Resource: '*' },
          ],
        },
      },
    ],
  },
  ...(path === '' ? {} : { Metadata: { 'aws:cdk:path': path } }),
});
const Secret = { Type: 'AWS::SecretsManager::Secret', Properties: { GenerateSecretString: {} } };
const found = (Resources: object) =>
  findingsOf(sec9, { Resources }).map(({ certainty, message }) => `${certainty}: ${message}`);

describe('SEC9, of a secret that nobody declared', () => {
  it('finds two teams, by the tags of their roles', () => {
    const roles = { A: reader({ owner: 'orders' }), B: reader({ owner: 'billing' }) };
    expect(found({ Secret, ...roles })).toEqual([expect.stringMatching(/^certain: found readers of billing, orders;/)]);
    expect(
      found({ Secret, A: reader({ owner: 'orders' }), B: reader({ owner: 'orders' }), C: reader({ owner: 'orders' }) }),
    ).toEqual([]);
  });

  it('is not sure of three roles of which nobody says whose they are, and takes two', () => {
    const [A, B, C] = [reader(), reader(), reader()];
    expect(found({ Secret, A, B, C })).toEqual([
      expect.stringMatching(/^possible: found readers of A, B, C, of which/),
    ]);
    expect(found({ Secret, A, B })).toEqual([]);
  });

  it('does not count the rotation, nor whom a Deny keeps out', () => {
    const rotation = {
      Rotate: { Type: 'AWS::Lambda::Function', Properties: { Role: { 'Fn::GetAtt': ['C', 'Arn'] } } },
      Schedule: {
        Type: 'AWS::SecretsManager::RotationSchedule',
        Properties: { SecretId: { Ref: 'Secret' }, RotationLambdaARN: { 'Fn::GetAtt': ['Rotate', 'Arn'] } },
      },
    };
    const [A, B, C] = [reader(), reader(), reader()];
    expect(found({ Secret, A, B, C, ...rotation })).toEqual([]);
    expect(found({ Secret, A, B, C: reader({}, 'Deny') })).toEqual([]);
  });
});

describe('SEC9, of a declared credential', () => {
  const declared = (readers: readonly string[]) => {
    const { Example } = declaredSecret({}).Resources as Record<string, any>;
    const intent = { ...Example.Metadata['cdk-bulkhead'], readers };
    return { ...Example, Metadata: { 'cdk-bulkhead': intent } };
  };

  it('counts roles that declare nothing', () => {
    const roles = { A: reader({}, 'Allow', `${READER}/Resource`), B: reader({}, 'Allow', 'Orders/Other/Resource') };
    expect(found({ Secret: declared([READER, 'Orders/Other']), ...roles })).toEqual([
      expect.stringMatching(/^possible/),
    ]);
    expect(found({ Secret: declared([READER]), ...roles })).toEqual([]);
  });
});
