import { App, NestedStack, Stack, Stage } from 'aws-cdk-lib';
import { describe, expect, it } from 'vitest';
import { Duty } from '../../../lib/constructs/separation/duty';
import { Environment } from '../../../lib/constructs/separation/environment';
import { SeparationOfDuties } from '../../../lib/constructs/separation/separation-of-duties';

const nothing = (): SeparationOfDuties => new SeparationOfDuties();

describe('SeparationOfDuties', () => {
  it('recommends what stands in its documentation, under ids that stay', () => {
    expect(SeparationOfDuties.recommended().constraintIds).toEqual([
      'provision-deploy-watch-audit',
      'approve-deploy',
      'approve-provision',
      'high-value-read-write',
      'key-administration-use',
      'credential-rotation-use',
      'deploy-production-secrets',
      'nobody-audit-tampering',
    ]);
  });

  it('makes ids from kind and duties, whatever the order of the duties', () => {
    const one = nothing().mutuallyExclusive([Duty.MONITORING, Duty.DEPLOYMENT]).constraintIds;
    expect(one).toEqual(['exclusive-deployment-monitoring']);
    expect(nothing().mutuallyExclusive([Duty.DEPLOYMENT, Duty.MONITORING]).constraintIds).toEqual(one);
  });

  it('is written into the template of every stack, nested ones included', () => {
    const app = new App({ analyticsReporting: false });
    const stack = new Stack(new Stage(app, 'Prod'), 'Orders');
    const nested = new NestedStack(stack, 'Nested');
    Environment.PRODUCTION.holds(stack);
    nothing().nobody(Duty.AUDIT_TAMPERING)._declareIn(app);
    app.synth();
    for (const each of [stack, nested]) {
      expect(each.templateOptions.metadata?.['cdk-bulkhead']).toMatchObject({
        kind: 'template',
        environment: 'production',
        constraints: [{ id: 'nobody-audit-tampering', kind: 'at-most', most: 0, duties: ['audit-tampering'] }],
      });
    }
  });

  it('says as the reason what each duty is, one sentence after the other', () => {
    const app = new App({ analyticsReporting: false });
    const stack = new Stack(app, 'Orders');
    const exporting = Duty.custom('export', { description: 'Takes data out', actions: ['dynamodb:Export*'] });
    nothing().mutuallyExclusive([exporting, Duty.CREDENTIAL_USE])._declareIn(app);
    app.synth();
    expect(stack.templateOptions.metadata?.['cdk-bulkhead']).toMatchObject({
      constraints: [{ why: 'Takes data out. Reads the value of a secret, unless to rotate it.' }],
    });
  });

  it.each<readonly [string, RegExp, () => unknown]>([
    ['no role in only', /BH5034/, () => nothing().only([], Duty.MONITORING)],
    ['one duty that excludes itself', /BH5034/, () => nothing().mutuallyExclusive([Duty.MONITORING, Duty.MONITORING])],
    ['as many as there are', /BH5034/, () => nothing().atMost(2, [Duty.MONITORING, Duty.DEPLOYMENT])],
    ['a number that is none', /BH5034/, () => nothing().atMost(0.5, [Duty.MONITORING, Duty.DEPLOYMENT])],
    ['a malformed id', /BH5035/, () => nothing().nobody(Duty.MONITORING, { id: 'No Body' })],
    ['one id twice', /BH5036/, () => nothing().nobody(Duty.MONITORING).nobody(Duty.MONITORING)],
    ['a duty with a built-in id', /BH5030/, () => Duty.custom('deployment', { description: 'd', actions: ['sqs:*'] })],
    [
      'an action that AWS does not have',
      /BH5031/,
      () => Duty.custom('x', { description: 'd', actions: ['sqs:Frobnicate'] }),
    ],
    [
      'a resource that is none',
      /BH5031/,
      () => Duty.custom('x', { description: 'd', actions: ['sqs:*'], resources: ['queue'] }),
    ],
    ['an environment without a name', /BH5032/, () => Environment.of('')],
  ])('refuses %s', (_, code, declare) => expect(declare).toThrow(code));

  it('refuses a stage in two environments', () => {
    const stage = new Stage(new App(), 'Prod');
    Environment.PRODUCTION.holds(stage);
    expect(() => Environment.STAGING.holds(stage)).toThrow(/BH5033/);
  });
});
