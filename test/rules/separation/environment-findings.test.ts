import { describe, expect, it } from 'vitest';
import { snapshotOf } from '../../../lib/assembly/snapshot';
import { separationFindings } from '../../../lib/rules/separation/separation-findings';
import { allow, arn, document, managed, ref, role, user } from '../../engine/reach/support/template';
import type { Json, Resources } from '../../engine/reach/support/template';

const DEV = '444455556666';
const PROD = '111122223333';

interface Given {
  readonly dev?: Resources;
  readonly prod?: Resources;
  /** Both environments in one account. */
  readonly shared?: boolean;
}

function found({ dev = {}, prod = {}, shared = false }: Given): readonly string[] {
  const template = (name: string, environment: string, account: string, resources: Resources) => ({
    name,
    file: `${name}.json`,
    account,
    region: 'eu-west-1',
    body: {
      Metadata: { 'cdk-bulkhead': { kind: 'template', environment, constraints: [], duties: [] } },
      Resources: resources,
    },
  });
  const snapshot = snapshotOf([
    template('Dev', 'development', shared ? PROD : DEV, dev),
    template('Prod', 'production', PROD, {
      Vault: { Type: 'AWS::S3::Bucket', Properties: { BucketName: 'orders-vault' } },
      ...prod,
    }),
  ]);
  return separationFindings(snapshot).map(({ ruleId, logicalId, detail = '' }) =>
    `${ruleId.slice(9)} ${logicalId} ${detail}`.trim(),
  );
}

const person = (kind: string, ...statements: Json[]): Json => ({
  ...(role(statements) as object),
  Metadata: { 'cdk-bulkhead': { kind: 'role', roleKind: kind, path: 'Prod/Someone', owner: 'o', purpose: 'p' } },
});

describe('the border of production', () => {
  it.each<readonly [string, Given, string]>([
    [
      'a trust in development that lets production in, by account',
      { dev: { R: role([], { AWS: `arn:aws:iam::${PROD}:root` }) } },
      `ENV-crossing R account::${PROD}`,
    ],
    [
      'a policy in development on an ARN of production',
      { dev: { R: role([allow('sqs:SendMessage', `arn:aws:sqs:eu-west-1:${PROD}:q`)]) } },
      `ENV-crossing R account::${PROD}`,
    ],
    [
      'a managed policy in development on a name of production',
      { dev: { P: managed([allow('s3:GetObject', 'arn:aws:s3:::orders-vault/*')]) } },
      'ENV-crossing P name::orders-vault',
    ],
    [
      'a role of production that reads a secret of development in the same account, by name',
      {
        shared: true,
        dev: { S: { Type: 'AWS::SecretsManager::Secret', Properties: { Name: 'dev/orders/db' } } },
        prod: {
          R: role([
            allow(
              'secretsmanager:GetSecretValue',
              `arn:aws:secretsmanager:eu-west-1:${PROD}:secret:dev/orders/db-??????`,
            ),
          ]),
        },
      },
      'ENV-crossing R name::dev/orders/db',
    ],
    [
      'a policy in development on a tag of production',
      {
        dev: {
          R: role([allow('ssm:StartSession', '*', { StringEquals: { 'ssm:ResourceTag/Environment': 'production' } })]),
        },
      },
      'ENV-crossing R tag::ssm:ResourceTag/Environment=production',
    ],
    [
      'a key of development that production uses',
      {
        dev: {
          K: {
            Type: 'AWS::KMS::Key',
            Properties: {
              KeyPolicy: document({
                Effect: 'Allow',
                Principal: { AWS: `arn:aws:iam::${PROD}:role/x` },
                Action: 'kms:Decrypt',
                Resource: '*',
              }),
            },
          },
        },
      },
      `ENV-crossing K account::${PROD}`,
    ],
    [
      'a trust in production that lets development in',
      { prod: { R: role([], { AWS: `arn:aws:iam::${DEV}:role/dev` }) } },
      `ENV-crossing R account::${DEV}`,
    ],
    [
      'a secret of production that development reads',
      {
        prod: {
          S: { Type: 'AWS::SecretsManager::Secret' },
          P: {
            Type: 'AWS::SecretsManager::ResourcePolicy',
            Properties: {
              SecretId: ref('S'),
              ResourcePolicy: document({ Effect: 'Allow', Principal: { AWS: DEV }, Action: '*', Resource: '*' }),
            },
          },
        },
      },
      `ENV-crossing P account::${DEV}`,
    ],
  ])('is crossed by %s', (_, given, expected) => expect(found(given)).toEqual([expected]));

  it('is crossed by a permission that only a wildcard gives, where both share an account', () => {
    const secret = { S: { Type: 'AWS::SecretsManager::Secret' } };
    expect(found({ shared: true, prod: secret, dev: { R: role([allow('secretsmanager:GetSecretValue')]) } })).toEqual([
      'ENV-duty-in-production R credential-use',
    ]);
  });

  it.each<readonly [string, Given]>([
    [
      'what development does in its own account',
      { dev: { R: role([allow('sqs:SendMessage', `arn:aws:sqs:eu-west-1:${DEV}:q`)]) } },
    ],
    [
      'a partner that both environments trust',
      { dev: { R: role([], { AWS: '777788889999' }) }, prod: { R: role([], { AWS: '777788889999' }) } },
    ],
    [
      'a name that merely begins like one of production',
      { dev: { P: managed([allow('s3:GetObject', 'arn:aws:s3:::orders-vault-dev/*')]) } },
    ],
    [
      'a wildcard in another account',
      {
        prod: { S: { Type: 'AWS::SecretsManager::Secret' } },
        dev: { R: role([allow('secretsmanager:GetSecretValue')]) },
      },
    ],
    [
      'a tag of its own environment',
      {
        dev: {
          R: role([allow('ssm:StartSession', '*', { StringEquals: { 'ssm:ResourceTag/Environment': 'development' } })]),
        },
      },
    ],
  ])('is not crossed by %s', (_, given) => expect(found(given)).toEqual([]));
});

