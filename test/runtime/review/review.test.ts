import { describe, expect, it } from 'vitest';
import { review } from '../../../lib/runtime/review/review';
import { FakeAccount } from './fake-account';
import { reviewedApp } from './reviewed-app';

const app = reviewedApp();

/** What is found after something was changed: `logical id, aspect, sort, severity`. Each begins with a fresh account. */
async function after(plant: (account: FakeAccount) => void) {
  const account = new FakeAccount(app.stacks);
  plant(account);
  const { drifts } = await review(app.names, account.call);
  return drifts;
}

const shown = async (plant: (account: FakeAccount) => void) =>
  (await after(plant)).map(
    ({ logicalId, aspect, sort, severity }) =>
      `${logicalId.replace(/[0-9A-F]{8}/g, '')}, ${aspect.replace(/[0-9A-F]{8}/g, '').replace(/(arn:|0000-|api\d|Service-|Legacy-).*/, '…')}, ${sort}, ${severity}`,
  );

const role = (account: FakeAccount, id: string): any => FakeAccount.of(account.roles, id);
const api = (account: FakeAccount): any =>
  account.apis.get([...account.apis.keys()].find((id) => account.apis.get(id)?.['paths'].has('/orders')) ?? '');
const oldApi = (account: FakeAccount): any =>
  account.apis.get([...account.apis.keys()].find((id) => account.apis.get(id)?.['paths'].has('/things')) ?? '');
const trail = (account: FakeAccount): any => [...account.trails.values()][0];
const record = (account: FakeAccount): any => FakeAccount.of(account.buckets, 'vaultbucket');
const key = (account: FakeAccount): any => FakeAccount.of(account.keys, 'VaultKey');
const secret = (account: FakeAccount): any => [...account.secrets.values()][0];
const allow = (Action: string, Resource = '*') => ({ Effect: 'Allow', Action, Resource });

