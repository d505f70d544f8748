import { describe, expect, it } from 'vitest';
import { snapshotOf } from '../../lib/assembly/snapshot';
import { policiesOf, trustPolicy } from '../../lib/engine/parse/policies-of';
import { member, show } from '../../lib/model/read';
import type { Snapshot } from '../../lib/model/snapshot';
import { source } from './probe';

const LOOPS = 'AWS::LanguageExtensions';
const SAM = 'AWS::Serverless-2016-10-31';

function snapshot(sections: Readonly<Record<string, unknown>>): Snapshot {
  return snapshotOf([source(sections)]);
}

function loop(collection: unknown, fragment: unknown): Readonly<Record<string, unknown>> {
  return { Transform: LOOPS, Resources: { 'Fn::ForEach::Topics': ['Name', collection, fragment] } };
}

describe('loops', () => {
  it('makes a resource of each literal, with the value in keys, texts and references', () => {
    const made = snapshot(
      loop(['Orders', 'Refunds'], {
        'Topic${Name}': {
          Type: 'AWS::SNS::Topic',
          Properties: { TopicName: { Ref: 'Name' }, DisplayName: { 'Fn::Sub': '${Name} of ${AWS::Region}' } },
        },
      }),
    );
    expect(
      made.resources.map(({ logicalId, properties }) => [logicalId, ...Object.values(properties).map(show)]),
    ).toEqual([
      ['TopicOrders', 'Orders', 'Orders of ${AWS::Region}'],
      ['TopicRefunds', 'Refunds', 'Refunds of ${AWS::Region}'],
    ]);
    expect(made.templates[0]?.unknowns).toEqual([]);
  });

  it('writes loops in loops, in properties and in outputs', () => {
    const made = snapshot({
      Transform: LOOPS,
      Resources: {
        'Fn::ForEach::Outer': [
          'Team',
          ['a', 'b'],
          {
            'Fn::ForEach::Inner': [
              'Kind',
              ['x', 'y'],
              {
                'Fn${Team}${Kind}': {
                  Type: 'AWS::Lambda::Function',
                  Properties: {
                    Environment: { 'Fn::ForEach::E': ['V', ['1', '2'], { 'VAR${V}': '${Team}${Kind}${V}' }] },
                  },
                },
              },
            ],
          },
        ],
      },
    });
    expect(made.resources.map(({ logicalId }) => logicalId)).toEqual(['Fnax', 'Fnay', 'Fnbx', 'Fnby']);
    expect(made.byKey('T#Fnby')?.properties['Environment']).toEqual({ VAR1: 'by1', VAR2: 'by2' });
  });

  it('leaves in a name with & only what a logical id can have', () => {
    const made = snapshot(loop(['10.0.0.0/8'], { 'Net&{Name}': { Type: 'A::B::C', Properties: { Cidr: '${Name}' } } }));
    expect(made.byKey('T#Net100008')?.properties).toEqual({ Cidr: '10.0.0.0/8' });
  });

  it.each([
    ['a parameter', { Ref: 'Names' }],
    ['a list with a parameter in it', ['a', { Ref: 'More' }]],
    ['more than a template can hold', Array.from({ length: 5001 }, (_, i) => `n${i}`)],
  ])('leaves a loop over %s unknown by its name, and what it may add', (_, collection) => {
    const open = loop(collection, { 'T${Name}': { Type: 'AWS::SNS::Topic' } });
    const made = snapshot({
      ...open,
      Parameters: { Names: { Type: 'CommaDelimitedList', Default: 'a,b' }, More: { Type: 'String' } },
      Resources: { ...(open['Resources'] as object), Probe: { Type: 'A::B::C', Properties: { Value: { Ref: 'Ta' } } } },
    });
    expect(made.templates[0]?.unknowns.map(({ detail }) => detail)).toEqual([
      '"Fn::ForEach::Topics" in section "Resources"',
    ]);
    expect(made.byKey('T#Probe')?.properties['Value']).toMatchObject({ cause: 'transform' });
  });
});

