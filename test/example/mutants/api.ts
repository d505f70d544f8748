import { has, sid, drop } from '../templates';
import type { Templates } from '../templates';
import { boundary, callerPolicy } from './mutant';
import type { Mutant } from './mutant';

const guard = (t: Templates) => t.one('AWS::ApiGateway::RestApi').Properties.Policy;
const method = (t: Templates, endpoint: string) =>
  t.one('AWS::ApiGateway::Method', ({ Metadata }) => Metadata?.['cdk-bulkhead']?.endpoint === endpoint);
const stage = (t: Templates) => t.one('AWS::ApiGateway::Stage').Properties;

/** `…:${Api}/prod/POST/orders` from the ARN that a policy has for another endpoint. */
function arn(t: Templates, endpoint: string): any {
  const [join, [separator, parts]] = [
    'Fn::Join',
    callerPolicy(t, 'RefundDesk').PolicyDocument.Statement[0].Resource['Fn::Join'],
  ];
  return { [join]: [separator, [...parts.slice(0, -1), endpoint]] };
}

/** Names a caller in one statement of the guard, as the statement names its own. */
function letIn(t: Templates, name: string, caller: string): void {
  const all: any[] = sid(guard(t), 'OnlyCallers').Condition.StringNotEquals['aws:PrincipalArn'];
  const found = all.find((each) => JSON.stringify(each).includes(caller));
  const list: any[] = sid(guard(t), name).Condition.StringNotEquals['aws:PrincipalArn'];
  list.push(structuredClone(found));
}

const allow = (t: Templates, caller: string, resource: any) =>
  callerPolicy(t, caller).PolicyDocument.Statement.push({
    Effect: 'Allow',
    Action: 'execute-api:Invoke',
    Resource: resource,
  });

const roomFor = (t: Templates, caller: string) => {
  boundary(t, `Prod/People/${caller}`).Statement.push({ Effect: 'Allow', Action: 'execute-api:Invoke', Resource: '*' });
};

