/** What was found of a trail, as plain data. */
export interface TrailReport {
  readonly source: string;
  readonly chains: readonly ChainSummary[];
  /** In the order of their chains; at most `MOST_TOLD` of each kind. */
  readonly problems: readonly TrailProblem[];
  /** How many there are of each kind, also of those that are not told. */
  readonly counts: Readonly<Record<string, number>>;
  /** Log files made before the first digest of their chain or after the last: nothing can be said of them. */
  readonly uncoveredLogs: number;
  /** Bytes of the files that were read, as they lie. */
  readonly bytes: number;
}

/** How many problems of one kind are told one by one. */
export const MOST_TOLD = 200;

/** One chain of digests. */
export interface ChainSummary {
  readonly chain: string;
  /** ISO times: from the start of the first digest to the end of the last. */
  readonly from: string;
  readonly to: string;
  readonly digests: number;
  /** Digests that list no log file: evidence that nothing was delivered. */
  readonly emptyDigests: number;
  readonly logs: number;
  /** Whether the first digest is the start of the chain, and not the follower of one that is not here. */
  readonly beginsHere: boolean;
  /** Digests whose signature is neither with them nor in a digest that follows. */
  readonly unsigned: number;
}

export type ProblemKind =
  | 'digest-unreadable'
  | 'digest-renamed'
  | 'digest-twice'
  | 'digest-changed'
  | 'digest-signature'
  | 'digest-unsigned'
  | 'digest-missing'
  | 'gap'
  | 'restart'
  | 'begins-late'
  | 'ends-early'
  | 'log-missing'
  | 'log-changed'
  | 'log-unreadable'
  | 'log-unlisted';

/** Something that keeps the record from being proved. */
export interface TrailProblem {
  readonly kind: ProblemKind;
  readonly chain: string;
  /** Where it is: a path below the source, or the key of what is missing. */
  readonly file: string;
  /** What was found and what was expected. */
  readonly message: string;
}
