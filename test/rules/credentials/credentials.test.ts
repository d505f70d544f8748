import { describe, expect, it } from 'vitest';
import { sec1 } from '../../../lib/rules/credentials/sec1-secret-without-rotation';
import { sec2 } from '../../../lib/rules/credentials/sec2-secret-without-owner-purpose-end';
import { sec3 } from '../../../lib/rules/credentials/sec3-secret-policy-open-to-anyone';
import { sec4 } from '../../../lib/rules/credentials/sec4-plain-text-secret';
import { sec5 } from '../../../lib/rules/credentials/sec5-credential-open-to-others';
import { sec6 } from '../../../lib/rules/credentials/sec6-credential-under-aws-key';
import { declaredSecret } from '../../../lib/rules/support/credential-example';
import { example } from '../../../lib/rules/support/examples';
import { findingsOf } from '../rule-runner';

type Properties = Readonly<Record<string, unknown>>;
const count = (rule: Parameters<typeof findingsOf>[0], body: unknown) => findingsOf(rule, body).length;
const secret = (properties: Properties, others: Properties = {}) => ({
  Parameters: { Id: { Type: 'String' } },
  Resources: { Secret: { Type: 'AWS::SecretsManager::Secret', Properties: properties }, ...others },
});

describe('SEC1', () => {
  const rotated = (SecretId: unknown, properties: Properties = {}, others: Properties = {}) =>
    secret(properties, {
      Rotation: { Type: 'AWS::SecretsManager::RotationSchedule', Properties: { SecretId } },
      ...others,
    });

  it('finds the schedule of a secret by reference, by name and by ARN', () => {
    expect(count(sec1, rotated({ Ref: 'Secret' }))).toBe(0);
    expect(count(sec1, rotated('orders/token', { Name: 'orders/token' }))).toBe(0);
    const arn = 'arn:aws:secretsmanager:eu-central-1:111122223333:secret:orders/token-a1B2c3';
    expect(count(sec1, rotated(arn, { Name: 'orders/token' }))).toBe(0);
  });

  it('finds it behind an attachment, as CDK writes it for databases', () => {
    const Attachment = {
      Type: 'AWS::SecretsManager::SecretTargetAttachment',
      Properties: { SecretId: { Ref: 'Secret' }, TargetId: 'db', TargetType: 'AWS::RDS::DBInstance' },
    };
    expect(count(sec1, rotated({ Ref: 'Attachment' }, {}, { Attachment }))).toBe(0);
  });

  it('does not take the schedule of another secret', () => {
    const other = { Other: { Type: 'AWS::SecretsManager::Secret' } };
    const findings = findingsOf(sec1, rotated({ Ref: 'Other' }, {}, other));
    expect(findings.map(({ logicalId }) => logicalId)).toEqual(['Secret']);
  });

  it('is only possible where a schedule is for a secret known later', () => {
    expect(findingsOf(sec1, rotated({ Ref: 'Id' }))).toMatchObject([
      { certainty: 'possible', unknowns: [expect.stringContaining('Rotation')] },
    ]);
  });
});

