import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import Ajv from 'ajv';
import { App, Stack } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import { beforeAll, describe, expect, it } from 'vitest';
import { Bulkhead, Environment, SeparationOfDuties, WorkloadRole } from '../../../lib';

const schema = JSON.parse(readFileSync(join(__dirname, '../../../docs/evidence.schema.json'), 'utf8'));
const isValid = new Ajv({ strict: false }).compile(schema);

/** The evidence of an app with one role that watches. */
function evidence(): any {
  const app = new App({ analyticsReporting: false });
  const stack = new Stack(app, 'Orders');
  new WorkloadRole(stack, 'Watcher', {
    owner: 'platform-team',
    purpose: 'watches',
    assumedBy: new iam.ServicePrincipal('lambda.amazonaws.com'),
  }).allow(new iam.PolicyStatement({ actions: ['cloudwatch:GetMetricData'], resources: ['*'] }));
  Environment.PRODUCTION.holds(stack);
  Bulkhead.protect(app, { separation: SeparationOfDuties.recommended() });
  return JSON.parse(readFileSync(join(app.synth().directory, 'bulkhead-evidence.json'), 'utf8'));
}

describe('the evidence', () => {
  let found: any;

  beforeAll(() => {
    found = evidence();
  });

  it('is as its published schema says', () => {
    expect(isValid(found), JSON.stringify(isValid.errors)).toBe(true);
    expect(isValid({ ...found, surprise: true })).toBe(false);
  });

  it('holds constraints, and who has which duty, by which permission', () => {
    const { constraints, matrix } = found.separationOfDuties;
    expect(constraints.map(({ id }: any) => id)).toEqual([...SeparationOfDuties.recommended().constraintIds].sort());
    const watcher = matrix.principals.find(({ principal }: any) => principal === 'Orders/Watcher');
    expect(watcher).toMatchObject({
      environment: 'production',
      direct: [{ duty: 'monitoring', certainty: 'certain' }],
    });
    expect(watcher.direct[0].trace[0]).toContain('cloudwatch:GetMetricData');
  });

  it('holds the result of every rule, exceptions and versions', () => {
    expect(found.rules.find(({ rule }: any) => rule === 'Bulkhead-IAM1')).toEqual({
      rule: 'Bulkhead-IAM1',
      found: 0,
      excepted: 0,
      acknowledged: 0,
    });
    expect(found.rules.map(({ rule }: any) => rule)).toContain('Bulkhead-SOD-nobody-audit-tampering');
    expect(found).toMatchObject({ exceptions: [], register: null, registerProblems: [], acknowledgements: [] });
    expect(found.versions['cdk-bulkhead']).toMatch(/^\d+\.\d+\.\d+/);
  });

  it('is the same for the same app', () => {
    expect(evidence()).toEqual(found);
  });
});
