/** Duties and how they are kept apart, as plain data: what constructs declare and what the analysis finds. */

/** Actions on resources: having one of the actions on one such resource is having the duty. */
export interface DutyPermission {
  /** Actions, or patterns of actions. */
  readonly actions: readonly string[];
  /**
   * On what: kinds of resources that the engine knows (`audit-bucket`), CloudFormation types of resources of the
   * templates (`AWS::DynamoDB::Table`), or patterns of ARNs.
   * @default - on whatever
   */
  readonly on?: readonly string[];
}

/** A named set of permissions that makes up one function. */
export interface DutyDefinition {
  /** `audit-reading`. Stable. */
  readonly id: string;
  readonly title: string;
  readonly description: string;
  readonly permissions: readonly DutyPermission[];
}

/** One rule about who may have which duties. */
export interface SeparationConstraint {
  /** `nobody-audit-tampering`; findings carry `Bulkhead-SOD-nobody-audit-tampering`. */
  readonly id: string;
  /** `only`: the duty is for `roles` alone. `at-most`: one principal has at most `most` of the duties. */
  readonly kind: 'at-most' | 'only';
  /** Ids of duties, sorted. */
  readonly duties: readonly string[];
  /** At most so many of the duties in one reach; 0 where nobody may have any. */
  readonly most: number;
  /** Whether only duties over one and the same resource exclude each other, such as using and administering a key. */
  readonly perResource: boolean;
  /** Construct paths of the roles that may have the duty, sorted. */
  readonly roles: readonly string[];
  /** Where it holds, in words: `the app`, `stage Prod`. It is written into each template in which it holds. */
  readonly scope: string;
  /** Why. */
  readonly why: string;
}

/** On the template as a whole: `Metadata['cdk-bulkhead']` beside `Resources`. */
export interface TemplateIntent {
  readonly kind: 'template';
  /** The environment that the stack belongs to. */
  readonly environment?: string;
  /** The ARN of the trail, in no template, that was declared to record what the stack does; as far as it is known. */
  readonly recordedBy?: string;
  readonly constraints: readonly SeparationConstraint[];
  /** The definitions of duties that are not built in. */
  readonly duties: readonly DutyDefinition[];
}

/** The environment in which people and keys of other environments have no business. */
export const PRODUCTION = 'production';

/** A duty that a principal has, for a report. */
export interface HeldDuty {
  readonly duty: string;
  readonly certainty: 'certain' | 'possible';
  /** The shortest way there and the permission in the end, as sentences in this order. */
  readonly trace: readonly string[];
}

/** What one principal has. */
export interface DutiesOfPrincipal {
  /** The construct path, else the logical id. */
  readonly principal: string;
  readonly logicalId: string;
  readonly template: string;
  readonly environment?: string;
  /** By its own permissions, sorted by duty. */
  readonly direct: readonly HeldDuty[];
  /** By becoming others as well; only what is not among `direct`. */
  readonly reach: readonly HeldDuty[];
}

/** Principals × duties. */
export interface DutyMatrix {
  /** Those that any constraint names, else all built-in ones; sorted by id. */
  readonly duties: readonly { readonly id: string; readonly title: string }[];
  readonly principals: readonly DutiesOfPrincipal[];
}

/** What was declared of separation, and what is. */
export interface Separation {
  /** Sorted by id. */
  readonly constraints: readonly SeparationConstraint[];
  readonly matrix: DutyMatrix;
}
