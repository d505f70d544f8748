import { resourcePolicy } from '../../engine/parse/policies-of';
import { INTENT_KEY } from '../../model/intent';
import type { Condition, PolicyText, Statement } from '../../model/policy';
import { show } from '../../model/read';
import type { Resource, Snapshot } from '../../model/snapshot';
import type { ExampleTemplate, Rule, Violation } from '../rule';
import { auditParts } from '../support/audit-parts';
import { underItsConditions } from '../support/conditional';
import { coversAction } from '../support/coverage';
import { declaredSecret } from '../support/credential-example';
import { declaredSecrets } from '../support/declared-secrets';
import { undeclared } from '../support/declared-roles';
import { resourcesNamed } from '../support/lookup';
import { principalsOf, showPrincipal } from '../support/principals';
import { mayBeAnything, unknownsOf } from '../support/property';

const KEY = 'AWS::KMS::Key';
/** What opens data. CreateGrant hands the others on. */
const USE = ['kms:Decrypt', 'kms:ReEncryptFrom', 'kms:CreateGrant'];
const IDENTITIES = ['AWS::IAM::Role', 'AWS::IAM::User'];
const EXACT = ['StringEquals', 'StringLike', 'ArnEquals', 'ArnLike'];

const keyThat = (statement: Readonly<Record<string, unknown>>): ExampleTemplate => {
  const { Resources } = declaredSecret({ KmsKeyId: { 'Fn::GetAtt': ['Key', 'Arn'] } });
  const root = { AWS: { 'Fn::Sub': 'arn:${AWS::Partition}:iam::${AWS::AccountId}:root' } };
  const policy = {
    Version: '2012-10-17',
    Statement: [{ Effect: 'Allow', Principal: root, Resource: '*', ...statement }],
  };
  return {
    Resources: {
      Secret: { ...(Resources['Example'] as object), Metadata: { [INTENT_KEY]: metadataOf(Resources['Example']) } },
      Key: { Type: KEY, Properties: { EnableKeyRotation: true, KeyPolicy: policy } },
    },
  };
};

/** Only keys of declared credentials and of audit vaults: other keys may well be shared by an account. */
export const sec7: Rule = {
  id: 'SEC7',
  title: 'The key of a declared credential or audit record can be used by others than was declared',
  severity: 'error',
  why: 'A key policy that names the account hands the decision to its IAM policies: whoever has `kms:Decrypt` somewhere uses the key, and the second lock behind the secret or the bucket is gone.',
  fix: 'Let the account administer the key, without `kms:Decrypt`, `kms:ReEncryptFrom` and `kms:CreateGrant`, and name the roles that use it. CDK adds an Allow for the account where a key has no policy, and one through Secrets Manager where a `Secret` takes it: `OpaqueToken` and `AuditVault` do without.',
  page: 'https://docs.aws.amazon.com/kms/latest/developerguide/key-policy-default.html',
  controls: ['NIST 800-53 r5 SC-12', 'NIST 800-53 r5 AC-6', 'NIST 800-53 r5 AU-9'],
  types: [KEY],
  check(key, snapshot) {
    if (!guardedKeys(snapshot).has(key.key)) return [];
    const users = usersOf(key, snapshot);
    return (resourcePolicy(key)?.statements ?? [])
      .filter(({ effect }) => effect === 'Allow')
      .flatMap((statement) =>
        underItsConditions(statement, key, [
          ...judge(statement, key, snapshot),
          ...strangers(statement, users, key, snapshot),
        ]),
      );
  },
  examples: {
    bad: keyThat({ Action: 'kms:*' }),
    good: keyThat({ Action: ['kms:DescribeKey', 'kms:PutKeyPolicy', 'kms:ScheduleKeyDeletion'] }),
  },
};

function metadataOf(resource: unknown): unknown {
  return (resource as { Metadata: Record<string, unknown> }).Metadata[INTENT_KEY];
}

const known = new WeakMap<Snapshot, ReadonlySet<string>>();

