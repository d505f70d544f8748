import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readInputs, sourcesFromValidation } from '../../lib/assembly/read';
import type { ReadResult } from '../../lib/assembly/read';
import { snapshotOf } from '../../lib/assembly/snapshot';
import { show } from '../../lib/model/read';

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'bulkhead-read-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function write(name: string, content: unknown): string {
  const file = join(folder, name);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, typeof content === 'string' ? content : JSON.stringify(content));
  return file;
}

function sourcesOf(result: ReadResult): Extract<ReadResult, { ok: true }>['sources'] {
  if (!result.ok) throw new Error(JSON.stringify(result.problems));
  return result.sources;
}

const TEMPLATE = { Resources: { R: { Type: 'AWS::IAM::Role' } } };

function stack(file: string, rest: object = {}): object {
  return {
    type: 'aws:cloudformation:stack',
    environment: 'aws://111122223333/eu-west-1',
    properties: { templateFile: file },
    ...rest,
  };
}

describe('readInputs', () => {
  it('reads templates in JSON and YAML, several at once', () => {
    const one = write('a.json', TEMPLATE);
    const other = write('b.yaml', 'Resources:\n  R:\n    Type: AWS::S3::Bucket\n');
    const third = write('c.template', `\n${JSON.stringify(TEMPLATE)}`);
    const sources = sourcesOf(readInputs([one, other, third]));
    expect(sources.map(({ name, file }) => [name, file])).toEqual([one, other, third].map((file) => [file, file]));
  });

  it('reads a file once, however often it is given', () => {
    const file = write('a.json', TEMPLATE);
    expect(sourcesOf(readInputs([file, file, folder]))).toHaveLength(1);
  });

  it('reads JSON with a byte order mark', () => {
    expect(sourcesOf(readInputs([write('a.json', `\uFEFF${JSON.stringify(TEMPLATE)}`)]))).toHaveLength(1);
  });

  it.each<[name: string, file: string, content: string, problem: object]>([
    ['damaged JSON', 'a.json', '{ "Resources": }', { place: 'line 1, column 16', reason: 'not valid JSON' }],
    ['damaged YAML', 'a.yaml', 'Resources: [', { place: 'line 1, column 13' }],
    ['an empty file', 'a.json', ' ', { reason: 'the file is empty' }],
    [
      'JSON that is no template',
      'a.json',
      '{"a":1}',
      { reason: 'not a CloudFormation template: it has no map `Resources`' },
    ],
    ['a list', 'a.json', '[]', { reason: 'not a CloudFormation template: it has no map `Resources`' }],
    ['YAML that is a text', 'a.yaml', 'hello', { reason: 'not a CloudFormation template: it has no map `Resources`' }],
    ['resources that are a list', 'a.json', '{"Resources":[]}', { place: 'Resources' }],
  ])('names file, place and reason of %s', (_, name, content, problem) => {
    const file = write(name, content);
    expect(readInputs([file])).toMatchObject({ ok: false, problems: [{ file, ...problem }] });
  });

  it('names a file that is not there, and a folder without templates', () => {
    expect(readInputs([join(folder, 'nope.json')])).toMatchObject({
      ok: false,
      problems: [{ reason: 'no such file or folder' }],
    });
    expect(readInputs([folder])).toMatchObject({ ok: false, problems: [{ reason: 'no template in this folder' }] });
  });

  it('names every problem, not only the first', () => {
    const files = [write('a.json', '{'), write('b.json', '['), write('c.json', TEMPLATE)];
    const result = readInputs(files);
    expect(!result.ok && result.problems.map(({ file }) => file)).toEqual(files.slice(0, 2));
  });

  it('passes over other files of a folder, but not over a damaged template', () => {
    write('a/t.json', TEMPLATE);
    const other = write('a/package.json', { name: 'x' });
    expect(readInputs([folder])).toMatchObject({ ok: true, skipped: [{ file: other }] });
    write('a/b.json', { AWSTemplateFormatVersion: '2010-09-09' });
    expect(readInputs([folder]).ok).toBe(false);
  });

  it('reads an assembly: environments, construct paths, stages', () => {
    const metadata = { '/S/Role/Resource': [{ type: 'aws:cdk:logicalId', data: 'R' }] };
    write('manifest.json', {
      artifacts: {
        S: stack('S.template.json', {
          displayName: 'S',
          metadata,
          properties: { templateFile: 'S.template.json', stackName: 'my-s' },
        }),
        stage: { type: 'cdk:cloud-assembly', properties: { directoryName: 'assembly-Prod' } },
        Tree: { type: 'cdk:tree', properties: { file: 'tree.json' } },
      },
    });
    write('S.template.json', TEMPLATE);
    write('assembly-Prod/manifest.json', {
      artifacts: {
        P: stack('P.template.json', {
          displayName: 'Prod/P',
          additionalMetadataFile: 'P.metadata.json',
          environment: 'aws://unknown-account/unknown-region',
        }),
      },
    });
    write('assembly-Prod/P.template.json', {});
    write('assembly-Prod/P.metadata.json', { '/Prod/P/R': [{ type: 'aws:cdk:logicalId', data: 'R' }] });
    const sources = sourcesOf(readInputs([folder]));
    expect(sources).toMatchObject([
      { name: 'S', account: '111122223333', region: 'eu-west-1', stackName: 'my-s' },
      { name: 'Prod/P', stackName: 'P' },
    ]);
    expect(sources.map(({ constructPaths }) => constructPaths?.get('R'))).toEqual(['S/Role/Resource', 'Prod/P/R']);
    expect(snapshotOf(sources).templates.map(({ account }) => account)).toEqual(['111122223333', undefined]);
  });

  it('refuses an assembly that names a template that is not there, unless that is allowed', () => {
    write('manifest.json', { artifacts: { A: stack('A.json'), B: stack('B.json') } });
    write('A.json', TEMPLATE);
    const missing = {
      place: 'artifacts.B.properties.templateFile',
      reason: 'the template `B.json` is not in the folder',
    };
    expect(readInputs([folder])).toMatchObject({ ok: false, problems: [missing] });
    expect(readInputs([folder], { allowMissingTemplates: true })).toMatchObject({ ok: true, skipped: [missing] });
  });

  it('refuses a manifest that leads out of its folder, is damaged or is none', () => {
    write('manifest.json', {
      artifacts: { A: stack('../../a.json'), B: { type: 'cdk:cloud-assembly', properties: { directoryName: '..' } } },
    });
    expect(readInputs([folder])).toMatchObject({
      ok: false,
      problems: [{ reason: 'no file of this assembly' }, { reason: 'no folder of this assembly' }],
    });
    write('manifest.json', '{');
    expect(readInputs([folder])).toMatchObject({ ok: false, problems: [{ place: 'line 1, column 2' }] });
    write('manifest.json', { artifacts: [] });
    expect(readInputs([folder])).toMatchObject({ ok: false, problems: [{ place: 'artifacts' }] });
  });

  describe('with nested stacks', () => {
    const nested = (url: unknown, metadata: object = {}): object => ({
      Resources: {
        Role: { Type: 'AWS::IAM::Role' },
        N: {
          Type: 'AWS::CloudFormation::Stack',
          Properties: { TemplateURL: url, Parameters: { Arn: { 'Fn::GetAtt': ['Role', 'Arn'] } } },
          Metadata: metadata,
        },
      },
    });
    const CHILD = {
      Parameters: { Arn: { Type: 'String' } },
      Resources: { Role: { Type: 'AWS::Lambda::Function', Properties: { Role: { Ref: 'Arn' } } } },
    };
    const metadata = {
      '/S/Role/Resource': [{ type: 'aws:cdk:logicalId', data: 'Role' }],
      '/S/N.NestedStack/N.NestedStackResource': [{ type: 'aws:cdk:logicalId', data: 'N' }],
      '/S/N/Fn/Resource': [{ type: 'aws:cdk:logicalId', data: 'Role' }],
    };

    function assembly(): void {
      write('manifest.json', {
        artifacts: {
          S: stack('S.json', { displayName: 'S', metadata }),
          assets: { type: 'cdk:asset-manifest', properties: { file: 'S.assets.json' } },
        },
      });
      write('S.assets.json', {
        files: { abc: { source: { path: 'N.nested.json' }, destinations: { d: { objectKey: 'abc.json' } } } },
      });
      write('N.nested.json', CHILD);
    }

    it.each<[string, unknown, object]>([
      ['its asset path', 'x', { 'aws:asset:path': 'N.nested.json' }],
      [
        'its name in the asset bucket',
        { 'Fn::Join': ['', ['https://s3.', { Ref: 'AWS::URLSuffix' }, '/bucket/abc.json']] },
        {},
      ],
      ['its name in the asset bucket, by Sub', { 'Fn::Sub': 'https://s3.${AWS::URLSuffix}/bucket/abc.json' }, {}],
    ])('finds a nested template by %s', (_, url, meta) => {
      assembly();
      write('S.json', nested(url, meta));
      const snapshot = snapshotOf(sourcesOf(readInputs([folder])));
      expect(snapshot.resources.map(({ key, constructPath }) => [key, constructPath])).toEqual([
        ['S#Role', 'S/Role/Resource'],
        ['S#N', 'S/N.NestedStack/N.NestedStackResource'],
        ['S/N#Role', 'S/N/Fn/Resource'],
      ]);
      expect(show(snapshot.byKey('S/N#Role')?.properties['Role'])).toBe('arn:aws:iam::111122223333:role/${Role}');
    });

    it('finds it in a validation, too', () => {
      assembly();
      const templatePath = write('S.json', nested('x', { 'aws:asset:path': 'N.nested.json' }));
      const stacks = [{ stackConstructPath: 'S', templatePath, accountId: '111122223333', region: undefined }];
      expect(sourcesOf(sourcesFromValidation(stacks))).toMatchObject([
        { name: 'S', account: '111122223333', file: templatePath },
        { name: 'S/N', parent: { template: 'S', logicalId: 'N' } },
      ]);
    });

    it('ties templates that were given to each other by their paths', () => {
      write('parent.json', nested('./child.json'));
      write('child.json', CHILD);
      const snapshot = snapshotOf(sourcesOf(readInputs([folder])));
      const key = `${join(folder, 'child.json')}#Role`;
      expect(show(snapshot.byKey(key)?.properties['Role'])).toContain(':role/${Role}');
    });

    it('keeps the nested stacks of two assemblies apart', () => {
      for (const each of ['one', 'two']) {
        write(`${each}/manifest.json`, { artifacts: { S: stack('S.json', { displayName: 'S', metadata }) } });
        write(`${each}/S.json`, nested('x', { 'aws:asset:path': 'N.json' }));
        write(`${each}/N.json`, CHILD);
      }
      const snapshot = snapshotOf(sourcesOf(readInputs([join(folder, 'one'), join(folder, 'two')])));
      const roles = snapshot.ofType('AWS::IAM::Role').map(({ key }) => snapshot.referencing(key).length);
      // The stack that passes the role down, and the function that it is passed to.
      expect(roles).toEqual([2, 2]);
    });
  });
});

describe('sourcesFromValidation', () => {
  it('reads templates without a manifest', () => {
    const templatePath = write('S.json', TEMPLATE);
    expect(sourcesOf(sourcesFromValidation([{ stackConstructPath: 'A/S', templatePath }]))).toMatchObject([
      { name: 'A/S', file: templatePath },
    ]);
  });

  it('names a template that cannot be read', () => {
    const templatePath = join(folder, 'nope.json');
    expect(sourcesFromValidation([{ stackConstructPath: 'S', templatePath }])).toMatchObject({
      ok: false,
      problems: [{ file: templatePath, reason: 'no such file or folder' }],
    });
  });
});
