import { resourcePolicy } from '../../engine/parse/policies-of';
import type { PolicyDocument, PolicyText } from '../../model/policy';
import { show } from '../../model/read';
import type { Resource, Snapshot } from '../../model/snapshot';
import type { Rule, Violation } from '../rule';
import { READER, declaredSecret } from '../support/credential-example';
import { certaintyOf, undeclared } from '../support/declared-roles';
import { LAMBDA_TRUST } from '../support/examples';
import { deniesToAll, exempted } from '../support/guards';
import { resourcesNamed } from '../support/lookup';
import { principalNamed } from '../support/principals';
import { belongingTo } from '../support/secret-parts';
import { inEachWorld } from '../support/worlds';

const READING = 'secretsmanager:GetSecretValue';
const WRITING = ['secretsmanager:PutSecretValue', 'secretsmanager:UpdateSecretVersionStage'];

const guarded = (...roles: readonly string[]) => {
  const role = (path: string) => ({
    Type: 'AWS::IAM::Role',
    Properties: { AssumeRolePolicyDocument: LAMBDA_TRUST },
    Metadata: { 'aws:cdk:path': `${path}/Resource` },
  });
  return {
    Resources: {
      ...declaredSecret({}).Resources,
      Reader: role(READER),
      Other: role('Orders/Other'),
      Guard: {
        Type: 'AWS::SecretsManager::ResourcePolicy',
        Properties: {
          SecretId: { Ref: 'Example' },
          BlockPublicPolicy: true,
          ResourcePolicy: {
            Version: '2012-10-17',
            Statement: [
              {
                Effect: 'Deny',
                Principal: '*',
                Action: READING,
                Resource: '*',
                Condition: {
                  ArnNotEquals: { 'aws:PrincipalArn': roles.map((name) => ({ 'Fn::GetAtt': [name, 'Arn'] })) },
                },
              },
            ],
          },
        },
      },
    },
  };
};

/** The role of the rotation function has to read as well, and is left out of the Deny without being declared. */
export const sec5: Rule = {
  id: 'SEC5',
  title: 'A declared credential can be read or written by others than was declared',
  severity: 'error',
  why: 'Within an account any identity policy that allows secretsmanager:GetSecretValue opens the secret, whoever was declared as its reader. Only an explicit Deny in the policy of the secret keeps the others out. Who writes a value knows it, too.',
  fix: 'Deny `secretsmanager:GetSecretValue` to everybody, with `ArnNotEquals` on `aws:PrincipalArn` and the ARNs of the declared readers and of the rotation role, and writing to all but the rotation role, as `OpaqueToken` does.',
  page: 'https://docs.aws.amazon.com/secretsmanager/latest/userguide/auth-and-access_examples.html',
  controls: ['NIST 800-53 r5 AC-3', 'NIST 800-53 r5 AC-6', 'NIST 800-53 r5 IA-5'],
  types: ['AWS::SecretsManager::Secret'],
  check(secret, snapshot) {
    if (secret.intent?.kind !== 'credential') return [];
    const { certain } = belongingTo(secret, 'AWS::SecretsManager::ResourcePolicy', snapshot);
    const documents = certain.flatMap((policy) => resourcePolicy(policy) ?? []);
    const { readers, rotator, deployment, credentialKind } = secret.intent;
    // The role of our own functions counts as long as a rotation uses it; that of AWS's functions is in no template.
    const known = [credentialKind === 'database' ? rotator : undefined, deployment].filter(
      (path) => path !== undefined,
    );
    const writers = [rotator, deployment].filter((path) => path !== undefined);
    return inEachWorld(documents, secret.guards, (document) => [
      ...judge(document, [READING], new Set([...readers, ...known]), secret, snapshot),
      ...(rotator === undefined
        ? []
        : WRITING.flatMap((action) => judge(document, [action], new Set(writers), secret, snapshot))),
    ]);
  },
  examples: { bad: guarded('Reader', 'Other'), good: guarded('Reader') },
};

function judge(
  document: PolicyDocument,
  [action]: readonly [string],
  readers: ReadonlySet<string>,
  secret: Resource,
  snapshot: Snapshot,
): readonly Violation[] {
  const detail = action === READING ? '' : `${action}::`;
  const lists = deniesToAll(document, [action])
    // In the policy of a secret every resource is the secret.
    .filter(({ resources }) => resources?.negated === false)
    .flatMap((statement) => {
      const left = exempted(statement);
      return left === undefined ? [] : [left];
    });
  if (lists.length === 0) {
    return [
      {
        message: `found no Deny of \`${action}\` that shuts out all but ${[...readers].join(', ')}; expected one on \`aws:PrincipalArn\` in the policy of the secret`,
        ...(detail === '' ? {} : { detail: action }),
        about: document.statements.filter(({ effect }) => effect === 'Allow'),
      },
    ];
  }
  const rotators = rotatorsOf(secret, snapshot);
  const others = inAll(lists).filter((value) => {
    const named = principalNamed(value, secret, snapshot);
    return named === undefined || !rotators.includes(named);
  });
  return undeclared(others, readers, secret, snapshot).map((value) => ({
    message: `found \`${show(value)}\` left out of the Deny of \`${action}\`; expected those declared (${[...readers].join(', ')}) and the rotation role only`,
    detail: `${detail}Principal::${show(value)}`,
    ...certaintyOf(value),
  }));
}

/** Whom every one of the Denies leaves out. */
function inAll(lists: readonly (readonly PolicyText[])[]): readonly PolicyText[] {
  const [first = [], ...others] = lists;
  return first.filter((value) => others.every((list) => list.some((other) => show(other) === show(value))));
}

function rotatorsOf(secret: Resource, snapshot: Snapshot): readonly Resource[] {
  return belongingTo(secret, 'AWS::SecretsManager::RotationSchedule', snapshot)
    .certain.flatMap((schedule) =>
      resourcesNamed(schedule.properties['RotationLambdaARN'], 'AWS::Lambda::Function', schedule, snapshot),
    )
    .flatMap((rotation) => resourcesNamed(rotation.properties['Role'], 'AWS::IAM::Role', rotation, snapshot));
}
