/** How much a finding weighs. */
export type Severity = 'error' | 'warning';

/** One violated rule at one place. */
export interface Finding {
  /** `Bulkhead-IAM3`. */
  readonly ruleId: string;
  readonly severity: Severity;
  readonly title: string;
  /** What is wrong here, with what was found and what was expected. */
  readonly message: string;
  /** How to mend it. */
  readonly fix: string;
  /** The stack's construct path or the template's file. */
  readonly template: string;
  /** The file of the template. */
  readonly file: string;
  /** The line of the file, from 1, where it is known. */
  readonly line?: number;
  readonly logicalId?: string;
  readonly constructPath?: string;
  /** The code that made the construct, where the assembly has its stack trace. */
  readonly source?: string;
  /** What tells it from other findings of the rule at the same resource; stable. Part of the acknowledgement id. */
  readonly detail?: string;
  /** Whose permission it is. */
  readonly principal?: string;
  /** The steps that lead there, in order. */
  readonly trace?: readonly string[];
  /** `possible` where an unknown decides. */
  readonly certainty: 'certain' | 'possible';
  /** What is not known, where `certainty` is `possible`. */
  readonly unknowns?: readonly string[];
  /**
   * All that was found, as a canonical text: what must not grow without a new approval. An exception is bound to it.
   * Absent where the message and the detail say it all.
   */
  readonly found?: string;
}
