import { App, Stack } from 'aws-cdk-lib';
import { describe, expect, it } from 'vitest';
import { Environment } from '../../../lib/constructs/separation/environment';
import { SeparationOfDuties } from '../../../lib/constructs/separation/separation-of-duties';
import { separationFindings } from '../../../lib/rules/separation/separation-findings';
import { allow, arn, managed, ref, role } from '../../engine/reach/support/template';
import type { Finding } from '../../../lib/model/finding';
import type { Json, Resources } from '../../engine/reach/support/template';
import { GROUNDS, snapshotWith } from '../../engine/duties/support';
import { document } from '../../engine/reach/support/template';

type Permission = readonly [action: string, resource: Json];

const sub = (text: string): Json => ({ 'Fn::Sub': text });
const endpoint = (verb: string): Json =>
  sub(`arn:aws:execute-api:\${AWS::Region}:\${AWS::AccountId}:\${Api}/prod/${verb}/orders`);
const PROVISION: Permission = ['iam:PutRolePolicy', 'arn:aws:iam::111122223333:role/x'];
const DEPLOY: Permission = ['lambda:UpdateFunctionCode', arn('Code')];
const WATCH: Permission = ['cloudwatch:GetMetricData', '*'];
const AUDIT: Permission = ['s3:GetObject', sub('${Record.Arn}/*')];
const APPROVE: Permission = ['codepipeline:PutApprovalResult', '*'];
const USE_SECRET: Permission = ['secretsmanager:GetSecretValue', ref('Secret')];
const ROTATE: Permission = ['secretsmanager:PutSecretValue', ref('Secret')];
const ADMINISTER_KEY: Permission = ['kms:PutKeyPolicy', arn('Key')];
const USE_KEY: Permission = ['kms:Decrypt', arn('Key')];
const READ_DEAR: Permission = ['execute-api:Invoke', endpoint('HEAD')];
const WRITE_DEAR: Permission = ['execute-api:Invoke', endpoint('PUT')];
const TAMPER: Permission = ['cloudtrail:StopLogging', arn('Trail')];
/** Nothing that any duty is about. */
const HARMLESS: Permission = ['sqs:SendMessage', '*'];

interface Case {
  /** Two duties that must be apart; of a duty that nobody has, something harmless and the duty. */
  readonly pair: readonly [Permission, Permission];
  /** The second of them, by a wildcard that holds it. */
  readonly wild: Permission;
  /** The second, by the policy of the resource; `undefined` where AWS has no such policy. */
  readonly admits: Resources | undefined;
  /** What stands beside the first and is near to the second. */
  readonly near: readonly Permission[];
}

const to = (action: string, resource: Json = '*'): Json =>
  document({ Effect: 'Allow', Principal: { AWS: arn('P') }, Action: action, Resource: resource });
const ofSecret = (action: string): Resources => ({
  Guard: {
    Type: 'AWS::SecretsManager::ResourcePolicy',
    Properties: { SecretId: ref('Secret'), ResourcePolicy: to(action) },
  },
});
const ofRecord = (action: string): Resources => ({
  Guard: {
    Type: 'AWS::S3::BucketPolicy',
    Properties: { Bucket: ref('Record'), PolicyDocument: to(action, sub('${Record.Arn}/*')) },
  },
});
const ofApi = (verb: string): Resources => ({
  Api: {
    Type: 'AWS::ApiGateway::RestApi',
    Properties: { Name: 'orders', Policy: to('execute-api:Invoke', `execute-api:/prod/${verb}/*`) },
  },
});
const ofFunction: Resources = {
  Guard: {
    Type: 'AWS::Lambda::Permission',
    Properties: { FunctionName: ref('Code'), Principal: arn('P'), Action: 'lambda:UpdateFunctionCode' },
  },
};

