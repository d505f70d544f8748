import type { CredentialIntent } from '../../model/intent';
import type { Resource, Snapshot } from '../../model/snapshot';
import type { ExampleTemplate, Rule, Violation } from '../rule';
import { arnsOf } from '../support/arns-of';
import { declaredSecretAndRole } from '../support/credential-example';
import { declaredSecrets } from '../support/declared-secrets';
import { resourcesNamed } from '../support/lookup';
import { belongingTo } from '../support/secret-parts';
import { accessViolation, undeclaredAccess } from '../support/undeclared-access';

const FUNCTION = 'AWS::Lambda::Function';
const INVOKE = 'lambda:InvokeFunction';

const calling = (action: string): ExampleTemplate =>
  declaredSecretAndRole(
    action,
    { 'Fn::GetAtt': ['Rotate', 'Arn'] },
    {
      Rotate: {
        Type: FUNCTION,
        Properties: { Role: 'arn:aws:iam::111122223333:role/rotate', Code: { S3Bucket: 'code', S3Key: 'rotate.zip' } },
      },
      Rotation: {
        Type: 'AWS::SecretsManager::RotationSchedule',
        Properties: { SecretId: { Ref: 'Secret' }, RotationLambdaARN: { 'Fn::GetAtt': ['Rotate', 'Arn'] } },
      },
    },
  );

/**
 * Of credentials whose function is that of cdk-bulkhead: those of databases have functions of AWS or of the team, of which
 * nobody declared who calls them. The rotator may call its own, for that is how a revocation begins a rotation. What a
 * permission of the function opens is told by API5 and SEC11.
 */
export const sec14: Rule = {
  id: 'SEC14',
  title: 'The rotation of a declared credential can be called by others than was declared',
  severity: 'error',
  why: 'Whoever may invoke the rotation function of a credential can have its value revoked, over and over; whoever may invoke its removal function can end it: everybody who uses it is shut out.',
  fix: 'Take `lambda:InvokeFunction` on this function away, or declare the role with `grants.rotate`.',
  page: 'https://docs.aws.amazon.com/secretsmanager/latest/userguide/rotating-secrets-required-permissions-function.html',
  controls: ['NIST 800-53 r5 AC-3', 'NIST 800-53 r5 AC-6', 'NIST 800-53 r5 SC-5'],
  types: ['AWS::IAM::Role', 'AWS::IAM::User'],
  check(resource, snapshot) {
    return functionsOf(snapshot).flatMap(({ intent, code, isRemoval }): readonly Violation[] => {
      const { operators = [], rotator, path } = intent;
      const guarded = {
        resource: code,
        arns: arnsOf(code),
        action: INVOKE,
        // Nobody is declared for the removal: the deployment calls it.
        declared: isRemoval ? [] : [...operators, ...(rotator === undefined ? [] : [rotator])],
      };
      const found = undeclaredAccess(resource, guarded, snapshot, 'by any way');
      if (found === undefined) return [];
      const callers = operators.length === 0 ? '' : ` and ${operators.join(', ')}`;
      const told = {
        what: `call the ${isRemoval ? 'removal' : 'rotation'} function of ${path}`,
        expected: isRemoval ? 'the deployment only' : `Secrets Manager${callers} only`,
        detail: `${isRemoval ? 'Removal' : 'Credential'}::${path}`,
      };
      return [accessViolation(resource, guarded, found, told, snapshot)];
    });
  },
  examples: { bad: calling(INVOKE), good: calling('lambda:GetFunction') },
};

interface FunctionOf {
  readonly intent: CredentialIntent;
  readonly code: Resource;
  /** It ends the credential when that is taken out of its stack. */
  readonly isRemoval: boolean;
}

/** By what a secret names its functions, and how. */
const NAMED_BY = [
  { type: 'AWS::SecretsManager::RotationSchedule', property: 'RotationLambdaARN', isRemoval: false },
  { type: 'Custom::BulkheadCredential', property: 'ServiceToken', isRemoval: true },
];

const known = new WeakMap<Snapshot, readonly FunctionOf[]>();

/** The functions that rotate and end declared credentials. Found once. */
function functionsOf(snapshot: Snapshot): readonly FunctionOf[] {
  let found = known.get(snapshot);
  if (found === undefined) {
    found = declaredSecrets(snapshot).flatMap(({ secret, intent }): readonly FunctionOf[] => {
      if (['database', 'existing'].includes(intent.credentialKind)) return [];
      return NAMED_BY.flatMap(({ type, property, isRemoval }) =>
        belongingTo(secret, type, snapshot)
          .certain.flatMap((each) => resourcesNamed(each.properties[property], FUNCTION, each, snapshot))
          .map((code) => ({ intent, code, isRemoval })),
      );
    });
    known.set(snapshot, found);
  }
  return found;
}