describe('SEC2', () => {
  const tagged = (tags: Properties) => secret({ Tags: Object.entries(tags).map(([Key, Value]) => ({ Key, Value })) });

  it('says what is missing', () => {
    expect(findingsOf(sec2, tagged({ owner: 'orders', 'expires-on': '2027-06-30' }))[0]?.message).toMatch(
      /^found no purpose;/,
    );
  });

  it.each([
    ['an empty owner', { owner: ' ', purpose: 'p', 'expires-on': '2027-06-30' }],
    ['an end that is no date', { owner: 'o', purpose: 'p', 'expires-on': 'never' }],
    ['an end that is no day', { owner: 'o', purpose: 'p', 'expires-on': '2027-13-30' }],
    ['an end that no month has', { owner: 'o', purpose: 'p', 'expires-on': '2027-02-30' }],
  ])('does not take %s', (_, tags) => expect(count(sec2, tagged(tags))).toBe(1));

  it('takes a tag from a parameter, and does not ask whether the end has come', () => {
    expect(count(sec2, tagged({ owner: { Ref: 'Id' }, purpose: 'p', 'expires-on': '1999-12-31' }))).toBe(0);
  });

  it('is only possible where the tags cannot be read', () => {
    expect(findingsOf(sec2, secret({ Tags: { 'Fn::ImportValue': 'tags' } }))).toMatchObject([
      { certainty: 'possible' },
    ]);
  });

  const declaredWith = (tags: Record<string, string>) =>
    declaredSecret({ Tags: Object.entries(tags).map(([Key, Value]) => ({ Key, Value })) });
  const declared = {
    'cdk-bulkhead:owner': 'partners',
    'cdk-bulkhead:purpose': 'webhook signing',
    'cdk-bulkhead:expires-on': '2027-06-30',
    'cdk-bulkhead:compartment': 'Orders-Token',
  };

  it('takes what was declared where the tags say the same', () => expect(count(sec2, declaredWith(declared))).toBe(0));
  it.each(Object.keys(declared))('misses the tag %s of a declared credential', (name) => {
    const { [name]: _, ...others } = declared as Record<string, string>;
    expect(count(sec2, declaredWith(others))).toBe(1);
  });
  it('finds a tag that says something else than was declared', () => {
    expect(count(sec2, declaredWith({ ...declared, 'cdk-bulkhead:owner': 'somebody' }))).toBe(1);
  });
});

describe('SEC3', () => {
  const policy = (statement: Properties, properties: Properties = { BlockPublicPolicy: true }) =>
    example('AWS::SecretsManager::ResourcePolicy', {
      SecretId: 's',
      ResourcePolicy: {
        Statement: { Effect: 'Allow', Action: 'secretsmanager:GetSecretValue', Resource: '*', ...statement },
      },
      ...properties,
    });
  const details = (body: unknown) => findingsOf(sec3, body).map(({ detail }) => detail);

  it('finds `*`, and BlockPublicPolicy apart from it', () => {
    expect(details(policy({ Principal: '*' }, {}))).toEqual(['Principal::*', 'BlockPublicPolicy']);
  });

  it('takes an Allow for the organisation, and a Deny for everybody', () => {
    const Condition = { StringEquals: { 'aws:PrincipalOrgID': 'o-a1b2c3d4e5' } };
    expect(details(policy({ Principal: '*', Condition }))).toEqual([]);
    expect(details(policy({ Principal: '*', Effect: 'Deny' }))).toEqual([]);
  });

  it('does not take an address: it says where, not who', () => {
    const Condition = { IpAddress: { 'aws:SourceIp': '203.0.113.0/24' } };
    expect(details(policy({ Principal: { AWS: '*' }, Condition }))).toEqual(['Principal::AWS::*']);
  });
});

describe('SEC4', () => {
  const TOKEN = ['ghp', '_', 'x7Kq2mN9vB4cL8sD1fG6hJ3pR5tW0yZaEiUo'].join('');

  it('finds a parameter default at the template, and never shows it', () => {
    const body = { Parameters: { Token: { Type: 'String', Default: TOKEN } }, Resources: {} };
    const findings = findingsOf(sec4, body);
    expect(findings).toMatchObject([{ ruleId: 'Bulkhead-SEC4', detail: expect.stringContaining('Parameters.Token') }]);
    expect(findings[0]).not.toHaveProperty('logicalId');
    expect(JSON.stringify(findings)).not.toContain(TOKEN);
  });

  it('finds an environment variable at its resource, and never shows it', () => {
    const body = example('AWS::Lambda::Function', { Environment: { Variables: { GITHUB: TOKEN } } });
    const findings = findingsOf(sec4, body);
    expect(findings).toMatchObject([{ logicalId: 'Example', detail: expect.stringContaining('GITHUB') }]);
    expect(JSON.stringify(findings)).not.toContain(TOKEN);
  });
});

