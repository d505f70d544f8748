import { App, NestedStack, Stack } from 'aws-cdk-lib';
import { WebSocketApi } from 'aws-cdk-lib/aws-apigatewayv2';
import { WebSocketIamAuthorizer } from 'aws-cdk-lib/aws-apigatewayv2-authorizers';
import { WebSocketMockIntegration } from 'aws-cdk-lib/aws-apigatewayv2-integrations';
import * as iam from 'aws-cdk-lib/aws-iam';
import { describe, expect, it } from 'vitest';
import { review } from '../../../lib/runtime/review/review';
import { ACCOUNT, FakeAccount, REGION } from './fake-account';

/** Users and groups, a WebSocket API, and a nested stack in a nested stack, which name each other both ways. */
function app(): Stack {
  const stack = new Stack(new App(), 'People', { env: { account: ACCOUNT, region: REGION } });
  const read = new iam.ManagedPolicy(stack, 'Read', { statements: [allow('s3:GetObject')] });
  const effect = iam.Effect.DENY;
  const guard = new iam.PolicyStatement({ effect, actions: ['s3:DeleteObject'], resources: ['*'] });
  const never = new iam.ManagedPolicy(stack, 'Never', { statements: [guard] });
  const clerks = new iam.Group(stack, 'Clerks', { managedPolicies: [read, never] });
  clerks.addToPolicy(allow('sqs:SendMessage'));
  const clerk = new iam.User(stack, 'Clerk', { groups: [clerks], permissionsBoundary: read });
  clerk.addToPolicy(allow('sns:Publish'));
  new iam.CfnAccessKey(stack, 'Key', { userName: clerk.userName });
  new iam.CfnUserToGroupAddition(stack, 'Joins', {
    groupName: new iam.Group(stack, 'Leads').groupName,
    users: [clerk.userName],
  });
  const api = new WebSocketApi(stack, 'Socket');
  api.addRoute('$connect', {
    integration: new WebSocketMockIntegration('Mock'),
    authorizer: new WebSocketIamAuthorizer(),
  });
  const nested = new NestedStack(stack, 'Nested');
  const inner = new NestedStack(nested, 'Inner');
  const job = new iam.Role(inner, 'Job', { assumedBy: new iam.ArnPrincipal(clerk.userArn) });
  job.addToPolicy(allow('sqs:ReceiveMessage'));
  clerk.addToPolicy(new iam.PolicyStatement({ actions: ['sts:AssumeRole'], resources: [job.roleArn] }));
  return stack;
}
const allow = (action: string) => new iam.PolicyStatement({ actions: [action], resources: ['*'] });
const raw = (Action: string) => ({ Effect: 'Allow', Action, Resource: '*' });

const stack = app();
/** Each begins with a fresh account. */
async function after(plant: (account: FakeAccount) => void): Promise<string[]> {
  const account = new FakeAccount([stack]);
  plant(account);
  const { drifts } = await review(['People'], account.call);
  return drifts.map(
    ({ logicalId, aspect, sort, severity }) =>
      `${logicalId.replace(/[0-9A-F]{8}$/, '')}, ${aspect.replace(/ ?(arn:|People-).*/, '')}, ${sort}, ${severity}`,
  );
}
const clerk = (account: FakeAccount): any => FakeAccount.of(account.iam.users, 'Clerk');
const clerks = (account: FakeAccount): any => FakeAccount.of(account.iam.groups, 'Clerks');
const job = (account: FakeAccount): any => FakeAccount.of(account.iam.roles, 'Job');
const routes = (account: FakeAccount): any[] => [...account.apiGatewayV2.apis.values()][0]?.['routes'];

