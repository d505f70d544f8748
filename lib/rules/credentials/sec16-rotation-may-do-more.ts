import { analysed } from '../../engine/analysed';
import { decide } from '../../engine/decide/decide';
import { isDeclaredReader } from '../../engine/declared/readings-of';
import { mayMeanMadeUp } from '../../engine/facts/made-up-names';
import { rotatedBy } from '../../engine/facts/rotators';
import { actionMayMatch } from '../../engine/match/action-pattern';
import { nameOf } from '../../engine/world/resource-name';
import type { Principal } from '../../engine/world/world';
import type { Statement } from '../../model/policy';
import { firstUnknown, holes, referencedResources, show } from '../../model/read';
import type { Resource, Snapshot } from '../../model/snapshot';
import { isText } from '../../model/value';
import type { ExampleTemplate, Rule, Violation } from '../rule';
import { arnsOf } from '../support/arns-of';
import { LAMBDA_TRUST } from '../support/examples';

const SECRET = 'AWS::SecretsManager::Secret';
const SECRET_ACTIONS = ['secretsmanager:PutSecretValue', 'secretsmanager:GetSecretValue'];
/** What shows data, logs or parameters: a rotation of ours needs none of it. */
const DATA = [
  'dynamodb:BatchGetItem',
  'dynamodb:GetItem',
  'dynamodb:Query',
  'dynamodb:Scan',
  'kinesis:GetRecords',
  'logs:FilterLogEvents',
  'logs:GetLogEvents',
  'rds-data:ExecuteStatement',
  's3:GetObject',
  'sqs:ReceiveMessage',
  'ssm:GetParameter',
  'ssm:GetParametersByPath',
];

const rotating = (...names: readonly string[]): ExampleTemplate => {
  const secret = { Type: SECRET, Properties: { GenerateSecretString: {} } };
  const Statement = [
    {
      Effect: 'Allow',
      Action: ['secretsmanager:GetSecretValue', 'secretsmanager:UpdateSecretVersionStage'],
      Resource: names.map((Ref) => ({ Ref })),
    },
  ];
  return {
    Resources: {
      Secret: secret,
      Billing: secret,
      Example: {
        Type: 'AWS::IAM::Role',
        Properties: {
          AssumeRolePolicyDocument: LAMBDA_TRUST,
          Policies: [{ PolicyName: 'rotate', PolicyDocument: { Version: '2012-10-17', Statement } }],
        },
      },
      Rotate: {
        Type: 'AWS::Lambda::Function',
        Properties: {
          Handler: 'index.handler',
          Runtime: 'nodejs22.x',
          Role: { 'Fn::GetAtt': ['Example', 'Arn'] },
          Code: { S3Bucket: 'code', S3Key: 'rotate.zip' },
        },
      },
      Rotation: {
        Type: 'AWS::SecretsManager::RotationSchedule',
        Properties: { SecretId: { Ref: 'Secret' }, RotationLambdaARN: { 'Fn::GetAtt': ['Rotate', 'Arn'] } },
      },
    },
  };
};

/**
 * Secrets of the templates: reading the one of the master user, to which the rotated one refers, belongs to rotating.
 * Data, logs and parameters: asked of the rotation of declared credentials alone, of which it is known what they need.
 * Wildcards are told by IAM2.
 */
export const sec16: Rule = {
  id: 'SEC16',
  title: 'A rotation function may do more than rotate its secrets',
  severity: 'error',
  why: 'The role of a rotation function reads and writes passwords, runs without anybody watching, and is seldom looked at. Whoever gets into it gets all that it may do: other secrets, and the data that they open.',
  fix: 'Give each secret a rotation role of its own that names that secret alone, as `OpaqueToken` does. Declare what else it has to read with `grants.read` of that credential.',
  page: 'https://docs.aws.amazon.com/secretsmanager/latest/userguide/rotating-secrets-required-permissions-function.html',
  controls: ['NIST 800-53 r5 AC-6', 'NIST 800-53 r5 AC-3', 'NIST 800-53 r5 IA-5'],
  types: ['AWS::IAM::Role'],
  check(role, snapshot) {
    const rotated = rotatedBy(role.key, snapshot);
    if (rotated.size === 0) return [];
    const principal = analysed(snapshot).world.principal(role.key);
    if (principal === undefined) return [];
    return [...otherSecrets(role, principal, rotated, snapshot), ...data(role, principal, rotated, snapshot)];
  },
  examples: { bad: rotating('Secret', 'Billing'), good: rotating('Secret') },
};

