import { describe, expect, it } from 'vitest';
import { escalationsOf, unreadIn } from '../../../lib/engine/answers/escalations-of';
import { targetOf } from '../../../lib/engine/answers/target';
import { whatCan } from '../../../lib/engine/answers/what-can';
import { whoCan } from '../../../lib/engine/answers/who-can';
import { parsePolicy } from '../../../lib/engine/parse/policy-document';
import { reachOf } from '../../../lib/engine/reach/reach-of';
import type { World } from '../../../lib/engine/world/world';
import { allow, deny, role, world } from '../decide/support';

const RESOURCES = { Role: role([allow('s3:ListAllMyBuckets')]), Bucket: { Type: 'AWS::S3::Bucket' } };
const withTransform = (Transform: unknown): World => world(RESOURCES, {}, {}, { Transform });

function who(of: World): readonly unknown[] {
  const target = targetOf('Bucket', 's3:GetObject', of);
  if (!target.ok) throw new Error('no bucket');
  return whoCan(of, reachOf(of), 's3:GetObject', target.found).principals.map(({ decision, unknowns }) => [
    decision,
    ...unknowns,
  ]);
}

const INCLUDE = { 'Name': 'AWS::Include', 'Parameters': { Location: 's3://b/k' } };

describe('a template that something changes before it is deployed', () => {
  it.each<[string, unknown, string]>([
    ['a macro', 'Mine', 'transform "Mine" of the template'],
    ['a macro among others', ['AWS::LanguageExtensions', 'Mine'], 'transform "Mine" of the template'],
    ['an include', [INCLUDE], 'transform "AWS::Include" of the template'],
  ])('denies nobody for sure: %s', (_, transform, detail) => {
    const of = withTransform(transform);
    expect(who(of)).toEqual([['possible', detail]]);
    const [principal] = of.principals;
    expect(whatCan(of, reachOf(of), principal).unknowns).toEqual([detail]);
    expect(escalationsOf(of, reachOf(of))).toEqual([]);
    expect(unreadIn(of)).toEqual([`${detail}, of T`]);
  });

  it('grants nobody for sure what the macro may take away', () => {
    const Role = role([allow('s3:GetObject')]);
    expect(who(world({ ...RESOURCES, Role }, {}, {}, { Transform: 'Mine' }))).toEqual([
      ['possible', 'transform "Mine" of the template'],
    ]);
  });

  it.each(['Role', 'Bucket'])('denies nobody for sure where the macro stands beside the properties of %s', (id) => {
    const each = { ...(RESOURCES as any)[id], 'Fn::Transform': { Name: 'Mine' } };
    expect(who(world({ ...RESOURCES, [id]: each }))).toEqual([['possible', `"Fn::Transform" in resource "${id}"`]]);
  });

  it.each<[string, unknown]>([
    ['nothing', undefined],
    ['what is resolved here', 'AWS::LanguageExtensions'],
    ['what adds functions and APIs, and leaves the rest', 'AWS::Serverless-2016-10-31'],
  ])('is like any other where that is %s', (_, transform) => {
    const of = withTransform(transform);
    expect(who(of)).toEqual([['denied']]);
    expect(unreadIn(of)).toEqual([]);
  });

  it('denies nobody for sure where a connector adds permissions to roles', () => {
    const Connector = { Type: 'AWS::Serverless::Connector', Properties: {} };
    const of = world({ ...RESOURCES, Connector }, {}, {}, { Transform: 'AWS::Serverless-2016-10-31' });
    expect(who(of)).toEqual([['possible', 'what SAM makes of "Connector", which is AWS::Serverless::Connector']]);
  });

  it('is denied for sure what the organization denies', () => {
    const document = parsePolicy({ Statement: [allow('*'), deny('s3:GetObject')] } as any);
    const of = world(RESOURCES, { scps: [[{ place: 'scp.json', document }]] }, {}, { Transform: 'Mine' });
    expect(who(of)).toEqual([['denied']]);
  });
});
