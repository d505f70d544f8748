import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App, Stack } from 'aws-cdk-lib';
import * as apigateway from 'aws-cdk-lib/aws-apigateway';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readInputs, sourcesFromValidation } from '../../lib/assembly/read';
import type { ReadResult } from '../../lib/assembly/read';
import { snapshotOf } from '../../lib/assembly/snapshot';
import { show } from '../../lib/model/read';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'bulkhead-definitions-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const env = { account: '111122223333', region: 'eu-west-1' };

/** The cloud assembly of an API whose definition is a file. */
function synthesized(name: string, definition: string): string {
  const file = join(folder, name);
  writeFileSync(file, definition);
  const outdir = join(folder, 'cdk.out');
  const stack = new Stack(new App({ outdir }), 'Orders', { env });
  new apigateway.SpecRestApi(stack, 'Api', { apiDefinition: apigateway.ApiDefinition.fromAsset(file) });
  (stack.node.root as App).synth();
  return outdir;
}

function apiIn(result: ReadResult) {
  if (!result.ok) throw new Error(JSON.stringify(result.problems));
  const [api] = snapshotOf(result.sources).ofType('AWS::ApiGateway::RestApi');
  return api.properties;
}

describe('the definition of an API that lies in a file of the assembly', () => {
  it.each([
    ['api.json', '{"openapi":"3.0.1","paths":{"/orders":{"get":{}}}}'],
    ['api.yaml', 'openapi: 3.0.1\npaths:\n  /orders:\n    get: {}\n'],
  ])('is read in its place: %s', (name, definition) => {
    const outdir = synthesized(name, definition);
    const properties = apiIn(readInputs([outdir]));
    expect(properties['Body']).toEqual({ openapi: '3.0.1', paths: { '/orders': { get: {} } } });
    expect(properties['BodyS3Location']).toBeUndefined();
    const stacks = [{ stackConstructPath: 'Orders', templatePath: join(outdir, 'Orders.template.json') }];
    expect(apiIn(sourcesFromValidation(stacks))['Body']).toEqual(properties['Body']);
  });

  it.each([
    ['it is no definition', 'paths: [', 'api.yaml'],
    ['it is a list', '[]', 'api.json'],
    ['it has what only CloudFormation resolves', '{"paths":{"Fn::If":["A",{},{}]}}', 'api.json'],
  ])('stays unread where %s', (_, definition, name) => {
    const properties = apiIn(readInputs([synthesized(name, definition)]));
    expect(properties['Body']).toBeUndefined();
    expect(show(properties['BodyS3Location'])).toContain('Key');
  });

  it('stays unread where the file is not there', () => {
    const outdir = synthesized('api.json', '{"paths":{}}');
    rmSync(join(outdir, 'manifest.json'));
    const template = join(outdir, 'Orders.template.json');
    expect(apiIn(readInputs([template]))['Body']).toBeUndefined();
  });
});
