import { describe, expect, it } from 'vitest';
import { BUILT_IN_DUTIES } from '../../../lib/engine/duties/built-in';
import { isKind } from '../../../lib/engine/duties/kinds';
import { actionInfo } from '../../../lib/engine/actions/action-info';
import { allow, arn, document, managed, ref, role, user } from '../reach/support/template';
import type { Json, Resources } from '../reach/support/template';
import { GROUNDS, dutiesOf } from './support';

const sub = (text: string): Json => ({ 'Fn::Sub': text });
const endpoint = (verb: string): Json =>
  sub(`arn:aws:execute-api:\${AWS::Region}:\${AWS::AccountId}:\${Api}/prod/${verb}/orders`);
const named = (text: string): string => `arn:aws:${text}`;

/** Each duty: one action on one resource that is it, a wildcard that holds it, and what is near it and is not. */
const CASES: Readonly<
  Record<
    string,
    {
      readonly is: readonly [string, Json][];
      readonly wild: readonly [string, Json];
      readonly near: readonly [string, Json][];
    }
  >
> = {
  'access-provisioning': {
    is: [
      ['iam:PutRolePolicy', named('iam::111122223333:role/x')],
      ['iam:CreateRole', named('iam::111122223333:role/*')],
      ['apigateway:UpdateRestApiPolicy', '*'],
      ['sso:CreateAccountAssignment', '*'],
    ],
    wild: ['iam:*', '*'],
    near: [
      ['iam:PassRole', '*'],
      ['iam:Get*', '*'],
      ['iam:CreateServiceLinkedRole', '*'],
      ['iam:CreateAccessKey', named('iam::111122223333:user/${aws:username}')],
      ['apigateway:GET', '*'],
    ],
  },
  'deployment': {
    is: [
      ['lambda:UpdateFunctionCode', arn('Code')],
      ['cloudformation:ExecuteChangeSet', named('cloudformation:eu-west-1:111122223333:stack/orders/*')],
      ['apigateway:POST', named('apigateway:eu-west-1::/restapis/*/deployments')],
    ],
    wild: ['lambda:Update*', '*'],
    near: [
      ['lambda:InvokeFunction', '*'],
      ['cloudformation:Describe*', '*'],
      ['codebuild:StartBuild', '*'],
      ['apigateway:POST', named('apigateway:eu-west-1::/apikeys')],
      ['sts:AssumeRole', named('iam::111122223333:role/reader')],
      ['lambda:UpdateFunctionCode', named('sqs:eu-west-1:111122223333:queue')],
    ],
  },
  'monitoring': {
    is: [
      ['cloudwatch:GetMetricData', '*'],
      ['xray:GetTraceSummaries', '*'],
    ],
    wild: ['cloudwatch:Get*', '*'],
    near: [
      ['cloudwatch:PutMetricData', '*'],
      ['cloudwatch:DescribeAlarms', '*'],
      ['xray:PutTraceSegments', '*'],
      ['logs:PutLogEvents', '*'],
    ],
  },
  'audit-reading': {
    is: [
      ['s3:GetObject', sub('${Record.Arn}/*')],
      ['s3:GetObject', sub('${Record.Arn}/AWSLogs/111122223333/*')],
      ['logs:FilterLogEvents', arn('TrailLog')],
      ['cloudtrail:LookupEvents', '*'],
    ],
    wild: ['cloudtrail:L*', '*'],
    near: [
      ['s3:GetObject', sub('${Data.Arn}/*')],
      ['s3:ListBucket', arn('Record')],
      ['logs:FilterLogEvents', arn('DataLog')],
      ['cloudtrail:DescribeTrails', '*'],
    ],
  },
  'audit-tampering': {
    is: [
      ['cloudtrail:StopLogging', arn('Trail')],
      ['cloudtrail:UpdateTrail', '*'],
      ['s3:PutLifecycleConfiguration', arn('Record')],
      ['s3:BypassGovernanceRetention', sub('${Record.Arn}/*')],
      ['s3:PutObjectLegalHold', sub('${Record.Arn}/*')],
      ['kms:ScheduleKeyDeletion', arn('RecordKey')],
      ['logs:DeleteLogGroup', arn('TrailLog')],
      ['cloudwatch:DisableAlarmActions', arn('Alarm')],
      ['s3:PutObject', sub('${Record.Arn}/*')],
      ['kms:PutKeyPolicy', arn('RecordKey')],
    ],
    wild: ['cloudtrail:*', '*'],
    near: [
      ['cloudtrail:GetTrailStatus', '*'],
      ['s3:PutLifecycleConfiguration', arn('Data')],
      ['s3:DeleteObject', sub('${Data.Arn}/*')],
      ['s3:PutObject', sub('${Data.Arn}/*')],
      ['logs:DeleteLogGroup', arn('DataLog')],
      ['cloudwatch:DisableAlarmActions', arn('OtherAlarm')],
      ['kms:DisableKey', arn('Key')],
    ],
  },
  'api-reading': {
    is: [['execute-api:Invoke', endpoint('GET')]],
    wild: ['execute-api:*', '*'],
    near: [
      ['execute-api:Invoke', endpoint('POST')],
      ['execute-api:InvalidateCache', '*'],
    ],
  },
  'api-writing': {
    is: [['execute-api:Invoke', endpoint('POST')]],
    wild: ['execute-api:Inv*', '*'],
    near: [
      ['execute-api:Invoke', endpoint('GET')],
      ['execute-api:Invoke', endpoint('DELETE')],
    ],
  },
  'high-value-api-reading': {
    is: [['execute-api:Invoke', endpoint('HEAD')]],
    wild: ['execute-api:Invoke', '*'],
    near: [
      ['execute-api:Invoke', endpoint('GET')],
      ['execute-api:Invoke', endpoint('PUT')],
    ],
  },
  'high-value-api-writing': {
    is: [['execute-api:Invoke', endpoint('PUT')]],
    wild: ['execute-api:Invoke', '*'],
    near: [['execute-api:Invoke', endpoint('POST')]],
  },
  'credential-use': {
    is: [
      ['secretsmanager:GetSecretValue', ref('Secret')],
      // Of another stack.
      ['secretsmanager:GetSecretValue', named('secretsmanager:us-east-1:111122223333:secret:other-AbCdEf')],
    ],
    wild: ['secretsmanager:Get*', '*'],
    near: [
      ['secretsmanager:DescribeSecret', '*'],
      ['secretsmanager:GetRandomPassword', '*'],
    ],
  },
  'credential-rotation': {
    is: [
      ['secretsmanager:PutSecretValue', ref('Secret')],
      ['secretsmanager:RotateSecret', ref('Secret')],
    ],
    wild: ['secretsmanager:Put*', '*'],
    near: [
      ['secretsmanager:GetSecretValue', ref('Secret')],
      ['secretsmanager:TagResource', ref('Secret')],
    ],
  },
  'key-administration': {
    is: [
      ['kms:PutKeyPolicy', arn('Key')],
      ['kms:DisableKey', arn('Key')],
    ],
    wild: ['kms:Put*', '*'],
    near: [
      ['kms:DescribeKey', arn('Key')],
      ['kms:EnableKeyRotation', arn('Key')],
      ['kms:CreateGrant', arn('Key')],
      ['kms:CreateKey', '*'],
    ],
  },
  'key-use': {
    is: [
      ['kms:Decrypt', arn('Key')],
      ['kms:GenerateDataKey', arn('Key')],
    ],
    wild: ['kms:De*', '*'],
    near: [
      ['kms:DescribeKey', arn('Key')],
      ['kms:ListAliases', '*'],
    ],
  },
  'approval': {
    is: [
      ['codepipeline:PutApprovalResult', '*'],
      ['codecommit:UpdatePullRequestApprovalState', '*'],
    ],
    wild: ['codepipeline:Put*', '*'],
    near: [
      ['codepipeline:GetPipelineState', '*'],
      ['states:SendTaskSuccess', '*'],
    ],
  },
  'data-destruction': {
    is: [
      ['dynamodb:DeleteTable', '*'],
      ['s3:DeleteObjectVersion', sub('${Data.Arn}/*')],
      ['rds:DeleteDBSnapshot', '*'],
    ],
    wild: ['dynamodb:*', '*'],
    near: [
      ['dynamodb:DeleteItem', '*'],
      ['s3:DeleteObject', sub('${Data.Arn}/*')],
      ['sqs:DeleteMessage', '*'],
    ],
  },
};

