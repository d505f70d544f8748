import { drop, has, sid, statements } from '../templates';
import type { Templates } from '../templates';
import { boundary, grant, role, trust, undeny } from './mutant';
import type { Mutant } from './mutant';

const OPERATOR = 'Prod/People/Operator';
const PIPELINE = 'Prod/People/Pipeline';
const AUDITOR = 'Prod/People/Auditor';
const vaultPolicy = (t: Templates) =>
  t.one('AWS::S3::BucketPolicy', has('cloudtrail.amazonaws.com')).Properties.PolicyDocument;
const vaultKey = (t: Templates) => t.one('AWS::KMS::Key', has('cloudtrail.amazonaws.com')).Properties;
const secretKey = (t: Templates) => t.one('AWS::KMS::Key', has('ReadersDecryptThisSecret')).Properties.KeyPolicy;
const secretPolicy = (t: Templates) => t.one('AWS::SecretsManager::ResourcePolicy').Properties.ResourcePolicy;
const secret = (t: Templates) => ({ Ref: t.id('Prod/Service', 'AWS::SecretsManager::Secret') });
const roleArn = (t: Templates, stack: string, name: string) => ({
  'Fn::GetAtt': [
    t.id(stack, 'AWS::IAM::Role', (each) => each.Metadata?.['cdk-bulkhead']?.path === `${stack}/${name}`),
    'Arn',
  ],
});
const vaultObjects = 'arn:aws:s3:::*/AWSLogs/*';

