/**
 * What a construct declared, as it travels in `Metadata['cdk-bulkhead']` of the resource.
 * Every string is a literal: roles are named by construct path, never by an intrinsic.
 */
export type Intent =
  | RoleIntent
  | BoundaryIntent
  | ApiIntent
  | EndpointIntent
  | CredentialIntent
  | PublishedIntent
  | AuditIntent
  | AuditAlarmIntent;

/** The metadata key. */
export const INTENT_KEY = 'cdk-bulkhead';

/** Who uses a role. */
export type RoleKind = 'workload' | 'human' | 'partner' | 'pipeline' | 'operator' | 'auditor' | 'break-glass';

/** On `AWS::IAM::Role`. */
export interface RoleIntent {
  readonly kind: 'role';
  readonly roleKind: RoleKind;
  /** The construct path of the role. */
  readonly path: string;
  readonly owner: string;
  readonly purpose: string;
  /** Whether the role was there before it was declared: it has no boundary of ours. */
  readonly existing?: boolean;
  /** For people: who proves MFA. */
  readonly mfa?: 'aws-session' | 'identity-provider';
  /** Why the identity provider's word for MFA is taken. */
  readonly mfaReason?: string;
  /** ISO date: past it the role is a finding. */
  readonly reviewOn?: string;
  /** For people: why sessions need no source identity. */
  readonly withoutSourceIdentity?: string;
  /**
   * Whom the trust policy was made for: `service lambda.amazonaws.com`, `account 111122223333`, `own account`,
   * `identity provider`, `not known`. @default - nothing is compared
   */
  readonly trusts?: readonly string[];
  /**
   * What every way into the role requires: a condition key in lower case, `=` and one of its values, or the key alone
   * where its value is known only at deployment. @default - nothing is compared
   */
  readonly requires?: readonly string[];
}

/** On the `AWS::IAM::ManagedPolicy` that is the permissions boundary of a role. */
export interface BoundaryIntent {
  readonly kind: 'boundary';
  /** The construct path of the role. */
  readonly path: string;
}

/** On `AWS::ApiGateway::RestApi`. */
export interface ApiIntent {
  readonly kind: 'api';
  readonly path: string;
  readonly stage: string;
  /** Where its guard tells callers apart and no endpoints: what binds the callers does. @default - it tells endpoints apart */
  readonly guardDetail?: 'callers';
  /** The tag by which its guard knows those of its callers that are roles of the app. @default - it knows all by ARN */
  readonly callersTag?: string;
  /** ISO date: past it the API and its stage are a finding. */
  readonly reviewBy?: string;
  /** Who calls the operations of its OpenAPI definition, which are no resources of their own. */
  readonly operations?: readonly OperationIntent[];
}

/** Of an operation of an OpenAPI definition. */
export interface OperationIntent {
  /** `GET /orders/{id}`. */
  readonly endpoint: string;
  /** Construct paths of roles. */
  readonly callers: readonly string[];
  /** As of an endpoint. */
  readonly identities?: readonly string[];
}

/** On `AWS::ApiGateway::Method`. */
export interface EndpointIntent {
  readonly kind: 'endpoint';
  /** The construct path of the API. */
  readonly api: string;
  /** `GET /orders/{id}`. */
  readonly endpoint: string;
  /** Construct paths of roles. */
  readonly callers: readonly string[];
  /**
   * Callers that are in no template: an imported role as `111122223333/Name <construct path>`, tokens as the JSON of
   * issuer, audience and scopes.
   */
  readonly identities?: readonly string[];
  readonly highValue: boolean;
  /** ISO date: past it the endpoint is a finding. */
  readonly reviewBy?: string;
  /** The endpoint that takes its place: `GET /v2/orders/{id}`. */
  readonly replacedBy?: string;
  /** ISO date: the last day on which it is meant to be there. */
  readonly lastDay?: string;
}

/** What a credential is. */
export type CredentialKindName =
  | 'opaque-token'
  | 'signing-key'
  | 'api-gateway-key'
  | 'cognito-client-secret'
  | 'database'
  | 'partner'
  | 'existing';

/**
 * On the resource that holds the credential, such as `AWS::SecretsManager::Secret`; for a secret that is in no template, on
 * the policy by which its first reader reads it.
 */
export interface CredentialIntent {
  readonly kind: 'credential';
  readonly credentialKind: CredentialKindName;
  readonly path: string;
  readonly owner: string;
  readonly purpose: string;
  /** ISO date, `2027-06-30`. */
  readonly expiresOn: string;
  /** Days between rotations; absent where it is a secret that exists and nobody said. */
  readonly rotateEveryDays?: number;
  /** Construct paths of roles. */
  readonly readers: readonly string[];
  /** The construct path of the role that writes new values, and so reads them too. */
  readonly rotator?: string;
  /**
   * The ARN of a secret that is in no template; its six last characters may be `?`, and `<AWS::Region>` and the like
   * stand for what is that of the stack.
   */
  readonly secretArn?: string;
  /** Where it may be read from, in words; anywhere where absent. */
  readonly sources?: readonly string[];
  /** The construct path of the role of deployments, where that reads and writes the value, too. */
  readonly deployment?: string;
  /** Construct paths of the roles that only verify, by what is published of it. */
  readonly verifiers?: readonly string[];
  /** Construct paths of the roles that may call its rotation function: to revoke, or to end it. */
  readonly operators?: readonly string[];
}

/** On the bucket in which a credential publishes what verifiers need. */
export interface PublishedIntent {
  readonly kind: 'published';
  /** The construct path of the credential. */
  readonly path: string;
  /** The key of the object. */
  readonly object: string;
  /** The construct path of the role that alone writes it. */
  readonly rotator: string;
}

/** On the bucket and the trail of an audit vault, and on the bucket in which log groups land on their way there. */
export interface AuditIntent {
  readonly kind: 'audit-bucket' | 'audit-trail' | 'audit-landing';
  /** The construct path of the vault. */
  readonly path: string;
  readonly retentionDays: number;
  /** The team that answers for the record. */
  readonly owner?: string;
  /**
   * On a bucket that several trails write to: each, as the end of its ARN, `cloudtrail:REGION:ACCOUNT:trail/NAME`.
   * @default - the vault's own trail alone
   */
  readonly writers?: readonly string[];
  /** On a trail or where logs land: the names of the buckets of another app to which it goes. @default - none */
  readonly elsewhere?: readonly string[];
  /** Why the lock may be GOVERNANCE. */
  readonly governanceReason?: string;
}

/** On what tells of tampering and of misuse: alarms, event rules, their topics, and functions that watch. */
export interface AuditAlarmIntent {
  readonly kind: 'audit-alarm';
  /** The construct path of what watches. */
  readonly path: string;
}