const CASES: readonly (readonly [constraint: string, name: string, Case])[] = [
  [
    'provision-deploy-watch-audit',
    'provisioning and deploying',
    {
      pair: [PROVISION, DEPLOY],
      wild: ['lambda:Update*', '*'],
      admits: ofFunction,
      near: [['lambda:InvokeFunction', arn('Code')], ['iam:PassRole', 'arn:aws:iam::111122223333:role/y'], APPROVE],
    },
  ],
  [
    'provision-deploy-watch-audit',
    'auditing and provisioning',
    {
      pair: [AUDIT, PROVISION],
      wild: ['iam:PutRole*', 'arn:aws:iam::111122223333:role/x'],
      // Policies, trust and boundaries of identities have no policy of their own.
      admits: undefined,
      near: [
        ['iam:GetRolePolicy', '*'],
        ['apigateway:GET', '*'],
      ],
    },
  ],
  [
    'provision-deploy-watch-audit',
    'deploying and watching',
    {
      pair: [DEPLOY, WATCH],
      wild: ['cloudwatch:Get*', '*'],
      // Metrics, dashboards and traces are read by identity policies alone.
      admits: undefined,
      near: [
        ['cloudwatch:PutMetricData', '*'],
        ['cloudwatch:DescribeAlarms', '*'],
        ['logs:PutLogEvents', '*'],
      ],
    },
  ],
  [
    'provision-deploy-watch-audit',
    'watching and auditing',
    {
      pair: [WATCH, AUDIT],
      wild: ['s3:Get*', '*'],
      admits: ofRecord('s3:GetObject'),
      near: [
        ['s3:GetObject', sub('${Data.Arn}/*')],
        ['s3:ListBucket', arn('Record')],
        ['cloudtrail:DescribeTrails', '*'],
      ],
    },
  ],
  [
    'approve-deploy',
    'deploying and approving',
    {
      pair: [DEPLOY, APPROVE],
      wild: ['codepipeline:Put*', '*'],
      // Neither pipelines nor pull requests have a policy of their own.
      admits: undefined,
      near: [
        ['codepipeline:GetPipelineState', '*'],
        ['codecommit:CreatePullRequest', '*'],
      ],
    },
  ],
  [
    'approve-deploy',
    'approving and deploying',
    {
      pair: [APPROVE, DEPLOY],
      wild: ['lambda:*', arn('Code')],
      admits: ofFunction,
      near: [
        ['lambda:GetFunction', '*'],
        ['cloudformation:DescribeStacks', '*'],
      ],
    },
  ],
  [
    'approve-provision',
    'approving and provisioning',
    {
      pair: [APPROVE, PROVISION],
      wild: ['iam:Put*', 'arn:aws:iam::111122223333:role/x'],
      admits: undefined,
      near: [
        ['iam:ListRoles', '*'],
        ['iam:CreateAccessKey', 'arn:aws:iam::111122223333:user/${aws:username}'],
      ],
    },
  ],
  [
    'high-value-read-write',
    'reading and writing',
    {
      pair: [READ_DEAR, WRITE_DEAR],
      wild: ['execute-api:Invoke', endpoint('P*')],
      admits: ofApi('PUT'),
      near: [
        ['execute-api:Invoke', endpoint('POST')],
        ['execute-api:InvalidateCache', '*'],
      ],
    },
  ],
  [
    'high-value-read-write',
    'writing and reading',
    {
      pair: [WRITE_DEAR, READ_DEAR],
      wild: ['execute-api:*', endpoint('H*')],
      admits: ofApi('HEAD'),
      near: [['execute-api:Invoke', endpoint('GET')]],
    },
  ],
  [
    'key-administration-use',
    'administering and using',
    {
      pair: [ADMINISTER_KEY, USE_KEY],
      wild: ['kms:De*', '*'],
      admits: {
        Key: {
          Type: 'AWS::KMS::Key',
          Properties: {
            KeyPolicy: document(
              { Effect: 'Allow', Principal: { AWS: arn('P') }, Action: 'kms:Decrypt', Resource: '*' },
              {
                Effect: 'Allow',
                Principal: { AWS: 'arn:aws:iam::111122223333:root' },
                Action: 'kms:PutKeyPolicy',
                Resource: '*',
              },
            ),
          },
        },
      },
      // Over another key.
      near: [
        ['kms:Decrypt', arn('RecordKey')],
        ['kms:DescribeKey', '*'],
      ],
    },
  ],
  [
    'credential-rotation-use',
    'rotating and using',
    {
      pair: [ROTATE, USE_SECRET],
      wild: ['secretsmanager:Get*', '*'],
      admits: ofSecret('secretsmanager:GetSecretValue'),
      near: [
        ['secretsmanager:DescribeSecret', '*'],
        ['secretsmanager:GetRandomPassword', '*'],
      ],
    },
  ],
  [
    'deploy-production-secrets',
    'deploying and using a secret',
    {
      pair: [DEPLOY, USE_SECRET],
      wild: ['secretsmanager:*Value', '*'],
      admits: ofSecret('secretsmanager:GetSecretValue'),
      near: [['secretsmanager:DescribeSecret', '*'], ROTATE],
    },
  ],
  [
    'nobody-audit-tampering',
    'tampering',
    {
      pair: [HARMLESS, TAMPER],
      wild: ['cloudtrail:Stop*', '*'],
      admits: ofRecord('s3:DeleteObject'),
      near: [
        ['cloudtrail:GetTrailStatus', '*'],
        ['s3:DeleteObject', sub('${Data.Arn}/*')],
        ['kms:DisableKey', arn('Key')],
      ],
    },
  ],
];

