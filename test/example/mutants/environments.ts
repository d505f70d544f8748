import { has, statements } from '../templates';
import { grant, trust } from './mutant';
import type { Mutant } from './mutant';

const DEV_ROOT = { AWS: 'arn:aws:iam::444455556666:root' };

/** What crosses the border of production. Judged with both environments. */
export const ENVIRONMENT_MUTANTS: readonly Mutant[] = (
  [
    {
      what: 'a role of production trusts the account of development',
      refusedBy: ['Bulkhead-ENV-crossing'],
      widen: (t) =>
        trust(t, 'Prod/People/Operator').push({
          Effect: 'Allow',
          Principal: DEV_ROOT,
          Action: 'sts:AssumeRole',
          Condition: { Bool: { 'aws:MultiFactorAuthPresent': 'true' } },
        }),
    },
    {
      what: 'a role of development may become one of production',
      refusedBy: ['Bulkhead-ENV-crossing'],
      widen: (t) =>
        grant(t, 'Dev/Service/orders-role', {
          Action: 'sts:AssumeRole',
          Resource: 'arn:aws:iam::111122223333:role/orders',
        }),
    },
    {
      what: 'the pipeline of development deploys to production',
      refusedBy: ['Bulkhead-ENV-crossing'],
      widen: (t) =>
        grant(t, 'Dev/People/Pipeline', {
          Action: 'sts:AssumeRole',
          Resource: 'arn:aws:iam::111122223333:role/cdk-hnb659fds-deploy-role-111122223333-eu-west-1',
        }),
    },
    {
      what: 'a secret of production is open to development',
      refusedBy: ['Bulkhead-ENV-crossing'],
      widen: (t) =>
        statements(t.of('Prod').one('AWS::SecretsManager::ResourcePolicy').Properties.ResourcePolicy).push({
          Effect: 'Allow',
          Principal: DEV_ROOT,
          Action: 'secretsmanager:GetSecretValue',
          Resource: '*',
        }),
    },
    {
      what: 'a key of production is open to development',
      refusedBy: ['Bulkhead-ENV-crossing'],
      widen: (t) =>
        statements(t.of('Prod').one('AWS::KMS::Key', has('ReadersDecrypt')).Properties.KeyPolicy).push({
          Effect: 'Allow',
          Principal: DEV_ROOT,
          Action: 'kms:Decrypt',
          Resource: '*',
        }),
    },
    {
      what: 'the record of production is open to development',
      refusedBy: ['Bulkhead-ENV-crossing'],
      widen: (t) =>
        statements(t.of('Prod').one('AWS::S3::BucketPolicy', has('cloudtrail')).Properties.PolicyDocument).push({
          Effect: 'Allow',
          Principal: DEV_ROOT,
          Action: 's3:GetObject',
          Resource: '*',
        }),
    },
    {
      what: 'development has what carries the tag of production',
      refusedBy: ['Bulkhead-ENV-crossing'],
      widen: (t) =>
        grant(t, 'Dev/Service/orders-role', {
          Action: 'secretsmanager:GetSecretValue',
          Resource: 'arn:aws:secretsmanager:eu-west-1:444455556666:secret:*',
          Condition: { StringEquals: { 'aws:ResourceTag/environment': 'production' } },
        }),
    },
    {
      what: 'a function of production lets development call it',
      refusedBy: ['Bulkhead-ENV-crossing'],
      widen: (t) => {
        const { FunctionName } = t.of('Prod').one('AWS::Lambda::Permission').Properties;
        t.add('Prod/Service', 'FromDev', {
          Type: 'AWS::Lambda::Permission',
          Properties: { FunctionName, Action: 'lambda:InvokeFunction', Principal: '444455556666' },
        });
      },
    },
    {
      what: 'the API of production lets development in',
      refusedBy: ['Bulkhead-ENV-crossing'],
      widen: (t) =>
        statements(t.of('Prod').one('AWS::ApiGateway::RestApi').Properties.Policy).push({
          Effect: 'Allow',
          Principal: DEV_ROOT,
          Action: 'execute-api:Invoke',
          Resource: 'execute-api:/*',
        }),
    },
    {
      what: 'the alarms of production may be changed from development',
      refusedBy: ['Bulkhead-ENV-crossing'],
      widen: (t) =>
        statements(t.of('Prod').one('AWS::SNS::TopicPolicy').Properties.PolicyDocument).push({
          Effect: 'Allow',
          Principal: DEV_ROOT,
          Action: 'sns:SetTopicAttributes',
          Resource: '*',
        }),
    },
    {
      what: 'a stage says of no environment any more',
      refusedBy: ['Bulkhead-ENV-undeclared'],
      widen: (t) => {
        const { Metadata } = t.stack('Dev/Service').body as any;
        delete Metadata['cdk-bulkhead'].environment;
      },
    },
  ] satisfies Mutant[]
).map((each) => ({ ...each, both: true as const }));
