import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { App, CfnResource, Stack, Stage } from 'aws-cdk-lib';
import { describe, expect, it } from 'vitest';
import { sealOf } from '../../../lib/checks/evidence/seal';
import { canonicalJson } from '../../../lib/model/canonical-json';
import { Bulkhead } from '../../../lib/checks/bulkhead';
import { run } from '../../cli/support/run';

/** A clean app in a folder; with another folder than the last, or in the same. */
function assembly(outdir?: string): string {
  const app = new App({
    analyticsReporting: false,
    confirmValidationPluginsDoNotMutate: true,
    ...(outdir === undefined ? {} : { outdir }),
  });
  for (const scope of [app, new Stage(app, 'Prod')]) {
    new CfnResource(new Stack(scope, 'Orders'), 'Queue', { type: 'AWS::SQS::Queue' });
  }
  Bulkhead.protect(app);
  return app.synth().directory;
}

const evidenceIn = (folder: string): string => join(folder, 'bulkhead-evidence.json');
const read = (folder: string): any => JSON.parse(readFileSync(evidenceIn(folder), 'utf8'));

describe('the evidence of a synth', () => {
  it('names every template with its hash, those of stages too, and the versions', () => {
    const { templates, versions, holds, rules } = read(assembly());
    expect(templates.map((each: any) => [each.stack, each.file])).toEqual([
      ['Orders', 'Orders.template.json'],
      ['Prod/Orders', expect.stringMatching(/^assembly-Prod\/.*\.template\.json$/)],
    ]);
    expect(Object.keys(versions)).toEqual(['aws-cdk-lib', 'cdk-bulkhead', 'cdk-nag', 'constructs']);
    expect(holds).toBe(true);
    expect(rules.length).toBeGreaterThan(20);
  });

  it('is written anew by a second synth into the same folder, which no plugin may change', () => {
    const folder = assembly();
    writeFileSync(evidenceIn(folder), 'stale');
    assembly(folder);
    expect(run(['verify-evidence', folder]).code).toBe(0);
  });

  it('is refused where it was changed, or a template was, is gone, or came in later', () => {
    const change = (action: (folder: string) => void) => {
      const folder = assembly();
      action(folder);
      return run(['verify-evidence', folder]);
    };
    const edited = (folder: string, edit: (data: any) => void): void => {
      const data = read(folder);
      edit(data);
      writeFileSync(evidenceIn(folder), JSON.stringify(data));
    };
    expect(change((folder) => edited(folder, (data) => (data.holds = false)))).toMatchObject({
      code: 1,
      out: expect.stringContaining('the evidence was changed'),
    });
    const template = (folder: string): string => join(folder, 'Orders.template.json');
    expect(change((folder) => writeFileSync(template(folder), '{"Resources":{}}'))).toMatchObject({
      code: 1,
      out: expect.stringContaining('Orders.template.json was changed'),
    });
    expect(change((folder) => rmSync(template(folder)))).toMatchObject({
      code: 1,
      out: expect.stringContaining('is missing'),
    });
    const left = change((folder) =>
      edited(folder, (data) => {
        data.templates.pop();
        data.sha256 = sealOf(data);
      }),
    );
    expect(left).toMatchObject({ code: 1, out: expect.stringContaining('is not in the evidence') });
    expect(change((folder) => writeFileSync(evidenceIn(folder), '[]'))).toMatchObject({ code: 2, out: '' });
  });

  it('is sealed over its content, however it is printed', () => {
    expect(canonicalJson({ b: [1, { d: null, c: 'x' }], a: undefined })).toBe('{"b":[1,{"c":"x","d":null}]}');
    expect(sealOf({ a: 1, b: 2, sha256: 'x' })).toBe(sealOf({ b: 2, a: 1 }));
  });
});
