import { basename } from 'node:path';
import { App, CfnResource, Lazy, NestedStack, Stack, Stage, Validations } from 'aws-cdk-lib';
import type { IPolicyValidationContext } from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';
import { describe, expect, it } from 'vitest';
import type { Finding } from '../../lib/model/finding';
import { LeastPrivilegeChecks } from '../../lib/checks/least-privilege-checks';
import { finding } from '../report/sample';
import { InjectedChecks } from './support/injected-checks';
import { synthesized } from './support/synth';

const queue = (scope: IConstruct, id: string): CfnResource => new CfnResource(scope, id, { type: 'AWS::SQS::Queue' });

/** The file of a stack's template, as the context has it. */
function fileOf(context: IPolicyValidationContext, path: string): string {
  return context.stackTemplates.find((each) => each.stackConstructPath === path)?.templatePath ?? '';
}

/** The pack, with findings at these logical ids of the stack `Orders`. */
function at(...changes: readonly Partial<Finding>[]): InjectedChecks {
  return new InjectedChecks((context) =>
    changes.map((each) =>
      finding({
        template: 'Orders',
        file: fileOf(context, 'Orders'),
        logicalId: 'A',
        constructPath: 'Orders/A',
        ...each,
      }),
    ),
  );
}

const twoQueues = (app: App): void => {
  const stack = new Stack(app, 'Orders');
  queue(stack, 'A');
  queue(stack, 'B');
};

describe('a finding in the report', () => {
  it('carries message, fix, construct path and logical id', () => {
    const { open } = synthesized(twoQueues, at({ detail: 'Action::s3:*' }));
    expect(open).toEqual([
      {
        ruleName: 'Bulkhead-IAM1[Action::s3:*]',
        description: 'Policy allows every action: allows `s3:*` on `*`',
        suggestedFix: 'Name the actions.',
        severity: 'error',
        constructPath: 'Orders/A',
        logicalId: 'A',
      },
    ]);
  });

  it('keeps its own message beside others of the same rule and detail at another resource', () => {
    const { open, thrown } = synthesized(
      twoQueues,
      at(
        { detail: 'Action::s3:*', message: 'first' },
        { detail: 'Action::s3:*', message: 'second', logicalId: 'B' },
        { message: 'third' },
      ),
    );
    expect(open.map((each) => each.description.replace(/^[^:]*: /, ''))).toEqual(['first', 'third', 'second']);
    for (const message of ['first', 'second', 'third']) expect(thrown).toContain(message);
  });

  it('says what is not known where it is only possible', () => {
    const { open } = synthesized(twoQueues, at({ certainty: 'possible', unknowns: ['parameter "X"'] }));
    expect(open[0]?.description).toContain('(possible: not known is parameter "X")');
  });

  it('is there although its resource is not a construct', () => {
    const { open, thrown } = synthesized(twoQueues, at({ logicalId: 'FromAFragment' }));
    expect(open).toMatchObject([{ constructPath: 'Orders', logicalId: 'FromAFragment' }]);
    expect(thrown).toContain('allows `s3:*` on `*`');
  });

  it('is there although it is about the template and not about a resource', () => {
    const { open, thrown } = synthesized(twoQueues, at({ logicalId: undefined, constructPath: undefined }));
    expect(open).toMatchObject([{ constructPath: 'Orders' }]);
    expect(thrown).toContain('allows `s3:*` on `*`');
  });

  it('is there although its template is not the one of any stack', () => {
    const { open, thrown } = synthesized(twoQueues, at({ file: 'elsewhere.json' }));
    expect(open).toMatchObject([{ constructPath: '' }]);
    expect(thrown).toContain('allows `s3:*` on `*`');
  });

  it('is at the construct of its logical id where the template tells a wrong path for it, or none', () => {
    const wrong = at({ logicalId: 'B', constructPath: 'Orders/A' }, { constructPath: undefined }, {});
    expect(
      synthesized(twoQueues, wrong)
        .open.map(({ constructPath }) => constructPath)
        .sort(),
    ).toEqual(['Orders/A', 'Orders/A', 'Orders/B']);
  });

  it('asks no construct for its logical id at which nothing was found', () => {
    const app = new App();
    const stack = new Stack(app, 'Orders');
    const asked: string[] = [];
    for (const id of ['A', 'B']) {
      const produce = (): string => {
        asked.push(id);
        return id;
      };
      queue(stack, id).overrideLogicalId(Lazy.uncachedString({ produce }));
    }
    const { stacks } = app.synth({ skipValidation: true });
    const [{ hierarchicalId, templateFullPath }] = stacks;
    asked.length = 0;
    const stackTemplates = [
      { stackConstructPath: hierarchicalId, templatePath: templateFullPath, accountId: undefined, region: undefined },
    ];
    const pack = at({});
    pack.validate({ appConstruct: app, stackTemplates, templatePaths: [templateFullPath] });
    expect(new Set(asked)).toEqual(new Set(['A']));
  });

  it('finds its construct in nested stacks and stages, same logical ids told apart', () => {
    const { open } = synthesized(
      (app) => {
        twoQueues(app);
        const stack = new Stack(new Stage(app, 'Prod'), 'Orders');
        queue(stack, 'A');
        queue(new NestedStack(stack, 'Nested'), 'A');
      },
      new InjectedChecks((context) => {
        const nested = Stack.of(
          context.appConstruct.node
            .findChild('Prod')
            .node.findChild('Orders')
            .node.findChild('Nested')
            .node.findChild('A'),
        );
        return [
          finding({ message: 'in prod', file: fileOf(context, 'Prod/Orders'), logicalId: 'A' }),
          finding({ message: 'nested', file: `some/where/${nested.templateFile}`, logicalId: 'A' }),
        ];
      }),
    );
    expect(open.map((each) => [each.constructPath, each.description.replace(/^[^:]*: /, '')])).toEqual([
      ['Prod/Orders/A', 'in prod'],
      ['Prod/Orders/Nested/A', 'nested'],
    ]);
  });
});