/** The keys of declared credentials, and those of declared audit buckets and their trails. */
function guardedKeys(snapshot: Snapshot): ReadonlySet<string> {
  const before = known.get(snapshot);
  if (before !== undefined) return before;
  const keys = new Set(
    declaredSecrets(snapshot).flatMap(({ secret }) =>
      resourcesNamed(secret.properties['KmsKeyId'], KEY, secret, snapshot).map(({ key }) => key),
    ),
  );
  const isDeclared = snapshot.ofType('AWS::S3::Bucket').some(({ intent }) => intent?.kind === 'audit-bucket');
  if (isDeclared) for (const key of auditParts(snapshot).keys) keys.add(key);
  known.set(snapshot, keys);
  return keys;
}

/** Who was declared to use the credentials under a key: readers, rotators, the deployment; `undefined` for other keys. */
function usersOf({ key }: Resource, snapshot: Snapshot): ReadonlySet<string> | undefined {
  const paths = declaredSecrets(snapshot).flatMap(({ secret, intent }) => {
    const keys = resourcesNamed(secret.properties['KmsKeyId'], KEY, secret, snapshot);
    if (!keys.some((each) => each.key === key)) return [];
    return [...intent.readers, ...[intent.rotator, intent.deployment].filter((path) => path !== undefined)];
  });
  return paths.length === 0 ? undefined : new Set(paths);
}

/** Roles and users that the key policy lets decrypt, and that were not declared. */
function strangers(
  statement: Statement,
  users: ReadonlySet<string> | undefined,
  key: Resource,
  snapshot: Snapshot,
): readonly Violation[] {
  if (users === undefined || coversAction(statement.actions, 'kms:Decrypt') === 'no') return [];
  const named = [
    ...principalsOf(statement)
      .filter(({ kind, value }) => kind === 'AWS' && !isAccount(show(value)))
      .map(({ value }) => value),
    ...statement.conditions.filter((each) => isForRoles(each, key, snapshot)).flatMap(({ values }) => values),
  ];
  return undeclared(named, users, key, snapshot).map((value) => ({
    message: `found \`kms:Decrypt\` for \`${show(value)}\` in the key policy; expected those who were declared only: ${[...users].join(', ')}`,
    detail: `Principal::${show(value)}`,
  }));
}

function judge(statement: Statement, key: Resource, snapshot: Snapshot): readonly Violation[] {
  const used = USE.filter((action) => coversAction(statement.actions, action) !== 'no');
  if (used.length === 0 || statement.conditions.some((each) => isForOneUse(each) || isForRoles(each, key, snapshot))) {
    return [];
  }
  return principalsOf(statement)
    .filter(({ kind, value }) => kind === '*' || (kind === 'AWS' && (isAccount(show(value)) || mayBeAnything(value))))
    .map((principal): Violation => {
      const shown = showPrincipal(principal);
      const message = `found ${used.map((action) => `\`${action}\``).join(', ')} for \`${shown}\` in the key policy; expected the roles that use the key by their ARN`;
      const detail = `Principal::${shown}`;
      if (isAccount(show(principal.value))) return { message, detail };
      return { message, detail, certainty: 'possible', unknowns: unknownsOf(principal.value) };
    });
}

function isAccount(principal: string): boolean {
  return principal === '*' || /^\d{12}$/.test(principal) || principal.endsWith(':root');
}

/** Roles of an account that are named by a condition: so a policy may name one that is not there yet. */
function isForRoles(
  { operator, ifExists, qualifier, key, values }: Condition,
  at: Resource,
  snapshot: Snapshot,
): boolean {
  if (ifExists || qualifier !== undefined || key !== 'aws:principalarn' || !EXACT.includes(operator)) return false;
  const isRole = (value: PolicyText): boolean =>
    /^arn:[^*?]+:iam::\d{12}:(?:role|user)\/[^*?]+$/.test(show(value)) ||
    IDENTITIES.some((type) => resourcesNamed(value, type, at, snapshot).length > 0);
  return values.length > 0 && values.every(isRole);
}

/** An encryption context ties the use to one secret or log group; coming through a service alone does not. */
function isForOneUse({ operator, ifExists, qualifier, key, values }: Condition): boolean {
  if (ifExists || qualifier === 'ForAllValues' || !key.startsWith('kms:encryptioncontext:')) return false;
  return EXACT.includes(operator) && values.length > 0 && values.every((value) => !/^[*?]*$/.test(show(value)));
}
