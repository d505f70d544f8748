import type { PolicyDocument, PolicyText, Statement } from '../../model/policy';
import type { Absent, Unknown } from '../../model/value';
import type { Layer, Principal, SourcedPolicy } from '../world/world';

/** Someone who is no role or user of the templates. Nothing is known of the policies on its own side. */
export type ExternalPrincipal =
  /** A role, user, session or `…:root` by ARN. On its side everything is taken to be allowed. */
  | { readonly kind: 'arn'; readonly arn: PolicyText; readonly account?: PolicyText }
  /** An AWS service, such as `lambda.amazonaws.com`. */
  | { readonly kind: 'service'; readonly service: string }
  /** Someone who comes with a token of an OIDC or SAML provider, to assume a role with it. */
  | { readonly kind: 'federated'; readonly provider: PolicyText }
  /** A caller without credentials. */
  | { readonly kind: 'anonymous' };

/** The value of a condition key: known, several, absent for sure. A key that is not there is open. */
export type ContextValue = PolicyText | readonly PolicyText[] | Absent;

/** Values by condition key; keys are not case-sensitive. */
export type Context = Readonly<Record<string, ContextValue>>;

/** What only the session of a role says. */
export interface SessionFacts {
  /** Session policies: what is not allowed in any of them is not allowed. */
  readonly policies?: readonly PolicyDocument[];
  /** The name of the session, chosen by whoever assumes the role. */
  readonly name?: PolicyText;
}

/**
 * Is there a request that these policies allow? Patterns and open condition keys stand for all requests that match
 * them; a literal question with known keys is the special case of one request.
 */
export interface Question {
  readonly principal: Principal | ExternalPrincipal;
  /** `s3:GetObject`, or a pattern such as `s3:Get*`. */
  readonly action: PolicyText;
  /** An ARN or a pattern of ARNs, `*` for all. Of a resource: its `arn`, symbolic as it is. */
  readonly resource: PolicyText;
  /** Known condition keys. They win over what is known of principal and resource. */
  readonly context?: Context;
  /**
   * Whether keys that are neither in `context` nor known of principal and resource are absent.
   * @default false - they are open
   */
  readonly closed?: boolean;
  readonly session?: SessionFacts;
  /**
   * `unknown`: the tags of the resource may be others than those of the template, and are nobody's to choose; `chosen`:
   * whoever asks has written them first.
   * @default - those of the template
   */
  readonly resourceTags?: 'unknown' | 'chosen';
  /**
   * The account of the resource, where its ARN does not tell.
   * @default - that of the resource in the templates, else that of the principal
   */
  readonly resourceAccount?: PolicyText;
}

/** One request: an action, in lower case, and a resource without wildcards, `*` where it names none. */
export interface Request {
  readonly action: string;
  readonly resource: PolicyText;
}

/** A statement that decides. */
export interface Evidence {
  readonly layer: Layer;
  readonly policy: SourcedPolicy;
  readonly statement: Statement;
  /** Whether it applies for sure to the requests in question. */
  readonly certainty: 'certain' | 'possible';
}

/** What has to be so of the request. */
export interface Requirement {
  /** In lower case. */
  readonly key: string;
  /** With qualifier and `IfExists`: `ForAnyValue:StringLike`. */
  readonly operator: string;
  readonly values: readonly PolicyText[];
  /** `holds` for a condition of an Allow, `fails` for one of a Deny. */
  readonly wanted: 'holds' | 'fails';
  readonly statement: Statement;
}

/** One request of those asked about. */
export interface WitnessRequest {
  readonly action: string;
  readonly resource: PolicyText;
  /** The keys that matter and their values, by which the request is allowed. */
  readonly context: Context;
}

/**
 * INVARIANT: `must` implies that some request of those asked about is allowed, and that implies `may`, whatever the
 * holes and unknowns turn out to be.
 */
export interface Decision {
  /** Some request may be allowed. `false` is for sure. */
  readonly may: boolean;
  /** `witness` is allowed for sure. Its context is part of it: see `conditions`. */
  readonly must: boolean;
  /** `must`, and the witness is allowed whatever its open condition keys are. */
  readonly unconditional: boolean;
  /** Where not `may`: whether a Deny or the lack of an Allow decides, and in which layer. */
  readonly denied?: { readonly by: 'explicit' | 'implicit'; readonly layer: Layer };
  /** Where `may`: the Allows that lead to it, one of each layer that is asked. Where not: the Allows that do not do. */
  readonly allows: readonly Evidence[];
  /** The Denies that apply, or that may apply. */
  readonly denies: readonly Evidence[];
  /** Where `may`: conditions on open keys that have to hold or to fail. */
  readonly conditions: readonly Requirement[];
  /** Where `may` and not `must`: why it is not known. */
  readonly unknowns: readonly Unknown[];
  /** Where `must`. */
  readonly witness?: WitnessRequest;
}