describe('in production', () => {
  it.each<readonly [string, Json, boolean]>([
    ['a person who writes to a table', person('human', allow('dynamodb:PutItem', '*')), true],
    ['a person who deploys', person('human', allow('lambda:Update*', '*')), true],
    ['an operator who sets alarms', person('operator', allow('cloudwatch:SetAlarmState', '*')), true],
    [
      'a person who may do everything but something',
      person('human', { Effect: 'Allow', NotAction: 's3:*', Resource: '*' }),
      true,
    ],
    [
      'a person who calls an endpoint',
      person('human', allow('execute-api:Invoke', 'arn:aws:execute-api:eu-west-1:111122223333:abc/prod/POST/orders')),
      false,
    ],
    ['a person who reads', person('human', allow(['dynamodb:Get*', 's3:Get*', 's3:List*', 'kms:Decrypt'], '*')), false],
    [
      'a person whose writing is denied',
      person('human', allow('sqs:*', '*'), { Effect: 'Deny', NotAction: 'sqs:Get*', Resource: '*' }),
      false,
    ],
    ['a workload that writes', person('workload', allow('dynamodb:PutItem', '*')), false],
  ])('%s', (_, someone, isFound) =>
    expect(found({ prod: { P: someone } })).toEqual(isFound ? ['ENV-person-writes P'] : []),
  );

  it('a pipeline that destroys data is found, itself and by a role that it becomes', () => {
    const hop = {
      P: person('pipeline', allow('sts:AssumeRole', arn('Q'))),
      Q: role([allow('rds:DeleteDBCluster', '*')], { AWS: `arn:aws:iam::${PROD}:root` }),
    };
    expect(found({ prod: { P: person('pipeline', allow('dynamodb:DeleteTable', '*')) } })).toEqual([
      'ENV-pipeline-destroys P',
    ]);
    expect(found({ prod: hop })).toEqual(['ENV-pipeline-destroys P']);
    expect(found({ prod: { P: person('pipeline', allow('dynamodb:UpdateTable', '*')) } })).toEqual([]);
  });

  describe('a pipeline that may delete the objects of a bucket', () => {
    const objects = (id: string, end = '/*'): Json => ({ 'Fn::Join': ['', [arn(id), end]] });
    /** As `grantReadWrite` writes it. */
    const readWrite = (id: string, end?: string): Json =>
      allow(['s3:GetObject*', 's3:List*', 's3:PutObject', 's3:DeleteObject*'], [arn(id), objects(id, end)]);
    const store = (Location: Json): Json => ({
      Type: 'AWS::CodePipeline::Pipeline',
      Properties: { RoleArn: arn('P'), ArtifactStore: { Type: 'S3', Location } },
    });
    const bucket: Json = { Type: 'AWS::S3::Bucket' };
    const pipeline = (...statements: Json[]) => person('pipeline', ...statements);
    const FOUND = ['ENV-pipeline-destroys P'];

    it('is not found where it is the store of its artifacts, in one region or in several', () => {
      const prod = { P: pipeline(readWrite('A')), A: bucket, Line: store(ref('A')) };
      expect(found({ prod })).toEqual([]);
      const Properties = {
        RoleArn: arn('P'),
        ArtifactStores: [{ Region: 'eu-west-1', ArtifactStore: { Type: 'S3', Location: ref('A') } }],
      };
      expect(found({ prod: { ...prod, Line: { Type: 'AWS::CodePipeline::Pipeline', Properties } } })).toEqual([]);
    });

    it.each<readonly [string, Resources]>([
      ['no pipeline keeps its artifacts there', { P: pipeline(readWrite('A')) }],
      ['it is another bucket', { P: pipeline(readWrite('A'), readWrite('B')), B: bucket, Line: store(ref('A')) }],
      ['it may delete the bucket', { P: pipeline(allow('s3:Delete*', arn('A'))), Line: store(ref('A')) }],
      ['buckets are meant whose names begin alike', { P: pipeline(readWrite('A', '*')), Line: store(ref('A')) }],
      ['it may delete everywhere', { P: pipeline(allow('s3:DeleteObject*', '*')), Line: store(ref('A')) }],
      [
        'a workload writes there too',
        {
          P: pipeline(readWrite('A')),
          Line: store(ref('A')),
          W: role([allow('s3:PutObject', objects('A'))], { Service: 'lambda.amazonaws.com' }),
        },
      ],
      [
        'a trail delivers there',
        {
          P: pipeline(readWrite('A')),
          Line: store(ref('A')),
          T: { Type: 'AWS::CloudTrail::Trail', Properties: { IsLogging: true, S3BucketName: ref('A') } },
        },
      ],
    ])('is found where %s', (_, resources) => {
      expect(found({ prod: { A: bucket, ...resources } })).toEqual(FOUND);
    });
  });

  it('a user with an access key who deploys is found, and one who sends mail is not', () => {
    const keyed = (action: string): Resources => ({
      U: user([allow(action, '*')]),
      K: { Type: 'AWS::IAM::AccessKey', Properties: { UserName: ref('U') } },
    });
    expect(found({ prod: keyed('lambda:UpdateFunctionCode') })).toEqual(['ENV-pipeline-key U']);
    expect(found({ prod: keyed('ses:SendEmail') })).toEqual([]);
  });
});
