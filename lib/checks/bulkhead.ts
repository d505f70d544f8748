import { Validations } from 'aws-cdk-lib';
import type { App } from 'aws-cdk-lib';
import type { SeparationOfDuties } from '../constructs/separation/separation-of-duties';
import { misuse } from '../private/errors';
import type { ExceptionRegister } from './exceptions/exception-register';
import { EvidenceWriter } from './evidence/evidence-writer';
import { InventoryWriter } from './inventory-writer';
import { LeastPrivilegeChecks } from './least-privilege-checks';
import type { LeastPrivilegeChecksProps } from './least-privilege-checks';
import { SeparationOfDutiesChecks } from './separation-of-duties-checks';

/** What protects an app. */
export interface BulkheadProps {
  /**
   * How the least-privilege rules are run.
   *
   * @default - every rule is run
   */
  readonly rules?: LeastPrivilegeChecksProps;
  /**
   * Findings that are left open for a while, each with an owner, an approver and an end.
   *
   * @default - there are no exceptions
   */
  readonly exceptions?: ExceptionRegister;
  /**
   * Which duties must not come together: `SeparationOfDuties.recommended()`. Violations are fatal, and no
   * acknowledgement opens them.
   *
   * @default - duties are not judged
   */
  readonly separation?: SeparationOfDuties;
}

const PROTECTED = Symbol.for('cdk-bulkhead.protected');

/** Turns the checks of cdk-bulkhead on. */
export class Bulkhead {
  /**
   * Registers the checks for an app, with all of its stages. Their errors fail the synth: outside of the CDK CLI
   * `app.synth()` throws, under the CDK CLI the command fails.
   *
   * Call it when all stages of the app were made.
   * What was found, and what was left open by whom, is written to `bulkhead-evidence.json` in the cloud assembly; the
   * inventory of the credentials to `bulkhead-inventory.json` and `bulkhead-inventory.md`, where there are any.
   *
   * A second call for the same app changes nothing; it may not ask for something else than the first.
   *
   * @throws BH5004 where the app is protected already, with other properties
   */
  public static protect(app: App, props: BulkheadProps = {}): void {
    const marked = app as App & { [PROTECTED]?: string };
    const asked = JSON.stringify(props);
    if (marked[PROTECTED] === asked) return;
    if (marked[PROTECTED] !== undefined) {
      throw misuse(app.node.path || 'the app', {
        code: 'BH5004',
        what: '`Bulkhead.protect` was called twice with different properties',
        why: 'which of them holds would depend on the order',
        mend: 'call it once, with all that is needed',
      });
    }
    const rules = new LeastPrivilegeChecks(app, { exceptions: props.exceptions, ...props.rules });
    const separation =
      props.separation === undefined
        ? []
        : [new SeparationOfDutiesChecks(app, { separation: props.separation, exceptions: props.exceptions })];
    // The evidence last, when the others know what came out.
    const evidence = new EvidenceWriter(app, [rules, ...separation], props.rules?.exceptions ?? props.exceptions);
    Validations.of(app).addPlugins(rules, ...separation, evidence, new InventoryWriter(app));
    Object.defineProperty(marked, PROTECTED, { value: asked });
  }

  private constructor() {}
}
