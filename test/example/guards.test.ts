import { beforeAll, describe, expect, it } from 'vitest';
import { PRODUCTION, declared, drop, exampleTemplates, statements } from './templates';
import type { CfnResource, Templates } from './templates';

function vaultBucket(t: Templates): CfnResource {
  return t.one('AWS::S3::Bucket', (each) => each.Metadata?.['cdk-bulkhead']?.kind === 'audit-bucket');
}

function vaultPolicy(t: Templates): any {
  return t.one('AWS::S3::BucketPolicy', ({ Properties }) =>
    JSON.stringify(Properties).includes('cloudtrail.amazonaws.com'),
  ).Properties.PolicyDocument;
}

function vaultKeyPolicy(t: Templates): any {
  return t.one('AWS::KMS::Key', ({ Properties }) => JSON.stringify(Properties).includes('cloudtrail.amazonaws.com'))
    .Properties.KeyPolicy;
}

function openToAccount(policy: any): void {
  const root = { AWS: `arn:aws:iam::${PRODUCTION}:root` };
  policy.Statement.push({ Effect: 'Allow', Principal: root, Action: 'kms:*', Resource: '*' });
}

const GUARDS: [guard: string, rule: string, take: (t: Templates) => void][] = [
  [
    'AWS_IAM of a method',
    'Bulkhead-API1',
    (t) => {
      t.one('AWS::ApiGateway::Method').Properties.AuthorizationType = 'NONE';
    },
  ],
  [
    'the whole resource policy of the API',
    'Bulkhead-API2',
    (t) => {
      delete t.one('AWS::ApiGateway::RestApi').Properties.Policy;
    },
  ],
  [
    'the Denies for everybody who is no caller',
    'Bulkhead-API2',
    (t) => drop(t.one('AWS::ApiGateway::RestApi').Properties.Policy, /^OnlyCallers/),
  ],
  [
    'the Denies between the callers of different endpoints',
    'Bulkhead-API2',
    (t) => drop(t.one('AWS::ApiGateway::RestApi').Properties.Policy, /^OnlyCallers\d/),
  ],
  [
    'the Deny for plain HTTP',
    'Bulkhead-API2',
    (t) => drop(t.one('AWS::ApiGateway::RestApi').Properties.Policy, 'OnlyTls'),
  ],
  [
    'the condition that lets only callers past the Deny',
    'Bulkhead-API2',
    (t) => {
      for (const each of statements(t.one('AWS::ApiGateway::RestApi').Properties.Policy)) {
        if (each.Condition?.StringNotEquals) each.Condition.StringNotEquals['aws:PrincipalArn'] = '*';
        if (each.Condition?.StringNotEquals) each.Condition = { StringNotLike: each.Condition.StringNotEquals };
      }
    },
  ],
  [
    'the lock of the audit bucket',
    'Bulkhead-AUD1',
    (t) => {
      delete vaultBucket(t).Properties.ObjectLockConfiguration;
    },
  ],
  [
    'COMPLIANCE',
    'Bulkhead-AUD1',
    (t) => {
      vaultBucket(t).Properties.ObjectLockConfiguration.Rule.DefaultRetention.Mode = 'GOVERNANCE';
    },
  ],
  [
    'the logging of the trail',
    'Bulkhead-AUD2',
    (t) => {
      t.one('AWS::CloudTrail::Trail').Properties.IsLogging = false;
    },
  ],
  [
    'the file validation of the trail',
    'Bulkhead-AUD2',
    (t) => {
      t.one('AWS::CloudTrail::Trail').Properties.EnableLogFileValidation = false;
    },
  ],
  [
    'the other regions of the trail',
    'Bulkhead-AUD2',
    (t) => {
      t.one('AWS::CloudTrail::Trail').Properties.IsMultiRegionTrail = false;
    },
  ],
  [
    'CloudTrail’s statement of the key',
    'Bulkhead-AUD3',
    (t) => {
      const policy = vaultKeyPolicy(t);
      policy.Statement = statements(policy).filter((each) => !JSON.stringify(each.Principal).includes('cloudtrail'));
    },
  ],
  [
    'SourceArn in the key policy',
    'Bulkhead-AUD3',
    (t) => {
      for (const each of statements(vaultKeyPolicy(t))) {
        if (JSON.stringify(each.Principal).includes('cloudtrail')) delete each.Condition;
      }
    },
  ],
  [
    'SourceArn in the bucket policy',
    'Bulkhead-AUD3',
    (t) => {
      for (const each of statements(vaultPolicy(t))) {
        if (JSON.stringify(each.Principal).includes('cloudtrail')) delete each.Condition;
      }
    },
  ],
  [
    'the Denies of the audit bucket',
    'Bulkhead-AUD4',
    (t) => {
      const policy = vaultPolicy(t);
      policy.Statement = statements(policy).filter((each) => each.Effect !== 'Deny');
    },
  ],
  [
    'the retention of the audit bucket with the stack',
    'Bulkhead-AUD5',
    (t) => {
      vaultBucket(t).DeletionPolicy = 'Delete';
    },
  ],
  [
    'MFA of the people',
    'Bulkhead-IAM7',
    (t) => {
      const operator = t.one('AWS::IAM::Role', declared('Prod/People/Operator'));
      delete statements(operator.Properties.AssumeRolePolicyDocument)[0].Condition;
    },
  ],
  [
    'MFA without IfExists',
    'Bulkhead-IAM7',
    (t) => {
      const [statement] = statements(
        t.one('AWS::IAM::Role', declared('Prod/People/Operator')).Properties.AssumeRolePolicyDocument,
      );
      statement.Condition = { BoolIfExists: statement.Condition.Bool };
    },
  ],
  [
    'the ExternalId of the partner',
    'Bulkhead-IAM6',
    (t) => {
      const partner = t.one('AWS::IAM::Role', declared('Prod/People/ParcelService'));
      delete statements(partner.Properties.AssumeRolePolicyDocument)[0].Condition.StringEquals;
    },
  ],
  [
    'the repository of the pipeline',
    'Bulkhead-IAM11',
    (t) => {
      const pipeline = t.one('AWS::IAM::Role', declared('Prod/People/Pipeline'));
      delete statements(pipeline.Properties.AssumeRolePolicyDocument)[0].Condition;
    },
  ],
  [
    'the end of a session after an hour',
    'Bulkhead-IAM8',
    (t) => {
      t.one('AWS::IAM::Role', declared('Prod/People/Clerk')).Properties.MaxSessionDuration = 43_200;
    },
  ],
  [
    'the boundary of a role',
    'Bulkhead-IAM10',
    (t) => {
      delete t.one('AWS::IAM::Role', declared('Prod/People/Report')).Properties.PermissionsBoundary;
    },
  ],
  [
    'the exact actions of a role',
    'Bulkhead-IAM1',
    (t) => {
      statements(t.one('AWS::IAM::Policy').Properties.PolicyDocument)[0].Action = 's3:*';
    },
  ],
  [
    'the exact resources of a role',
    'Bulkhead-IAM2',
    (t) => {
      const policy = t.one('AWS::IAM::Policy', ({ Properties }) =>
        JSON.stringify(Properties).includes('dynamodb:GetItem'),
      );
      for (const each of statements(policy.Properties.PolicyDocument)) each.Resource = '*';
    },
  ],
  ['rotation', 'Bulkhead-SEC1', (t) => t.remove('AWS::SecretsManager::RotationSchedule')],
  [
    'the owner of a credential',
    'Bulkhead-SEC2',
    (t) => {
      const secret = t.one('AWS::SecretsManager::Secret');
      delete secret.Metadata?.['cdk-bulkhead'].owner;
      secret.Properties.Tags = secret.Properties.Tags.filter(
        ({ Key }: { Key: string }) => Key !== 'cdk-bulkhead:owner',
      );
    },
  ],
  [
    'the end of a credential',
    'Bulkhead-SEC2',
    (t) => {
      const secret = t.one('AWS::SecretsManager::Secret');
      delete secret.Metadata?.['cdk-bulkhead'].expiresOn;
      secret.Properties.Tags = secret.Properties.Tags.filter(
        ({ Key }: { Key: string }) => Key !== 'cdk-bulkhead:expires-on',
      );
    },
  ],
  [
    'BlockPublicPolicy',
    'Bulkhead-SEC3',
    (t) => {
      t.one('AWS::SecretsManager::ResourcePolicy').Properties.BlockPublicPolicy = false;
    },
  ],
  [
    'the Deny for all but the readers of a secret',
    'Bulkhead-SEC5',
    (t) => drop(t.one('AWS::SecretsManager::ResourcePolicy').Properties.ResourcePolicy, 'OnlyReadersRead'),
  ],
  ['the policy of a secret', 'Bulkhead-SEC5', (t) => t.remove('AWS::SecretsManager::ResourcePolicy')],
  [
    'the key of a secret',
    'Bulkhead-SEC6',
    (t) => {
      delete t.one('AWS::SecretsManager::Secret').Properties.KmsKeyId;
    },
  ],
  [
    'the owner tag of a credential',
    'Bulkhead-SEC2',
    (t) => {
      const { Properties } = t.one('AWS::SecretsManager::Secret');
      Properties.Tags = Properties.Tags.filter(({ Key }: { Key: string }) => Key !== 'cdk-bulkhead:owner');
    },
  ],
  [
    'the compartment tag of a credential',
    'Bulkhead-SEC2',
    (t) => {
      const { Properties } = t.one('AWS::SecretsManager::Secret');
      Properties.Tags = Properties.Tags.filter(({ Key }: { Key: string }) => Key !== 'cdk-bulkhead:compartment');
    },
  ],
  ['the limits of the account on the vault’s key', 'Bulkhead-SEC7', (t) => openToAccount(vaultKeyPolicy(t))],
  [
    'the limits of the account on a credential’s key',
    'Bulkhead-SEC7',
    (t) =>
      openToAccount(
        t.one('AWS::KMS::Key', ({ Properties }) => JSON.stringify(Properties).includes('SecretARN')).Properties
          .KeyPolicy,
      ),
  ],
  [
    'the source of a function’s permission',
    'Bulkhead-API5',
    (t) => {
      delete t.one('AWS::Lambda::Permission', ({ Properties }) => Properties.Principal === 'apigateway.amazonaws.com')
        .Properties.SourceArn;
    },
  ],
  [
    'the cover of a secret',
    'Bulkhead-SEC4',
    (t) => {
      const handler = t.one('AWS::Lambda::Function');
      handler.Properties.Environment = { Variables: { PARTNER_PASSWORD: ['correct', 'horse', 'battery'].join('-') } };
    },
  ],
];

describe('the example', () => {
  let example: Templates;

  beforeAll(() => {
    example = exampleTemplates().of('Prod');
  });

  it('passes every rule, with nothing acknowledged', () => {
    expect(example.sources).toHaveLength(3);
    expect(example.rules()).toEqual([]);
  });

  it.each(GUARDS)('is refused without %s, by %s', (_guard, rule, take) => {
    const mutant = example.copy();
    take(mutant);
    expect(mutant.rules([rule])).toContain(rule);
  });
});
