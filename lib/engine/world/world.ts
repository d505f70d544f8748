import type { PolicyDocument, PolicyText } from '../../model/policy';
import type { Resource, Snapshot } from '../../model/snapshot';
import type { Unknown } from '../../model/value';
import type { Present } from '../conditions/known';
import type { Tri } from '../match/symbolic';

/** Which part of the evaluation a policy belongs to. */
export type Layer = 'identity' | 'boundary' | 'session' | 'scp' | 'rcp' | 'resource' | 'trust';

/**
 * A policy and where it comes from. What could not be read is in `document.unknowns`: it may allow or deny anything
 * that a policy of its layer can.
 */
export interface SourcedPolicy {
  readonly layer: Layer;
  readonly document: PolicyDocument;
  /** The resource that holds the document; absent for AWS managed policies and for input files. */
  readonly resource?: Resource;
  /** In the resource: `Policies[1].PolicyDocument`. Else the ARN of the managed policy or the name of the file. */
  readonly place: string;
  /** Of a user: the key of the group that it comes with. */
  readonly group?: string;
  /** Set where it stands for the canned ACL of a bucket, which is no policy: to whom the ACL grants. */
  readonly acl?: 'everyone' | 'signed';
  /** Why it is not sure that what it says holds. */
  readonly doubt?: Unknown;
}

/** A role or a user of the templates with all that IAM looks at when it acts. */
export interface Principal {
  readonly kind: 'role' | 'user';
  /** The key of its resource: `template#logicalId`. */
  readonly key: string;
  readonly resource: Resource;
  readonly constructPath?: string;
  /** Symbolic where it is not known before deployment; never a wildcard of its own. */
  readonly arn: PolicyText;
  /** 12 digits or a hole of shape `account`. */
  readonly account: PolicyText;
  readonly name: PolicyText;
  /** `/` by default. */
  readonly path: PolicyText;
  /** Tags by key as written. */
  readonly tags: ReadonlyMap<string, PolicyText>;
  /** Set where there may be more tags than in `tags`. */
  readonly unknownTags?: Unknown;
  /**
   * All that is attached: inline, by policy resources, by managed policies from either side, and of its groups.
   * What cannot be found, such as a managed policy outside of the templates, is a policy with unknowns.
   */
  readonly policies: readonly SourcedPolicy[];
  /** Absent where there is none for sure. One that is not known is a policy with unknowns. */
  readonly boundary?: SourcedPolicy;
  /** Of roles. */
  readonly trust?: SourcedPolicy;
  /** Whether somebody is supposed to have written another trust policy by the time the role is used. */
  readonly mayBeRewritten?: true;
  /** Of users: whether somebody else acts as it, by keys or a password, who does not have its MFA device. */
  readonly isTakenOver?: true;
  /** Whether its tags are what whoever acts as it would like: they can be written first. */
  readonly tagsAreChosen?: true;
  /** Keys of the groups of a user. */
  readonly groups: readonly string[];
  /** Keys of the instance profiles of a role. */
  readonly instanceProfiles: readonly string[];
}

/** The policies on one resource: a bucket, key, secret, queue, topic, function, repository, event bus, table, API. */
export interface ResourcePolicy {
  /** The key of the resource; of one that is not among the templates its ARN as shown. */
  readonly key: string;
  readonly resource?: Resource;
  readonly arn: PolicyText;
  /** The account that owns the resource. */
  readonly account: PolicyText;
  readonly policies: readonly SourcedPolicy[];
  /** Of a bucket, where the template gives one. */
  readonly publicAccessBlock?: PublicAccessBlock;
}

/** The settings by which a bucket blocks public access, each on for sure, off for sure, or not known. */
export interface PublicAccessBlock {
  readonly blocksAcls: Tri;
  readonly ignoresAcls: Tri;
  readonly blocksPolicy: Tri;
  readonly restrictsBucket: Tri;
}

/** A method of a REST API, or a route of an HTTP API. */
export interface ApiMethod {
  readonly resource: Resource;
  /** `GET`; `*` for ANY; unknown where the template does not tell. */
  readonly verb: PolicyText;
  /** `/orders/{id}`; unknown where the template does not tell. */
  readonly path: PolicyText;
  /** `AWS_IAM`, `NONE`, `COGNITO_USER_POOLS`, `CUSTOM`, `JWT`, or unknown. */
  readonly authorization: PolicyText;
}

/** A REST or HTTP API and what it serves. The latter has no resource policy. */
export interface Api {
  readonly resource: Resource;
  readonly account: PolicyText;
  /** What stands before `/stage/VERB/path` in an ARN of execute-api. */
  readonly arnPrefix: PolicyText;
  readonly methods: readonly ApiMethod[];
  /** Why there may be more methods than in `methods`, such as an OpenAPI body. */
  readonly unknownMethods?: Unknown;
}

/** What an organization adds; it is in no template. */
export interface WorldOptions {
  /**
   * Service control policies, one list for each level from the root to the account: every level must allow.
   * @default - service control policies are not judged
   */
  readonly scps?: readonly (readonly NamedPolicy[])[];
  /**
   * Resource control policies. They can only deny.
   * @default - resource control policies are not judged
   */
  readonly rcps?: readonly NamedPolicy[];
  /**
   * The day on which it is asked, an ISO date in UTC.
   * @default - that of the snapshot
   */
  readonly today?: string;
}

export interface NamedPolicy {
  /** The name of the file. */
  readonly place: string;
  readonly document: PolicyDocument;
}

/**
 * Principals and policies as they work together once the templates are deployed. Immutable.
 *
 * What no template has is taken not to be there: a resource outside of the templates has no resource policy, and no
 * service control policy is in the way unless it was given. Where AWS asks for such a policy (a key, a trust policy, a
 * resource of another account), the answer is *unknown* instead.
 */
export interface World {
  readonly snapshot: Snapshot;
  readonly principals: readonly Principal[];
  /** By the key of the resource. */
  principal(key: string): Principal | undefined;
  /** By the key of the resource that the policies protect. Trust policies are in `Principal.trust`. */
  readonly resourcePolicies: ReadonlyMap<string, ResourcePolicy>;
  /** By the key of the REST or HTTP API. */
  readonly apis: ReadonlyMap<string, Api>;
  /** When requests come, for conditions on the time. */
  readonly present: Present;
  readonly scps: readonly (readonly SourcedPolicy[])[];
  readonly rcps: readonly SourcedPolicy[];
}