function otherSecrets(
  role: Resource,
  principal: Principal,
  rotated: ReadonlySet<string>,
  snapshot: Snapshot,
): readonly Violation[] {
  const { world } = analysed(snapshot);
  const named = new Set([...rotated].flatMap((key) => referencedResources(snapshot.byKey(key)?.properties)));
  return snapshot.ofType(SECRET).flatMap((secret): readonly Violation[] => {
    if (rotated.has(secret.key) || isDeclaredReader(role, secret)) return [];
    for (const action of SECRET_ACTIONS) {
      // The secret of the master user.
      if (action === SECRET_ACTIONS[1] && named.has(secret.key)) continue;
      for (const resource of arnsOf(secret)) {
        const { may, must, allows, unknowns } = decide({ principal, action, resource }, world);
        const given = allows.map(({ statement }) => statement).filter((each) => namesIt(each, secret, snapshot));
        if (!may || given.length === 0 || (!must && given.every(({ conditions }) => conditions.length > 0))) continue;
        const name = nameOf(secret);
        return [
          {
            message: `may ${action} on ${name}, which its function does not rotate; expected the secrets that it rotates only`,
            detail: `Secret::${name}`,
            parts: given,
            ...(must ? {} : { certainty: 'possible' as const, unknowns: unknowns.map(({ detail }) => detail) }),
          },
        ];
      }
    }
    return [];
  });
}

/** Not by a wildcard alone, which IAM2 finds. */
function namesIt(statement: Statement, secret: Resource, snapshot: Snapshot): boolean {
  const { resources } = statement;
  if (resources === undefined || resources.negated || !mayMeanMadeUp(statement, secret, snapshot)) return false;
  return resources.patterns.some((each) => !/^\*+$|:secret:\*$/.test(show(each)));
}

function data(
  role: Resource,
  { policies }: Principal,
  rotated: ReadonlySet<string>,
  snapshot: Snapshot,
): readonly Violation[] {
  const paths = [...rotated].flatMap((key) => {
    const intent = snapshot.byKey(key)?.intent;
    return intent?.kind === 'credential' && intent.credentialKind !== 'database' ? [intent.path] : [];
  });
  if (paths.length < rotated.size) return [];
  return policies
    .flatMap(({ document }) => document.statements)
    .filter(({ effect, actions }) => effect === 'Allow' && !actions.negated)
    .flatMap((statement): readonly Violation[] => {
      const actions = DATA.filter((action) =>
        statement.actions.patterns.some((each) => each !== '*' && actionMayMatch(each, action)),
      );
      if (actions.length === 0 || isPublished(statement, paths, snapshot)) return [];
      const on = (statement.resources?.patterns ?? []).map(show).join(', ');
      const isOpen = statement.guards.length > 0 || statement.actions.patterns.some((each) => firstUnknown(each));
      return [
        {
          message: `may ${actions.join(', ')} on ${on}, which no rotation needs; expected the rotation of ${paths.join(', ')} only`,
          detail: `Data::${actions.join(',')}::${on}`,
          parts: [statement],
          ...(isOpen ? { certainty: 'possible' as const, unknowns: [`the permissions of ${nameOf(role)}`] } : {}),
        },
      ];
    });
}

/** What the credential publishes, its rotation reads again. */
function isPublished({ resources }: Statement, paths: readonly string[], snapshot: Snapshot): boolean {
  if (resources === undefined || resources.negated) return false;
  return resources.patterns.every((pattern) =>
    (isText(pattern) ? holes(pattern) : []).some(({ resource = '' }) => {
      const intent = snapshot.byKey(resource)?.intent;
      return intent?.kind === 'published' && paths.includes(intent.path);
    }),
  );
}
