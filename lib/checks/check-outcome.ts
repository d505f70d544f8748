import type { Excepted, ExceptionEntry } from '../model/exception';
import type { Finding } from '../model/finding';

/** What came out of one check of a synth: what the evidence is made of. */
export interface CheckOutcome {
  /** The ids of the rules that were run, `Bulkhead-IAM1`. */
  readonly ruleIds: readonly string[];
  /** All that was found. */
  readonly findings: readonly Finding[];
  /** What exceptions leave open. */
  readonly excepted: readonly Excepted[];
  /** What acknowledgements of the CDK leave open. */
  readonly acknowledged: readonly AcknowledgedFinding[];
  /** What is wrong with the register. */
  readonly problems: readonly Finding[];
  /** Who wrote the entries, in words. */
  readonly authorship: ReadonlyMap<ExceptionEntry, string>;
}

/** A finding that was acknowledged as the CDK does it. */
export interface AcknowledgedFinding {
  readonly finding: Finding;
  readonly reason: string;
  /** The construct path of the acknowledgement. */
  readonly at: string;
}
