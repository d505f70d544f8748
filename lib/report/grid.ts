/** A table as plain data; text, Markdown and whatever comes later render it. */
export interface Grid {
  readonly head: readonly string[];
  readonly rows: readonly (readonly string[])[];
}
