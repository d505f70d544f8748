import type { Text, Unknown } from './value';

/** A text of a policy that may hold wildcards: literal, with holes, or unknown. */
export type PolicyText = string | Text | Unknown;

/** A policy document as read: total, nothing of the source is lost. */
export interface PolicyDocument {
  /** INVARIANT: statements keep source order. */
  readonly statements: readonly Statement[];
  /** Parts that could not be read as a statement. While there is one, "not granted" is not known. */
  readonly unknowns: readonly Unknown[];
}

/** A condition of the template under which a statement is there. */
export interface Guard {
  /** `template#ConditionName`. */
  readonly condition: string;
  readonly holds: boolean;
}

/** One statement; alternatives of `Fn::If` become statements with guards. */
export interface Statement {
  /** Position in the source, from 0. */
  readonly index: number;
  readonly sid?: string;
  readonly effect: 'Allow' | 'Deny';
  readonly actions: Matcher;
  /** Absent in trust policies. */
  readonly resources?: Matcher;
  /** Absent in identity policies. */
  readonly principals?: PrincipalMatcher;
  readonly conditions: readonly Condition[];
  /** All of them hold where this statement exists. */
  readonly guards: readonly Guard[];
}

/** `Action`, `NotAction`, `Resource`, `NotResource`. */
export interface Matcher {
  /** `true` for the Not form. */
  readonly negated: boolean;
  readonly patterns: readonly PolicyText[];
}

/** `Caller`, which is in no source: whoever asks, in a policy that somebody writes for itself. */
export type PrincipalKind = '*' | 'AWS' | 'Service' | 'Federated' | 'CanonicalUser' | 'Caller';

/** `Principal`, `NotPrincipal`. */
export interface PrincipalMatcher {
  readonly negated: boolean;
  /** `{ kind: '*', value: '*' }` for `"*"`; `{ kind: 'AWS', value: '*' }` for `{ "AWS": "*" }`. */
  readonly entries: readonly { readonly kind: PrincipalKind; readonly value: PolicyText }[];
}

/** One operator and key; its values are alternatives. All conditions of a statement must hold. */
export interface Condition {
  /** Without qualifier and `IfExists`, as in the source: `StringEquals`. */
  readonly operator: string;
  readonly ifExists: boolean;
  readonly qualifier?: 'ForAnyValue' | 'ForAllValues';
  /** In lower case: condition keys are not case-sensitive. */
  readonly key: string;
  readonly values: readonly PolicyText[];
}
