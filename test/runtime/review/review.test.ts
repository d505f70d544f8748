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

const role = (account: FakeAccount, id: string): any => FakeAccount.of(account.iam.roles, id);
const api = (account: FakeAccount): any =>
  account.apiGateway.apis.get(
    [...account.apiGateway.apis.keys()].find((id) => account.apiGateway.apis.get(id)?.['paths'].has('/orders')) ?? '',
  );
const oldApi = (account: FakeAccount): any =>
  account.apiGateway.apis.get(
    [...account.apiGateway.apis.keys()].find((id) => account.apiGateway.apis.get(id)?.['paths'].has('/things')) ?? '',
  );
const http = (account: FakeAccount): any => [...account.apiGatewayV2.apis.values()][0];
const route = (account: FakeAccount, path: string): any =>
  http(account).routes.find(({ RouteKey }: any) => RouteKey === `GET ${path}`);
const trail = (account: FakeAccount): any => [...account.cloudTrail.trails.values()][0];
const record = (account: FakeAccount): any => FakeAccount.of(account.s3.buckets, 'vaultbucket');
const landing = (account: FakeAccount): any => FakeAccount.of(account.s3.buckets, 'landing');
const key = (account: FakeAccount): any => FakeAccount.of(account.kms.keys, 'VaultKey');
const secret = (account: FakeAccount): any => [...account.secretsManager.secrets.values()][0];
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
      (account) => FakeAccount.of(account.iam.policies, 'JobBoundary').Statement.push(allow('*')),
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
      'tags by which an API knows its callers, set, changed and taken away; no others',
      (account) => {
        role(account, 'Job').tags = [{ Key: 'CDK-Bulkhead:calls:0a1b2c3d', Value: '/all/' }];
        role(account, 'Clerk').tags = [
          { Key: 'cdk-bulkhead:calls:0a1b2c3d', Value: '/all/1q8w3e/' },
          { Key: 'team', Value: 'other' },
        ];
      },
      ['Clerk, Tag cdk-bulkhead:calls:0a1b2c3d, widened, HIGH', 'Job, Tag cdk-bulkhead:calls:0a1b2c3d, widened, HIGH'],
    ],
    [
      'a tag by which an API knows a caller that is gone',
      (account) => delete role(account, 'Clerk').tags,
      ['Clerk, Tag cdk-bulkhead:calls:0a1b2c3d, narrowed, LOW'],
    ],
    [
      'a role that was deleted',
      (account) => account.iam.roles.delete([...account.iam.roles.keys()].find((id) => id.includes('-Job')) ?? ''),
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
      'routes of an HTTP API that ask for nothing, for other scopes, or that nobody declared',
      (account) => {
        route(account, '/b').AuthorizationType = 'NONE';
        route(account, '/a').AuthorizationScopes = [];
        http(account).routes.push({ RouteKey: '$default', AuthorizationType: 'NONE' });
      },
      [
        'Http, Route GET /a, changed, HIGH',
        'Http, Route GET /b, widened, CRITICAL',
        'Http, Route $default, widened, CRITICAL',
      ],
    ],
    [
      'an authorizer that trusts another issuer',
      (account) => (http(account).authorizers[0].JwtConfiguration.Issuer = 'https://other.example.com'),
      ['Http, Authorizer HttpJwt, changed, HIGH'],
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
    [
      'a trail that was deleted',
      (account) => account.cloudTrail.trails.clear(),
      ['VaultTrail, Existence, deleted, CRITICAL'],
    ],
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
      'a selector that records writes alone, where all were declared by leaving them out',
      (account) => {
        withoutSelectors(account);
        trail(account).EventSelectors = [{ ReadWriteType: 'WriteOnly', IncludeManagementEvents: true }];
      },
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
      'versioning that is suspended',
      (account) => (record(account).VersioningConfiguration = { Status: 'Suspended' }),
      ['VaultBucket, Versioning, weakened, HIGH'],
    ],
    [
      'logs that are copied to the record no more',
      (account) => delete landing(account).ReplicationConfiguration,
      ['VaultLogDeliveryLanding, Replication to …, weakened, HIGH'],
    ],
    [
      'copying that is off, with another role, or of a part',
      (account) => {
        const [rule] = landing(account).ReplicationConfiguration.Rules;
        Object.assign(rule, { Status: 'Disabled' });
        landing(account).ReplicationConfiguration.Role = 'arn:aws:iam::111122223333:role/other';
      },
      [
        'VaultLogDeliveryLanding, Replication, changed, HIGH',
        'VaultLogDeliveryLanding, Replication to …, weakened, HIGH',
      ],
    ],
    [
      'copying of a part',
      (account) => (landing(account).ReplicationConfiguration.Rules[0].Filter = { Prefix: 'other/' }),
      ['VaultLogDeliveryLanding, Replication to …, weakened, HIGH'],
    ],
    [
      'copying of what has a tag',
      (account) =>
        (landing(account).ReplicationConfiguration.Rules[0].Filter = {
          And: { ...landing(account).ReplicationConfiguration.Rules[0].Filter, Tags: [{ Key: 'a', Value: 'b' }] },
        }),
      ['VaultLogDeliveryLanding, Replication to …, weakened, HIGH'],
    ],
    [
      'a bucket whose objects go elsewhere',
      (account) =>
        (record(account).ReplicationConfiguration = {
          Role: 'arn:aws:iam::111122223333:role/copy',
          Rules: [{ Id: 'x', Status: 'Enabled', Destination: { Bucket: 'arn:aws:s3:::elsewhere' } }],
        }),
      ['VaultBucket, Replication to …, widened, HIGH'],
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
    ['a secret under another key', (account) => (secret(account).key = 'other'), ['TokenSecret, Key, changed, HIGH']],
    [
      'a secret that is to be deleted',
      (account) => (secret(account).deleted = new Date(0)),
      ['TokenSecret, Existence, deleted, HIGH'],
    ],
    [
      'an API that answers at its default endpoint again',
      (account) => (oldApi(account).disableExecuteApiEndpoint = false),
      ['Old, Default endpoint, widened, HIGH'],
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
        account.cloudFormation.stacks.delete('Legacy');
        (account.cloudFormation.stacks.get('People') as any).StackStatus = 'UPDATE_IN_PROGRESS';
      },
      ['People, Stack, unknown, MEDIUM', 'Legacy, Stack, deleted, CRITICAL'],
    ],
  ])('tells of %s', async (_, plant, expected) => expect(await shown(plant)).toEqual(expected));

  it.each<[string, (account: FakeAccount) => void]>([
    [
      'policies in another order, divided, with Sids and lists',
      (account) => {
        for (const { inline } of account.iam.roles.values()) {
          for (const document of inline.values()) document.Statement = again(document.Statement);
        }
        for (const document of account.iam.policies.values()) document.Statement = again(document.Statement);
        for (const each of account.s3.buckets.values())
          if (each['policy']) each['policy'].Statement = again(each['policy'].Statement);
        for (const each of account.kms.keys.values()) each['policy'].Statement = again(each['policy'].Statement);
        for (const each of account.iam.roles.values()) each['trust'].Statement = again(each['trust'].Statement);
      },
    ],
    [
      'one inline policy in place of several',
      (account) => {
        const { inline } = role(account, 'Job');
        const all = [...inline.values()].flatMap(({ Statement }: any) => Statement);
        inline.clear();
        inline.set('all', { Statement: all });
      },
    ],
    [
      'an Allow that adds nothing',
      (account) => {
        const { inline } = role(account, 'Job');
        const [document] = inline.values();
        inline.set('again', structuredClone(document));
      },
    ],
    [
      'selectors and Insights in another order',
      (account) => {
        trail(account).AdvancedEventSelectors.reverse();
        for (const each of trail(account).AdvancedEventSelectors) {
          each.Name = 'renamed';
          each.FieldSelectors.reverse();
          for (const field of each.FieldSelectors) for (const name of COMPARISONS) field[name]?.reverse();
        }
        trail(account).InsightSelectors.reverse();
      },
    ],
    [
      'an empty list of selectors, by which CloudTrail records all management events',
      (account) => {
        withoutSelectors(account);
        trail(account).EventSelectors = [{ ReadWriteType: 'All', IncludeManagementEvents: true }];
      },
    ],
    [
      'an account by its number',
      (account) => {
        for (const each of account.kms.keys.values())
          each['policy'] = JSON.parse(JSON.stringify(each['policy']).replaceAll(/arn:aws:iam::(\d{12}):root/g, '$1'));
      },
    ],
    [
      'more that keeps the public out, and a default that is written out',
      (account) => {
        for (const each of account.s3.buckets.values())
          each['PublicAccessBlockConfiguration'] ??= { BlockPublicAcls: true };
        trail(account).IsOrganizationTrail = false;
      },
    ],
  ])('finds no drift in %s', async (_, plant) => expect(await after(plant)).toEqual([]));

  it.each([
    ['iam:GetRole', /Role|Clerk|Job|LogDelivery/, 'Reading'],
    ['iam:GetRolePolicy', /Role|Clerk|Job|LogDelivery/, 'Permissions'],
    ['iam:ListAttachedRolePolicies', /Role|Clerk|Job|LogDelivery/, 'Managed policies'],
    ['iam:GetPolicyVersion', /Boundary/, 'Reading'],
    ['api-gateway:GetRestApi', /Api|Old/, 'Reading'],
    ['api-gateway:GetResources', /Api|Old/, 'Methods'],
    ['api-gateway:GetAuthorizers', /Api|Old/, 'Authorizers'],
    ['api-gateway:GetStages', /Api|Old/, 'Stages'],
    ['apigatewayv2:GetRoutes', /Http/, 'Routes'],
    ['cloudtrail:GetTrailStatus', /Trail/, 'Logging'],
    ['cloudtrail:GetEventSelectors', /Trail/, 'Event selectors'],
    ['s3:GetBucketPolicy', /Bucket|Logs|Landing/, 'Resource policy'],
    ['s3:GetBucketReplication', /Bucket|Logs|Landing/, 'Replication'],
    ['s3:GetObjectLockConfiguration', /Bucket/, 'Object Lock'],
    ['kms:GetKeyPolicy', /Key/, 'Resource policy'],
    ['secrets-manager:GetResourcePolicy', /Secret/, 'Resource policy'],
  ])('says that it is unknown where %s is refused, and compares the rest', async (operation, logicalId, aspect) => {
    const drifts = await after((account) => {
      account.refused.add(operation);
      role(account, 'Clerk').seconds = 43_200;
    });
    const unknown = drifts.filter(({ sort }) => sort === 'unknown');
    expect(unknown.length).toBeGreaterThan(0);
    for (const each of unknown) {
      expect(each.logicalId).toMatch(logicalId);
      expect(each).toMatchObject({ aspect, what: `could not be compared: AccessDeniedException at ${operation}` });
    }
    const others = drifts.filter(({ sort }) => sort !== 'unknown').map((each) => each.aspect);
    expect(others).toEqual(operation === 'iam:GetRole' ? [] : ['Session duration']);
  });

  it('gives each drift an identity of its own, however much is wrong', async () => {
    const drifts = await after((account) => {
      for (const { inline, attached } of account.iam.roles.values()) {
        inline.set('more', { Statement: allow('s3:*') });
        attached.add('arn:aws:iam::aws:policy/AdministratorAccess').add('arn:aws:iam::aws:policy/ReadOnlyAccess');
      }
      for (const each of account.kms.keys.values()) each['policy'] = { Statement: [] };
      for (const each of account.s3.buckets.values()) each['policy'] = { Statement: [] };
      stopAll(account);
    });
    const ids = drifts.map(({ stack, logicalId, aspect }) => `${stack} ${logicalId} ${aspect}`);
    expect(new Set(ids).size).toBe(ids.length);
    expect(ids.length).toBeGreaterThan(20);
  });

  it('does not take a role for widened whose policies come from a stack that is being deployed', async () => {
    const drifts = await after(
      (account) => ((account.cloudFormation.stacks.get('Service') as any).StackStatus = 'UPDATE_IN_PROGRESS'),
    );
    expect(drifts.map(({ sort }) => sort).filter((sort) => sort !== 'unknown')).toEqual([]);
    expect(drifts.map(({ logicalId, aspect }) => `${logicalId} ${aspect}`)).toContain('Service Stack');
  });

  it('names the request that became possible', async () => {
    const [drift] = await after((account) => delete role(account, 'Job').boundary);
    expect(drift.what).toMatch(/^has no permissions boundary; declared is arn:aws:iam::111122223333:policy/);
    const [other] = await after((account) =>
      role(account, 'Job').inline.set('backdoor', {
        Statement: allow('iam:PassRole', 'arn:aws:iam::111122223333:role/admin'),
      }),
    );
    expect(other).toMatchObject({
      what: 'allows more than was declared: iam:PassRole on arn:aws:iam::111122223333:role/admin',
      example: { action: 'iam:PassRole', resource: 'arn:aws:iam::111122223333:role/admin' },
    });
  });

  it('asks for what it may see to the end of each list, and reads no value of a secret', async () => {
    const account = new FakeAccount(app.stacks);
    await review(app.names, account.call);
    const asked = new Set(account.calls.map(({ service, operation }) => `${service}:${operation}`));
    expect([...asked].filter((each) => !/:(?:Get|List|Describe)/.test(each))).toEqual([]);
    expect(asked).not.toContain('secrets-manager:GetSecretValue');
  });
});

