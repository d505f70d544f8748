import type { IPolicyValidationContext } from 'aws-cdk-lib';
import { LeastPrivilegeChecks } from '../../../lib/checks/least-privilege-checks';
import type { Finding } from '../../../lib/model/finding';

/** The pack with an analysis of the test's own: what becomes of findings, whatever they are. */
export class InjectedChecks extends LeastPrivilegeChecks {
  public constructor(private readonly analyse: (context: IPolicyValidationContext) => readonly Finding[]) {
    super();
  }

  protected override _findingsOf(context: IPolicyValidationContext): readonly Finding[] {
    return this.analyse(context);
  }
}