const having = (action: string, resource: Json): Resources => ({ ...GROUNDS, P: role([allow(action, resource)]) });
const every = Object.entries(CASES);

it('every built-in duty has its cases, known actions and known kinds', () => {
  expect(Object.keys(CASES).sort()).toEqual(BUILT_IN_DUTIES.map(({ id }) => id).sort());
  for (const { permissions } of BUILT_IN_DUTIES) {
    for (const { actions, on } of permissions) {
      expect(actions.filter((each) => actionInfo(each)?.action !== each)).toEqual([]);
      expect((on ?? []).filter((each) => !isKind(each))).toEqual([]);
    }
  }
});

describe.each(every)('%s', (duty, { is, wild, near }) => {
  it.each(is)('is %s', (action, resource) => expect(dutiesOf(having(action, resource)).direct).toContain(duty));

  it(`is ${wild[0]}, by wildcard`, () => expect(dutiesOf(having(...wild)).direct).toContain(duty));

  it.each(near)('is not %s', (action, resource) => {
    const { direct } = dutiesOf(having(action, resource));
    expect(direct.filter((each) => each.startsWith(duty))).toEqual([]);
  });

  it('comes by a managed policy, by a group, and by everything but something', () => {
    const [[action, resource]] = is;
    const by = (resources: Resources) => dutiesOf({ ...GROUNDS, ...resources });
    const attached = { P: role([]), Policy: managed([allow(action, resource)], { Roles: [ref('P')] }) };
    const grouped = {
      P: user([], { Groups: [ref('G')] }),
      G: {
        Type: 'AWS::IAM::Group',
        Properties: { Policies: [{ PolicyName: 'g', PolicyDocument: document(allow(action, resource)) }] },
      },
    };
    const inverted = role([{ Effect: 'Allow', NotAction: 'ec2:*', Resource: '*' }]);
    expect(by(attached).direct).toContain(duty);
    expect(by(grouped).direct).toContain(duty);
    // EC2 is among the stores that can be destroyed, and there are others.
    expect(by({ P: inverted }).direct).toContain(duty);
  });

  it('comes by one hop and by two hops of escalation, with the way there', () => {
    const [[action, resource]] = is;
    const assume = (id: string): Json => allow('sts:AssumeRole', arn(id));
    const own = { AWS: named('iam::111122223333:root') };
    const one = dutiesOf({ ...GROUNDS, P: role([assume('Q')]), Q: role([allow(action, resource)], own) });
    const two = dutiesOf({
      ...GROUNDS,
      P: role([assume('R')]),
      R: role([assume('Q')], own),
      Q: role([allow(action, resource)], own),
    });
    for (const [{ direct, reach, row }, hops] of [
      [one, 1],
      [two, 2],
    ] as const) {
      expect(direct).toEqual([]);
      expect(reach).toContain(duty);
      expect(row.reach.find((each) => each.duty === duty)?.trace).toHaveLength(hops + 1);
    }
  });

  it('comes by a group that somebody may join, and by a boundary that it may lift, with the step', () => {
    const [[action, resource]] = is;
    const joining = dutiesOf({
      ...GROUNDS,
      P: user([allow('iam:AddUserToGroup', arn('G'))]),
      G: {
        Type: 'AWS::IAM::Group',
        Properties: { Policies: [{ PolicyName: 'g', PolicyDocument: document(allow(action, resource)) }] },
      },
    });
    const lift = allow('iam:DeleteRolePermissionsBoundary', arn('P'));
    const lifting = dutiesOf({
      ...GROUNDS,
      P: role([allow(action, resource), lift], undefined, { PermissionsBoundary: ref('B') }),
      B: managed([lift]),
    });
    for (const { direct, reach, row } of [joining, lifting]) {
      // To let somebody join is a duty itself.
      if (duty !== 'access-provisioning') expect(direct).not.toContain(duty);
      expect([...direct, ...reach]).toContain(duty);
      if (!direct.includes(duty)) expect(row.reach.find((each) => each.duty === duty)?.trace).toHaveLength(2);
    }
  });

  it('is not had where a Deny or a boundary takes it away', () => {
    const [[action, resource]] = is;
    const denied = role([allow(action, resource), { Effect: 'Deny', Action: action, Resource: '*' }]);
    const bounded = {
      P: role([allow(action, resource)], undefined, { PermissionsBoundary: ref('B') }),
      B: managed([allow('sqs:SendMessage')]),
    };
    expect(dutiesOf({ ...GROUNDS, P: denied }).direct).toEqual([]);
    expect(dutiesOf({ ...GROUNDS, ...bounded }).direct).toEqual([]);
  });
});

