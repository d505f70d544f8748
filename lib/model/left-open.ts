/** Findings that somebody left open, and by whose word. */
export interface LeftOpen {
  /** The register that was given now; absent where none was: then what the evidence says of exceptions counts. */
  readonly register?: string;
  /** The evidence that lies beside the templates, as the last synth left it. */
  readonly evidence: readonly EvidenceRead[];
  readonly findings: readonly LeftOpenFinding[];
}

/** The evidence of one cloud assembly. */
export interface EvidenceRead {
  readonly file: string;
  /** The day of its synth; absent where the file is no evidence. */
  readonly date?: string;
  /** What a person signs for. */
  readonly seal?: string;
  /** Why nothing is taken from it: its seal or a template does not agree. Empty where all agrees. */
  readonly differences: readonly string[];
}

/** One finding that is left open. */
export interface LeftOpenFinding {
  readonly by: 'exception' | 'acknowledgement';
  /** `Bulkhead-IAM1`. */
  readonly rule: string;
  readonly severity: string;
  readonly path: string;
  readonly principal?: string;
  readonly message: string;
  readonly fingerprint: string;
  readonly reason: string;
  /** `file:line` of the entry, or the construct that acknowledges. */
  readonly at: string;
  /** These are of exceptions; an acknowledgement of the CDK has neither owner nor end. */
  readonly ticket?: string;
  readonly owner?: string;
  readonly approver?: string;
  readonly approvedOn?: string;
  readonly expiresOn?: string;
  /** Who wrote the entry, by git; `not known: …` with the reason. */
  readonly author?: string;
}