/** As the CDK's own Trail writes it. */
function withoutSelectors(account: FakeAccount): void {
  for (const each of account.cloudFormation.stacks.values()) {
    const template = structuredClone(each['template']);
    for (const { Type, Properties } of Object.values<any>(template.Resources)) {
      if (Type !== 'AWS::CloudTrail::Trail') continue;
      delete Properties.AdvancedEventSelectors;
      Properties.EventSelectors = [];
    }
    each['body'] = JSON.stringify(template);
  }
  delete trail(account).AdvancedEventSelectors;
}

const COMPARISONS = ['Equals', 'NotEquals', 'StartsWith', 'NotStartsWith', 'EndsWith', 'NotEndsWith'];

function stopAll(account: FakeAccount): void {
  for (const each of account.cloudTrail.trails.values())
    Object.assign(each, { logs: false, S3BucketName: 'x', AdvancedEventSelectors: [] });
}

const reversed = (list: readonly any[]): any[] => list.map((_, at) => list[list.length - 1 - at]);

/** The same in other words. */
function again(statements: any): any[] {
  const list = Array.isArray(statements) ? statements : [statements];
  return reversed(list).flatMap((statement: any, index: number) => {
    const actions = [statement.Action ?? []].flat();
    const resources = [statement.Resource ?? []].flat();
    const base = {
      ...statement,
      Sid: `Made${index}`,
      ...(resources.length > 0 ? { Resource: reversed(resources) } : {}),
    };
    if (statement.Action === undefined) return [base];
    return reversed(actions).map((Action: string) => ({ ...base, Action: [Action.toUpperCase()] }));
  });
}