describe('a review', () => {
  it('finds nothing in what was just deployed', async () => {
    const account = new FakeAccount(app.stacks);
    const { drifts, resources } = await review(app.names, account.call);
    expect(drifts).toEqual([]);
    expect(resources).toBeGreaterThan(10);
  });

  it.each<[string, (account: FakeAccount) => void, string[]]>([
    [
      'a policy that was widened',
      (account) => [...role(account, 'Job').inline.values()][0].Statement.push(allow('s3:GetObject')),
      ['Job, Permissions, widened, HIGH'],
    ],
    [
      'a new inline policy',
      (account) => role(account, 'Job').inline.set('backdoor', { Statement: allow('iam:PassRole') }),
      ['Job, Permissions, widened, HIGH'],
    ],
    [
      'a policy that is gone',
      (account) => role(account, 'Clerk').inline.clear(),
      ['Clerk, Permissions, narrower, narrowed, LOW'],
    ],
    [
      'a managed policy that was attached',
      (account) => role(account, 'Job').attached.add('arn:aws:iam::aws:policy/AdministratorAccess'),
      ['Job, Managed policy …, widened, HIGH'],
    ],
    [
      'a boundary that was removed',
      (account) => delete role(account, 'Job').boundary,
      ['Job, Boundary, widened, CRITICAL'],
    ],
    [
      'a boundary that was exchanged',
      (account) => (role(account, 'Job').boundary = 'arn:aws:iam::aws:policy/AdministratorAccess'),
      ['Job, Boundary, changed, HIGH'],
    ],
    [
      'a boundary whose document was widened',
      (account) => FakeAccount.of(account.policies, 'JobBoundary').Statement.push(allow('*')),
      ['JobBoundary, Document, widened, HIGH'],
    ],
    [
      'trust that was opened',
      (account) =>
        role(account, 'Job').trust.Statement.push({
          Effect: 'Allow',
          Principal: { AWS: '444455556666' },
          Action: 'sts:AssumeRole',
        }),
      ['Job, Trust, widened, HIGH'],
    ],
    [
      'longer sessions',
      (account) => (role(account, 'Job').seconds = 43_200),
      ['Job, Session duration, widened, MEDIUM'],
    ],
    [
      'a role that was deleted',
      (account) => account.roles.delete([...account.roles.keys()].find((id) => id.includes('-Job')) ?? ''),
      ['Job, Existence, deleted, HIGH'],
    ],
    [
      'a resource policy of an API that was replaced',
      (account) => (api(account).policy = { Statement: [{ ...allow('execute-api:Invoke'), Principal: '*' }] }),
      ['ApiRestApi, Resource policy, widened, HIGH'],
    ],
    [
      'a method that asks for nothing',
      (account) => (api(account).paths.get('/orders').POST.authorizationType = 'NONE'),
      ['ApiRestApi, Method POST /orders, widened, CRITICAL'],
    ],
    [
      'a method that nobody declared',
      (account) => (api(account).paths.get('/orders').DELETE = { authorizationType: 'AWS_IAM' }),
      ['ApiRestApi, Method DELETE /orders, widened, HIGH'],
    ],
    [
      'a method without its authorizer',
      (account) => (oldApi(account).paths.get('/things').GET.authorizerId = 'other'),
      ['Old, Method GET /things, changed, HIGH'],
    ],
    [
      'an authorizer whose decisions are kept',
      (account) => (oldApi(account).authorizers[0].authorizerResultTtlInSeconds = 300),
      ['Old, Authorizer Authorizer cache, weakened, HIGH'],
    ],
    [
      'another function behind an authorizer',
      (account) => (oldApi(account).authorizers[0].authorizerUri = 'arn:aws:apigateway:other'),
      ['Old, Authorizer Authorizer AuthorizerUri, changed, HIGH'],
    ],
    [
      'a deployment from elsewhere, another stage, an access log that is off',
      (account) => {
        oldApi(account).stages[0].deploymentId = 'x';
        oldApi(account).stages.push({ stageName: 'debug', deploymentId: 'x' });
        api(account).stages[0].accessLogSettings = undefined;
      },
      [
        'ApiRestApi, Stage prod access log, weakened, HIGH',
        'Old, Stage debug, widened, HIGH',
        'Old, Stage prod deployment, changed, HIGH',
      ],
    ],
    [
      'a trail that was stopped',
      (account) => (trail(account).logs = false),
      ['VaultTrail, Logging, weakened, CRITICAL'],
    ],
    [
      'a trail that cannot deliver',
      (account) => (trail(account).error = 'AccessDenied'),
      ['VaultTrail, Delivery, weakened, HIGH'],
    ],
    ['a trail that was deleted', (account) => account.trails.clear(), ['VaultTrail, Existence, deleted, CRITICAL']],
    [
      'a trail without digests',
      (account) => (trail(account).EnableLogFileValidation = false),
      ['VaultTrail, EnableLogFileValidation, weakened, CRITICAL'],
    ],
    [
      'a trail of one region',
      (account) => (trail(account).IsMultiRegionTrail = false),
      ['VaultTrail, IsMultiRegionTrail, weakened, HIGH'],
    ],
    [
      'a trail to another bucket',
      (account) => (trail(account).S3BucketName = 'elsewhere'),
      ['VaultTrail, S3BucketName, changed, HIGH'],
    ],
    [
      'a selector that is gone',
      (account) => trail(account).AdvancedEventSelectors.pop(),
      ['VaultTrail, Event selectors, weakened, HIGH'],
    ],
    [
      'a selector that is narrower',
      (account) =>
        trail(account).AdvancedEventSelectors[0].FieldSelectors.push({
          Field: 'eventSource',
          NotEquals: ['kms.amazonaws.com'],
        }),
      ['VaultTrail, Event selectors, weakened, HIGH'],
    ],
    [
      'Insights that are off',
      (account) => delete trail(account).InsightSelectors,
      ['VaultTrail, Insights, weakened, MEDIUM'],
    ],
    [
      'a shorter lock',
      (account) => (record(account).ObjectLockConfiguration.Rule.DefaultRetention.Days = 1),
      ['VaultBucket, Object Lock, weakened, CRITICAL'],
    ],
    [
      'a lock that can be bypassed',
      (account) => (record(account).ObjectLockConfiguration.Rule.DefaultRetention.Mode = 'GOVERNANCE'),
      ['VaultBucket, Object Lock, weakened, CRITICAL'],
    ],
    [
      'a default retention that is gone',
      (account) => delete record(account).ObjectLockConfiguration.Rule,
      ['VaultBucket, Object Lock, weakened, CRITICAL'],
    ],
    [
      'a bucket policy without a Deny',
      (account) =>
        (record(account).policy.Statement = record(account).policy.Statement.filter(
          ({ Sid }: any) => Sid !== 'DenyDeletion',
        )),
      ['VaultBucket, Resource policy, widened, HIGH'],
    ],
    [
      'a bucket policy that is gone',
      (account) => delete record(account).policy,
      ['VaultBucket, Resource policy, widened, HIGH', 'VaultBucket, Resource policy, narrower, narrowed, LOW'],
    ],
    [
      'a bucket that is open to the public',
      (account) => (record(account).PublicAccessBlockConfiguration.BlockPublicPolicy = false),
      ['VaultBucket, Public access block, weakened, HIGH'],
    ],
    [
      'a key that was opened',
      (account) => key(account).policy.Statement.push({ ...allow('kms:Decrypt'), Principal: { AWS: '444455556666' } }),
      ['VaultKey, Resource policy, widened, HIGH'],
    ],
    [
      'a key that is to be deleted',
      (account) => (key(account).state = 'PendingDeletion'),
      ['VaultKey, State, weakened, CRITICAL'],
    ],
    [
      'a secret without its policy',
      (account) => delete secret(account).policy,
      ['TokenSecret, Resource policy, widened, HIGH'],
    ],
    [
      'a secret that is rotated no more',
      (account) => (secret(account).rotates = false),
      ['TokenSecret, Rotation, weakened, HIGH'],
    ],
    [
      'a role that was recreated under the name that a trust policy names',
      (account) =>
        (secret(account).policy.Statement[0].Condition.ArnNotEquals['aws:PrincipalArn'][0] = 'AROAEXAMPLEEXAMPLE123'),
      ['TokenSecret, Resource policy, narrower, narrowed, LOW'],
    ],
    [
      'a stack that is gone, and one that is being deployed',
      (account) => {
        account.stacks.delete('Legacy');
        (account.stacks.get('People') as any).StackStatus = 'UPDATE_IN_PROGRESS';
      },
      ['People, Stack, unknown, MEDIUM', 'Legacy, Stack, deleted, CRITICAL'],
    ],
  ])('tells of %s', async (_, plant, expected) => expect(await shown(plant)).toEqual(expected));
});
