import { CfnResource, Stack } from 'aws-cdk-lib';
import type { IPolicyValidationContext, PolicyValidationPluginReport, PolicyViolation } from 'aws-cdk-lib';
import { NagMessageLevel, NagPack, NagRuleCompliance } from 'cdk-nag';
import type { IConstruct } from 'constructs';
import type { Finding } from '../model/finding';
import { misuse } from '../private/errors';
import { packageVersion } from '../private/package-version';
import { acknowledgementOf } from './acknowledged';
import { acknowledgeableDetail, acknowledgementIdOf, ruleSuffixOf } from './acknowledgement';
import type { CheckOutcome } from './check-outcome';
import { constructsOf } from './construct-of';
import { isSeparationRule } from './exceptions/answers-for';
import type { ExceptionRegister } from './exceptions/exception-register';
import { leftOpenViolation, problemViolation } from './exceptions/register-violations';
import { errorsInStages } from './errors-in-stages';
import { failedAnalysis } from './failed-analysis';
import { FindingDesk } from './finding-desk';
import { todayInUtc } from '../private/today';
import { idsOfRunRules } from './run-rule-ids';
import type { SwitchedOffRule } from './switched-off-rule';
import { unexceptedAcknowledgements } from './unexcepted-acknowledgements';
import type { AnsweredFor } from './unexcepted-acknowledgements';
import { violationOf } from './violation-of';

const PACK_NAME = 'Bulkhead';

/** How the rules are run. */
export interface LeastPrivilegeChecksProps {
  /**
   * Rules that are not run at all. To leave a single finding open, acknowledge it instead.
   *
   * @default - every rule is run
   */
  readonly switchedOff?: SwitchedOffRule[];
  /**
   * Findings that are left open for a while. What is wrong with the register is a violation that no acknowledgement
   * opens.
   *
   * @default - there are no exceptions
   */
  readonly exceptions?: ExceptionRegister;
}

/**
 * The least-privilege rules as a rule pack of cdk-nag, named `Bulkhead`. It judges the final templates, so raw
 * overrides, foreign constructs, included templates and nested stacks count. Rule by rule in `docs/rules`.
 *
 * Register it with `Validations.of(app).addPlugins(new LeastPrivilegeChecks(app))`, or with `Bulkhead.protect(app)`.
 * A finding is acknowledged as the CDK does it, by the id that the report shows:
 * `Validations.of(construct).acknowledge({ id: 'Bulkhead-IAM1[Action::s3:*]', reason: '…' })`.
 *
 * Errors fail the synth, warnings are shown. An analysis that could not be made fails the synth.
 */
export class LeastPrivilegeChecks extends NagPack {
  /** The name of the plugin in the validation report. */
  public readonly name: string = PACK_NAME;
  /** The version of cdk-bulkhead. */
  public readonly version?: string = packageVersion();
  /** The ids of the rules that are run. */
  public readonly ruleIds?: string[];

  /** What is handed to constructs while the tree is walked. */
  private desk?: FindingDesk;
  /** Every finding handed out, with the construct that answers for it. */
  private handed: AnsweredFor[] = [];
  private readonly exceptions?: ExceptionRegister;
  private outcome?: CheckOutcome;

  /**
   * @param scope the app; named in errors
   * @throws BH5001 where a rule is switched off that does not exist, or without a reason
   */
  constructor(scope?: IConstruct, props: LeastPrivilegeChecksProps = {}) {
    super(scope);
    this.packName = PACK_NAME;
    this.ruleIds = idsOfRunRules(scope, props.switchedOff ?? []);
    this.exceptions = props.exceptions;
  }

  /**
   * Judges the templates of the context. Called by the CDK at the end of a synth. Where the analysis fails, the report
   * has a fatal violation that says so.
   */
  public validate(context: IPolicyValidationContext): PolicyValidationPluginReport {
    this.outcome = undefined;
    try {
      return this.judge(context);
    } catch (error) {
      return { success: false, violations: [failedAnalysis(error)], pluginVersion: this.version };
    } finally {
      this.desk = undefined;
    }
  }

  /**
   * Not offered: the rules judge templates, and a construct tree has none.
   *
   * @throws BH5002 always, but for the walk of `validate`
   */
  public validateScope(scope: IConstruct): PolicyValidationPluginReport {
    if (this.desk === undefined) {
      throw misuse(scope, {
        code: 'BH5002',
        what: '`validateScope` was called on `LeastPrivilegeChecks`',
        why: 'the rules judge synthesized templates, and a construct tree has none',
        mend: 'register the pack with `Bulkhead.protect(app)` and call `app.synth()`',
      });
    }
    return super.validateScope(scope);
  }

