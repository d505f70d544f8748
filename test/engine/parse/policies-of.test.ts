import { describe, expect, it } from 'vitest';
import {
  identityPolicies,
  policiesOf,
  resourcePolicy,
  trustPolicy,
  typesWith,
} from '../../../lib/engine/parse/policies-of';
import type { Resource } from '../../../lib/model/snapshot';
import { ABSENT, choice, unknown } from '../../../lib/model/value';
import type { MapValue } from '../../../lib/model/value';

const DOCUMENT = { Statement: [{ Effect: 'Allow', Action: 's3:GetObject', Resource: '*' }] };

function resource(type: string, properties: MapValue, condition?: string): Resource {
  const template = { name: 'T', file: 'T.json', resources: [], texts: [], unknowns: [] };
  const guards = condition === undefined ? [] : [{ condition: `T#${condition}`, holds: true }];
  return { key: 'T#R', template, logicalId: 'R', type, ref: 'R', properties, metadata: {}, guards };
}

const guards = (properties: MapValue, condition?: string) =>
  identityPolicies(resource('AWS::IAM::Role', properties, condition))[0].document.statements[0].guards;
const unknowns = (policies: MapValue['x']) =>
  identityPolicies(resource('AWS::IAM::User', { Policies: policies }))[0].document.unknowns.map((each) => each.cause);

describe('policies of a resource', () => {
  it('finds trust and inline policies of a role', () => {
    const role = resource('AWS::IAM::Role', {
      AssumeRolePolicyDocument: DOCUMENT,
      Policies: [{ PolicyName: 'a', PolicyDocument: DOCUMENT }, ABSENT, { PolicyName: 'c', PolicyDocument: DOCUMENT }],
    });
    expect(trustPolicy(role)?.statements).toHaveLength(1);
    expect(identityPolicies(role).map(({ place, name }) => [place, name])).toEqual([
      ['Policies[0].PolicyDocument', 'a'],
      ['Policies[2].PolicyDocument', 'c'],
    ]);
    expect(resourcePolicy(role)).toBeUndefined();
  });

  it.each([
    ['AWS::S3::BucketPolicy', 'PolicyDocument'],
    ['AWS::KMS::Key', 'KeyPolicy'],
    ['AWS::SecretsManager::ResourcePolicy', 'ResourcePolicy'],
    ['AWS::SQS::QueuePolicy', 'PolicyDocument'],
    ['AWS::SNS::TopicPolicy', 'PolicyDocument'],
    ['AWS::ApiGateway::RestApi', 'Policy'],
  ])('finds the resource policy of %s', (type, property) => {
    expect(resourcePolicy(resource(type, { [property]: DOCUMENT }))?.statements).toHaveLength(1);
    expect(resourcePolicy(resource(type, {}))).toBeUndefined();
    expect(typesWith('resource')).toContain(type);
  });

  it.each(['Policy', 'ManagedPolicy', 'RolePolicy', 'UserPolicy', 'GroupPolicy'])(
    'finds the document of %s',
    (name) => {
      expect(identityPolicies(resource(`AWS::IAM::${name}`, { PolicyDocument: DOCUMENT }))).toHaveLength(1);
    },
  );

  it('guards what depends on a condition of the list, of an element or of the resource', () => {
    const inline = { PolicyName: 'a', PolicyDocument: DOCUMENT };
    expect(guards({ Policies: choice('T#C', [inline], ABSENT) })).toEqual([{ condition: 'T#C', holds: true }]);
    expect(guards({ Policies: [choice('T#C', ABSENT, inline)] })).toEqual([{ condition: 'T#C', holds: false }]);
    expect(guards({ Policies: [inline] }, 'C')).toEqual([{ condition: 'T#C', holds: true }]);
  });

  it('takes a condition of the resource as decided inside of its policies', () => {
    const statement = { Effect: 'Allow', Action: choice('T#C', 'a:B', 'never:Here'), Resource: '*' };
    const [policy] = identityPolicies(
      resource('AWS::IAM::ManagedPolicy', { PolicyDocument: { Statement: [statement] } }, 'C'),
    );
    expect(policy.document.statements.flatMap((each) => each.actions.patterns)).toEqual(['a:B']);
  });

  it('keeps what it cannot read as unknown', () => {
    expect(unknowns(unknown('transform', 't'))).toEqual(['transform']);
    expect(unknowns([unknown('import', 'i')])).toEqual(['import']);
    expect(unknowns(['x'])).toEqual(['malformed']);
    expect(unknowns([{ PolicyName: 'a' }])).toEqual(['malformed']);
  });

  it('reads each resource once', () => {
    const role = resource('AWS::IAM::Role', { AssumeRolePolicyDocument: DOCUMENT });
    expect(policiesOf(role)).toBe(policiesOf(role));
  });

  it('finds none on a type without policies', () => {
    expect(policiesOf(resource('constructor', {}))).toEqual([]);
  });
});
