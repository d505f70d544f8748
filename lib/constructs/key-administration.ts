import { Stack } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import type { IConstruct } from 'constructs';

/** What it takes to look after a key. `kms:CreateGrant` is not among it: a grant can hand out the use of the key. */
const UPKEEP = [
  'kms:CreateAlias',
  'kms:DeleteAlias',
  'kms:DescribeKey',
  'kms:EnableKey',
  'kms:EnableKeyRotation',
  'kms:GetKeyPolicy',
  'kms:GetKeyRotationStatus',
  'kms:ListGrants',
  'kms:ListKeyPolicies',
  'kms:ListKeyRotations',
  'kms:ListResourceTags',
  'kms:PutKeyPolicy',
  'kms:RevokeGrant',
  'kms:RotateKeyOnDemand',
  'kms:TagResource',
  'kms:UntagResource',
  'kms:UpdateAlias',
  'kms:UpdateKeyDescription',
  'kms:CancelKeyDeletion',
];

/** What makes the data under a key unreadable, at once or after the waiting period. */
export const KEY_LOSS = [
  'kms:DeleteImportedKeyMaterial',
  'kms:DisableKey',
  'kms:DisableKeyRotation',
  'kms:ScheduleKeyDeletion',
];

/**
 * The statement of a key policy by which the account keeps the key manageable through IAM, without letting any
 * identity policy of the account use it: nobody encrypts or decrypts whom the key policy does not name.
 *
 * It contains `kms:PutKeyPolicy`: a key that nobody can manage is lost for good. Whoever holds that action through IAM
 * can let himself in, visibly.
 *
 * @see https://docs.aws.amazon.com/kms/latest/developerguide/key-policy-default.html
 */
export function keyAdministration(at: IConstruct, key: { readonly mayBeDeleted: boolean }): iam.PolicyStatement {
  const account = Stack.of(at).formatArn({ service: 'iam', region: '', resource: 'root' });
  return new iam.PolicyStatement({
    sid: 'AdministrationWithoutUse',
    principals: [new iam.ArnPrincipal(account)],
    actions: key.mayBeDeleted ? [...UPKEEP, ...KEY_LOSS] : UPKEEP,
    resources: ['*'],
  });
}