describe('the policy of a resource', () => {
  const admits = (action: string): Json => ({
    Effect: 'Allow',
    Principal: { AWS: arn('P') },
    Action: action,
    Resource: '*',
  });
  it.each<readonly [string, Resources]>([
    [
      'audit-tampering',
      {
        Guard: {
          Type: 'AWS::S3::BucketPolicy',
          Properties: {
            Bucket: ref('Record'),
            PolicyDocument: document({ ...(admits('s3:DeleteObject') as object), Resource: sub('${Record.Arn}/*') }),
          },
        },
      },
    ],
    [
      'audit-reading',
      {
        Guard: {
          Type: 'AWS::S3::BucketPolicy',
          Properties: {
            Bucket: ref('Record'),
            PolicyDocument: document({ ...(admits('s3:GetObject') as object), Resource: sub('${Record.Arn}/*') }),
          },
        },
      },
    ],
    ['key-use', { Key: { Type: 'AWS::KMS::Key', Properties: { KeyPolicy: document(admits('kms:Decrypt')) } } }],
    [
      'key-administration',
      { Key: { Type: 'AWS::KMS::Key', Properties: { KeyPolicy: document(admits('kms:PutKeyPolicy')) } } },
    ],
    [
      'credential-use',
      {
        Guard: {
          Type: 'AWS::SecretsManager::ResourcePolicy',
          Properties: { SecretId: ref('Secret'), ResourcePolicy: document(admits('secretsmanager:GetSecretValue')) },
        },
      },
    ],
    [
      'credential-rotation',
      {
        Guard: {
          Type: 'AWS::SecretsManager::ResourcePolicy',
          Properties: { SecretId: ref('Secret'), ResourcePolicy: document(admits('secretsmanager:PutSecretValue')) },
        },
      },
    ],
    [
      'api-reading',
      {
        Api: {
          Type: 'AWS::ApiGateway::RestApi',
          Properties: {
            Name: 'orders',
            Policy: document({ ...(admits('execute-api:Invoke') as object), Resource: 'execute-api:/prod/GET/*' }),
          },
        },
      },
    ],
    [
      'api-writing',
      {
        Api: {
          Type: 'AWS::ApiGateway::RestApi',
          Properties: {
            Name: 'orders',
            Policy: document({ ...(admits('execute-api:Invoke') as object), Resource: 'execute-api:/prod/POST/*' }),
          },
        },
      },
    ],
    [
      'data-destruction',
      {
        Guard: {
          Type: 'AWS::SQS::QueuePolicy',
          Properties: { Queues: [ref('Queue')], PolicyDocument: document(admits('sqs:PurgeQueue')) },
        },
        Queue: { Type: 'AWS::SQS::Queue' },
      },
    ],
    [
      'deployment',
      {
        Guard: {
          Type: 'AWS::Lambda::Permission',
          Properties: { FunctionName: ref('Code'), Principal: arn('P'), Action: 'lambda:UpdateFunctionCode' },
        },
      },
    ],
  ])('gives %s to a role without any policy', (duty, resources) => {
    expect(dutiesOf({ ...GROUNDS, P: role([]), ...resources }).direct).toContain(duty);
  });

  it('that denies everybody takes credential use away', () => {
    const shut = {
      Guard: {
        Type: 'AWS::SecretsManager::ResourcePolicy',
        Properties: {
          SecretId: ref('Secret'),
          ResourcePolicy: document({
            Effect: 'Deny',
            Principal: '*',
            Action: '*',
            Resource: '*',
            Condition: { ArnNotEquals: { 'aws:PrincipalArn': arn('CodeRole') } },
          }),
        },
      },
    };
    const reader = role([allow('secretsmanager:GetSecretValue', ref('Secret'))]);
    expect(dutiesOf({ ...GROUNDS, P: reader, ...shut }).direct).toEqual([]);
  });
});
