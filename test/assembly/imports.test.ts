import { describe, expect, it } from 'vitest';
import { snapshotOf } from '../../lib/assembly/snapshot';
import type { TemplateSource } from '../../lib/assembly/template-source';
import { show } from '../../lib/model/read';
import { probe } from './probe';

const exporting = (name: unknown): object => ({
  Resources: { Bucket: { Type: 'AWS::S3::Bucket' } },
  Outputs: { Out: { Value: { 'Fn::GetAtt': ['Bucket', 'Arn'] }, Export: { Name: name } } },
});
const importing = (value: unknown): object => ({ Resources: { Probe: { Type: 'X', Properties: { Value: value } } } });

function across(...sources: TemplateSource[]): ReturnType<typeof snapshotOf> {
  return snapshotOf(sources);
}

describe('values across templates', () => {
  it('resolves an import to what is exported, with its identity', () => {
    const snapshot = across(
      { name: 'A', file: 'a', body: exporting('a-bucket') },
      { name: 'B', file: 'b', body: importing({ 'Fn::ImportValue': 'a-bucket' }) },
    );
    expect(probe(snapshot, 'B#Probe')).toMatchObject({
      parts: [expect.anything(), expect.anything(), ':s3:::', { resource: 'A#Bucket' }],
    });
    expect(snapshot.referencing('A#Bucket').map(({ key }) => key)).toEqual(['B#Probe']);
  });

  it('keeps accounts apart', () => {
    const at = (account: string): Partial<TemplateSource> => ({ account, region: 'eu-west-1' });
    const snapshot = across(
      { name: 'A1', file: 'a', body: exporting('x'), ...at('111111111111') },
      { name: 'A2', file: 'a', body: exporting('x'), ...at('222222222222') },
      { name: 'B', file: 'b', body: importing({ 'Fn::ImportValue': 'x' }), ...at('222222222222') },
    );
    expect(show(probe(snapshot, 'B#Probe'))).toBe('arn:aws:s3:::${Bucket}');
    expect(snapshot.referencing('A2#Bucket')).toHaveLength(1);
    expect(snapshot.referencing('A1#Bucket')).toHaveLength(0);
  });

  it('does not guess between two exports of the same name', () => {
    const snapshot = across(
      { name: 'A1', file: 'a', body: exporting('x') },
      { name: 'A2', file: 'a', body: exporting('x') },
      { name: 'B', file: 'b', body: importing({ 'Fn::ImportValue': 'x' }) },
    );
    expect(probe(snapshot, 'B#Probe')).toMatchObject({ parts: [{ shape: 'any', cause: 'import' }] });
  });

  it('does not guess between two exports that could both be meant', () => {
    const snapshot = across(
      { name: 'A1', file: 'a', body: exporting('x'), region: 'eu-west-1' },
      { name: 'A2', file: 'a', body: exporting('x'), account: '111111111111' },
      {
        name: 'B',
        file: 'b',
        body: importing({ 'Fn::ImportValue': 'x' }),
        account: '111111111111',
        region: 'eu-west-1',
      },
    );
    expect(probe(snapshot, 'B#Probe')).toMatchObject({ parts: [{ shape: 'any', cause: 'import' }] });
  });

  it('knows what an import names, be it by a literal name', () => {
    const body = {
      Resources: { Bucket: { Type: 'AWS::S3::Bucket', Properties: { BucketName: 'orders' } } },
      Outputs: { Out: { Value: { Ref: 'Bucket' }, Export: { Name: 'x' } } },
    };
    const snapshot = across(
      { name: 'A', file: 'a', body },
      { name: 'B', file: 'b', body: importing({ 'Fn::ImportValue': 'x' }) },
    );
    expect(probe(snapshot, 'B#Probe')).toBe('orders');
    expect(snapshot.referencing('A#Bucket').map(({ key }) => key)).toEqual(['B#Probe']);
  });

  it('resolves an output by the name of its stack', () => {
    const ask = { 'Fn::GetStackOutput': { StackName: 'Net', OutputName: 'Out', Region: 'eu-west-1' } };
    const snapshot = across(
      { name: 'A', file: 'a', body: exporting('x'), stackName: 'Net', region: 'eu-west-1' },
      { name: 'A2', file: 'a', body: exporting('x'), stackName: 'Net', region: 'us-east-1' },
      { name: 'B', file: 'b', body: importing(ask), region: 'us-east-1' },
    );
    expect(snapshot.referencing('A#Bucket').map(({ key }) => key)).toEqual(['B#Probe']);
  });

  it('passes parameters down to a nested stack and its outputs up', () => {
    const parent = {
      Resources: {
        Role: { Type: 'AWS::IAM::Role' },
        Stack: {
          Type: 'AWS::CloudFormation::Stack',
          Properties: { Parameters: { RoleArn: { 'Fn::GetAtt': ['Role', 'Arn'] }, Ids: 'a,b', Env: 'prod' } },
        },
        Probe: { Type: 'X', Properties: { Value: { 'Fn::GetAtt': ['Stack', 'Outputs.Fn'] } } },
      },
    };
    const nested = {
      Parameters: { RoleArn: { Type: 'String' }, Ids: { Type: 'CommaDelimitedList' }, Env: { Type: 'String' } },
      Conditions: { IsProd: { 'Fn::Equals': [{ Ref: 'Env' }, 'prod'] } },
      Resources: {
        Fn: { Type: 'AWS::Lambda::Function', Properties: { Role: { Ref: 'RoleArn' }, Ids: { Ref: 'Ids' } } },
        Dev: { Type: 'X', Condition: 'IsProd' },
      },
      Outputs: { Fn: { Value: { 'Fn::GetAtt': ['Fn', 'Arn'] } } },
    };
    const snapshot = across(
      { name: 'P', file: 'p', body: parent },
      { name: 'P/N', file: 'n', body: nested, parent: { template: 'P', logicalId: 'Stack' } },
    );
    expect(show(probe(snapshot, 'P#Probe'))).toBe(
      'arn:${AWS::Partition}:lambda:${AWS::Region}:${AWS::AccountId}:function:${Fn}',
    );
    expect(snapshot.referencing('P/N#Fn').map(({ key }) => key)).toEqual(['P#Probe']);
    const fn = snapshot.byKey('P/N#Fn');
    expect(show(fn?.properties)).toContain(':role/${Role}');
    expect(fn?.properties['Ids']).toEqual(['a', 'b']);
    expect(snapshot.byKey('P/N#Dev')?.guards).toEqual([]);
  });

  it('gives a hole for an output of a nested stack that is not at hand', () => {
    const body = {
      Resources: {
        Stack: { Type: 'AWS::CloudFormation::Stack' },
        Probe: { Type: 'X', Properties: { Value: { 'Fn::GetAtt': ['Stack', 'Outputs.Fn'] } } },
      },
    };
    expect(probe(across({ name: 'P', file: 'p', body }), 'P#Probe')).toMatchObject({
      parts: [{ shape: 'any', resource: 'P#Stack' }],
    });
  });

  it('survives exports and nested stacks that go round in circles', () => {
    const round = (own: string, other: string): object => ({
      Resources: { Probe: { Type: 'X', Properties: { Value: { 'Fn::ImportValue': other } } } },
      Outputs: { O: { Value: { 'Fn::ImportValue': other }, Export: { Name: own } } },
    });
    const snapshot = across(
      { name: 'A', file: 'a', body: round('a', 'b'), parent: { template: 'B', logicalId: 'S' } },
      { name: 'B', file: 'b', body: round('b', 'a'), parent: { template: 'A', logicalId: 'S' } },
    );
    expect(probe(snapshot, 'A#Probe')).toMatchObject({ parts: [{ shape: 'any' }] });
  });
});
