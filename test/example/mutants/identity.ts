import { has } from '../templates';
import type { Templates } from '../templates';
import { boundary, grant, role, trust, undeny } from './mutant';
import type { Mutant } from './mutant';

const ACCOUNT = { AWS: 'arn:aws:iam::111122223333:root' };
const tableArn = (t: Templates) =>
  t.one('AWS::IAM::Policy', has('dynamodb:GetItem')).Properties.PolicyDocument.Statement[0].Resource;
const functionNamed = (t: Templates, name: string) => ({
  'Fn::GetAtt': [t.id('Prod/Service', 'AWS::Lambda::Function', has(name)), 'Arn'],
});
const arnOf = (t: Templates, path: string) => ({
  'Fn::GetAtt': [
    t.id(
      path.split('/').slice(0, 2).join('/'),
      'AWS::IAM::Role',
      (each) => each.Metadata?.['cdk-bulkhead']?.path === path,
    ),
    'Arn',
  ],
});
const REFUNDS = 'Prod/Service/refunds-role';
const ORDERS = 'Prod/Service/orders-role';

/** Who can become whom, and what they may do themselves. */
export const IDENTITY_MUTANTS: readonly Mutant[] = [
  // trust
  {
    what: 'people are trusted by account, without MFA',
    refusedBy: ['Bulkhead-IAM7'],
    widen: (t) => trust(t, 'Prod/People/Clerk').push({ Effect: 'Allow', Principal: ACCOUNT, Action: 'sts:AssumeRole' }),
  },
  {
    what: 'everybody is trusted',
    refusedBy: ['Bulkhead-IAM5'],
    widen: (t) => {
      trust(t, 'Prod/People/Operator')[0].Principal = '*';
    },
  },
  {
    what: 'sessions of people need no source identity',
    refusedBy: ['Bulkhead-IAM13'],
    widen: (t) => {
      delete trust(t, 'Prod/People/Clerk')[0].Condition.StringLike;
    },
  },
  {
    what: 'sessions of people need a source identity only where they have one',
    refusedBy: ['Bulkhead-IAM13'],
    widen: (t) => {
      const [{ Condition }] = trust(t, 'Prod/People/Operator');
      Condition.StringLikeIfExists = Condition.StringLike;
      delete Condition.StringLike;
    },
  },
  {
    what: 'a second statement of trust lets people in without a source identity',
    refusedBy: ['Bulkhead-IAM13'],
    widen: (t) => {
      const [first] = trust(t, 'Prod/People/RefundDesk');
      const { StringEquals } = first.Condition;
      trust(t, 'Prod/People/RefundDesk').push({ ...first, Condition: { StringEquals } });
    },
  },
  {
    what: 'an emergency needs no source identity',
    refusedBy: ['Bulkhead-IAM13'],
    widen: (t) => {
      delete trust(t, 'Prod/Service/BreakGlass')[0].Condition.StringLike['sts:SourceIdentity'];
    },
  },
  {
    what: 'an emergency needs no reason',
    refusedBy: ['Bulkhead-IAM13'],
    widen: (t) => {
      delete trust(t, 'Prod/Service/BreakGlass')[0].Condition.StringLike['aws:RequestTag/reason'];
    },
  },
  {
    what: 'the reason of an emergency may be empty',
    refusedBy: ['Bulkhead-IAM13'],
    widen: (t) => {
      trust(t, 'Prod/Service/BreakGlass')[0].Condition.StringLike['aws:RequestTag/reason'] = '*';
    },
  },
  {
    what: 'an emergency may be called by the STS endpoint of any region, where no alarm hears it',
    refusedBy: ['Bulkhead-IAM13'],
    widen: (t) => {
      delete trust(t, 'Prod/Service/BreakGlass')[0].Condition.StringEquals['aws:RequestedRegion'];
    },
  },
  {
    what: 'the partner may come from anywhere',
    refusedBy: ['Bulkhead-IAM13'],
    widen: (t) => {
      delete trust(t, 'Prod/People/ParcelService')[0].Condition.IpAddress;
    },
  },
  {
    what: 'the partner may come from a wider range',
    refusedBy: ['Bulkhead-IAM13'],
    widen: (t) => {
      trust(t, 'Prod/People/ParcelService')[0].Condition.IpAddress['aws:SourceIp'] = ['0.0.0.0/0'];
    },
  },
  {
    what: 'any external id will do for the partner',
    refusedBy: ['Bulkhead-IAM6'],
    widen: (t) => {
      trust(t, 'Prod/People/ParcelService')[0].Condition = {
        ...trust(t, 'Prod/People/ParcelService')[0].Condition,
        StringEquals: undefined,
        StringLike: { 'sts:ExternalId': '*' },
      };
    },
  },
  {
    what: 'another account is trusted as the partner',
    refusedBy: ['Bulkhead-IAM13'],
    widen: (t) => {
      trust(t, 'Prod/People/ParcelService')[0].Principal = { AWS: 'arn:aws:iam::999988887777:root' };
    },
  },
  {
    what: 'any workflow of the organization is the pipeline',
    refusedBy: ['Bulkhead-IAM11'],
    widen: (t) => {
      const [{ Condition }] = trust(t, 'Prod/People/Pipeline');
      delete Condition.StringEquals['token.actions.githubusercontent.com:sub'];
      Condition.StringLike = { 'token.actions.githubusercontent.com:sub': 'repo:orders-company/*' };
    },
  },
  {
    what: 'any branch of the repository is the pipeline',
    refusedBy: ['Bulkhead-IAM13'],
    widen: (t) => {
      const [{ Condition }] = trust(t, 'Prod/People/Pipeline');
      delete Condition.StringEquals['token.actions.githubusercontent.com:sub'];
      Condition.StringLike = { 'token.actions.githubusercontent.com:sub': 'repo:orders-company/orders:*' };
    },
  },
  {
    what: 'the development environment of the repository is the pipeline of production',
    refusedBy: ['Bulkhead-IAM13'],
    widen: (t) => {
      trust(t, 'Prod/People/Pipeline')[0].Condition.StringEquals['token.actions.githubusercontent.com:sub'] =
        'repo:orders-company/orders:environment:development';
    },
  },
  {
    what: 'tokens for any audience are taken from the pipeline',
    refusedBy: ['Bulkhead-IAM13'],
    widen: (t) => {
      delete trust(t, 'Prod/People/Pipeline')[0].Condition.StringEquals['token.actions.githubusercontent.com:aud'];
    },
  },
  {
    what: 'a workload trusts one more service',
    refusedBy: ['Bulkhead-IAM13'],
    widen: (t) => {
      trust(t, ORDERS)[0].Principal = { Service: ['lambda.amazonaws.com', 'ec2.amazonaws.com'] };
    },
  },
  {
    what: 'a workload may become another',
    refusedBy: ['Bulkhead-IAM13'],
    widen: (t) => {
      grant(t, ORDERS, { Action: 'sts:AssumeRole', Resource: arnOf(t, REFUNDS) });
      trust(t, REFUNDS).push({ Effect: 'Allow', Principal: { AWS: arnOf(t, ORDERS) }, Action: 'sts:AssumeRole' });
    },
  },
  {
    what: 'a workload is trusted by account',
    refusedBy: ['Bulkhead-IAM13'],
    widen: (t) => trust(t, ORDERS).push({ Effect: 'Allow', Principal: ACCOUNT, Action: 'sts:AssumeRole' }),
  },
  {
    what: 'sessions of twelve hours',
    refusedBy: ['Bulkhead-IAM8'],
    widen: (t) => {
      role(t, 'Prod/Service/BreakGlass').Properties.MaxSessionDuration = 43_200;
    },
  },
  // the alarm
  {
    what: 'nobody hears of an emergency: no rule',
    refusedBy: ['Bulkhead-IAM14'],
    widen: (t) => t.remove('AWS::Events::Rule'),
  },
  {
    what: 'nobody hears of an emergency: the rule is off',
    refusedBy: ['Bulkhead-IAM14'],
    widen: (t) => {
      t.one('AWS::Events::Rule').Properties.State = 'DISABLED';
    },
  },
  {
    what: 'nobody hears of an emergency: the rule does not hear what counts as reading',
    refusedBy: ['Bulkhead-IAM14'],
    widen: (t) => {
      t.one('AWS::Events::Rule').Properties.State = 'ENABLED';
    },
  },
  {
    what: 'nobody hears of an emergency: the rule sends nothing',
    refusedBy: ['Bulkhead-IAM14'],
    widen: (t) => {
      delete t.one('AWS::Events::Rule').Properties.Targets;
    },
  },
  {
    what: 'nobody hears of an emergency: the rule listens for one way in only',
    refusedBy: ['Bulkhead-IAM14'],
    widen: (t) => {
      t.one('AWS::Events::Rule').Properties.EventPattern.detail.eventName = ['AssumeRoleWithWebIdentity'];
    },
  },
  {
    what: 'nobody hears of an emergency: the rule listens for another role',
    refusedBy: ['Bulkhead-IAM14'],
    widen: (t) => {
      t.one('AWS::Events::Rule').Properties.EventPattern.detail.requestParameters.roleArn = [arnOf(t, ORDERS)];
    },
  },
  {
    what: 'nobody hears of an emergency: no subscriber',
    refusedBy: ['Bulkhead-IAM14'],
    widen: (t) => t.remove('AWS::SNS::Subscription'),
  },
  {
    what: 'nobody hears of an emergency: events may not publish',
    refusedBy: ['Bulkhead-IAM14'],
    widen: (t) => t.remove('AWS::SNS::TopicPolicy'),
  },
  // boundaries
  {
    what: 'a role without its boundary',
    refusedBy: ['Bulkhead-IAM10'],
    widen: (t) => {
      delete role(t, 'Prod/Service/BreakGlass').Properties.PermissionsBoundary;
    },
  },
  {
    what: 'a boundary that bounds nothing',
    refusedBy: ['Bulkhead-IAM10'],
    widen: (t) => {
      boundary(t, ORDERS).Statement = [{ Effect: 'Allow', Action: '*', Resource: '*' }];
    },
  },
  {
    what: 'the boundary of another role',
    refusedBy: ['Bulkhead-IAM10'],
    widen: (t) => {
      role(t, ORDERS).Properties.PermissionsBoundary = role(
        t,
        'Prod/Service/BreakGlass',
      ).Properties.PermissionsBoundary;
    },
  },
  {
    what: 'administration in place of a boundary',
    refusedBy: ['Bulkhead-IAM10', 'Bulkhead-IAM4'],
    widen: (t) => {
      role(t, ORDERS).Properties.PermissionsBoundary = 'arn:aws:iam::aws:policy/AdministratorAccess';
    },
  },
  // permissions
  {
    what: 'a workload may do everything with the table',
    refusedBy: ['Bulkhead-IAM1'],
    widen: (t) => grant(t, ORDERS, { Action: 'dynamodb:*', Resource: tableArn(t) }),
  },
  {
    what: 'a workload may do everything but one thing',
    refusedBy: ['Bulkhead-IAM3'],
    widen: (t) => grant(t, ORDERS, { NotAction: 'iam:*', Resource: '*' }),
  },
  {
    what: 'a workload may read every table',
    refusedBy: ['Bulkhead-IAM2'],
    widen: (t) => grant(t, ORDERS, { Action: 'dynamodb:GetItem', Resource: '*' }),
  },
  {
    what: 'administrator, by managed policy',
    refusedBy: ['Bulkhead-IAM4'],
    widen: (t) => {
      role(t, ORDERS).Properties.ManagedPolicyArns = ['arn:aws:iam::aws:policy/AdministratorAccess'];
    },
  },
  {
    what: 'a workload writes its own policies',
    refusedBy: ['Bulkhead-ESC3', 'Bulkhead-ESC1'],
    widen: (t) =>
      grant(t, ORDERS, {
        Action: ['iam:PutRolePolicy', 'iam:DeleteRolePermissionsBoundary'],
        Resource: arnOf(t, ORDERS),
      }),
  },
  {
    what: 'a workload writes the code of another',
    refusedBy: ['Bulkhead-ESC2'],
    widen: (t) =>
      grant(t, ORDERS, {
        Action: 'lambda:UpdateFunctionCode',
        Resource: functionNamed(t, 'POST /orders/{id}/refunds'),
      }),
  },
  {
    what: 'an administrator beside the others',
    refusedBy: ['Bulkhead-IAM10', 'Bulkhead-IAM4'],
    widen: (t) =>
      t.add('Prod/Service', 'Helper', {
        Type: 'AWS::IAM::Role',
        Properties: {
          AssumeRolePolicyDocument: {
            Version: '2012-10-17',
            Statement: [{ Effect: 'Allow', Principal: { Service: 'lambda.amazonaws.com' }, Action: 'sts:AssumeRole' }],
          },
          ManagedPolicyArns: ['arn:aws:iam::aws:policy/AdministratorAccess'],
        },
      }),
  },
  {
    what: 'a user with a key',
    refusedBy: ['Bulkhead-IAM9'],
    widen: (t) => {
      t.add('Prod/People', 'Robot', { Type: 'AWS::IAM::User', Properties: {} });
      t.add('Prod/People', 'RobotKey', { Type: 'AWS::IAM::AccessKey', Properties: { UserName: { Ref: 'Robot' } } });
    },
  },
  {
    what: 'a workload reads the table behind the API',
    refusedBy: ['Bulkhead-SOD-only-order-reading'],
    widen: (t) => grant(t, 'Prod/Service/partner-webhook-role', { Action: 'dynamodb:GetItem', Resource: tableArn(t) }),
  },
  {
    what: 'a person reads the table behind the API',
    refusedBy: ['Bulkhead-SOD-only-order-reading'],
    widen: (t) =>
      grant(t, 'Prod/People/Clerk', {
        Action: 'dynamodb:Scan',
        Resource: 'arn:aws:dynamodb:eu-west-1:111122223333:table/Prod*',
      }),
  },
  {
    what: 'the function that reads may write',
    refusedBy: ['Bulkhead-SOD-only-order-writing'],
    widen: (t) => grant(t, ORDERS, { Action: 'dynamodb:UpdateItem', Resource: tableArn(t) }),
  },
  {
    what: 'a workload calls a function around the API',
    refusedBy: ['Bulkhead-API22'],
    widen: (t) =>
      grant(t, 'Prod/Service/partner-webhook-role', {
        Action: 'lambda:InvokeFunction',
        Resource: functionNamed(t, 'POST /orders/{id}/refunds'),
      }),
  },
  {
    what: 'the Denies of the operator’s boundary are gone, and he reads logs',
    refusedBy: ['Bulkhead-SOD-provision-deploy-watch-audit'],
    widen: (t) => {
      undeny(t, 'Prod/People/Operator');
      grant(t, 'Prod/People/Operator', { Action: 'cloudtrail:LookupEvents', Resource: '*' });
    },
  },
];
