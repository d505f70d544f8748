import { CfnParameter, Fn } from 'aws-cdk-lib';
import type { Stack } from 'aws-cdk-lib';
import { Stage } from 'aws-cdk-lib/aws-apigateway';
import * as iam from 'aws-cdk-lib/aws-iam';
import { Template } from 'aws-cdk-lib/assertions';
import { describe, expect, it } from 'vitest';
import { snapshotOf } from '../../../lib/assembly/snapshot';
import { LeastPrivilegeRestApi } from '../../../lib/constructs/api/least-privilege-rest-api';
import { INTENT_KEY } from '../../../lib/model/intent';
import { api18 } from '../../../lib/rules/api/api18-stage-nobody-declared';
import { api19 } from '../../../lib/rules/api/api19-endpoint-past-its-date';
import { api2 } from '../../../lib/rules/api/api2-api-without-guard';
import { api20 } from '../../../lib/rules/api/api20-api-keys-readable';
import { api21 } from '../../../lib/rules/api/api21-operator-changes-api';
import { api6 } from '../../../lib/rules/api/api6-endpoint-for-any-method';
import { api7 } from '../../../lib/rules/api/api7-caller-not-declared';
import { api8 } from '../../../lib/rules/api/api8-permission-beyond-its-endpoints';
import { runRules } from '../../../lib/rules/run-rules';
import { env, integration, newStack, workload } from '../../constructs/api/support';
import { findingsOf } from '../rule-runner';

type Json = Record<string, any>;

const PARAMETER = { Parameters: { P: { Type: 'String' } } };

describe('the deployment of a stage', () => {
  const deployment = (api: string): Json => ({
    Type: 'AWS::ApiGateway::Deployment',
    Properties: { RestApiId: { Ref: api } },
  });
  const intent = { [INTENT_KEY]: { kind: 'api', path: 'Orders/Api', stage: 'prod' } };
  const found = (properties: Json, isDeclared = false) =>
    findingsOf(api18, {
      ...PARAMETER,
      Resources: {
        Api: { Type: 'AWS::ApiGateway::RestApi', Properties: {}, ...(isDeclared ? { Metadata: intent } : {}) },
        Other: { Type: 'AWS::ApiGateway::RestApi', Properties: {} },
        Own: deployment('Api'),
        Foreign: deployment('Other'),
        Stage: {
          Type: 'AWS::ApiGateway::Stage',
          Properties: { RestApiId: { Ref: 'Api' }, StageName: 'prod', ...properties },
        },
      },
    }).map(({ detail, certainty }) => [detail, certainty]);
  const imported = { 'Fn::ImportValue': 'deployment' };

  it.each([false, true])('is one of its API in the templates; declared: %s', (isDeclared) => {
    expect(found({ DeploymentId: { Ref: 'Own' } }, isDeclared)).toEqual([]);
    expect(found({ DeploymentId: 'a1b2c3' }, isDeclared)).toEqual([['DeploymentId::a1b2c3', 'certain']]);
    expect(found({ DeploymentId: { Ref: 'Foreign' } }, isDeclared)).toHaveLength(1);
    const CanarySetting = { DeploymentId: 'a1b2c3', PercentTraffic: 100 };
    expect(found({ DeploymentId: { Ref: 'Own' }, CanarySetting }, isDeclared)).toEqual([
      ['CanarySetting.DeploymentId::a1b2c3', 'certain'],
    ]);
  });

  it('may be that of another template, which is possible to be wrong where the API was declared', () => {
    for (const DeploymentId of [{ Ref: 'P' }, imported]) {
      expect(found({ DeploymentId })).toEqual([]);
      expect(found({ DeploymentId }, true).map(([, certainty]) => certainty)).toEqual(['possible']);
    }
  });
});

describe('an API that was declared', () => {
  const declared = (props: object, more: (api: LeastPrivilegeRestApi, stack: Stack) => void) => {
    const stack = newStack();
    const [reader, clerk] = [workload(stack, 'Reader'), workload(stack, 'Clerk')];
    const api = new LeastPrivilegeRestApi(stack, 'Api', props);
    api.addEndpoint('GET /a/{id}', { callers: [reader], integration });
    api.addEndpoint('GET /a/{id}/x', { callers: [clerk], integration });
    api.addEndpoint('POST /b', { callers: [clerk], integration });
    more(api, stack);
    const body = Template.fromStack(stack).toJSON();
    const today = '2026-07-01';
    return runRules(snapshotOf([{ name: 'Orders', file: '', body, ...env }]), [api2, api7, api8, api18, api19], {
      today,
    }).map(({ ruleId, detail = '' }) => `${ruleId.replace('Bulkhead-', '')} ${detail}`.trim());
  };
  const twoStages = (more: (api: LeastPrivilegeRestApi, stack: Stack) => void = () => undefined) =>
    declared({}, (api, stack) => {
      const { latestDeployment: deployment } = api.restApi;
      if (deployment === undefined) throw new Error('no deployment');
      new Stage(stack, 'Dev', { deployment, stageName: 'dev' });
      more(api, stack);
    });

  it('with a second stage is told of that stage, and of nothing that is not so', () => {
    expect(twoStages()).toEqual(['API18']);
  });

  it('is told who may call its second stage', () => {
    const found = twoStages((api, stack) =>
      new iam.Role(stack, 'Stranger', { assumedBy: new iam.ServicePrincipal('lambda.amazonaws.com') }).addToPolicy(
        new iam.PolicyStatement({
          actions: ['execute-api:Invoke'],
          resources: [api.restApi.arnForExecuteApi('POST', '/b', 'dev')],
        }),
      ),
    );
    // The Deny of the guard that holds for everybody is for all stages.
    expect(found).toEqual(['API18', expect.stringMatching(/^API8 Resource::.*\/dev\/POST\/b$/)]);
  });

  it('has a day by which it is reviewed', () => {
    expect(declared({ reviewBy: '2026-07-01' }, () => undefined)).toEqual([]);
    expect(declared({ reviewBy: '2026-06-30' }, () => undefined)).toEqual(['API19 reviewBy']);
    expect(() => declared({ reviewBy: 'soon' }, () => undefined)).toThrow(
      /BH1027: `reviewBy` of the API must be a date/,
    );
  });

  it('may have callers whose ARN comes from a parameter or an import', () => {
    const arns = (stack: Stack) => [new CfnParameter(stack, 'Arn').valueAsString, Fn.importValue('role')];
    const found = declared({}, (api, stack) => {
      const callers = arns(stack).map((arn, index) => iam.Role.fromRoleArn(stack, `Given${index}`, arn));
      api.addEndpoint('GET /c', { callers, integration });
    });
    expect(found).toEqual([]);
  });
});

