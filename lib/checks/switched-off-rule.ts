/** A rule that is not run at all. */
export interface SwitchedOffRule {
  /** The id of the rule, `Bulkhead-IAM3`. */
  readonly id: string;
  /** Why nothing is lost without it. Not empty. */
  readonly reason: string;
}