describe('the Serverless Application Model', () => {
  const fn = (properties: object, globals: object = {}): Snapshot =>
    snapshot({
      Transform: SAM,
      Globals: globals,
      Resources: { Fn: { Type: 'AWS::Serverless::Function', Properties: properties } },
    });

  it('writes out the role of a function, with its policies', () => {
    const role = fn({
      Policies: ['AmazonS3ReadOnlyAccess', { Statement: [{ Effect: 'Allow', Action: 's3:*', Resource: '*' }] }],
      PermissionsBoundary: 'arn:aws:iam::111122223333:policy/b',
    }).byKey('T#FnRole');
    expect(role?.type).toBe('AWS::IAM::Role');
    expect(show(role?.properties['ManagedPolicyArns'])).toBe(
      '[arn:${AWS::Partition}:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole, arn:${AWS::Partition}:iam::aws:policy/AmazonS3ReadOnlyAccess]',
    );
    expect(role && policiesOf(role)[1]?.document.statements[0]?.actions.patterns).toEqual(['s3:*']);
    expect(role && trustPolicy(role)?.statements[0]?.principals?.entries).toEqual([
      { kind: 'Service', value: 'lambda.amazonaws.com' },
    ]);
    expect(role?.properties['PermissionsBoundary']).toBe('arn:aws:iam::111122223333:policy/b');
  });

  it('takes what a policy template allows for unknown, by its name', () => {
    const role = fn({ Policies: { DynamoDBCrudPolicy: { TableName: 'orders' } } }).byKey('T#FnRole');
    const [, policy] = role === undefined ? [] : policiesOf(role);
    expect(policy?.document.unknowns[0]?.detail).toContain('policy template DynamoDBCrudPolicy');
  });

  it('makes no role where one is given, and fills up from Globals', () => {
    const made = fn({ Timeout: 3 }, { Function: { Role: 'arn:aws:iam::111122223333:role/r', Timeout: 9 } });
    expect(made.byKey('T#FnRole')).toBeUndefined();
    expect(made.byKey('T#Fn')?.properties).toEqual({ Role: 'arn:aws:iam::111122223333:role/r', Timeout: 3 });
  });

  it('writes out the endpoints of events, with the authorization of the event or the API', () => {
    const made = snapshot({
      Transform: SAM,
      Resources: {
        Api: {
          Type: 'AWS::Serverless::Api',
          Properties: { StageName: 'prod', Auth: { DefaultAuthorizer: 'AWS_IAM' } },
        },
        Fn: {
          Type: 'AWS::Serverless::Function',
          Properties: {
            Events: {
              Read: { Type: 'Api', Properties: { Path: '/orders', Method: 'GET', RestApiId: { Ref: 'Api' } } },
              Open: {
                Type: 'Api',
                Properties: { Path: '/open', Method: 'any', RestApiId: { Ref: 'Api' }, Auth: { Authorizer: 'NONE' } },
              },
              Loose: { Type: 'HttpApi', Properties: { Path: '/loose', Method: 'post' } },
            },
          },
        },
      },
    });
    const paths = member(made.byKey('T#Api')?.properties, 'Body', 'paths');
    expect(member(paths, '/orders', 'get', 'x-amazon-apigateway-auth', 'type')).toBe('AWS_IAM');
    expect(Object.keys(member(paths, '/open', 'x-amazon-apigateway-any-method') as object)).toEqual([
      'x-amazon-apigateway-integration',
    ]);
    expect(made.byKey('T#Api')?.type).toBe('AWS::ApiGateway::RestApi');
    expect(made.byKey('T#ApiprodStage')?.properties['StageName']).toBe('prod');
    expect(made.byKey('T#ServerlessHttpApi')?.type).toBe('AWS::ApiGatewayV2::Api');
  });

  it('names the transform, and each resource that it does not write out', () => {
    const made = snapshot({
      Transform: SAM,
      Resources: { Link: { Type: 'AWS::Serverless::Connector' }, Table: { Type: 'AWS::Serverless::SimpleTable' } },
    });
    expect(made.templates[0]?.unknowns.map(({ detail }) => detail)).toEqual([
      `transform "${SAM}" of the template`,
      'what SAM makes of "Link", which is AWS::Serverless::Connector',
    ]);
  });

  it.each([
    null,
    7,
    'x',
    [],
    [null],
    { Fn: null },
    { Fn: { Type: 'AWS::Serverless::Function', Properties: { Events: [null], Policies: [null, 7] } } },
  ])('survives resources that are %j', (Resources) => {
    for (const Transform of [SAM, [LOOPS, SAM, { Name: 7 }]]) {
      const made = snapshot({ Transform, Globals: Resources, Resources });
      for (const each of made.resources) expect(each.properties).toBeDefined();
    }
  });
});