/** Duties that come together, credentials and the record. */
export const DUTY_MUTANTS: readonly Mutant[] = [
  {
    what: 'who watches hands out access',
    refusedBy: ['Bulkhead-SOD-provision-deploy-watch-audit'],
    widen: (t) =>
      grant(t, OPERATOR, { Action: 'iam:AttachRolePolicy', Resource: 'arn:aws:iam::111122223333:role/orders' }),
  },
  {
    what: 'who watches changes who may call',
    refusedBy: ['Bulkhead-API21'],
    widen: (t) => {
      undeny(t, OPERATOR);
      grant(t, OPERATOR, {
        Action: 'apigateway:UpdateRestApiPolicy',
        Resource: 'arn:aws:apigateway:eu-west-1::/restapis/*',
      });
    },
  },
  {
    what: 'who watches deploys',
    refusedBy: ['Bulkhead-SOD-provision-deploy-watch-audit'],
    widen: (t) =>
      grant(t, OPERATOR, {
        Action: 'lambda:UpdateFunctionCode',
        Resource: 'arn:aws:lambda:eu-west-1:111122223333:function:orders',
      }),
  },
  {
    what: 'who watches changes alarms',
    refusedBy: ['Bulkhead-ENV-person-writes'],
    widen: (t) =>
      grant(t, OPERATOR, {
        Action: 'cloudwatch:PutMetricAlarm',
        Resource: 'arn:aws:cloudwatch:eu-west-1:111122223333:alarm:orders',
      }),
  },
  {
    what: 'who watches may become the auditor',
    refusedBy: ['Bulkhead-SOD-provision-deploy-watch-audit', 'Bulkhead-ESC2'],
    widen: (t) => {
      grant(t, OPERATOR, { Action: 'sts:AssumeRole', Resource: roleArn(t, 'Prod/People', 'Auditor') });
      trust(t, AUDITOR).push({
        Effect: 'Allow',
        Principal: { AWS: roleArn(t, 'Prod/People', 'Operator') },
        Action: ['sts:AssumeRole'],
      });
    },
  },
  {
    what: 'who audits watches too',
    refusedBy: ['Bulkhead-SOD-provision-deploy-watch-audit'],
    widen: (t) => {
      undeny(t, AUDITOR);
      grant(t, AUDITOR, { Action: 'cloudwatch:GetMetricData', Resource: '*' });
    },
  },
  {
    what: 'who audits stops the trail',
    refusedBy: ['Bulkhead-SOD-nobody-audit-tampering'],
    widen: (t) => {
      undeny(t, AUDITOR);
      grant(t, AUDITOR, {
        Action: 'cloudtrail:StopLogging',
        Resource: 'arn:aws:cloudtrail:eu-west-1:111122223333:trail/*',
      });
    },
  },
  {
    what: 'who audits deletes from the record, and the bucket lets him',
    refusedBy: ['Bulkhead-AUD4', 'Bulkhead-SOD-nobody-audit-tampering'],
    widen: (t) => {
      undeny(t, AUDITOR);
      drop(vaultPolicy(t), 'DenyDeletion');
      grant(t, AUDITOR, { Action: 's3:DeleteObjectVersion', Resource: vaultObjects });
    },
  },
  {
    what: 'a clerk changes production by hand',
    refusedBy: ['Bulkhead-ENV-person-writes'],
    widen: (t) =>
      grant(t, 'Prod/People/Clerk', {
        Action: 'sqs:SendMessage',
        Resource: 'arn:aws:sqs:eu-west-1:111122223333:orders',
      }),
  },
  {
    what: 'a clerk calls a function around the API',
    refusedBy: ['Bulkhead-ENV-person-writes'],
    widen: (t) =>
      grant(t, 'Prod/People/Clerk', {
        Action: 'lambda:InvokeFunction',
        Resource: 'arn:aws:lambda:eu-west-1:111122223333:function:refunds',
      }),
  },
  {
    what: 'the pipeline deletes backups',
    refusedBy: ['Bulkhead-ENV-pipeline-destroys'],
    widen: (t) => {
      undeny(t, PIPELINE);
      grant(t, PIPELINE, {
        Action: 'dynamodb:DeleteBackup',
        Resource: 'arn:aws:dynamodb:eu-west-1:111122223333:table/orders/backup/*',
      });
    },
  },
  {
    what: 'the pipeline passes any role',
    refusedBy: ['Bulkhead-IAM2', 'Bulkhead-ESC1', 'Bulkhead-ESC2'],
    widen: (t) => {
      undeny(t, PIPELINE);
      grant(t, PIPELINE, { Action: 'iam:PassRole', Resource: 'arn:aws:iam::111122223333:role/*' });
    },
  },
  {
    what: 'the pipeline passes one more role, and makes functions',
    refusedBy: ['Bulkhead-ESC2'],
    widen: (t) => {
      undeny(t, PIPELINE);
      const Resource = roleArn(t, 'Prod/People', 'Report');
      grant(
        t,
        PIPELINE,
        {
          Action: 'iam:PassRole',
          Resource,
          Condition: { StringEquals: { 'iam:PassedToService': 'lambda.amazonaws.com' } },
        },
        {
          Action: ['lambda:CreateFunction', 'lambda:InvokeFunction'],
          Resource: 'arn:aws:lambda:eu-west-1:111122223333:function:new',
        },
      );
    },
  },
  {
    what: 'the pipeline hands the execution role to stacks itself',
    refusedBy: [],
    survives: 'nothing is gained: the deploy role of the bootstrap, which it assumes, hands the same role to any stack',
    widen: (t) => {
      undeny(t, PIPELINE);
      grant(
        t,
        PIPELINE,
        {
          Action: 'iam:PassRole',
          Resource: 'arn:aws:iam::111122223333:role/cdk-hnb659fds-cfn-exec-role-111122223333-eu-west-1',
        },
        { Action: 'cloudformation:CreateStack', Resource: 'arn:aws:cloudformation:eu-west-1:111122223333:stack/any/*' },
      );
    },
  },
  {
    what: 'the pipeline assumes any role',
    refusedBy: ['Bulkhead-IAM2'],
    widen: (t) => grant(t, PIPELINE, { Action: 'sts:AssumeRole', Resource: 'arn:aws:iam::111122223333:role/*' }),
  },
  {
    what: 'the pipeline approves itself',
    refusedBy: ['Bulkhead-SOD-approve-deploy'],
    widen: (t) =>
      grant(t, PIPELINE, {
        Action: 'codepipeline:PutApprovalResult',
        Resource: 'arn:aws:codepipeline:eu-west-1:111122223333:orders/Release/Approve',
      }),
  },
  {
    what: 'the pipeline reads a secret of production',
    refusedBy: ['Bulkhead-SOD-deploy-production-secrets'],
    widen: (t) =>
      grant(t, PIPELINE, {
        Action: 'secretsmanager:GetSecretValue',
        Resource: 'arn:aws:secretsmanager:eu-west-1:111122223333:secret:orders/db-AbCdEf',
      }),
  },
  {
    what: 'a caller of high value reads what is of high value',
    refusedBy: ['Bulkhead-SOD-high-value-read-write'],
    widen: (t) => {
      const found = t.one(
        'AWS::ApiGateway::Method',
        (each) => each.Metadata?.['cdk-bulkhead']?.endpoint === 'GET /orders/{id}/refunds',
      );
      found.Metadata!['cdk-bulkhead'].highValue = true;
      const own: any = t.one('AWS::IAM::Policy', ({ Properties }) =>
        Properties.PolicyName.startsWith('ApiCallerProdPeopleRefundDesk'),
      );
      const [statement] = own.Properties.PolicyDocument.Statement;
      const parts = statement.Resource['Fn::Join'][1];
      statement.Resource = { 'Fn::Join': ['', [...parts.slice(0, -1), '/prod/*/orders/*/refunds']] };
      boundary(t, 'Prod/People/RefundDesk').Statement.push({
        Effect: 'Allow',
        Action: 'execute-api:Invoke',
        Resource: '*',
      });
      for (const name of ['OnlyCallers1', 'OnlyCallers3']) {
        const guard = t.one('AWS::ApiGateway::RestApi').Properties.Policy;
        const all: any[] = sid(guard, 'OnlyCallers').Condition.StringNotEquals['aws:PrincipalArn'];
        sid(guard, name).Condition.StringNotEquals['aws:PrincipalArn'].push(
          structuredClone(all.find((each) => JSON.stringify(each).includes('RefundDesk'))),
        );
      }
    },
  },
  // credentials
  {
    what: 'a second reader of a secret, on every layer',
    refusedBy: ['Bulkhead-SEC5'],
    widen: (t) => {
      const more = roleArn(t, 'Prod/Service', 'orders-role');
      sid(secretPolicy(t), 'OnlyReadersRead').Condition.ArnNotEquals['aws:PrincipalArn'].push(more);
      sid(secretKey(t), 'ReadersDecryptThisSecret').Principal.AWS.push(more);
      grant(t, 'Prod/Service/orders-role', { Action: 'secretsmanager:GetSecretValue', Resource: secret(t) });
    },
  },
  {
    what: 'the policy of a secret spares one more role',
    refusedBy: ['Bulkhead-SEC5'],
    widen: (t) =>
      sid(secretPolicy(t), 'OnlyReadersRead').Condition.ArnNotEquals['aws:PrincipalArn'].push(
        'arn:aws:iam::111122223333:role/somebody',
      ),
  },
  {
    what: 'the policy of a secret allows the account',
    refusedBy: ['Bulkhead-SEC5', 'Bulkhead-SEC3'],
    widen: (t) => {
      drop(secretPolicy(t), 'OnlyReadersRead');
      statements(secretPolicy(t)).push({
        Effect: 'Allow',
        Principal: { AWS: 'arn:aws:iam::111122223333:root' },
        Action: 'secretsmanager:GetSecretValue',
        Resource: '*',
      });
    },
  },
  {
    what: 'the policy of a secret allows everybody',
    refusedBy: ['Bulkhead-SEC3'],
    widen: (t) =>
      statements(secretPolicy(t)).push({
        Effect: 'Allow',
        Principal: '*',
        Action: 'secretsmanager:GetSecretValue',
        Resource: '*',
      }),
  },
  {
    what: 'everybody may write a secret',
    refusedBy: ['Bulkhead-SEC5'],
    widen: (t) => drop(secretPolicy(t), 'OnlyTheRotatorWrites'),
  },
  {
    what: 'who uses a secret rotates it',
    refusedBy: ['Bulkhead-SOD-credential-rotation-use'],
    widen: (t) => {
      grant(t, 'Prod/Service/partner-webhook-role', { Action: 'secretsmanager:PutSecretValue', Resource: secret(t) });
      sid(secretPolicy(t), 'OnlyTheRotatorWrites').Condition.ArnNotEquals['aws:PrincipalArn'].push(
        roleArn(t, 'Prod/Service', 'partner-webhook-role'),
      );
    },
  },
  {
    what: 'who uses a key administers it, by the policy of the key',
    refusedBy: ['Bulkhead-SOD-key-administration-use'],
    widen: (t) => {
      const AWS = roleArn(t, 'Prod/Service', 'partner-webhook-role');
      statements(secretKey(t)).push({ Effect: 'Allow', Principal: { AWS }, Action: 'kms:PutKeyPolicy', Resource: '*' });
      boundary(t, 'Prod/Service/partner-webhook-role').Statement.push({
        Effect: 'Allow',
        Action: 'kms:PutKeyPolicy',
        Resource: '*',
      });
    },
  },
  {
    what: 'a key decrypts for more than Secrets Manager',
    refusedBy: [],
    survives:
      'who is let off reads the secret anyway, and nothing else is encrypted with its key; his boundary still asks for both',
    widen: (t) => {
      delete sid(secretKey(t), 'ReadersDecryptThisSecret').Condition;
    },
  },
  {
    what: 'a key decrypts for one more role',
    refusedBy: ['Bulkhead-SEC7', 'Bulkhead-SEC5'],
    widen: (t) =>
      sid(secretKey(t), 'ReadersDecryptThisSecret').Principal.AWS.push(roleArn(t, 'Prod/Service', 'orders-role')),
  },
  {
    what: 'a secret is rotated once a year in place of once a week',
    refusedBy: ['Bulkhead-SEC1'],
    widen: (t) => {
      t.one('AWS::SecretsManager::RotationSchedule').Properties.RotationRules.ScheduleExpression = 'rate(365 days)';
    },
  },
  {
    what: 'everybody’s Secrets Manager may call the rotation',
    refusedBy: ['Bulkhead-API5', 'Bulkhead-SEC1'],
    widen: (t) => {
      const { Properties } = t.one('AWS::Lambda::Permission', has('secretsmanager'));
      delete Properties.SourceArn;
      delete Properties.SourceAccount;
    },
  },
  // the record
  {
    what: 'the record may be forged',
    refusedBy: ['Bulkhead-AUD4'],
    widen: (t) => drop(vaultPolicy(t), 'DenyForgery'),
  },
  {
    what: 'the record may be deleted',
    refusedBy: ['Bulkhead-AUD4'],
    widen: (t) => drop(vaultPolicy(t), 'DenyDeletion'),
  },
  {
    what: 'the lock of a record may be changed',
    refusedBy: ['Bulkhead-AUD4'],
    widen: (t) => drop(vaultPolicy(t), 'DenyRetentionChange'),
  },
  {
    what: 'everybody may read the record',
    refusedBy: ['Bulkhead-AUD4'],
    widen: (t) => drop(vaultPolicy(t), 'DenyReadingByOthers'),
  },
  {
    what: 'one more role may read the record, on every layer',
    refusedBy: ['Bulkhead-SOD-only-auditors'],
    widen: (t) => {
      const path = 'Prod/Service/orders-role';
      const somebody = 'arn:aws:iam::111122223333:role/orders';
      role(t, path).Properties.RoleName = 'orders';
      sid(vaultPolicy(t), 'DenyReadingByOthers').Condition.ArnNotEquals['aws:PrincipalArn'].push(somebody);
      statements(vaultKey(t).KeyPolicy).push({
        Effect: 'Allow',
        Principal: { AWS: somebody },
        Action: 'kms:Decrypt',
        Resource: '*',
      });
      grant(t, path, { Action: 's3:GetObject', Resource: vaultObjects }, { Action: 'kms:Decrypt', Resource: '*' });
    },
  },
  {
    what: 'the key of the record may be destroyed',
    refusedBy: ['Bulkhead-AUD6'],
    widen: (t) => {
      drop(vaultKey(t).KeyPolicy, 'DenyLoss');
      sid(vaultKey(t).KeyPolicy, 'AdministrationWithoutUse').Action.push('kms:ScheduleKeyDeletion');
    },
  },
  {
    what: 'the record is kept for a day',
    refusedBy: ['Bulkhead-AUD1'],
    widen: (t) => {
      const bucket = t.one('AWS::S3::Bucket', has('COMPLIANCE'));
      bucket.Properties.ObjectLockConfiguration.Rule.DefaultRetention.Days = 1;
    },
  },
  {
    what: 'the trail leaves out what is written',
    refusedBy: ['Bulkhead-AUD2'],
    widen: (t) => {
      t.one('AWS::CloudTrail::Trail').Properties.AdvancedEventSelectors[0].FieldSelectors.push({
        Field: 'readOnly',
        Equals: ['true'],
      });
    },
  },
  {
    what: 'the trail leaves out STS and IAM',
    refusedBy: ['Bulkhead-AUD2'],
    widen: (t) => {
      t.one('AWS::CloudTrail::Trail').Properties.IncludeGlobalServiceEvents = false;
    },
  },
  {
    what: 'the trail leaves out one service',
    refusedBy: ['Bulkhead-AUD2'],
    widen: (t) => {
      t.one('AWS::CloudTrail::Trail').Properties.AdvancedEventSelectors[0].FieldSelectors.push({
        Field: 'eventSource',
        NotEquals: ['kms.amazonaws.com'],
      });
    },
  },
  {
    what: 'the access log of the API is kept for a day',
    refusedBy: ['Bulkhead-AUD6'],
    widen: (t) => {
      for (const each of t.resources('AWS::Logs::LogGroup')) each.Properties.RetentionInDays = 1;
    },
  },
];
