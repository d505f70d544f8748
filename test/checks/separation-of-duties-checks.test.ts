import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { App, Stack, Stage, Validations } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import type { Construct } from 'constructs';
import { describe, expect, it } from 'vitest';
import { Bulkhead } from '../../lib/checks/bulkhead';
import { SeparationOfDutiesChecks } from '../../lib/checks/separation-of-duties-checks';
import { Duty } from '../../lib/constructs/separation/duty';
import { Environment } from '../../lib/constructs/separation/environment';
import { SeparationOfDuties } from '../../lib/constructs/separation/separation-of-duties';
import { SeparationScope } from '../../lib/constructs/separation/separation-scope';
import { IN_STAGES } from './support/synth';

/** A role that may do these actions on everything. */
function roleThatMay(scope: Construct, id: string, ...actions: string[]): iam.Role {
  const role = new iam.Role(scope, id, { assumedBy: new iam.AccountPrincipal('999988887777') });
  role.addToPolicy(new iam.PolicyStatement({ actions, resources: ['*'] }));
  return role;
}

function synthesized(declare: (app: App) => void) {
  const app = new App({ analyticsReporting: false });
  declare(app);
  let thrown = '';
  try {
    app.synth();
  } catch (error) {
    thrown = (error as Error).message;
  }
  const { pluginReports } = JSON.parse(readFileSync(join(app.outdir, 'validation-report.json'), 'utf8'));
  const ours = pluginReports.filter((each: any) => each.pluginName === 'BulkheadSeparation');
  const violations: any[] = ours
    .flatMap((each: any) => each.violations)
    .filter((each: any) => each.ruleName !== IN_STAGES);
  return {
    thrown,
    violations,
    found: violations.map((each) => `${each.ruleName} ${each.violatingConstructs[0].constructPath}`).sort(),
  };
}

const alone = (app: App, separation: SeparationOfDuties): void =>
  Validations.of(app).addPlugins(new SeparationOfDutiesChecks(app, { separation }));

const apart = (): SeparationOfDuties =>
  new SeparationOfDuties().mutuallyExclusive([Duty.DEPLOYMENT, Duty.MONITORING], { id: 'apart' });

const BOTH = ['lambda:UpdateFunctionCode', 'cloudwatch:GetMetricData'];

describe('the checks of the separation of duties', () => {
  it('fail the synth with the principal, its duties, the way to each and how to mend it', () => {
    const { thrown, violations } = synthesized((app) => {
      roleThatMay(new Stack(app, 'Orders'), 'Both', ...BOTH);
      alone(app, apart());
    });
    expect(violations).toHaveLength(1);
    expect(violations[0].severity).toBe('fatal');
    for (const part of ['Orders/Both', 'deployment and monitoring', 'lambda:UpdateFunctionCode', 'Suggested fix']) {
      expect(thrown).toContain(part);
    }
  });

  it('pass where each principal has one of the duties', () => {
    const { thrown, found } = synthesized((app) => {
      const stack = new Stack(app, 'Orders');
      BOTH.forEach((action, index) => roleThatMay(stack, `Role${index}`, action));
      alone(app, apart());
    });
    expect({ thrown, found }).toEqual({ thrown: '', found: [] });
  });

  it.each([
    'Bulkhead-SOD-apart',
    'Bulkhead-SOD-apart[deployment+monitoring]',
    'BulkheadSeparation::Bulkhead-SOD-apart',
    'Bulkhead-*',
  ])('are not opened by acknowledging %s, at the role or at the app', (id) => {
    const { thrown, found } = synthesized((app) => {
      const role = roleThatMay(new Stack(app, 'Orders'), 'Both', ...BOTH);
      for (const at of [role, role.node.defaultChild as Construct, app]) {
        Validations.of(at).acknowledge({ id, reason: 'we need it' });
      }
      alone(app, apart());
    });
    expect(found).toHaveLength(1);
    expect(thrown).not.toBe('');
  });

  it('judge every stage, and are registered by Bulkhead.protect', () => {
    const { found } = synthesized((app) => {
      roleThatMay(new Stack(new Stage(app, 'Prod'), 'Orders'), 'Both', ...BOTH);
      Bulkhead.protect(app, { separation: apart() });
    });
    expect(found).toEqual(['Bulkhead-SOD-apart[deployment+monitoring] Prod/Orders/Both/Resource']);
  });

  it('fail where a stage was added behind their back, instead of judging it by nothing', () => {
    const { found, thrown } = synthesized((app) => {
      alone(app, apart());
      roleThatMay(new Stack(new Stage(app, 'Prod'), 'Orders'), 'Both', ...BOTH);
    });
    expect(found).toEqual(['Bulkhead-BH5037 ']);
    expect(thrown).toContain('Prod/Orders');
  });

  it('fail where an aspect takes the constraints out of the template', () => {
    const { found } = synthesized((app) => {
      const stack = new Stack(app, 'Orders');
      roleThatMay(stack, 'Both', ...BOTH);
      alone(app, apart());
      stack.node.addValidation({
        validate: () => {
          stack.templateOptions.metadata = {};
          return [];
        },
      });
    });
    expect(found).toEqual(['Bulkhead-BH5037 ']);
  });

  it('report a fault as fatal and never throw', () => {
    const app = new App();
    const checks = new SeparationOfDutiesChecks(app, { separation: apart() });
    const stackTemplates = [
      { stackConstructPath: 'X', templatePath: '/nowhere/at-all.json', accountId: undefined, region: undefined },
    ];
    const report = checks.validate({ stackTemplates, templatePaths: [], appConstruct: app });
    expect(report).toMatchObject({ success: false, violations: [{ severity: 'fatal' }] });
  });
});

