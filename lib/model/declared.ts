import type { RoleKind } from './intent';

/** A role as it was declared. */
export interface DeclaredRole {
  /** The construct path. */
  readonly path: string;
  readonly kind: RoleKind;
  readonly owner: string;
  readonly purpose: string;
  readonly template: string;
  readonly logicalId: string;
}

/** One endpoint of an API and who was declared to call it. */
export interface DeclaredEndpoint {
  /** `GET /orders/{id}`. */
  readonly endpoint: string;
  /** Construct paths of roles, sorted. */
  readonly callers: readonly string[];
  readonly highValue: boolean;
  readonly logicalId: string;
}

/** Role × endpoint of one API, as declared; what is effective may differ, and then there are findings. */
export interface AccessMatrix {
  /** The construct path of the API. */
  readonly api: string;
  /** The deployment stage; `undefined` where the API itself is not among the templates. */
  readonly stage?: string;
  readonly template: string;
  /** By path, then by verb. */
  readonly endpoints: readonly DeclaredEndpoint[];
  /** Construct paths of the roles that are callers of any of the endpoints, sorted. */
  readonly callers: readonly string[];
}

/** A role or user that can read a credential. */
export interface EffectiveReader {
  readonly name: string;
  /**
   * `administrator`: is one or becomes one, whom no guard of the account stops; `policies`: has to change policies first.
   * @default - by its permissions, or by becoming somebody with them
   */
  readonly by?: 'administrator' | 'policies';
}

/** One line of the inventory: who has the keys? */
export interface DeclaredCredential {
  /** The construct path. */
  readonly path: string;
  readonly kind: string;
  readonly owner: string;
  readonly purpose: string;
  /** ISO date. */
  readonly expiresOn: string;
  /** Absent where nobody said. */
  readonly rotateEveryDays?: number;
  /** Construct paths of roles, sorted. */
  readonly readers: readonly string[];
  /** The construct path of the role that writes new values, and so knows them too. */
  readonly rotator?: string;
  /** The construct path of the role of deployments, where that reads and writes the value, too. */
  readonly deployment?: string;
  /** Construct paths of the roles that only verify, by what is published of it; sorted. */
  readonly verifiers?: readonly string[];
  /** Where it may be read from, in words; anywhere where absent. */
  readonly sources?: readonly string[];
  /** The logical id of its key, where that is among the templates. */
  readonly encryptionKey?: string;
  /** The ARN of a secret that is in no template. */
  readonly secretArn?: string;
  /**
   * Who can read it by all policies, that of the key included, by becoming a reader, and by changing policies first;
   * sorted by name. Absent where nobody asked.
   */
  readonly effectiveReaders?: readonly EffectiveReader[];
  readonly template: string;
  readonly logicalId: string;
}

/** All that was declared in the templates. */
export interface Declared {
  readonly roles: readonly DeclaredRole[];
  readonly access: readonly AccessMatrix[];
  readonly credentials: readonly DeclaredCredential[];
}
