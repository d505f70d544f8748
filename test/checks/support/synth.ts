import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { App } from 'aws-cdk-lib';
import type { IPolicyValidationPlugin } from 'aws-cdk-lib';
import { Validations } from 'aws-cdk-lib';

export const IN_STAGES = 'Bulkhead-errors-in-stages';

/** One violation as `validation-report.json` has it, at one construct. */
export interface Reported {
  readonly ruleName: string;
  readonly description: string;
  readonly suggestedFix?: string;
  readonly severity: string;
  readonly constructPath: string;
  readonly logicalId?: string;
}

export interface Outcome {
  /** What `app.synth()` threw, if it did. */
  readonly thrown?: string;
  /** Those at a construct; what is said of all stages at once has test/checks/errors-in-stages.test.ts. */
  readonly open: readonly Reported[];
  readonly acknowledged: readonly Reported[];
}

/** Synthesizes an app with a plugin, outside of the CDK CLI, and reads the validation report. */
export function synthesized(declare: (app: App) => void, ...plugins: readonly IPolicyValidationPlugin[]): Outcome {
  const app = new App({ analyticsReporting: false });
  if (plugins.length > 0) Validations.of(app).addPlugins(...plugins);
  declare(app);
  const thrown = thrownBy(() => app.synth());
  const file = join(app.outdir, 'validation-report.json');
  const reports: any[] = JSON.parse(readFileSync(file, 'utf8')).pluginReports;
  const ours = reports.filter((each) => each.pluginName === 'Bulkhead');
  return {
    ...(thrown === undefined ? {} : { thrown }),
    open: ours.flatMap((each) => flat(each.violations)).filter((each) => each.ruleName !== IN_STAGES),
    acknowledged: ours.flatMap((each) => flat(each.suppressedViolations ?? [])),
  };
}

function flat(violations: readonly any[]): readonly Reported[] {
  return violations.flatMap(({ ruleName, description, suggestedFix, severity, violatingConstructs }) =>
    violatingConstructs.map((at: any) => ({
      ruleName,
      description,
      suggestedFix,
      severity,
      constructPath: at.constructPath,
      ...(at.cloudFormationResource === undefined ? {} : { logicalId: at.cloudFormationResource.logicalId }),
    })),
  );
}

function thrownBy(action: () => unknown): string | undefined {
  try {
    action();
    return undefined;
  } catch (error) {
    return (error as Error).message;
  }
}
