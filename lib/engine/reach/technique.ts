/** What a technique works on. A CloudFormation type stands for the resources of that type. */
export type TargetKind =
  | 'role'
  | 'user'
  /** An account as a whole. */
  | 'account'
  /** A principal that is made within a boundary which must be set; the boundary is what stands for it. */
  | 'new-role'
  | 'new-user'
  /** A user that is made and put into a group; with or within a boundary. */
  | 'new-member'
  /** A principal that is made and given one managed policy; with or within a boundary. */
  | 'new-role-with'
  | 'new-user-with'
  /** A role or user with a boundary, and another one that may be set in its place. */
  | 'bounded-role'
  | 'bounded-user'
  /** The deployment, execution, lookup and publishing roles that `cdk bootstrap` makes. */
  | 'cdk-deploy-role'
  | 'cdk-exec-role'
  | 'cdk-lookup-role'
  | 'cdk-publishing-role'
  /** An object in a bucket, or an image in a repository, that is the code of something with a role. */
  | 'code-object'
  | 'code-image'
  /** Instances: of their own, of a launch template, of an auto scaling group. */
  | 'instance'
  /** The method of a REST API, as its management names it. */
  | 'api-method'
  /** Stacks that the assembly deploys with a role of CloudFormation's own. */
  | 'stack'
  /** Services of ECS, by their own ARNs instead of those of their tasks. */
  | 'ecs-service'
  | `AWS::${string}`;

/** What is gained of the target, once every need is met. */
export type Gain =
  /** All that the principal, or the role of the compute, can do. */
  | 'become'
  /** Any policy on the principal: of a group on its members, of a managed policy on those it is attached to. */
  | 'write-policies'
  /** A managed policy that is there on the principal, or on the members of a group: `attaching.ts`. */
  | 'attach-policy'
  /** A new principal with any policy, within the boundary. */
  | 'create'
  /** The principal within another boundary. */
  | 'exchange-boundary'
  /** The principal without its boundary. */
  | 'lift-boundary'
  /** The principal, or the members of a group, without the Denies of its inline policies; of its managed policies. */
  | 'lift-inline-denies'
  | 'lift-managed-denies'
  /** What the group has, for every user of the account. */
  | 'join-group'
  /** Every member without what the group denies, and without what it allows. */
  | 'leave-group'
  /** Administrator of the account. */
  | 'administer'
  /** What `cdk bootstrap` made: by default its administrator, or who may read. */
  | 'cdk-bootstrap'
  /** A tag of the resource with a value; the resource without it. */
  | 'tag'
  | 'untag'
  /** The resource without its policy, and so without the Denies in it. */
  | 'remove-policy'
  /** The resource. */
  | 'use'
  | 'read'
  | 'disable';

/**
 * What becomes of the policy of a resource: another one in its place, none, none but its statements without a label,
 * one statement more, one statement more that can name accounts only, or a grant beside it.
 */
export type Rewriting = 'replace' | 'remove' | 'unlabel' | 'add' | 'add-account' | 'grant';

/** What a call is about besides its target: AWS asks whether it is allowed on each of them. */
export interface Besides {
  /** Patterns of ARNs. The permission on something that any of them matches does. */
  readonly arns: readonly string[];
  /** Why it is possible where none of them does, with the permission on something that `on` matches, if it is given. */
  readonly orElse?: { readonly on?: string; readonly doubt: string };
}

/** A permission that one principal must have. */
export interface Ask {
  /** Any of these is enough. */
  readonly actions: readonly string[];
  /**
   * `target`; `anything`, some resource of the action's service, such as one that does not exist yet;
   * `some-role`, a role of the templates that the service may take on; `cluster`, the cluster of an ECS service;
   * `some-service`, an ECS service of the templates; or
   * something else that the same call is about.
   */
  readonly on: 'target' | 'anything' | 'some-role' | 'some-service' | 'cluster' | Besides;
  /** Which condition keys the call settles. */
  readonly about?:
    | 'pass'
    | 'attach-administrator'
    | 'attach-one'
    | 'replace-boundary'
    | 'no-boundary'
    | 'within-boundary'
    | 'made'
    | 'made-with'
    | 'let-in'
    | 'layer'
    | 'grant';
}

/** Permissions that the same principal must have, since it is one call, or a call and what it hands over. */
export type Need = readonly Ask[];

/** One way to become somebody else or to widen oneself. */
export interface Technique {
  readonly id: string;
  /** Ids in public catalogues: see NOTICE. */
  readonly references: readonly string[];
  readonly target: TargetKind;
  /** Each may be met by another principal under control. */
  readonly needs: readonly Need[];
  readonly gain: Gain;
  /** Where a role is passed: the services that it may be passed to; it must trust one of them. */
  readonly services?: readonly string[];
  /** Where the role must be in an instance profile of the templates. */
  readonly profile?: boolean;
  /** Of which type there must be a resource. In the templates it is certain, elsewhere possible. */
  readonly exists?: string;
  /** What no template shows: why it is never certain. */
  readonly doubt?: string;
  /** What it makes of the policy of the resource: see `rewritten-world.ts`. */
  readonly rewrites?: Rewriting;
  /** What the template shows of the target that makes it certain; where it is not shown, it is possible. */
  readonly shown?: 'triggered' | 'batch' | 'managed-instance' | 'exec-enabled' | 'no-password' | 'password' | 'polls';
}
