import { show } from '../../model/read';
import { isAbsent } from '../../model/value';
import type { Rule } from '../rule';
import { resourcesNamed } from '../support/lookup';

const ROTATION = {
  Type: 'AWS::SecretsManager::RotationSchedule',
  Properties: {
    SecretId: { Ref: 'Secret' },
    RotationLambdaARN: { 'Fn::GetAtt': ['Rotate', 'Arn'] },
    RotationRules: { ScheduleExpression: 'rate(7 days)' },
  },
};
const called = (properties: Readonly<Record<string, unknown>>) => ({
  Resources: {
    Secret: { Type: 'AWS::SecretsManager::Secret', Properties: { GenerateSecretString: {} } },
    Rotate: {
      Type: 'AWS::Lambda::Function',
      Properties: { Role: 'arn:aws:iam::111122223333:role/rotate', Code: { S3Bucket: 'code', S3Key: 'rotate.zip' } },
    },
    Rotation: ROTATION,
    Example: {
      Type: 'AWS::Lambda::Permission',
      Properties: {
        FunctionName: { 'Fn::GetAtt': ['Rotate', 'Arn'] },
        Action: 'lambda:InvokeFunction',
        Principal: 'secretsmanager.amazonaws.com',
        ...properties,
      },
    },
  },
});

/** Other openings of functions are API5's. */
export const sec11: Rule = {
  id: 'SEC11',
  title: 'The rotation of a secret can be called for secrets of others',
  severity: 'error',
  why: 'Secrets Manager calls a rotation function for whoever names it in a rotation of a secret of his own. Without the account or the secret in the permission of the function, that may be anybody, and the function works on what he chooses.',
  fix: 'Add `SourceAccount`, and better `SourceArn` with the ARN of the secret. `addRotationSchedule` of CDK adds neither.',
  page: 'https://docs.aws.amazon.com/secretsmanager/latest/userguide/rotating-secrets-required-permissions-function.html',
  controls: ['NIST 800-53 r5 AC-3', 'NIST 800-53 r5 AC-6'],
  types: ['AWS::Lambda::Permission'],
  check(permission, snapshot) {
    const { properties } = permission;
    if (show(properties['Principal']) !== 'secretsmanager.amazonaws.com') return [];
    if (!isAbsent(properties['SourceAccount']) || !isAbsent(properties['SourceArn'])) return [];
    const [code] = resourcesNamed(properties['FunctionName'], 'AWS::Lambda::Function', permission, snapshot);
    const name = code?.logicalId ?? show(properties['FunctionName']);
    return [
      {
        message: `found that Secrets Manager may call \`${name}\` for any secret; expected \`SourceAccount\` or \`SourceArn\``,
        about: [properties['Action']],
      },
    ];
  },
  examples: { bad: called({}), good: called({ SourceAccount: { Ref: 'AWS::AccountId' } }) },
};