const stack = new Stack(new App(), 'Prod');
Environment.PRODUCTION.holds(stack);
const CONSTRAINTS = SeparationOfDuties.recommended()._constraintsFor(stack);

/** The ids of the constraints that the principal `P` violates, as far as they are certain. */
function violated(resources: Resources): readonly string[] {
  return found(resources)
    .filter(({ certainty }) => certainty === 'certain')
    .map(({ ruleId }) => ruleId.replace('Bulkhead-SOD-', ''));
}

/** Of any certainty. */
function told(resources: Resources): readonly string[] {
  return found(resources).map(({ ruleId }) => ruleId);
}

function found(resources: Resources): readonly Finding[] {
  const snapshot = snapshotWith({ ...GROUNDS, ...resources }, { constraints: CONSTRAINTS });
  return separationFindings(snapshot).filter(({ logicalId }) => logicalId === 'P');
}

const OWN = { AWS: 'arn:aws:iam::111122223333:root' };
const assume = (id: string): Json => allow('sts:AssumeRole', arn(id));

it('every recommended constraint has its cases', () => {
  expect([...new Set(CASES.map(([id]) => id))].sort()).toEqual(SeparationOfDuties.recommended().constraintIds.sort());
});

describe.each(CASES.filter(([, , { admits }]) => admits !== undefined))(
  '%s: %s, by the policy of the resource',
  (id, _, { pair: [first], admits }) => {
    it('is violated with it, and not without', () => {
      expect(violated({ P: role([allow(...first)]) })).not.toContain(id);
      expect(violated({ P: role([allow(...first)]), ...admits })).toContain(id);
    });
  },
);

describe.each(CASES)('%s: %s', (id, _, { pair: [first, second], wild, near }) => {
  it('is violated directly, and by a wildcard', () => {
    expect(violated({ P: role([allow(...first), allow(...second)]) })).toContain(id);
    expect(violated({ P: role([allow(...first), allow(...wild)]) })).toContain(id);
  });

  it('is violated by a managed policy', () => {
    const policy = managed([allow(...second)], { Roles: [ref('P')] });
    expect(violated({ P: role([allow(...first)]), Policy: policy })).toContain(id);
  });

  it('is violated by one and by two hops of escalation', () => {
    const P = role([allow(...first), assume('Q')]);
    const Q = role([allow(...second)], OWN);
    expect(violated({ P, Q })).toContain(id);
    expect(violated({ P, Q: role([assume('R')], OWN), R: Q })).toContain(id);
    // The first of the two may be as far away.
    expect(violated({ P: role([assume('Q'), assume('R')]), Q: role([allow(...first)], OWN), R: Q })).toContain(id);
  });

  it.each(near)('is not violated by %s beside the first', (...permission) => {
    expect(told({ P: role([allow(...first), allow(...permission)]) })).not.toContain(`Bulkhead-SOD-${id}`);
  });

  it('is not violated by two roles apart, nor where a Deny, a boundary or a trust is in the way', () => {
    const Q = role([allow(...second)], OWN);
    const key = `Bulkhead-SOD-${id}`;
    expect(told({ P: role([allow(...first)]), Q })).not.toContain(key);
    const away = { Effect: 'Deny', Action: second[0], Resource: '*' };
    expect(told({ P: role([allow(...first), allow(...second), away]) })).not.toContain(key);
    const bounded = role([allow(...first), allow(...second)], undefined, { PermissionsBoundary: ref('B') });
    expect(told({ P: bounded, B: managed([allow(first[0])]) })).toEqual(
      first[0] === second[0] ? expect.anything() : expect.not.arrayContaining([key]),
    );
    const shut = role([allow(...second)], { Service: 'lambda.amazonaws.com' });
    expect(told({ P: role([allow(...first), assume('Q')]), Q: shut })).not.toContain(key);
  });
});