describe('an acknowledgement', () => {
  const acknowledged = (id: string, where: string) => (app: App) => {
    twoQueues(app);
    const construct =
      where === '' ? app : where.split('/').reduce((at, child) => at.node.findChild(child), app as IConstruct);
    Validations.of(construct).acknowledge({ id, reason: 'it is a test' });
  };
  const both = () => at({ detail: 'Action::s3:*' }, { detail: 'Action::s3:*', logicalId: 'B' });

  it('opens the finding at its construct and no other', () => {
    const { open, thrown } = synthesized(acknowledged('Bulkhead-IAM1[Action::s3:*]', 'Orders/A'), both());
    expect(open.map((each) => each.constructPath)).toEqual(['Orders/B']);
    expect(thrown).toBeDefined();
  });

  it('opens the findings below it, and the synth passes', () => {
    const { open, thrown } = synthesized(acknowledged('Bulkhead-IAM1[Action::s3:*]', 'Orders'), both());
    expect(open).toEqual([]);
    expect(thrown).toBeUndefined();
  });

  it('works by the id that the report shows, and then leaves its trace in the report', () => {
    const result = synthesized(acknowledged('Bulkhead::Bulkhead-IAM1[Action::s3:*]', 'Orders/A'), both());
    expect(result.open.map((each) => each.constructPath)).toEqual(['Orders/B']);
    expect(result.acknowledged.map((each) => each.constructPath)).toEqual(['Orders/A']);
  });

  it('of another detail opens nothing', () => {
    const { open } = synthesized(acknowledged('Bulkhead-IAM1[Action::s3:Get*]', 'Orders'), both());
    expect(open).toHaveLength(2);
  });

  it('works for what is not a construct, at its stack', () => {
    for (const id of ['Bulkhead-IAM1', 'Bulkhead::Bulkhead-IAM1']) {
      const { open, thrown } = synthesized(acknowledged(id, 'Orders'), at({ logicalId: undefined }));
      expect(open).toEqual([]);
      expect(thrown).toBeUndefined();
    }
  });

  it('works for a detail that the CDK writes otherwise', () => {
    const { open } = synthesized(
      acknowledged('Bulkhead-IAM1[GET-/orders/_id]', 'Orders'),
      at({ detail: 'GET /orders/{id' }),
    );
    expect(open).toEqual([]);
  });
});

