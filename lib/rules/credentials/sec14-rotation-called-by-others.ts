import type { PolicyText } from '../../model/policy';
import { alternatives } from '../../model/read';
import type { Resource, Snapshot } from '../../model/snapshot';
import { isText } from '../../model/value';
import type { ExampleTemplate, Rule, Violation } from '../rule';
import { declaredSecret } from '../support/credential-example';
import { LAMBDA_TRUST } from '../support/examples';
import { resourcesNamed } from '../support/lookup';
import { belongingTo } from '../support/secret-parts';
import { accessViolation, undeclaredAccess } from '../support/undeclared-access';

const FUNCTION = 'AWS::Lambda::Function';
const INVOKE = 'lambda:InvokeFunction';

const calling = (Action: string): ExampleTemplate => ({
  Resources: {
    Secret: {
      ...(declaredSecret({}).Resources['Example'] as object),
    },
    Rotate: {
      Type: FUNCTION,
      Properties: { Role: 'arn:aws:iam::111122223333:role/rotate', Code: { S3Bucket: 'code', S3Key: 'rotate.zip' } },
    },
    Rotation: {
      Type: 'AWS::SecretsManager::RotationSchedule',
      Properties: { SecretId: { Ref: 'Secret' }, RotationLambdaARN: { 'Fn::GetAtt': ['Rotate', 'Arn'] } },
    },
    Example: {
      Type: 'AWS::IAM::Role',
      Properties: {
        AssumeRolePolicyDocument: LAMBDA_TRUST,
        Policies: [
          {
            PolicyName: 'work',
            PolicyDocument: { Statement: [{ Effect: 'Allow', Action, Resource: { 'Fn::GetAtt': ['Rotate', 'Arn'] } }] },
          },
        ],
      },
    },
  },
});

/**
 * The function itself begins a rotation when it is told to revoke. Of credentials whose function is that of cdk-bulkhead: those of databases have functions of AWS or of the team, of which
 * nobody declared who calls them. What a permission of the function opens is told by API5 and SEC11.
 */
export const sec14: Rule = {
  id: 'SEC14',
  title: 'The rotation of a declared credential can be called by others than was declared',
  severity: 'error',
  why: 'Whoever may invoke the rotation function of a credential can have its value revoked, over and over, and at its end have it ended: everybody who uses it is shut out.',
  fix: 'Take `lambda:InvokeFunction` on this function away, or declare the role with `grants.rotate`.',
  page: 'https://docs.aws.amazon.com/secretsmanager/latest/userguide/rotating-secrets-required-permissions-function.html',
  controls: ['NIST 800-53 r5 AC-3', 'NIST 800-53 r5 AC-6', 'NIST 800-53 r5 SC-5'],
  types: ['AWS::IAM::Role', 'AWS::IAM::User'],
  check(resource, snapshot) {
    return rotationsOf(snapshot).flatMap(({ secret, code }): readonly Violation[] => {
      const { intent } = secret;
      if (intent?.kind !== 'credential') return [];
      const { operators = [], rotator, path } = intent;
      const arns = alternatives(code.arn).filter(
        (each): each is PolicyText => typeof each === 'string' || isText(each),
      );
      const guarded = {
        resource: code,
        arns,
        action: INVOKE,
        declared: [...operators, ...(rotator === undefined ? [] : [rotator])],
      };
      const found = undeclaredAccess(resource, guarded, snapshot, 'by any way');
      if (found === undefined) return [];
      const told = {
        what: `call the rotation function of ${path}`,
        expected: operators.length === 0 ? 'Secrets Manager only' : `Secrets Manager and ${operators.join(', ')} only`,
        detail: `Credential::${path}`,
      };
      return [accessViolation(resource, guarded, found, told, snapshot)];
    });
  },
  examples: { bad: calling(INVOKE), good: calling('lambda:GetFunction') },
};

interface Rotation {
  readonly secret: Resource;
  readonly code: Resource;
}

const known = new WeakMap<Snapshot, readonly Rotation[]>();

/** The functions that rotate declared credentials. Found once. */
function rotationsOf(snapshot: Snapshot): readonly Rotation[] {
  let found = known.get(snapshot);
  if (found === undefined) {
    found = snapshot.ofType('AWS::SecretsManager::Secret').flatMap((secret): readonly Rotation[] => {
      const { intent } = secret;
      if (intent?.kind !== 'credential' || ['database', 'existing'].includes(intent.credentialKind)) return [];
      const schedules = belongingTo(secret, 'AWS::SecretsManager::RotationSchedule', snapshot).certain;
      return schedules
        .flatMap((each) => resourcesNamed(each.properties['RotationLambdaARN'], FUNCTION, each, snapshot))
        .map((code) => ({ secret, code }));
    });
    known.set(snapshot, found);
  }
  return found;
}
