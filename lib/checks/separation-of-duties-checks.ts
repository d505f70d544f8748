import { Stack } from 'aws-cdk-lib';
import type { App, IPolicyValidationContext, IPolicyValidationPlugin, PolicyValidationPluginReport } from 'aws-cdk-lib';
import type { SeparationOfDuties } from '../constructs/separation/separation-of-duties';
import { declaredFor, stacksIn } from '../constructs/separation/template-declaration';
import type { Separation } from '../model/separation';
import { packageVersion } from '../private/package-version';
import type { CheckOutcome } from './check-outcome';
import { constructsOf } from './construct-of';
import { isSeparationRule } from './exceptions/answers-for';
import type { ExceptionRegister } from './exceptions/exception-register';
import { leftOpenViolation, problemViolation } from './exceptions/register-violations';
import { errorsInStages } from './errors-in-stages';
import { failedAnalysis } from './failed-analysis';
import type { JudgedSeparation } from './findings-of';
import { violationOf } from './violation-of';

/** What the separation of duties is judged by. */
export interface SeparationOfDutiesChecksProps {
  /** The constraints: `SeparationOfDuties.recommended()`. */
  readonly separation: SeparationOfDuties;
  /**
   * Violations that are left open for a while. What is wrong with the register is fatal, too.
   *
   * @default - there are no exceptions
   */
  readonly exceptions?: ExceptionRegister;
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
  private readonly exceptions?: ExceptionRegister;
  private outcome?: CheckOutcome;
  private evidence?: Separation;

  /** @param app its stacks are given the constraints, in their Metadata */
  constructor(app: App, props: SeparationOfDutiesChecksProps) {
    this.separation = props.separation;
    this.exceptions = props.exceptions;
    this.ruleIds = this.separation.constraintIds.map((id) => `Bulkhead-SOD-${id}`);
    this.separation._declareIn(app);
  }

  /**
   * Judges the templates of the context. Called by the CDK at the end of a synth. Where the analysis fails, the report
   * has a fatal violation that says so.
   */
  public validate(context: IPolicyValidationContext): PolicyValidationPluginReport {
    this.outcome = undefined;
    this.evidence = undefined;
    try {
      this.checkDeclared(context);
      return this.judge(context);
    } catch (error) {
      return { success: false, violations: [failedAnalysis(error)], pluginVersion: this.version };
    }
  }

  /**
   * The analysis, loaded when it is needed: importing the package must stay cheap.
   *
   * @internal
   */
  protected _judged(context: IPolicyValidationContext): JudgedSeparation {
    const analysis: typeof import('./findings-of') = require('./findings-of');
    return analysis.judgedSeparation(context);
  }

  /**
   * What came out of the last `validate`; `undefined` where nothing could be said.
   *
   * @internal
   */
  public _outcome(): CheckOutcome | undefined {
    return this.outcome;
  }

  /**
   * Constraints and principals × duties of the last `validate`.
   *
   * @internal
   */
  public _evidence(): Separation | undefined {
    return this.evidence;
  }

  private judge(context: IPolicyValidationContext): PolicyValidationPluginReport {
    const { findings, separation } = this._judged(context);
    const judged = this.exceptions?._judge(findings, isSeparationRule);
    const { open = findings, excepted = [], problems = [], authorship = new Map() } = judged ?? {};
    this.outcome = { ruleIds: this.ruleIds ?? [], findings, excepted, acknowledged: [], problems, authorship };
    this.evidence = separation;
    const answering = constructsOf(context.appConstruct);
    const fatal = [
      ...open.map((finding) => ({
        ...violationOf(finding, finding.constructPath ?? answering(finding).node.path),
        severity: 'fatal',
      })),
      ...problems.map((each) => problemViolation(each)),
    ];
    return {
      success: fatal.every(({ severity }) => severity !== 'fatal'),
      violations: [...errorsInStages(context, fatal), ...fatal, ...leftOpenViolation(excepted)],
      pluginVersion: this.version,
    };
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
