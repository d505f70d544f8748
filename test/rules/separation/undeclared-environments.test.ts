import { App, NestedStack, Stack, Stage } from 'aws-cdk-lib';
import * as sqs from 'aws-cdk-lib/aws-sqs';
import { describe, expect, it } from 'vitest';
import { Environment, SeparationOfDuties } from '../../../lib';
import { snapshotOf } from '../../../lib/assembly/snapshot';
import { undeclaredEnvironments } from '../../../lib/rules/separation/undeclared-environments';

const QUEUE = { Queue: { Type: 'AWS::SQS::Queue' } };

/** Stacks by name, with the environment that each says. */
function found(stacks: Readonly<Record<string, { environment?: string; resources?: object }>>): readonly string[] {
  const sources = Object.entries(stacks).map(([name, { environment, resources = QUEUE }]) => ({
    name,
    file: `${name}.json`,
    body: {
      ...(environment === undefined
        ? {}
        : { Metadata: { 'cdk-bulkhead': { kind: 'template', environment, constraints: [], duties: [] } } }),
      Resources: resources,
    },
  }));
  return undeclaredEnvironments(snapshotOf(sources)).map(({ template }) => template);
}

describe('Bulkhead-ENV-undeclared', () => {
  it('finds the stack that says of no environment where another does', () => {
    expect(found({ Prod: { environment: 'production' }, Tools: {} })).toEqual(['Tools']);
  });

  it('finds it beside any environment, and each of several', () => {
    expect(found({ Dev: { environment: 'development' }, A: {}, B: {} })).toEqual(['A', 'B']);
  });

  it('leaves alone an app that says of none at all', () => {
    expect(found({ A: {}, B: {} })).toEqual([]);
  });

  it('leaves alone stacks with nothing in them', () => {
    const empty = { CDKMetadata: { Type: 'AWS::CDK::Metadata' } };
    expect(
      found({ Prod: { environment: 'production' }, Empty: { resources: {} }, Only: { resources: empty } }),
    ).toEqual([]);
  });

  it('leaves alone what is nested in a stack that says it, and not what merely begins with its name', () => {
    expect(found({ Prod: { environment: 'production' }, 'Prod/Nested': {}, Production: {} })).toEqual(['Production']);
  });

  it('finds nothing in an app in which every stage says it, nested stacks included', () => {
    const app = new App({ analyticsReporting: false });
    for (const [name, environment] of Object.entries({ Prod: Environment.PRODUCTION, Dev: Environment.DEVELOPMENT })) {
      const stack = new Stack(new Stage(app, name), 'Orders');
      new sqs.Queue(new NestedStack(stack, 'Nested'), 'Queue');
      environment.holds(stack);
    }
    SeparationOfDuties.recommended()._declareIn(app);
    const assembly = app.synth({ skipValidation: true });
    const sources = assembly.stacksRecursively.map(({ displayName, templateFullPath, template }) => ({
      name: displayName,
      file: templateFullPath,
      body: template,
    }));
    expect(sources).toHaveLength(2);
    expect(undeclaredEnvironments(snapshotOf(sources))).toEqual([]);
  });
});