describe('values that are known only after deployment', () => {
  const guard = (value: unknown): Json => ({
    ...PARAMETER,
    Resources: {
      ...api2.examples.good.Resources,
      List: { ...(api2.examples.good.Resources['List'] as Json), Metadata: {} },
      Example: {
        Type: 'AWS::ApiGateway::RestApi',
        Properties: {
          Policy: {
            Statement: [
              {
                Effect: 'Deny',
                Principal: '*',
                Action: 'execute-api:Invoke',
                Resource: 'execute-api:/*',
                Condition: { ArnNotEquals: { 'aws:PrincipalArn': value } },
              },
              {
                Effect: 'Deny',
                Principal: '*',
                Action: 'execute-api:Invoke',
                Resource: 'execute-api:/*',
                Condition: { Bool: { 'aws:SecureTransport': 'false' } },
              },
            ],
          },
        },
      },
    },
  });
  const certainties = (rule: typeof api2, body: unknown) => findingsOf(rule, body).map(({ certainty }) => certainty);

  it('may let anybody through a guard where nobody declared whom', () => {
    expect(certainties(api2, guard({ Ref: 'P' }))).toEqual(['possible']);
    expect(certainties(api2, guard({ 'Fn::Sub': 'arn:aws:iam::${P}:role/*' }))).toEqual(['certain']);
    expect(certainties(api2, guard({ 'Fn::GetAtt': ['Clerk', 'Arn'] }))).toEqual([]);
  });

  const verb = (Type: string, Properties: Json): Json => ({
    ...PARAMETER,
    Resources: { Example: { Type, Properties } },
  });

  it.each<[unknown, readonly string[]]>([
    [{ Ref: 'P' }, ['possible']],
    [{ 'Fn::ImportValue': 'verb' }, ['possible']],
    [{ 'Fn::Sub': 'P${P}' }, []],
    ['GET', []],
    ['ANY', ['certain']],
  ])('may be every method: %j', (HttpMethod, expected) => {
    expect(certainties(api6, verb('AWS::ApiGateway::Method', { RestApiId: 'a', ResourceId: 'r', HttpMethod }))).toEqual(
      expected,
    );
  });

  it.each<[unknown, readonly string[]]>([
    [{ Ref: 'P' }, ['possible']],
    [{ 'Fn::Sub': '${P} /orders' }, ['possible']],
    [{ 'Fn::Sub': 'ANY /${P}' }, ['possible']],
    [{ 'Fn::Sub': 'GET /${P}' }, []],
  ])('may be every route: %j', (RouteKey, expected) => {
    expect(certainties(api6, verb('AWS::ApiGatewayV2::Route', { ApiId: 'a', RouteKey }))).toEqual(expected);
  });

  it('are no method but those that a parameter allows', () => {
    const method = verb('AWS::ApiGateway::Method', { RestApiId: 'a', ResourceId: 'r', HttpMethod: { Ref: 'P' } });
    const Parameters = { P: { Type: 'String', AllowedValues: ['GET', 'PUT'] } };
    expect(certainties(api6, { ...method, Parameters })).toEqual([]);
  });
});

describe('who deploys', () => {
  const may = (Action: string, path: string): Json => ({
    Resources: {
      Ops: {
        Type: 'AWS::IAM::Role',
        Properties: {
          AssumeRolePolicyDocument: {
            Statement: [{ Effect: 'Allow', Principal: { Service: 'lambda.amazonaws.com' }, Action: 'sts:AssumeRole' }],
          },
          Policies: [
            {
              PolicyName: 'p',
              PolicyDocument: {
                Statement: [{ Effect: 'Allow', Action, Resource: `arn:aws:apigateway:eu-west-1::${path}` }],
              },
            },
          ],
        },
      },
    },
  });

  it.each(['/restapis/abc/deployments', '/restapis/abc/stages', '/apis/abc/deployments', '/apis/abc/stages'])(
    'by POST %s is a deployment, or is found',
    (path) => {
      expect(findingsOf(api21, may('apigateway:POST', path))).toHaveLength(1);
      expect(findingsOf(api21, may('apigateway:GET', path))).toEqual([]);
    },
  );

  it.each([
    ['PATCH', '/domainnames/api.example.com'],
    ['POST', '/domainnames/api.example.com/basepathmappings'],
    ['PATCH', '/domainnames/*/basepathmappings/*'],
    ['POST', '/domainnames/api.example.com/apimappings'],
  ])('or changes what a domain leads to, by %s %s', (verb, path) => {
    expect(findingsOf(api21, may(`apigateway:${verb}`, path))).toHaveLength(1);
  });

  it('is shown by an example that no other rule refuses', () => {
    expect(findingsOf(api20, api21.examples.good)).toEqual([]);
  });
});