  /**
   * Hands the findings at a resource to cdk-nag. Only where one says that it is there: the logical id of a deployment is
   * a hash of its whole API, and takes longer than all rules.
   */
  protected checkResource(node: CfnResource): void {
    if (this.desk?.expects(node.node.path) === true) this.handFindingsAt(node);
  }

  private handFindingsAt(node: CfnResource): void {
    const stack = Stack.of(node);
    for (const finding of this.desk?.take(stack.templateFile, stack.resolve(node.logicalId)) ?? []) {
      this.hand(finding, node);
    }
  }

  /**
   * The analysis, loaded when it is needed: importing the package must stay cheap.
   *
   * @internal
   */
  protected _findingsOf(context: IPolicyValidationContext): readonly Finding[] {
    const analysis: typeof import('./findings-of') = require('./findings-of');
    return analysis.findingsOf(context, this.ruleIds ?? [], this.exceptions?.today ?? todayInUtc());
  }

  /**
   * What came out of the last `validate`; `undefined` where nothing could be said.
   *
   * @internal
   */
  public _outcome(): CheckOutcome | undefined {
    return this.outcome;
  }

  private judge(context: IPolicyValidationContext): PolicyValidationPluginReport {
    const findings = this._findingsOf(context);
    const judged = this.exceptions?._judge(findings, (rule) => !isSeparationRule(rule));
    const { excepted = [], problems = [], authorship = new Map() } = judged ?? {};
    const closed = judged?.open ?? findings;
    this.desk = new FindingDesk(closed);
    this.handed = [];
    const { violations } = super.validate(context);
    if (this.desk.hasMore) {
      // Of a template that does not tell the paths of its constructs, or tells wrong ones.
      for (const each of context.appConstruct.node.findAll()) {
        if (CfnResource.isCfnResource(each)) this.handFindingsAt(each);
      }
    }
    const answering = constructsOf(context.appConstruct);
    for (const finding of this.desk.takeRest()) this.hand(finding, answering(finding));
    const acknowledged = this.handed.flatMap(({ finding, construct }) => {
      const by = acknowledgementOf(finding, construct);
      return by === undefined ? [] : [{ finding, reason: by.reason, at: by.at.node.path }];
    });
    this.outcome = { ruleIds: this.ruleIds ?? [], findings, excepted, acknowledged, problems, authorship };
    return this.report(context, closed, violations, [
      ...problems.map((each) => problemViolation(each)),
      ...(this.exceptions?.requireForAcknowledgements === true
        ? unexceptedAcknowledgements(context.appConstruct, this.handed)
        : []),
      ...leftOpenViolation(excepted),
    ]);
  }

  private hand(finding: Finding, construct: IConstruct): void {
    const { detail, severity, message } = finding;
    this.handed.push({ finding, construct });
    this.applyRule({
      ruleSuffixOverride: ruleSuffixOf(finding, PACK_NAME),
      info: message,
      explanation: '',
      level: severity === 'error' ? NagMessageLevel.ERROR : NagMessageLevel.WARN,
      // cdk-nag reads nothing of it but its place in the tree.
      node: construct as CfnResource,
      rule: () => (detail === undefined ? NagRuleCompliance.NON_COMPLIANT : [acknowledgeableDetail(detail)]),
    });
  }

  /** INVARIANT: every finding is in the report, acknowledged, or left open by an exception. */
  private report(
    context: IPolicyValidationContext,
    findings: readonly Finding[],
    kept: readonly PolicyViolation[],
    ofRegister: readonly PolicyViolation[],
  ): PolicyValidationPluginReport {
    if (this.handed.length !== findings.length) {
      throw new Error(
        `BH9005: ${findings.length - this.handed.length} of ${findings.length} findings have no place in the report; please report it`,
      );
    }
    const open = new Set(
      kept.flatMap((each) => each.violatingResources.map((at) => openKey(each.ruleName, at.constructPath ?? ''))),
    );
    // cdk-nag keeps one description for all violations of a rule: every finding gets a violation of its own instead.
    const ofFindings = this.handed
      .filter(({ finding, construct }) => open.has(openKey(acknowledgementIdOf(finding), construct.node.path)))
      .map(({ finding, construct }) => violationOf(finding, construct.node.path));
    const own = [...ofRegister, ...ofFindings];
    const violations = [...errorsInStages(context, own), ...own];
    return {
      success: violations.every(({ severity }) => severity !== 'error' && severity !== 'fatal'),
      violations,
      pluginVersion: this.version,
    };
  }
}

function openKey(ruleName: string, path: string): string {
  return `${ruleName} ${path}`;
}
