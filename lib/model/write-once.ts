/** Whether an audit record can be tampered with, by whom and how, as plain data. */

/** A way to keep an audit record from telling the truth. */
export type TamperingKind = 'deleting' | 'shortening' | 'stopping' | 'diverting' | 'blinding' | 'forging';

export const TAMPERING: readonly TamperingKind[] = [
  'deleting',
  'shortening',
  'stopping',
  'diverting',
  'blinding',
  'forging',
];

/** One way of one principal. */
export interface TamperingWay {
  /** What it comes to; all of them for an administrator. */
  readonly kinds: readonly TamperingKind[];
  readonly certainty: 'certain' | 'possible';
  /** The steps to the permission, and the permission, as sentences in this order. */
  readonly trace: readonly string[];
  /** Where `possible`: what is not known. */
  readonly unknowns: readonly string[];
}

/** A principal and what it could do to the record. */
export interface TamperingPrincipal {
  /** The construct path, else the logical id. */
  readonly principal: string;
  readonly logicalId: string;
  readonly template: string;
  /** Nearest first; empty where no path leads to tampering. */
  readonly ways: readonly TamperingWay[];
  /** Whom it can become that is in none of the templates: what they can do is not known here. */
  readonly outside: readonly string[];
  /** Policies of its own that cannot be read. */
  readonly unreadable: readonly string[];
}

/** A trail, and where it delivers. */
export interface AuditRecord {
  /** The construct path of the trail, else its logical id. */
  readonly trail: string;
  readonly template: string;
  /** The buckets among the templates that it delivers to; none where they are elsewhere. */
  readonly buckets: readonly string[];
}

/** The write-once proof: every principal of the templates, and the records that it was asked about. */
export interface WriteOnce {
  readonly records: readonly AuditRecord[];
  readonly principals: readonly TamperingPrincipal[];
  /** Whether no principal has a way, possible ones included, and all policies could be read. */
  readonly isProved: boolean;
}
