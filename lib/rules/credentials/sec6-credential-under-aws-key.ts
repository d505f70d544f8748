import { show } from '../../model/read';
import { isAbsent } from '../../model/value';
import type { Value } from '../../model/value';
import type { Rule } from '../rule';
import { judge, mayBeAnything, violationOf } from '../support/property';
import type { Answer } from '../support/property';
import { declaredSecret } from '../support/credential-example';

const AWS_KEY = 'alias/aws/secretsmanager';

export const sec6: Rule = {
  id: 'SEC6',
  title: 'A declared credential is encrypted under the AWS managed key',
  severity: 'error',
  why: 'The AWS managed key of Secrets Manager admits every principal of the account that may read the secret, so that the key adds no second door, and a leak cannot be stopped by closing it.',
  fix: 'Give the secret a customer managed key whose policy names the reader and the rotation: in CDK, `encryptionKey`.',
  page: 'https://docs.aws.amazon.com/secretsmanager/latest/userguide/security-encryption.html',
  controls: ['NIST 800-53 r5 SC-12', 'NIST 800-53 r5 SC-28(1)', 'NIST 800-53 r5 AC-6'],
  types: ['AWS::SecretsManager::Secret'],
  check({ intent, properties }) {
    if (intent?.kind !== 'credential') return [];
    const found = properties['KmsKeyId'];
    return violationOf(
      judge(found, isCustomerKey),
      `found \`KmsKeyId\` ${show(found)}; expected a customer managed key`,
    );
  },
  examples: {
    bad: declaredSecret({ KmsKeyId: AWS_KEY }),
    good: declaredSecret({ KmsKeyId: 'arn:aws:kms:eu-central-1:111122223333:key/0a1b2c3d' }),
  },
};

function isCustomerKey(value: Value): Answer {
  if (isAbsent(value) || value === null || value === '') return 'fails';
  if (mayBeAnything(value)) return 'open';
  return show(value).endsWith(AWS_KEY) ? 'fails' : 'holds';
}
