import { Stack } from 'aws-cdk-lib';
import type { App, IPolicyValidationContext, IPolicyValidationPlugin, PolicyValidationPluginReport } from 'aws-cdk-lib';
import type { SeparationOfDuties } from '../constructs/separation/separation-of-duties';
import { declaredFor, stacksIn } from '../constructs/separation/template-declaration';
import type { Finding } from '../model/finding';
import { packageVersion } from '../private/package-version';
import { constructsOf } from './construct-of';
import { failedAnalysis } from './failed-analysis';
import { violationOf } from './violation-of';

/** What the separation of duties is judged by. */
export interface SeparationOfDutiesChecksProps {
  /** The constraints: `SeparationOfDuties.recommended()`. */
  readonly separation: SeparationOfDuties;
}

/**
 * Judges the separation of duties on the final templates. Its violations are fatal: no acknowledgement opens them.
 *
 * Register it with `Bulkhead.protect(app, { separation })`, or alone with
 * `Validations.of(app).addPlugins(new SeparationOfDutiesChecks(app, { separation }))`, in either case when all stages of
 * the app are there. An analysis that could not be made fails the synth.
 */
export class SeparationOfDutiesChecks implements IPolicyValidationPlugin {
  /** The name of the plugin in the validation report. */
  public readonly name: string = 'BulkheadSeparation';
  /** The version of cdk-bulkhead. */
  public readonly version?: string = packageVersion();
  /** The ids of the constraints. */
  public readonly ruleIds?: string[];

  private readonly separation: SeparationOfDuties;

  /** @param app its stacks are given the constraints, in their Metadata */
  constructor(app: App, props: SeparationOfDutiesChecksProps) {
    this.separation = props.separation;
    this.ruleIds = this.separation.constraintIds.map((id) => `Bulkhead-SOD-${id}`);
    this.separation._declareIn(app);
  }

  /**
   * Judges the templates of the context. Called by the CDK at the end of a synth. Where the analysis fails, the report
   * has a fatal violation that says so.
   */
  public validate(context: IPolicyValidationContext): PolicyValidationPluginReport {
    try {
      this.checkDeclared(context);
      const answering = constructsOf(context.appConstruct);
      const violations = this._findingsOf(context).map((finding) => ({
        ...violationOf(finding, finding.constructPath ?? answering(finding).node.path),
        severity: 'fatal',
      }));
      return { success: violations.length === 0, violations, pluginVersion: this.version };
    } catch (error) {
      return { success: false, violations: [failedAnalysis(error)], pluginVersion: this.version };
    }
  }

  /**
   * The analysis, loaded when it is needed: importing the package must stay cheap.
   *
   * @internal
   */
  protected _findingsOf(context: IPolicyValidationContext): readonly Finding[] {
    const analysis: typeof import('./findings-of') = require('./findings-of');
    return analysis.separationFindingsOf(context);
  }

  /** INVARIANT: every stack carries the constraints of its scope, and none is judged by fewer. */
  private checkDeclared({ appConstruct }: IPolicyValidationContext): void {
    for (const stack of stacksIn(appConstruct)) {
      const expected = this.separation._constraintsFor(stack);
      const found = declaredFor(stack)?.constraints ?? [];
      if (JSON.stringify(found) === JSON.stringify(expected)) continue;
      throw new Error(
        `BH5037: stack \`${Stack.of(stack).node.path}\` does not carry the constraints of separation of duties, so that it would not be judged by them; turn them on once, after all stages of the app were made`,
      );
    }
  }
}
