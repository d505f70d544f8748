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
  /** What was asked for; what is absent here cannot be seen to lack. */
  readonly asked: AskedOfTrail;
  /** Bytes of the files that were read, as they lie. */
  readonly bytes: number;
}

/** What a trail must have: of what was taken away whole, nothing that is left speaks. */
export interface AskedOfTrail {
  /** ISO time by which every chain must have begun. */
  readonly since?: string;
  /** ISO time that every chain must reach: only so is it seen that the newest digests were taken away. */
  readonly until?: string;
  /** Every account must have a chain of each of these regions. */
  readonly regions?: readonly string[];
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
  /** The newest digest, where it has no signature and that was allowed: neither it nor what it lists is proved. */
  readonly unprovedEnd?: {
    /** ISO time. */
    readonly from: string;
    readonly file: string;
    readonly logs: number;
  };
}

/** How much of what was read nothing proves, because the newest digests have no signature. */
export function unprovedIn(chains: readonly ChainSummary[]): { readonly digests: number; readonly logs: number } {
  const ends = chains.flatMap(({ unprovedEnd }) => (unprovedEnd === undefined ? [] : [unprovedEnd]));
  return { digests: ends.length, logs: ends.reduce((all, each) => all + each.logs, 0) };
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
  | 'chain-missing'
  | 'log-missing'
  | 'log-changed'
  | 'log-unreadable'
  | 'log-twice'
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
