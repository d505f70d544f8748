/** JSON with the keys of every map in order and without white space: the same data is the same text. */
export function canonicalJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(',')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value ?? null);
  const members = Object.entries(value).filter(([, each]) => each !== undefined);
  const inOrder = members.sort(([a], [b]) => (a < b ? -1 : 1));
  return `{${inOrder.map(([key, each]) => `${JSON.stringify(key)}:${canonicalJson(each)}`).join(',')}}`;
}

/**
 * A template as CloudFormation gives it back, for comparing: it puts `?` in place of every character beyond ASCII.
 * `undefined` for what is no JSON.
 *
 * @see https://github.com/aws-cloudformation/cloudformation-coverage-roadmap/issues/814
 */
export function templateAsGivenBack(text: string): string | undefined {
  try {
    return canonicalJson(JSON.parse(text.replace(/[\u{80}-\u{10ffff}]/gu, '?')));
  } catch {
    return undefined;
  }
}