export const API_MUTANTS: readonly Mutant[] = [
  {
    what: 'a clerk is allowed to pay refunds, and the guard spares him',
    refusedBy: ['Bulkhead-API7'],
    widen: (t) => {
      allow(t, 'Clerk', arn(t, '/prod/POST/orders/*/refunds'));
      roomFor(t, 'Clerk');
      letIn(t, 'OnlyCallers4', 'Clerk');
    },
  },
  {
    what: 'one more endpoint in the policy of a caller',
    refusedBy: ['Bulkhead-API8'],
    widen: (t) => allow(t, 'Clerk', arn(t, '/prod/POST/orders/*/refunds')),
  },
  {
    what: 'a reader may write, in his policy',
    refusedBy: ['Bulkhead-API8', 'Bulkhead-API9'],
    widen: (t) => allow(t, 'Report', arn(t, '/prod/PUT/orders/*')),
  },
  {
    what: 'every verb of a path in place of one',
    refusedBy: ['Bulkhead-API8'],
    widen: (t) => {
      callerPolicy(t, 'Report').PolicyDocument.Statement[0].Resource = arn(t, '/prod/*/orders/*');
    },
  },
  {
    what: 'every endpoint of the API in place of those of the caller',
    refusedBy: ['Bulkhead-API8'],
    widen: (t) => {
      callerPolicy(t, 'RefundDesk').PolicyDocument.Statement[0].Resource = arn(t, '/*');
    },
  },
  {
    what: 'every stage in place of one',
    refusedBy: ['Bulkhead-API8', 'Bulkhead-IAM2'],
    widen: (t) => {
      callerPolicy(t, 'RefundDesk').PolicyDocument.Statement[0].Resource = arn(t, '/*/POST/orders/*/refunds');
    },
  },
  {
    what: 'every API of the account in place of one',
    refusedBy: ['Bulkhead-IAM2', 'Bulkhead-API8'],
    widen: (t) => {
      callerPolicy(t, 'RefundDesk').PolicyDocument.Statement[0].Resource =
        'arn:aws:execute-api:eu-west-1:111122223333:*/prod/POST/orders/*/refunds';
    },
  },
  {
    what: 'every action of the gateway in place of calling',
    refusedBy: ['Bulkhead-IAM1', 'Bulkhead-API17'],
    widen: (t) => {
      callerPolicy(t, 'RefundDesk').PolicyDocument.Statement[0].Action = 'execute-api:*';
    },
  },
  {
    what: 'the policies of two callers change places',
    refusedBy: ['Bulkhead-API7', 'Bulkhead-API8'],
    widen: (t) => {
      const [one, other] = [callerPolicy(t, 'Report'), callerPolicy(t, 'RefundDesk')];
      [one.Roles, other.Roles] = [other.Roles, one.Roles];
    },
  },
  {
    what: 'a declared caller is swapped for another',
    refusedBy: ['Bulkhead-API7', 'Bulkhead-API8'],
    widen: (t) => {
      method(t, 'POST /orders').Metadata!['cdk-bulkhead'].callers = ['Prod/People/RefundDesk'];
    },
  },
  {
    what: 'the own Deny of a caller that keeps him from a sibling is dropped, and the guard spares him',
    refusedBy: ['Bulkhead-API7', 'Bulkhead-API8'],
    widen: (t) => {
      const document = callerPolicy(t, 'Clerk').PolicyDocument;
      document.Statement = document.Statement.filter((each: any) => each.Effect === 'Allow');
      letIn(t, 'OnlyCallers2', 'Clerk');
    },
  },
  {
    what: 'the guard leaves one endpoint out',
    refusedBy: ['Bulkhead-API2'],
    widen: (t) => {
      const statement = sid(guard(t), 'OnlyCallers1');
      statement.Resource = statement.Resource.filter((each: string) => !each.endsWith('POST/orders'));
    },
  },
  {
    what: 'the guard spares a caller of other endpoints',
    refusedBy: ['Bulkhead-API2'],
    widen: (t) => letIn(t, 'OnlyCallers4', 'Clerk'),
  },
  {
    what: 'the guard spares a role that is no caller',
    refusedBy: ['Bulkhead-API2'],
    widen: (t) => {
      for (const name of ['OnlyCallers', 'OnlyCallers1']) {
        sid(guard(t), name).Condition.StringNotEquals['aws:PrincipalArn'].push(
          'arn:aws:iam::111122223333:role/somebody',
        );
      }
    },
  },
  {
    what: 'the guard allows a caller an endpoint of others',
    refusedBy: ['Bulkhead-API7', 'Bulkhead-API8', 'Bulkhead-API2'],
    widen: (t) => {
      letIn(t, 'OnlyCallers4', 'Clerk');
      const all: any[] = sid(guard(t), 'OnlyCallers').Condition.StringNotEquals['aws:PrincipalArn'];
      const AWS = structuredClone(all.find((each) => JSON.stringify(each).includes('Clerk')));
      guard(t).Statement.push({
        Effect: 'Allow',
        Principal: { AWS },
        Action: 'execute-api:Invoke',
        Resource: 'execute-api:/prod/POST/orders/*/refunds',
      });
      roomFor(t, 'Clerk');
    },
  },
  {
    what: 'the guard denies one verb only',
    refusedBy: ['Bulkhead-API2'],
    widen: (t) => {
      sid(guard(t), 'OnlyCallers').Resource = 'execute-api:/prod/GET/*';
      sid(guard(t), 'OnlyCallers5').Resource = 'execute-api:/prod/GET/webhooks/partner';
    },
  },
  {
    what: 'the guard holds for sessions with MFA only',
    refusedBy: ['Bulkhead-API2'],
    widen: (t) => {
      sid(guard(t), 'OnlyCallers4').Condition.Bool = { 'aws:MultiFactorAuthPresent': 'true' };
    },
  },
  {
    what: 'caches and connections are open',
    refusedBy: ['Bulkhead-API2', 'Bulkhead-API17'],
    widen: (t) => {
      drop(guard(t), 'NoCacheOrConnections');
      stage(t).CacheClusterEnabled = true;
      stage(t).MethodSettings[0].CachingEnabled = true;
    },
  },
  {
    what: 'an endpoint takes any verb',
    refusedBy: ['Bulkhead-API6'],
    widen: (t) => {
      method(t, 'GET /orders').Properties.HttpMethod = 'ANY';
    },
  },
  {
    what: 'an endpoint asks an authorizer in place of IAM',
    refusedBy: ['Bulkhead-API1', 'Bulkhead-API7', 'Bulkhead-API2'],
    widen: (t) => {
      method(t, 'GET /orders').Properties.AuthorizationType = 'CUSTOM';
    },
  },
  {
    what: 'one endpoint is open to everybody',
    refusedBy: ['Bulkhead-API1'],
    widen: (t) => {
      method(t, 'POST /orders/{id}/refunds').Properties.AuthorizationType = 'NONE';
    },
  },
  {
    what: 'requests are not validated',
    refusedBy: ['Bulkhead-API13'],
    widen: (t) => {
      delete method(t, 'POST /orders').Properties.RequestValidatorId;
    },
  },
  {
    what: 'the validator looks at no body',
    refusedBy: ['Bulkhead-API13'],
    widen: (t) => {
      t.one('AWS::ApiGateway::RequestValidator').Properties.ValidateRequestBody = false;
    },
  },
  {
    what: 'no throttle',
    refusedBy: ['Bulkhead-API14'],
    widen: (t) => {
      delete stage(t).MethodSettings;
    },
  },
  {
    what: 'no access log',
    refusedBy: ['Bulkhead-API15'],
    widen: (t) => {
      delete stage(t).AccessLogSetting;
    },
  },
  {
    what: 'an access log without the caller',
    refusedBy: ['Bulkhead-API16'],
    widen: (t) => {
      stage(t).AccessLogSetting.Format = '{"requestId":"$context.requestId"}';
    },
  },
  {
    what: 'a second stage that nobody declared',
    refusedBy: ['Bulkhead-API18'],
    widen: (t) => {
      const copy = structuredClone(t.one('AWS::ApiGateway::Stage'));
      copy.Properties.StageName = 'shadow';
      t.add('Prod/Service', 'ShadowStage', copy);
    },
  },
  {
    what: 'a function behind the API is open to every API of the account',
    refusedBy: ['Bulkhead-API22'],
    widen: (t) => {
      t.one('AWS::Lambda::Permission', has('apigateway')).Properties.SourceArn =
        'arn:aws:execute-api:eu-west-1:111122223333:*';
    },
  },
  {
    what: 'a function behind the API is open to the account',
    refusedBy: ['Bulkhead-API22'],
    widen: (t) => {
      const permission = t.one('AWS::Lambda::Permission', has('apigateway'));
      t.add('Prod/Service', 'Shortcut', {
        Type: 'AWS::Lambda::Permission',
        Properties: { ...permission.Properties, Principal: '111122223333', SourceArn: undefined },
      });
    },
  },
  {
    what: 'a function behind the API is open by a URL',
    refusedBy: ['Bulkhead-API5'],
    widen: (t) => {
      const { FunctionName } = t.one('AWS::Lambda::Permission', has('apigateway')).Properties;
      t.add('Prod/Service', 'Url', {
        Type: 'AWS::Lambda::Url',
        Properties: { TargetFunctionArn: FunctionName, AuthType: 'NONE' },
      });
      t.add('Prod/Service', 'UrlPermission', {
        Type: 'AWS::Lambda::Permission',
        Properties: { FunctionName, Action: 'lambda:InvokeFunctionUrl', Principal: '*', FunctionUrlAuthType: 'NONE' },
      });
    },
  },
];
