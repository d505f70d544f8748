import { writeFileSync } from 'node:fs';
import { App, CfnElement, CfnParameter, CfnResource, NestedStack, Stack, Stage, Validations } from 'aws-cdk-lib';
import type { IPolicyValidationContext } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import { CfnInclude } from 'aws-cdk-lib/cloudformation-include';
import type { Construct } from 'constructs';
import { describe, expect, it } from 'vitest';
import { Bulkhead } from '../../lib/checks/bulkhead';
import { files } from '../cli/support/run';
import { synthesized } from './support/synth';
import type { Outcome } from './support/synth';

/** Synthesizes an app that `Bulkhead.protect` protects. */
function protectedApp(declare: (app: App) => void): Outcome {
  return synthesized((app) => {
    Bulkhead.protect(app);
    declare(app);
  });
}

const accessKey = (scope: Construct, id = 'Key'): iam.CfnAccessKey =>
  new iam.CfnAccessKey(scope, id, { userName: 'someone' });
const places = (outcome: Outcome): readonly string[] =>
  outcome.open.map((each) => `${each.ruleName} ${each.constructPath}`);

describe('an app that is protected', () => {
  it('passes when it is clean', () => {
    const outcome = protectedApp((app) => {
      new iam.Role(new Stack(app, 'Orders'), 'Reader', { assumedBy: new iam.ServicePrincipal('lambda.amazonaws.com') });
    });
    expect(outcome).toEqual({ open: [], acknowledged: [] });
  });

  it('fails on a violation, with what, where and how to mend', () => {
    const { thrown, open } = protectedApp((app) => accessKey(new Stack(app, 'Orders')));
    expect(open).toMatchObject([
      { ruleName: expect.stringContaining('Bulkhead-IAM9'), severity: 'error', constructPath: 'Orders/Key' },
    ]);
    expect(thrown).toContain('Orders/Key');
    expect(thrown).toContain(open[0]?.description);
    expect(thrown).toContain(`Suggested fix: ${open[0]?.suggestedFix}`);
  });

  it('passes when the finding is acknowledged with a reason', () => {
    const { thrown, open } = protectedApp((app) => {
      const key = accessKey(new Stack(app, 'Orders'));
      Validations.of(key).acknowledge({ id: 'Bulkhead-IAM9', reason: 'a mail relay that knows no roles' });
    });
    expect({ thrown, open }).toEqual({ thrown: undefined, open: [] });
  });

  it('fails on a wildcard that only a raw override brings', () => {
    const role = (widen: boolean) =>
      protectedApp((app) => {
        const policy = new iam.ManagedPolicy(new Stack(app, 'Orders'), 'Policy', {
          statements: [
            new iam.PolicyStatement({
              actions: ['sqs:SendMessage'],
              resources: ['arn:aws:sqs:eu-west-1:111122223333:q'],
            }),
          ],
        });
        if (!widen) return;
        (policy.node.defaultChild as CfnResource).addPropertyOverride('PolicyDocument.Statement.0.Action', '*');
      });
    expect(role(false).open).toEqual([]);
    expect(role(true).open[0]?.ruleName).toMatch(/^Bulkhead-IAM1\b/);
    expect(role(true).thrown).toBeDefined();
  });

  it('fails on a secret in the default of a parameter, which is no resource, and never prints it', () => {
    const secret = ['ghp', `${'a1B2c3D4e5'.repeat(3)}F6g7H8`].join('_');
    const outcome = protectedApp((app) => {
      new CfnParameter(new Stack(app, 'Orders'), 'Token', { default: secret });
    });
    expect(outcome.open).toMatchObject([
      { ruleName: expect.stringMatching(/^Bulkhead-SEC4/), constructPath: 'Orders' },
    ]);
    expect(outcome.thrown).toBeDefined();
    expect(JSON.stringify(outcome)).not.toContain(secret);
  });

  it('judges templates that are included', () => {
    const { 'included.json': templateFile = '' } = files({
      'included.json': JSON.stringify({
        Resources: { Key: { Type: 'AWS::IAM::AccessKey', Properties: { UserName: 'u' } } },
      }),
    });
    const outcome = protectedApp((app) => new CfnInclude(new Stack(app, 'Orders'), 'Included', { templateFile }));
    expect(places(outcome)).toEqual(['Bulkhead-IAM9 Orders/Included/Key']);
  });

  it('judges resources that a template fragment brings, without a construct of their own', () => {
    class Fragment extends CfnElement {
      public _toCloudFormation(): object {
        return { Resources: { RawKey: { Type: 'AWS::IAM::AccessKey', Properties: { UserName: 'u' } } } };
      }
    }
    const outcome = protectedApp((app) => new Fragment(new Stack(app, 'Orders'), 'Fragment'));
    expect(outcome.open).toMatchObject([{ ruleName: 'Bulkhead-IAM9', constructPath: 'Orders', logicalId: 'RawKey' }]);
    expect(outcome.thrown).toBeDefined();
  });

  it('judges stages and nested stacks', () => {
    const outcome = protectedApp((app) => {
      const stack = new Stack(new Stage(app, 'Prod'), 'Orders');
      accessKey(stack);
      accessKey(new NestedStack(stack, 'Nested'));
    });
    expect([...places(outcome)].sort()).toEqual([
      'Bulkhead-IAM9 Prod/Orders/Key',
      'Bulkhead-IAM9 Prod/Orders/Nested/Key',
    ]);
  });

  it('keeps the messages of two resources with the same finding apart', () => {
    const outcome = protectedApp((app) => {
      const stack = new Stack(app, 'Orders');
      for (const userName of ['first-user', 'second-user']) new iam.CfnAccessKey(stack, userName, { userName });
    });
    expect(places(outcome)).toEqual(['Bulkhead-IAM9 Orders/first-user', 'Bulkhead-IAM9 Orders/second-user']);
    expect(outcome.thrown).toContain('Orders/first-user');
    expect(outcome.thrown).toContain('Orders/second-user');
  });

  it('fails where a template cannot be read, and says which', () => {
    const damage = {
      name: 'Damage',
      validate: ({ templatePaths }: IPolicyValidationContext) => {
        for (const file of templatePaths) writeFileSync(file, '{ "Resources": ');
        return { success: true, violations: [] };
      },
    };
    const outcome = synthesized((app) => {
      Validations.of(app).addPlugins(damage);
      Bulkhead.protect(app);
      new CfnResource(new Stack(app, 'Orders'), 'Queue', { type: 'AWS::SQS::Queue' });
    });
    expect(outcome.open).toMatchObject([{ ruleName: 'Bulkhead-BH5003', severity: 'fatal' }]);
    expect(outcome.open[0]?.description).toContain('Orders.template.json');
    expect(outcome.thrown).toContain('BH5003');
  });
});

describe('Bulkhead.protect', () => {
  it('registers once, however often it is called', () => {
    const outcome = synthesized((app) => {
      Bulkhead.protect(app);
      Bulkhead.protect(app, {});
      accessKey(new Stack(app, 'Orders'));
    });
    expect(outcome.open).toHaveLength(1);
  });

  it('refuses to be asked for two different things', () => {
    const app = new App();
    Bulkhead.protect(app);
    const rules = { switchedOff: [{ id: 'Bulkhead-IAM9', reason: 'none here' }] };
    expect(() => Bulkhead.protect(app, { rules })).toThrow(/BH5004/);
  });

  it('protects each app on its own', () => {
    Bulkhead.protect(new App());
    expect(protectedApp((app) => accessKey(new Stack(app, 'Orders'))).open).toHaveLength(1);
  });

  it('does not run rules that are switched off', () => {
    const outcome = synthesized((app) => {
      Bulkhead.protect(app, { rules: { switchedOff: [{ id: 'Bulkhead-IAM9', reason: 'none here' }] } });
      accessKey(new Stack(app, 'Orders'));
    });
    expect(outcome).toEqual({ open: [], acknowledged: [] });
  });
});
