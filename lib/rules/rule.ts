import type { Severity } from '../model/finding';
import type { Statement } from '../model/policy';
import type { Resource, Snapshot, Template } from '../model/snapshot';
import type { Value } from '../model/value';

/**
 * A rule: one object, one file. Its text, its examples and its check stand together; `docs/rules` and the tests are
 * made from it.
 */
export interface Rule {
  /** `IAM3`; findings carry `Bulkhead-IAM3`. Stable once released. */
  readonly id: string;
  /** One line, as a statement of what is wrong: "Role can be assumed by anyone". */
  readonly title: string;
  readonly severity: Severity;
  /** Why it matters, in two or three sentences. */
  readonly why: string;
  /** How to mend it. */
  readonly fix: string;
  /** What it does not see, though its title may let people think so. @default - nothing to say */
  readonly limits?: string;
  /** The AWS page behind the claim. */
  readonly page: string;
  /** Controls it serves: `NIST 800-53 r5 AC-6`. */
  readonly controls: readonly string[];
  /** The resource types it looks at; `'*'` for every type. */
  readonly types: readonly string[];
  /**
   * The violations at one resource.
   * INVARIANT: pure and total; an unknown that decides gives a `possible` violation, never a throw and never silence.
   */
  check(resource: Resource, snapshot: Snapshot, run: Run): readonly Violation[];
  /** The violations outside resources, such as in parameter defaults. */
  checkTemplate?(template: Template, snapshot: Snapshot): readonly Violation[];
  /** A template with exactly one violation, and the least change of it that has none. */
  readonly examples: { readonly bad: ExampleTemplate; readonly good: ExampleTemplate };
}

export interface ExampleTemplate {
  readonly Parameters?: Readonly<Record<string, unknown>>;
  readonly Conditions?: Readonly<Record<string, unknown>>;
  readonly Resources: Readonly<Record<string, unknown>>;
}

/** What is known of a run beside the templates. */
export interface Run {
  /** ISO date, `2027-06-30`, in UTC. Rules have no clock; without it what depends on the day is possible. */
  readonly today?: string;
}

/** What a rule found. */
export interface Violation {
  /** What was found and what was expected, in one or two sentences. */
  readonly message: string;
  /** What tells it from others at the same resource: `Action::s3:*`. Stable: it is part of the acknowledgement's id. */
  readonly detail?: string;
  /** Whose permission it is. @default - not told */
  readonly principal?: string;
  /** The steps that lead there, in order. @default - there are none */
  readonly trace?: readonly string[];
  /** @default 'certain' */
  readonly certainty?: 'certain' | 'possible';
  /** What is not known, where `certainty` is `possible`. */
  readonly unknowns?: readonly string[];
  /**
   * Where the message names only a part of it: the whole statements or values in which it was found. An exception is
   * bound to them, so that it does not cover what is added to them later.
   * @default - the message says it all
   */
  readonly parts?: readonly (Statement | Value)[];
  /**
   * What the violation is about besides what its message and parts say: the verb and target of an open endpoint, the
   * statements behind a way. Where it changes, an exception does not cover the violation any more.
   * @default - nothing besides
   */
  readonly about?: readonly (Statement | Value | undefined)[];
}
