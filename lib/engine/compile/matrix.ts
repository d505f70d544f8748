/** Who may call what of one API. */
export interface AccessMatrix {
  /** The name of the stage, as in its URL. */
  readonly stage: string;
  readonly endpoints: readonly MatrixEndpoint[];
  /** Callers of other accounts: the resource policy has to allow them, and their own account too. */
  readonly partners?: readonly string[];
}

/**
 * The only caller of an endpoint that does not ask for AWS_IAM: whoever calls without being a principal of AWS. Who
 * that may be is decided by an authorizer, or, for an answer to a preflight, by nobody.
 */
export const KEYLESS = '(without a principal)';

/** How the policies are laid out where they would be too long. */
export interface Layout {
  /**
   * What the guard tells apart. `endpoints`: each endpoint is denied to everyone who is not its caller. `callers`: the
   * API is denied to everyone who is no caller at all, and the boundaries of the callers keep its endpoints apart.
   * `none`: there is no guard, since an HTTP API has no resource policy; boundaries keep the endpoints apart, and nothing
   * stops a principal that is no caller but is allowed by a policy of its own.
   * @default endpoints
   */
  readonly guard?: 'endpoints' | 'callers' | 'none';
  /**
   * Whether patterns of guard and boundaries are merged where no endpoint of others comes in.
   * @default false
   */
  readonly merged?: boolean;
  /**
   * Roles that the guard knows by the value of a tag of theirs (`CompiledPolicies.tags`) and not by their ARN. A Deny then
   * has the same length however many they are.
   * @default - none
   */
  readonly tagged?: readonly string[];
}

/** One endpoint and its callers. */
export interface MatrixEndpoint {
  /** In capitals; not ANY. */
  readonly method: string;
  /** `/orders/{id}`; `{proxy+}` only at the end. */
  readonly path: string;
  /** Keys of roles, at least one; or `KEYLESS` alone. */
  readonly callers: readonly string[];
  /** Whether a keyless endpoint is closed without an Allow in the resource policy: an open one, or one of Cognito. */
  readonly needsAllow?: boolean;
}

/** Resources of a role's identity policy, as suffixes of the API's ARN: `prod/GET/orders/*`. */
export interface IdentityPatterns {
  readonly allow: readonly string[];
  /** What the allowed patterns would also match, since `*` spans `/`. */
  readonly deny: readonly string[];
}

/**
 * A Deny of the API's resource policy: `patterns` for every principal whose role is not one of `onlyCallers`, and the tag
 * of which, where `onlyTagged` is there, does not match it.
 */
export interface GuardStatement {
  readonly sid: string;
  readonly patterns: readonly string[];
  /** By ARN. */
  readonly onlyCallers: readonly string[];
  /** A pattern of values of the tag, in which `*` stands for any text. */
  readonly onlyTagged?: string;
  /**
   * Callers known by ARN to whom `patterns` are denied whatever tag they have: another account, or whoever names the tags of
   * their sessions, may give them any.
   * @default - none
   */
  readonly closedTo?: readonly string[];
}

/**
 * The policies of an access matrix. Which layer stops what, beyond the implicit deny:
 * - a principal that is no caller at all: the first statement of the guard, whatever else allows it;
 * - a role with nothing but its identity policy: the denies of that policy;
 * - a role that something else allows too much: guard and boundary together. The guard alone cannot keep the caller of
 *   `/orders/{id}/refunds` from `/orders/{id}`, since the pattern `orders/*` of the latter matches its own requests;
 *   its boundary does.
 */
export interface CompiledPolicies {
  readonly identity: ReadonlyMap<string, IdentityPatterns>;
  readonly guard: readonly GuardStatement[];
  /** Resources of the permissions boundaries. They grant nothing. */
  readonly boundary: ReadonlyMap<string, readonly string[]>;
  /** What the resource policy allows, to callers of other accounts and to whoever is no principal (`KEYLESS`): to these alone. */
  readonly admitted: ReadonlyMap<string, readonly string[]>;
  /** The value of the tag of each role that the guard knows by it. */
  readonly tags: ReadonlyMap<string, string>;
}

/** What was compiled, or why not. */
export type CompiledAccess =
  | ({ readonly ok: true } & CompiledPolicies)
  | { readonly ok: false; readonly problems: readonly MatrixProblem[] };

export type MatrixProblemCode =
  | 'no-endpoints'
  | 'stage'
  | 'method'
  | 'any-method'
  | 'path'
  | 'no-callers'
  | 'caller-twice'
  | 'keyless'
  | 'duplicate'
  | 'ambiguous'
  | 'inexpressible'
  | 'pattern'
  | 'leak'
  | 'over-denied'
  | 'too-large';

/** Why a matrix is refused, in the parts of an error message. */
export interface MatrixProblem {
  readonly code: MatrixProblemCode;
  /** What is wrong, in lower case. */
  readonly what: string;
  readonly why?: string;
  /** How to mend it, as an instruction. */
  readonly mend: string;
  /** `GET /orders/{id}`. */
  readonly endpoint?: string;
  readonly role?: string;
  /** A shortest request that shows it: `GET /orders/x/refunds`. */
  readonly witness?: string;
}

export function nameOf({ method, path }: { readonly method: string; readonly path: string }): string {
  return `${method} ${path}`;
}
