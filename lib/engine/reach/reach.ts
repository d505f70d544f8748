import type { PolicyText } from '../../model/policy';
import type { Resource } from '../../model/snapshot';
import type { Unknown } from '../../model/value';
import type { Decision, Evidence, Requirement } from '../decide/decision';
import type { Principal, SourcedPolicy } from '../world/world';
import type { Change } from './actor';
import type { Certainty } from './certainty';
import type { Gained } from './gained';
import type { Outsider } from './outsider';
import type { Asked } from './retagged';
import type { Target } from './target';
import type { Rewriting } from './technique';

/** What can be reached. */
export type Goal =
  /** All that another role or user can do. */
  | { readonly kind: 'principal'; readonly principal: Principal }
  /** A role or user that it can make, with all that the boundary allows which it must have. */
  | { readonly kind: 'created'; readonly principal: Principal }
  /** Everything in an account, and so every principal of it. */
  | { readonly kind: 'admin'; readonly account: PolicyText }
  /** A resource beyond what was granted: by its policy rewritten, its content read or its guard switched off. */
  | { readonly kind: 'resource'; readonly resource: Resource; readonly power: 'use' | 'read' | 'disable' }
  /** Someone outside of the templates: the roles of the CDK bootstrap, a role that is a parameter. */
  | { readonly kind: 'external'; readonly name: string; readonly arn?: PolicyText };

/** A goal that a principal reaches. */
export interface Fact {
  readonly goal: Goal;
  /** `admin`, the key of the principal or resource, or the name of the external principal: unique in a source. */
  readonly id: string;
  readonly certainty: Certainty;
  /** Where `possible`: what decides. */
  readonly unknowns: readonly Unknown[];
}

/** One step of an attack: who takes it, what is gained, and by which permissions. */
export interface Step {
  /** The id of the technique in `TECHNIQUES`, such as `lambda-update-code`. */
  readonly technique: string;
  /** The ids of the technique in public catalogues. */
  readonly references: readonly string[];
  /** The construct path or logical id of who acts. */
  readonly from: string;
  readonly fromKey: string;
  /** Whom or what it gives: `administrator`, `Orders/Deployer`, `policies of Orders/Deployer`. */
  readonly to: string;
  /** The key of the principal or resource that it is about. */
  readonly toKey?: string;
  /** A sentence with the permissions and where they are granted. */
  readonly because: string;
  readonly certainty: Certainty;
  readonly evidence: readonly Evidence[];
  /** Conditions that the requests have to meet. */
  readonly conditions: readonly Requirement[];
  readonly unknowns: readonly Unknown[];
}

/** A principal under control, with what can be changed of it. */
export interface Controlled {
  readonly principal: Principal;
  /** What it takes to become it; nothing where it is the one that was asked about. */
  readonly premises: readonly Gained[];
  /** In the order in which they are found. */
  readonly changes: ReadonlyMap<Change, Gained>;
  /** As IAM sees it after some of the changes. */
  after(changes: readonly Change[]): Principal;
  /** The policies that a change brings with it, as they are. */
  broughtBy(change: Change): readonly SourcedPolicy[];
  /** Whether it is known what these policies say. */
  isKnown(change: Change): boolean;
  /** The policies of the principal that a change takes away. */
  takenBy(change: Change): readonly SourcedPolicy[];
}

/** A policy that somebody can write. */
export interface Rewritten {
  readonly target: Target;
  readonly rewriting: Rewriting;
  readonly gained: Gained;
}

export interface Tagged {
  readonly decision: Decision;
  readonly gained: readonly Gained[];
}

/** What it takes to gain something. */
export interface Way {
  readonly certainty: Certainty;
  /** Where `possible`. */
  readonly unknowns: readonly Unknown[];
  readonly steps: readonly Step[];
}

/** All that one principal reaches beyond its own permissions. */
export interface ReachOfPrincipal {
  /** The nearest first; certain ones before possible ones. Without the principal itself. */
  readonly facts: readonly Fact[];
  /**
   * What it can change of principals on the way: their policies, boundaries, Denies and groups, its own included.
   * Each as the step that changes it, `toKey` being the principal.
   */
  readonly changes: readonly Step[];
  /** Who is under control: the principal itself, then those whom it becomes, the nearest first. */
  readonly controlled: readonly Controlled[];
  /** The policies of resources, and trust policies, that it can write or remove. */
  readonly rewritings: readonly Rewritten[];
  /** Whether somebody under control may write tags. */
  readonly canTag: boolean;
  /** What a principal under control may do after tags were written, and by what; `undefined` where that is nothing. */
  tagged(principal: Principal, question: Asked, about: Resource | undefined): Tagged | undefined;
  /** What it takes to gain all of these. */
  way(gained: readonly Gained[]): Way;
  /** Whether it reaches administrator; certain if any way is. */
  readonly admin?: Fact;
  /** Where it does: what it reaches by the steps that an administrator takes in its account, none taken for granted. */
  readonly asAdministrator?: ReachOfPrincipal;
  /** The fact by which it reaches a principal: its own, or that of an administrator of the principal's account. */
  reaches(principalKey: string): Fact | undefined;
  /** The shortest way, as steps that can be taken in this order. */
  trace(fact: Fact): readonly Step[];
}

/** Who reaches whom. */
export interface Reach {
  /** `undefined` where there is no such role or user. Computed when asked for. */
  from(principalKey: string): ReachOfPrincipal | undefined;
  /** The same without what is only possible, which takes most of the time: all that is certain, in the same order. */
  certainlyFrom(principalKey: string): ReachOfPrincipal | undefined;
  /** Those outside of the templates whom policies in them name, in their order. */
  outsiders(): readonly Outsider[];
  /** What somebody outside reaches by coming in. */
  fromOutside(outsider: Outsider): ReachOfPrincipal;
}

/** What is to be looked for. */
export interface ReachOptions {
  /**
   * Whether facts of certainty `possible` are looked for.
   * @default true
   */
  readonly possible?: boolean;
}
