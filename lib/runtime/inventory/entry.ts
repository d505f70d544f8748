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
  /** The name of the function that rotates and ends it: its own. */
  readonly rotatedBy?: string;
}

/** One line of the inventory. INVARIANT: nothing of a value. */
export interface Entry extends Partial<DeclaredEntry> {
  /** The ARN of the secret: the key of the line. */
  readonly credential: string;
  readonly state?: 'active' | 'failing' | 'revoked' | 'ended';
  /** ISO times. */
  readonly lastRotation?: string;
  readonly nextRotation?: string;
  /** The version that is current. */
  readonly version?: string;
  /** Up to how many days before the end the owner has been told. */
  readonly toldAt?: number;
}
