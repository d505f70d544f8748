import { App, Duration, Stack } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import { beforeAll, describe, expect, it } from 'vitest';
import { CredentialInventory, OpaqueToken, SigningKey, WorkloadRole } from '../../../lib';
import { snapshotOf } from '../../../lib/assembly/snapshot';
import { sec13 } from '../../../lib/rules/credentials/sec13-published-half-open-to-others';
import { sec14 } from '../../../lib/rules/credentials/sec14-rotation-called-by-others';
import { sec15 } from '../../../lib/rules/credentials/sec15-end-can-be-moved';
import { sec16 } from '../../../lib/rules/credentials/sec16-rotation-may-do-more';
import { runRules } from '../../../lib/rules/run-rules';
import { findingsOf } from '../rule-runner';

const env = { account: '111122223333', region: 'eu-west-1' };
const LAMBDA = new iam.ServicePrincipal('lambda.amazonaws.com');
let body: any;
/** What is found with all roles of `ROLES`; and with the policy of the bucket opened. */
let all: readonly Found[];
let open: readonly Found[];
let widened: readonly Found[];

const idOf = (type: string, prefix: string): string =>
  Object.keys(body.Resources).find((id) => body.Resources[id].Type === type && id.startsWith(prefix)) as string;

beforeAll(() => {
  const app = new App({ context: { 'aws:cdk:enable-path-metadata': true } });
  const stack = new Stack(app, 'Orders', { env });
  const role = (id: string) => new WorkloadRole(stack, id, { owner: 'orders', purpose: 'works', assumedBy: LAMBDA });
  const declared = {
    owner: 'orders',
    purpose: 'webhooks',
    reader: role('Reader'),
    rotateEvery: Duration.days(7),
    expiresOn: '2027-06-30',
    inventory: new CredentialInventory(stack, 'Inventory', { owner: 'security' }),
  };
  new SigningKey(stack, 'Key', declared).grants.verify(role('Verifier'));
  new OpaqueToken(stack, 'Token', declared).grants.rotate(role('Operator'));
  body = app.synth().stacks[0]?.template;
  all = findings(() => {});
  open = findings(withoutDeny);
  widened = findings(withMore, {});
});

interface Found {
  readonly rule: string;
  readonly at: string;
  readonly certainty: string;
  readonly message: string;
}

const allow = (Action: string | string[], Resource: unknown) => ({ Effect: 'Allow', Action, Resource });
const deny = (Action: string) => ({ ...allow(Action, '*'), Effect: 'Deny' });
const bucket = () => idOf('AWS::S3::Bucket', 'KeyPublished');
const arn = () => ({ 'Fn::GetAtt': [bucket(), 'Arn'] });
const objects = () => ({ 'Fn::Sub': `\${${bucket()}.Arn}/*` });
const code = () => ({ 'Fn::GetAtt': [idOf('AWS::Lambda::Function', 'TokenRotationFunction'), 'Arn'] });
const functionArn = (name: string) => `arn:aws:lambda:eu-west-1:111122223333:function:${name}`;
const secret = () => ({ Ref: idOf('AWS::SecretsManager::Secret', 'Token') });
const TAGS = 'secretsmanager:TagResource';