describe('the synth', () => {
  it('passes without findings', () => {
    expect(synthesized(twoQueues, at())).toEqual({ open: [], acknowledged: [] });
  });

  it('passes with warnings, and shows them', () => {
    const { open, thrown } = synthesized(twoQueues, at({ severity: 'warning' }));
    expect(open).toMatchObject([{ severity: 'warning' }]);
    expect(thrown).toBeUndefined();
  });

  it('fails with an error beside warnings', () => {
    const { thrown } = synthesized(twoQueues, at({ severity: 'warning' }, { ruleId: 'Bulkhead-IAM2' }));
    expect(thrown).toBeDefined();
  });

  it('fails with a fatal violation where the analysis crashes, and no acknowledgement opens that', () => {
    const crash = new InjectedChecks(() => {
      throw new Error('BH9004: rule `Bulkhead-IAM1` failed');
    });
    const { open, thrown } = synthesized((app) => {
      twoQueues(app);
      Validations.of(app).acknowledge({ id: 'Bulkhead-BH9004', reason: 'no' });
      Validations.of(app).acknowledge({ id: 'Bulkhead::Bulkhead-BH9004', reason: 'no' });
    }, crash);
    expect(open).toMatchObject([{ ruleName: 'Bulkhead-BH9004', severity: 'fatal', constructPath: '' }]);
    expect(thrown).toContain('BH9004: rule `Bulkhead-IAM1` failed');
  });
});

describe('every finding is in the report or acknowledged', () => {
  it('whatever resource, detail and severity it has', () => {
    const details = [undefined, 'Action::*', 'a b', '[', '::', 'x::y', '\u0007', '}', 'é'];
    const places = ['A', 'B', 'Nowhere', undefined];
    const changes = details.flatMap((detail) =>
      places.flatMap((logicalId) =>
        (['error', 'warning'] as const).map((severity, index) => ({
          ruleId: `Bulkhead-IAM${index + 1}`,
          severity,
          logicalId,
          detail,
          message: JSON.stringify([severity, logicalId, detail]),
        })),
      ),
    );
    const { open } = synthesized(
      (app) => {
        twoQueues(app);
        Validations.of(app.node.findChild('Orders').node.findChild('B')).acknowledge({
          id: 'Bulkhead-IAM1[Action::*]',
          reason: 'test',
        });
      },
      at(...changes),
    );
    const reported = open.map((each) => each.description.replace(/^[^:]*: /, ''));
    const expected = changes
      .map((each) => each.message)
      .filter((each) => each !== JSON.stringify(['error', 'B', 'Action::*']));
    expect([...reported].sort()).toEqual([...expected].sort());
  });
});

describe('the pack', () => {
  it('tells its name, version and rules', () => {
    const pack = new LeastPrivilegeChecks();
    expect(pack.name).toBe('Bulkhead');
    expect(pack.readPackName).toBe('Bulkhead');
    expect(pack.version).toMatch(/^\d+\.\d+\.\d+/);
    expect(pack.ruleIds).toContain('Bulkhead-IAM9');
  });

  it('refuses to judge a construct tree, which has no templates', () => {
    expect(() => new LeastPrivilegeChecks().validateScope(new App())).toThrow(/BH5002.*app\.synth/s);
  });

  it('does not run a rule that is switched off', () => {
    const pack = new LeastPrivilegeChecks(undefined, {
      switchedOff: [{ id: 'Bulkhead-IAM9', reason: 'no users here' }],
    });
    expect(pack.ruleIds).not.toContain('Bulkhead-IAM9');
  });

  it('refuses to switch off an unknown rule, or one without a reason', () => {
    const off = (id: string, reason: string) => () =>
      new LeastPrivilegeChecks(undefined, { switchedOff: [{ id, reason }] });
    expect(off('Bulkhead-NOPE1', 'why not')).toThrow(/BH5001.*does not exist/s);
    expect(off('Bulkhead-IAM9', ' ')).toThrow(/BH5001.*without a reason/s);
  });

  it('judges templates by their file names', () => {
    // The names are unique in an app: what tells two stacks' resources of one logical id apart.
    const app = new App();
    const files = [
      new Stack(app, 'Orders'),
      new Stack(new Stage(app, 'Prod'), 'Orders'),
      new NestedStack(new Stack(app, 'X'), 'Orders'),
    ];
    expect(new Set(files.map((each) => basename(each.templateFile))).size).toBe(3);
  });
});
