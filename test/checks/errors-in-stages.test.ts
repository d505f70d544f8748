import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { App, Stack, Stage, Validations } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import type { Construct } from 'constructs';
import { describe, expect, it } from 'vitest';
import { Bulkhead } from '../../lib/checks/bulkhead';
import { Duty } from '../../lib/constructs/separation/duty';
import { SeparationOfDuties } from '../../lib/constructs/separation/separation-of-duties';
import { IN_STAGES } from './support/synth';

const ACCESS_KEY = 'Bulkhead-IAM9';

/** What an app's report says of the errors in its stages, by plugin. */
function saidOfStages(declare: (app: App) => void): ReadonlyMap<string, any> {
  const app = new App({ analyticsReporting: false });
  declare(app);
  Bulkhead.protect(app, { separation: new SeparationOfDuties().nobody(Duty.AUDIT_TAMPERING) });
  try {
    app.synth();
  } catch {
    // Refused: the report says why.
  }
  const { pluginReports } = JSON.parse(readFileSync(join(app.outdir, 'validation-report.json'), 'utf8'));
  const said = pluginReports.flatMap(({ pluginName, violations }: any) =>
    violations.filter(({ ruleName }: any) => ruleName === IN_STAGES).map((each: any) => [pluginName, each]),
  );
  return new Map(said);
}

function accessKeys(scope: Construct, count: number): void {
  for (let at = 1; at <= count; at += 1) new iam.CfnAccessKey(scope, `Key${at}`, { userName: `user${at}` });
}

describe('errors in the stacks of stages', () => {
  it('are said at the app, which the CLI shows whatever it selects, and cannot be acknowledged', () => {
    const said = saidOfStages((app) => {
      accessKeys(new Stack(new Stage(app, 'Prod'), 'Orders'), 1);
      Validations.of(app).acknowledge({ id: IN_STAGES, reason: 'we need it' });
    }).get('Bulkhead');
    expect(said).toMatchObject({ severity: 'fatal', violatingConstructs: [{ constructPath: '' }] });
    expect(said.description).toContain(`Prod/Orders/Key1: `);
    expect(said.description).toContain(ACCESS_KEY);
  });

  it('are said of the separation of duties as well', () => {
    const said = saidOfStages((app) => {
      const stack = new Stack(new Stage(app, 'Prod'), 'Orders');
      const role = new iam.Role(stack, 'Role', { assumedBy: new iam.AccountPrincipal('999988887777') });
      role.addToPolicy(new iam.PolicyStatement({ actions: ['cloudtrail:StopLogging'], resources: ['*'] }));
    }).get('BulkheadSeparation');
    expect(said?.description).toContain('Prod/Orders/Role');
  });

  it('are counted, and the first twenty told', () => {
    const { description } = saidOfStages((app) => accessKeys(new Stack(new Stage(app, 'Prod'), 'Orders'), 22)).get(
      'Bulkhead',
    );
    expect(description).toContain('stages: 22.');
    expect(description).toContain('Key20: ');
    expect(description).not.toContain('Key21: ');
    expect(description).toContain('and 2 more');
  });

  it('are no more than those: not errors beside the stages, nor acknowledged ones', () => {
    const said = saidOfStages((app) => {
      accessKeys(new Stack(app, 'Prods'), 1);
      const staged = new Stack(new Stage(app, 'Prod'), 'Orders');
      accessKeys(staged, 1);
      Validations.of(staged).acknowledge({ id: ACCESS_KEY, reason: 'goes with SEC-1234' });
    });
    expect([...said.keys()]).toEqual([]);
  });
});