/** Roles that are added to the app, by what they may do. Those called `Build…` are of pipelines. */
const ROLES: Readonly<Record<string, () => readonly object[]>> = {
  Admin: () => [allow('*', '*')],
  Writer: () => [allow('s3:PutObject', objects())],
  PolicyWriter: () => [allow('s3:PutBucketPolicy', arn())],
  PolicyRemover: () => [allow('s3:DeleteBucketPolicy', arn())],
  RemoverAndWriter: () => [allow('s3:DeleteBucketPolicy', arn()), allow('s3:PutObject', objects())],
  OtherBucket: () => [
    allow(['s3:PutObject', 's3:PutBucketPolicy'], ['arn:aws:s3:::uploads', 'arn:aws:s3:::uploads/*']),
  ],
  Build: () => [allow(['s3:PutBucketPolicy', TAGS], '*')],
  Invoker: () => [allow('lambda:InvokeFunction', code())],
  Ender: () => [
    allow('lambda:InvokeFunction', {
      'Fn::GetAtt': [idOf('AWS::Lambda::Function', 'TokenRemovalFunction'), 'Arn'],
    }),
  ],
  Opener: () => [allow('lambda:AddPermission', code())],
  Looker: () => [allow(['lambda:GetFunction', 'secretsmanager:DescribeSecret'], '*')],
  Reports: () => [allow('lambda:InvokeFunction', functionArn('reports'))],
  AllOfOrders: () => [allow('lambda:InvokeFunction', functionArn('Orders-*'))],
  Tagger: () => [allow(TAGS, secret())],
  Untagger: () => [allow('secretsmanager:UntagResource', secret())],
  AllButTagging: () => [allow('secretsmanager:*', secret()), deny('secretsmanager:*TagResource')],
  Untagging: () => [allow('secretsmanager:*', secret()), deny(TAGS)],
};

function withoutDeny(resources: Record<string, any>): void {
  const { PolicyDocument } = resources[idOf('AWS::S3::BucketPolicy', 'KeyPublished')].Properties;
  PolicyDocument.Statement = PolicyDocument.Statement.filter(({ Sid }: any) => Sid !== 'OnlyTheRotatorWrites');
}

/** The role of one rotation may read the other secret, and a table. */
function withMore(resources: Record<string, any>): void {
  const table = 'arn:aws:dynamodb:eu-west-1:111122223333:table/customers';
  const Statement = [allow('secretsmanager:GetSecretValue', secret()), allow('dynamodb:Scan', table)];
  const role_ = idOf('AWS::IAM::Role', 'KeyRotatorRole');
  resources.Boundary = {
    Type: 'AWS::IAM::ManagedPolicy',
    Properties: { PolicyDocument: { Statement: [allow('*', '*')] } },
  };
  resources[role_].Properties.PermissionsBoundary = { Ref: 'Boundary' };
  resources.More = {
    Type: 'AWS::IAM::Policy',
    Properties: { PolicyName: 'more', Roles: [{ Ref: role_ }], PolicyDocument: { Version: '2012-10-17', Statement } },
  };
  for (const { Type, Properties } of Object.values(resources)) {
    if (Type === 'AWS::SecretsManager::ResourcePolicy') Properties.ResourcePolicy.Statement = [];
  }
}

function findings(change: (resources: Record<string, any>) => void, roles = ROLES): readonly Found[] {
  const copy = structuredClone(body);
  for (const [id, statements] of Object.entries(roles)) {
    const Service = id.startsWith('Build') ? 'codebuild.amazonaws.com' : 'ec2.amazonaws.com';
    copy.Resources[id] = {
      Type: 'AWS::IAM::Role',
      Properties: {
        AssumeRolePolicyDocument: {
          Statement: [{ Effect: 'Allow', Principal: { Service }, Action: 'sts:AssumeRole' }],
        },
        Policies: [{ PolicyName: 'work', PolicyDocument: { Version: '2012-10-17', Statement: statements() } }],
      },
    };
  }
  change(copy.Resources);
  const snapshot = snapshotOf([{ name: 'Orders', file: '', body: copy, ...env }]);
  return runRules(snapshot, [sec13, sec14, sec15, sec16], { today: '2026-11-22' }).map(
    ({ ruleId, logicalId = '', certainty, message }) => ({
      rule: ruleId.replace('Bulkhead-', ''),
      at: logicalId.replace(/[0-9A-F]{8}$/, ''),
      certainty,
      message,
    }),
  );
}

const at = (rule: string, found = all): readonly string[] =>
  [...new Set(found.filter((each) => each.rule === rule).map((each) => each.at))].sort();