describe('a constraint', () => {
  const twoStages = (scope: (prod: Stage, stack: Stack) => SeparationScope): readonly string[] =>
    synthesized((app) => {
      const dev = new Stage(app, 'Dev');
      const prod = new Stage(app, 'Prod');
      Environment.DEVELOPMENT.holds(dev);
      Environment.PRODUCTION.holds(prod);
      const stacks = [dev, prod].map(
        (stage) => new Stack(stage, 'Orders', { env: { account: stage === dev ? '444455556666' : '111122223333' } }),
      );
      const others = new Stack(prod, 'Other', { env: { account: '111122223333' } });
      for (const stack of [...stacks, others]) roleThatMay(stack, 'Both', ...BOTH);
      alone(
        app,
        new SeparationOfDuties().mutuallyExclusive([Duty.DEPLOYMENT, Duty.MONITORING], {
          id: 'apart',
          scope: scope(prod, others),
        }),
      );
    }).found.map((each) => each.replace(/^.* /, ''));

  it('holds in the app', () => {
    expect(twoStages(() => SeparationScope.app())).toHaveLength(3);
  });

  it('holds in one stage', () => {
    expect(twoStages((prod) => SeparationScope.stage(prod))).toEqual([
      'Prod/Orders/Both/Resource',
      'Prod/Other/Both/Resource',
    ]);
  });

  it('holds in one stack', () => {
    expect(twoStages((_, stack) => SeparationScope.stack(stack))).toEqual(['Prod/Other/Both/Resource']);
  });

  it('holds in one environment', () => {
    expect(twoStages(() => SeparationScope.environment(Environment.DEVELOPMENT))).toEqual(['Dev/Orders/Both/Resource']);
  });

  it('for production holds where nobody said which environment it is', () => {
    const { found } = synthesized((app) => {
      roleThatMay(new Stack(app, 'Orders'), 'Both', ...BOTH);
      const scope = SeparationScope.environment(Environment.PRODUCTION);
      alone(
        app,
        new SeparationOfDuties().mutuallyExclusive([Duty.DEPLOYMENT, Duty.MONITORING], { id: 'apart', scope }),
      );
    });
    expect(found).toHaveLength(1);
  });

  it('lets only the named roles have a duty, and nobody who can become them', () => {
    const { found } = synthesized((app) => {
      const stack = new Stack(app, 'Orders');
      const meant = roleThatMay(stack, 'Meant', 'cloudwatch:GetMetricData');
      roleThatMay(stack, 'Other', 'cloudwatch:GetMetricStatistics');
      const hop = roleThatMay(stack, 'Hop', 'sqs:SendMessage');
      meant.grantAssumeRole(hop);
      meant.assumeRolePolicy?.addStatements(
        new iam.PolicyStatement({ actions: ['sts:AssumeRole'], principals: [new iam.ArnPrincipal(hop.roleArn)] }),
      );
      alone(app, new SeparationOfDuties().only([meant], Duty.MONITORING, { id: 'watchers' }));
    });
    expect(found).toEqual([
      'Bulkhead-SOD-watchers[monitoring] Orders/Hop/Resource',
      'Bulkhead-SOD-watchers[monitoring] Orders/Other/Resource',
    ]);
  });

  it('allows so many of several duties and no more', () => {
    const three = [Duty.DEPLOYMENT, Duty.MONITORING, Duty.APPROVAL];
    const { found } = synthesized((app) => {
      const stack = new Stack(app, 'Orders');
      roleThatMay(stack, 'Two', ...BOTH);
      roleThatMay(stack, 'Three', ...BOTH, 'codepipeline:PutApprovalResult');
      alone(app, new SeparationOfDuties().atMost(2, three));
    });
    expect(found).toEqual([
      'Bulkhead-SOD-at-most-2-approval-deployment-monitoring[approval+deployment+monitoring] Orders/Three/Resource',
    ]);
  });

  it('is about duties of your own, too', () => {
    const exporting = Duty.custom('export', {
      description: 'Takes data out.',
      actions: ['dynamodb:Export*'],
      resources: ['AWS::DynamoDB::Table', 'arn:aws:dynamodb:*:*:table/orders*'],
    });
    const { found } = synthesized((app) => {
      const stack = new Stack(app, 'Orders');
      roleThatMay(stack, 'Exporter', 'dynamodb:ExportTableToPointInTime');
      roleThatMay(stack, 'Reader', 'dynamodb:GetItem');
      alone(app, new SeparationOfDuties().nobody(exporting));
    });
    expect(found).toEqual(['Bulkhead-SOD-nobody-export[export] Orders/Exporter/Resource']);
  });
});
