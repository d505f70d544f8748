/** What is declared of a credential: the rotation function has it in its environment. */
export interface DeclaredEntry {
  readonly path: string;
  readonly kind: string;
  readonly owner: string;
  readonly purpose: string;
  /** ISO date. */
  readonly expiresOn: string;
  readonly rotateEveryHours: number;
  /** Construct paths of roles. */
  readonly readers: readonly string[];
  /**
   * The name of the function that rotates and ends it. Whoever writes the line can write another one: Secrets Manager is
   * asked first, and functions refuse what is about another secret than their own.
   */
  readonly rotatedBy?: string;
}

/** One line of the inventory. INVARIANT: nothing of a value. */
export interface Entry extends Partial<DeclaredEntry> {
  /** The ARN of the secret: the key of the line. */
  readonly credential: string;
  /**
   * `ending`: past its end, and not yet known to work no more. `ended`: it works no more, and can be restored. `deleted`:
   * what was only disabled in its service is deleted, too.
   */
  readonly state?: 'active' | 'failing' | 'revoked' | 'ending' | 'ended' | 'deleted';
  /** ISO times. */
  readonly lastRotation?: string;
  readonly nextRotation?: string;
  /** The version that is current. */
  readonly version?: string;
  /** When it was ended. */
  readonly endedAt?: string;
  /** Up to how many days before the end the owner has been told, and of which end. */
  readonly toldAt?: number;
  readonly toldOf?: string;
  /** What was wrong with its tags or its secret, of which the owner has been told. */
  readonly toldWrong?: string;
}