const told = (rule: string, name: string): readonly Found[] =>
  all.filter((each) => each.rule === rule && each.at === name);

describe('what a credential publishes', () => {
  it('is written by its rotation alone, and by whoever writes the policy of the bucket, or takes it away and may write', () => {
    expect(at('SEC13')).toEqual(['PolicyWriter', 'RemoverAndWriter']);
    expect(told('SEC13', 'PolicyWriter')).toMatchObject([{ message: expect.stringContaining('s3-bucket-policy') }]);
  });

  it('is open where the Deny is gone: at the bucket, and at who writes there', () => {
    expect(at('SEC13', open)).toEqual(['KeyPublished', 'PolicyWriter', 'RemoverAndWriter', 'Writer']);
  });
});

describe('the rotation of a credential', () => {
  it('is called by operators and the sweeper, who are declared, and not by others, nor by leave that they give', () => {
    expect(at('SEC14')).toEqual(['AllOfOrders', 'Ender', 'Invoker', 'Opener']);
    expect(told('SEC14', 'Invoker')).toMatchObject([{ certainty: 'certain' }]);
    expect(told('SEC14', 'Ender')).toMatchObject([
      {
        certainty: 'certain',
        message: expect.stringMatching(/call the removal function of Orders\/Token.*expected the deployment only/),
      },
    ]);
    expect(told('SEC14', 'Opener')).toMatchObject([{ message: expect.stringContaining('lambda-add-permission') }]);
  });

  it('may be meant by a pattern, and not by the name of another function', () => {
    expect(told('SEC14', 'AllOfOrders')).toMatchObject(
      // Rotation and removal of both credentials.
      [1, 2, 3, 4].map(() => ({ certainty: 'possible' })),
    );
  });
});

describe('the tags of a credential', () => {
  it('are written by deployments, and by nobody to whom it is denied', () => {
    expect(at('SEC15')).toEqual(['Tagger', 'Untagger', 'Untagging']);
    expect(told('SEC15', 'Tagger')).toMatchObject([{ certainty: 'certain' }]);
  });
});

describe('the role of a rotation', () => {
  it('may rotate its secret, keep its line and publish, and nothing else', () => {
    expect(at('SEC16')).toEqual([]);
    const [keyRole] = at('SEC16', widened);
    expect([keyRole, ...at('SEC16', widened)]).toEqual(['KeyRotatorRole', 'KeyRotatorRole']);
    expect(widened.filter(({ rule }) => rule === 'SEC16').map(({ message }) => message)).toEqual([
      expect.stringContaining('secretsmanager:GetSecretValue on '),
      expect.stringContaining('dynamodb:Scan on arn:aws:dynamodb:eu-west-1:111122223333:table/customers'),
    ]);
  });

  it('reads the secret of the master user, to which the other one refers, and writes it not', () => {
    const { Resources } = sec16.examples.bad as { Resources: Record<string, any> };
    const referring = structuredClone(Resources);
    const masterarn = '{"masterarn":"${Billing}"}';
    referring.Secret.Properties.GenerateSecretString = { SecretStringTemplate: { 'Fn::Sub': masterarn } };
    expect(findingsOf(sec16, { Resources: referring })).toEqual([]);
    referring.Example.Properties.Policies[0].PolicyDocument.Statement[0].Action.push('secretsmanager:PutSecretValue');
    expect(findingsOf(sec16, { Resources: referring })).toHaveLength(1);
  });

  it('names other secrets of the account without being taken for one of the templates', () => {
    const { Resources } = sec16.examples.bad as { Resources: Record<string, any> };
    const other = structuredClone(Resources);
    other.Example.Properties.Policies[0].PolicyDocument.Statement[0].Resource = [
      { Ref: 'Secret' },
      'arn:aws:secretsmanager:eu-west-1:111122223333:secret:elsewhere-a1B2c3',
    ];
    expect(findingsOf(sec16, { Resources: other })).toEqual([]);
  });
});