describe('SEC5', () => {
  const role = (path: string) => ({
    Type: 'AWS::IAM::Role',
    Properties: { AssumeRolePolicyDocument: { Statement: [] } },
    Metadata: { 'aws:cdk:path': `${path}/Resource` },
  });
  const arn = (name: string) => ({ 'Fn::GetAtt': [name, 'Arn'] });
  const guarded = (statement: Properties, others: Properties = {}) => ({
    Resources: {
      ...declaredSecret({}).Resources,
      Reader: role('Orders/Reader'),
      Rotator: role('Orders/Rotator'),
      Guard: {
        Type: 'AWS::SecretsManager::ResourcePolicy',
        Properties: {
          SecretId: { Ref: 'Example' },
          ResourcePolicy: {
            Statement: { Effect: 'Deny', Principal: '*', Action: 'secretsmanager:*', Resource: '*', ...statement },
          },
        },
      },
      ...others,
    },
  });
  const except = (...values: readonly unknown[]) => ({ Condition: { ArnNotEquals: { 'aws:PrincipalArn': values } } });

  it('takes a Deny for all but the reader, and one for everybody', () => {
    expect(count(sec5, guarded(except(arn('Reader'))))).toBe(0);
    expect(count(sec5, guarded({}))).toBe(0);
  });

  it('leaves the role of the rotation function out of the Deny, but only of the function that rotates this secret', () => {
    const rotation = {
      Rotate: { Type: 'AWS::Lambda::Function', Properties: { Role: arn('Rotator') } },
      Schedule: {
        Type: 'AWS::SecretsManager::RotationSchedule',
        Properties: { SecretId: { Ref: 'Example' }, RotationLambdaARN: arn('Rotate') },
      },
    };
    const statement = except(arn('Reader'), arn('Rotator'));
    expect(count(sec5, guarded(statement, rotation))).toBe(0);
    expect(count(sec5, guarded(statement))).toBe(1);
  });

  it.each([
    ['for one role', { Principal: { AWS: 'arn:aws:iam::111122223333:role/x' }, ...except(arn('Reader')) }],
    ['of writing', { Action: 'secretsmanager:PutSecretValue', ...except(arn('Reader')) }],
    [
      'that a second condition narrows',
      {
        Condition: { ...except(arn('Reader')).Condition, Bool: { 'aws:SecureTransport': 'false' } },
      },
    ],
    ['with a pattern left out', except('arn:aws:iam::111122223333:role/*')],
  ])('does not take a Deny %s', (_, statement) => expect(count(sec5, guarded(statement))).toBe(1));

  it('is not sure of an import left out of the Deny: it may be the declared reader', () => {
    const found = findingsOf(sec5, guarded(except({ 'Fn::ImportValue': 'reader' })));
    expect(found.map(({ certainty }) => certainty)).toEqual(['possible']);
    expect(findingsOf(sec5, guarded(except('arn:aws:iam::111122223333:role/*')))[0]?.certainty).toBe('certain');
  });

  it('does not ask it of a secret that nobody declared', () => {
    const { Example } = declaredSecret({}).Resources as { Example: Properties };
    expect(count(sec5, { Resources: { Example: { ...Example, Metadata: {} } } })).toBe(0);
  });
});

describe('SEC6', () => {
  it('finds the alias behind the partition, and no key at all', () => {
    const alias = { 'Fn::Sub': 'arn:${AWS::Partition}:kms:${AWS::Region}:${AWS::AccountId}:alias/aws/secretsmanager' };
    expect([count(sec6, declaredSecret({ KmsKeyId: alias })), count(sec6, declaredSecret({}))]).toEqual([1, 1]);
  });

  it('takes a key of the template, and calls a parameter possible', () => {
    const { Resources } = declaredSecret({ KmsKeyId: { 'Fn::GetAtt': ['Key', 'Arn'] } });
    expect(count(sec6, { Resources: { ...Resources, Key: { Type: 'AWS::KMS::Key' } } })).toBe(0);
    const open = { Parameters: { Key: { Type: 'String' } }, ...declaredSecret({ KmsKeyId: { Ref: 'Key' } }) };
    expect(findingsOf(sec6, open)).toMatchObject([{ certainty: 'possible' }]);
  });
});
