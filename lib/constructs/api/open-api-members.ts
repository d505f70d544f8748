/** How a member of `x-cdk-bulkhead` has to look; a map says it of its own members. */
export type Sort = 'text' | 'texts' | 'yes or no' | 'number' | { readonly [member: string]: Sort };

/** Throws what `refuse` makes where a member is not known, or looks otherwise. */
export function checkMembers(
  given: unknown,
  members: Readonly<Record<string, Sort>>,
  refuse: (what: string, mend: string) => Error,
): void {
  const fault = faultIn(given, members);
  if (fault === undefined) return;
  throw refuse(
    fault === '' ? 'is no map' : `has a \`${fault}\` that is not read`,
    `write it as \`openApi()\` does, with ${Object.keys(members).join(', ')}`,
  );
}

/** The first member that is not as it should be, the empty text where there is no map at all. */
function faultIn(given: unknown, members: Readonly<Record<string, Sort>>): string | undefined {
  if (sortOf(given) !== 'map') return '';
  for (const [name, value] of Object.entries(given as object)) {
    const sort = Object.hasOwn(members, name) ? members[name] : undefined;
    if (sort === undefined) return name;
    if (typeof sort === 'string') {
      if (sortOf(value) !== sort) return name;
      continue;
    }
    const inner = faultIn(value, sort);
    if (inner !== undefined) return inner === '' ? name : `${name}.${inner}`;
  }
  return undefined;
}

function sortOf(value: unknown): string {
  if (Array.isArray(value)) return value.every((each) => typeof each === 'string') ? 'texts' : 'list';
  if (typeof value === 'object' && value !== null) return 'map';
  if (typeof value === 'boolean') return 'yes or no';
  return typeof value === 'string' ? 'text' : typeof value;
}

export function list(names: readonly string[]): string {
  return names.length === 0 ? 'none' : names.map((each) => `\`${each}\``).join(', ');
}
