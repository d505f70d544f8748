import { describe, expect, it } from 'vitest';
import { snapshotOf } from '../../lib/assembly/snapshot';
import { source } from './probe';

const ROLE = { Type: 'AWS::IAM::Role', Properties: { RoleName: 'r' } };

describe('snapshotOf', () => {
  it('indexes resources by type, by key and by who names them, be it by a literal name', () => {
    const snapshot = snapshotOf([
      source({
        Resources: { Role: ROLE, Fn: { Type: 'AWS::Lambda::Function', Properties: { Role: { Ref: 'Role' } } } },
      }),
    ]);
    const role = snapshot.byKey('T#Role');
    expect(snapshot.ofType('AWS::IAM::Role')).toEqual([role]);
    expect(snapshot.ofType('constructor')).toEqual([]);
    expect(snapshot.byKey('T#Fn')?.properties).toEqual({ Role: 'r' });
    expect(snapshot.referencing('T#Role').map(({ key }) => key)).toEqual(['T#Fn']);
  });

  it('resolves properties once', () => {
    const resource = snapshotOf([source({ Resources: { Role: ROLE } })]).byKey('T#Role');
    expect(resource?.properties).toBe(resource?.properties);
  });

  it('takes construct paths from the assembly, else from the metadata', () => {
    const Resources = {
      A: { ...ROLE, Metadata: { 'aws:cdk:path': 'S/Old/Resource' } },
      B: { ...ROLE, Metadata: { 'aws:cdk:path': 'S/B/Resource' } },
      C: ROLE,
    };
    const snapshot = snapshotOf([source({ Resources }, { constructPaths: new Map([['A', '/S/A/Resource']]) })]);
    expect(snapshot.resources.map(({ constructPath }) => constructPath)).toEqual([
      'S/A/Resource',
      'S/B/Resource',
      undefined,
    ]);
  });

  it('reads what was declared, and does not trust what only looks like it', () => {
    const intent = { kind: 'role', roleKind: 'workload', path: 'S/R', owner: 'o', purpose: 'p' };
    const snapshot = snapshotOf([
      source({
        Resources: {
          Good: { ...ROLE, Metadata: { 'cdk-bulkhead': intent } },
          Bad: { ...ROLE, Metadata: { 'cdk-bulkhead': { ...intent, owner: { Ref: 'x' } } } },
          Incomplete: { ...ROLE, Metadata: { 'cdk-bulkhead': { kind: 'role', path: 'S/R' } } },
          Strange: { ...ROLE, Metadata: { 'cdk-bulkhead': { ...intent, mfaReason: {} } } },
          Proto: { ...ROLE, Metadata: { 'cdk-bulkhead': { kind: 'constructor' } } },
        },
      }),
    ]);
    expect(snapshot.resources.map((each) => each.intent)).toEqual([intent, ...Array(4)]);
    expect(snapshot.templates[0]?.unknowns).toHaveLength(4);
  });

  it('names templates apart', () => {
    const snapshot = snapshotOf([source({}), source({}), source({}, { file: 'u.json' })]);
    expect(new Set(snapshot.templates.map(({ name }) => name)).size).toBe(3);
  });

  it.each<[string, unknown]>([
    ['nothing', undefined],
    ['a list', []],
    ['a text', 'x'],
    ['a resource that is a list', { Resources: { A: [] } }],
    ['a resource without a type', { Resources: { A: {} } }],
    ['resources that are a list', { Resources: [] }],
    ['properties that are a list', { Resources: { A: { Type: 'X', Properties: [] } } }],
    ['a transform', { Transform: 'AWS::Serverless-2016-10-31', Resources: {} }],
    ['an include', { Resources: { A: { Type: 'X', Properties: { 'Fn::Transform': { Name: 'AWS::Include' } } } } }],
    ['a loop', { Resources: { 'Fn::ForEach::Each': ['x', ['a'], {}] } }],
  ])('names what it cannot know of %s', (_, body) => {
    const snapshot = snapshotOf([{ name: 'T', file: 't', body }]);
    expect(snapshot.templates[0]?.unknowns.length).toBeGreaterThan(0);
    for (const { properties } of snapshot.resources) expect(properties).toBeTypeOf('object');
  });

  it('keeps readable properties beside a transform, and says that there is more', () => {
    const properties = { 'A': { Ref: 'R' }, 'Fn::Transform': { Name: 'AWS::Include' } };
    const [resource] = snapshotOf([source({ Resources: { X: { Type: 'X', Properties: properties } } })]).resources;
    expect(Object.keys(resource?.properties ?? {})).toEqual(['A', 'Fn::Transform']);
  });

  it('takes a resource that a tool makes for unknown, and what else it may make', () => {
    const snapshot = snapshotOf([
      source({
        Resources: {
          Network: { Type: { 'Rain::Module': 'vpc.yml' } },
          R: { Type: 'A::B::C', Properties: { V: { Ref: 'NetworkVPC' } } },
        },
      }),
    ]);
    expect(snapshot.templates[0]?.unknowns).toMatchObject([{ cause: 'transform' }]);
    expect(snapshot.byKey('T#R')?.properties['V']).toMatchObject({ cause: 'transform' });
  });

  it('takes resources that a transform adds for unknown, not for malformed', () => {
    const Resources = { P: { Type: 'X', Properties: { R: { Ref: 'FnRole' } } } };
    const [resource] = snapshotOf([source({ Transform: 'AWS::Serverless-2016-10-31', Resources })]).resources;
    expect(resource?.properties['R']).toMatchObject({ cause: 'transform' });
  });

  it('places the literal texts outside resources', () => {
    const [template] = snapshotOf([
      source({
        Parameters: { P: { Type: 'String', Default: 'd' } },
        Outputs: { O: { Value: { 'Fn::Join': [',', ['a']] } } },
      }),
    ]).templates;
    expect(template?.texts.map(({ place, text }) => `${place}=${text}`)).toEqual([
      'Parameters.P.Type=String',
      'Parameters.P.Default=d',
      'Outputs.O.Value.Fn::Join[0]=,',
      'Outputs.O.Value.Fn::Join[1][0]=a',
    ]);
  });
});