describe('a review of users, groups, WebSocket APIs and nested stacks', () => {
  it('finds nothing in what was just deployed, and looks into stacks in stacks', async () => {
    const account = new FakeAccount([stack]);
    const { drifts, stacks } = await review(['People'], account.call);
    expect(drifts).toEqual([]);
    expect(stacks.map(({ parent }) => parent?.template.replace(/[0-9A-F]{8}-1A2B/g, ''))).toEqual([
      undefined,
      'People',
      expect.stringMatching(/^People-Nested/),
    ]);
  });

  it.each<[string, (account: FakeAccount) => unknown, string[]]>([
    [
      'a policy of a user',
      (account) => clerk(account).inline.set('x', { Statement: raw('s3:PutObject') }),
      ['Clerk, Permissions, widened, HIGH'],
    ],
    [
      'an attached policy of a user',
      (account) => clerk(account).attached.add('arn:aws:iam::aws:policy/AdministratorAccess'),
      ['Clerk, Managed policy, widened, HIGH'],
    ],
    [
      'a boundary that a user lost',
      (account) => delete clerk(account).boundary,
      ['Clerk, Boundary, widened, CRITICAL'],
    ],
    [
      'a group that a user joined',
      (account) => clerk(account).groups.add('admins'),
      ['Clerk, Group admins, widened, HIGH'],
    ],
    [
      'a group that a user left',
      (account) => clerk(account).groups.clear(),
      ['Clerk, Group, narrowed, LOW', 'Clerk, Group, narrowed, LOW'],
    ],
    ['an access key', (account) => clerk(account).keys.add('AKIA0000'), ['Clerk, Access key AKIA0000, widened, HIGH']],
    ['a password', (account) => (clerk(account).password = true), ['Clerk, Password, widened, HIGH']],
    ['a user that is gone', (account) => account.iam.users.clear(), ['Clerk, Existence, deleted, HIGH']],
    [
      'a policy of a group',
      (account) => clerks(account).inline.set('x', { Statement: raw('s3:PutObject') }),
      ['Clerks, Permissions, widened, HIGH'],
    ],
    [
      'policies that a group lost, one of which denies',
      (account) => clerks(account).attached.clear(),
      ['Clerks, Managed policy, narrowed, LOW', 'Clerks, Managed policy, weakened, HIGH'],
    ],
    [
      'a group that is gone',
      (account) => account.iam.groups.delete([...account.iam.groups.keys()][0]),
      ['Clerks, Existence, deleted, HIGH'],
    ],
    [
      'a route that asks for nothing',
      (account) => (routes(account)[0].AuthorizationType = 'NONE'),
      ['Socket, Route $connect, widened, CRITICAL'],
    ],
    [
      'a route that nobody declared',
      (account) => routes(account).push({ RouteKey: 'x' }),
      ['Socket, Route x, widened, CRITICAL'],
    ],
    [
      'a role of a nested stack',
      (account) => job(account).inline.set('x', { Statement: raw('s3:PutObject') }),
      ['Job, Permissions, widened, HIGH'],
    ],
    [
      'its trust',
      (account) =>
        (job(account).trust = { Statement: { ...raw('sts:AssumeRole'), Resource: undefined, Principal: '*' } }),
      ['Job, Trust, widened, HIGH'],
    ],
  ])('tells of %s', async (_, plant, expected) => {
    expect(await after((account) => void plant(account))).toEqual(expected);
  });

  it.each([
    'ListUserPolicies',
    'ListAttachedUserPolicies',
    'ListGroupsForUser',
    'ListAccessKeys',
    'GetLoginProfile',
    'GetUser',
  ])('does not know what it may not read: %s', async (operation) => {
    const found = await after((account) => account.refused.add(`iam:${operation}`));
    expect(found.length).toBeGreaterThan(0);
    for (const each of found) expect(each).toMatch(/^Clerk, .*, unknown, MEDIUM$/);
  });

  it('tells of a nested stack that is gone, and of one that is being deployed', async () => {
    const inner = (account: FakeAccount): string =>
      [...account.cloudFormation.stacks.keys()].find((each) => /Inner/.test(each)) as string;
    const gone = await after((account) => account.cloudFormation.stacks.delete(inner(account)));
    expect(gone.some((each) => /Inner.*, Stack, deleted, CRITICAL$/.test(each))).toBe(true);
    const busy = await after((account) => {
      (account.cloudFormation.stacks.get(inner(account)) as any).StackStatus = 'UPDATE_IN_PROGRESS';
    });
    expect(busy.some((each) => /Inner.*, Stack, unknown, MEDIUM$/.test(each))).toBe(true);
  });
});
