/** Why an input could not be read. */
export interface Problem {
  readonly file: string;
  /** `line 3, column 5`, or a place as in a JSON path; empty where it is the file as a whole. */
  readonly place: string;
  /** INVARIANT: never a text of the file; there may be a secret in it. */
  readonly reason: string;
}

/** A parsed text, or where and why it is none. */
export type Parsed = { readonly ok: true; readonly body: unknown } | ({ readonly ok: false } & Omit<Problem, 'file'>);

export function lineAndColumn(text: string, offset: number): string {
  const before = text.slice(0, offset).split('\n');
  return `line ${before.length}, column ${(before.at(-1) ?? '').length + 1}`;
}
