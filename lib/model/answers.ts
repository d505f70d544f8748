/** Plain answers of the analysis, as reports print them. Names, not objects: nothing here knows a snapshot. */

/**
 * `granted`: some request is allowed for sure, as far as the templates and its conditions go.
 * `possible`: it depends on something that is not known. `denied`: no request is allowed by the policies as they are, nor
 * after steps that it can take: to become somebody, to change policies, groups, boundaries and tags.
 */
export type Verdict = 'granted' | 'possible' | 'denied';

/** A principal by its names. */
export interface NamedPrincipal {
  /** The construct path, else the logical id; of one outside of the templates its ARN or service. */
  readonly principal: string;
  /** Absent for principals outside of the templates. */
  readonly logicalId?: string;
  /** Absent for principals outside of the templates. */
  readonly template?: string;
}

/** A statement that decides, and where to find it. */
export interface DecidingStatement {
  readonly effect: 'Allow' | 'Deny';
  /** `identity`, `boundary`, `session`, `scp`, `rcp`, `resource` or `trust`. */
  readonly layer: string;
  /** The construct path of the resource that holds it, else its logical id, else the managed policy or file. */
  readonly policy: string;
  readonly logicalId?: string;
  readonly template?: string;
  /** The file of the template, and the line of it on which the resource begins, where that was looked up. */
  readonly file?: string;
  readonly line?: number;
  /** The place in the app's code that made the construct: `lib/orders.ts:12:5`. */
  readonly source?: string;
  /** In the resource: `Policies[1].PolicyDocument`. */
  readonly place: string;
  /** Position in the document, from 0. */
  readonly index: number;
  readonly sid?: string;
}

/** What has to be so of a request. */
export interface RequestCondition {
  /** In lower case. */
  readonly key: string;
  /** With qualifier and `IfExists`. */
  readonly operator: string;
  readonly values: readonly string[];
  /** `holds` for a condition of an Allow, `fails` for one of a Deny. */
  readonly wanted: 'holds' | 'fails';
}

/** One step by which a principal becomes another or widens itself. */
export interface EscalationStep {
  /** What is done, by id: stable. */
  readonly technique: string;
  readonly from: string;
  readonly to: string;
  /** What makes it possible, in words. */
  readonly because: string;
  /** What has to be so of the requests of this step. */
  readonly conditions: readonly RequestCondition[];
  /** The statements that allow it. */
  readonly statements: readonly DecidingStatement[];
}

/** What one principal may do of what was asked. */
export interface Access extends NamedPrincipal {
  readonly decision: Verdict;
  /** Whether its own permissions allow it, or may; `false` where it has to take steps first. */
  readonly direct: boolean;
  /** How it gets there by becoming others or changing what is in the way; empty where it does not, or need not. */
  readonly via: readonly EscalationStep[];
  /** Of the request that was asked about; the steps have their own. */
  readonly conditions: readonly RequestCondition[];
  readonly statements: readonly DecidingStatement[];
  /** Where `decision` is `denied`: by a Deny, or by the lack of an Allow in this layer. */
  readonly denied?: { readonly by: 'explicit' | 'implicit'; readonly layer: string };
  /** Why it is not known, where `decision` is `possible`. */
  readonly unknowns: readonly string[];
}

/** Who can do it? */
export interface WhoCan {
  readonly action: string;
  /** The ARN or pattern that was asked about, holes as `${name}`. */
  readonly resource: string;
  /** What the action is, where that is not one that AWS lists. */
  readonly note?: string;
  /** Granted first, then possible, then denied. */
  readonly principals: readonly Access[];
}

/** Actions on one resource or pattern with the same answer. */
export interface Permission {
  readonly resource: string;
  readonly decision: 'granted' | 'possible';
  readonly actions: readonly PermittedAction[];
  readonly conditions: readonly RequestCondition[];
  /** The statements that decide. */
  readonly statements: readonly DecidingStatement[];
  readonly unknowns: readonly string[];
}

export interface PermittedAction {
  readonly action: string;
  /** Absent for an action that the table of actions does not have. */
  readonly level?: 'list' | 'read' | 'write' | 'tagging' | 'permissions';
}

/** Someone whom a principal can become. */
export interface Becoming extends NamedPrincipal {
  readonly certainty: 'certain' | 'possible';
  readonly steps: readonly EscalationStep[];
}

/** What a principal, or one that it becomes, may do once something else than a principal was gained. */
export interface Gain {
  /** What is changed: `the boundary of Orders/Clerk`. */
  readonly to: string;
  readonly certainty: 'certain' | 'possible';
  readonly steps: readonly EscalationStep[];
  /** What is allowed then and was not before, by service, sorted. */
  readonly services: WhatCan['services'];
}

/** What can it do? */
export interface WhatCan extends NamedPrincipal {
  /** Of its own, by service, sorted. */
  readonly services: readonly { readonly service: string; readonly permissions: readonly Permission[] }[];
  readonly becomes: readonly Becoming[];
  /**
   * By groups joined, policies written, boundaries and Denies lifted. Empty where it is administrator for sure: that is
   * everything.
   */
  readonly gains: readonly Gain[];
  /** Set where it reaches administrator, by whatever way. */
  readonly admin?: { readonly certainty: 'certain' | 'possible'; readonly steps: readonly EscalationStep[] };
  /** Parts of its policies that cannot be read, and may allow anything. */
  readonly unknowns: readonly string[];
}

/** One principal that comes further than its own permissions say. */
export interface Escalation extends NamedPrincipal {
  /** `admin`, or the name of the principal that it becomes, or of the resource that it gets hold of. */
  readonly reaches: string;
  /** Of the principal or resource. */
  readonly reachesLogicalId?: string;
  readonly reachesTemplate?: string;
  /** What it gains over a resource. */
  readonly power?: 'use' | 'read' | 'disable';
  readonly certainty: 'certain' | 'possible';
  /** In order; each from where the one before arrives. */
  readonly steps: readonly EscalationStep[];
  readonly unknowns: readonly string[];
}
