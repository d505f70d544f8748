/** How an API could be divided. */
export interface Division {
  /** The paths of each API: `['/orders', '/invoices']`. */
  readonly apis: readonly (readonly string[])[];
  /** The first path whose endpoints do not fit by themselves, and how long their policy is. */
  readonly tooLarge?: { readonly path: string; readonly length: number };
}

/** Paths that are named of each API in a message, and APIs that are named. */
const SHOWN = 3;
/** Past so many first segments nobody waits for an answer. */
const MOST_GROUPS = 60;

/**
 * Divides endpoints by the first segment of their paths, in order, among as few APIs as are filled one after the other.
 *
 * @param lengthOf the characters of the resource policy of an API that has only these endpoints, by their place
 * @returns `undefined` where there is one first segment only, or too many
 */
export function divide(
  paths: readonly string[],
  limit: number,
  lengthOf: (places: readonly number[]) => number,
): Division | undefined {
  const groups = new Map<string, number[]>();
  paths.forEach((path, place) => {
    const first = `/${path.split('/')[1] ?? ''}`;
    groups.set(first, [...(groups.get(first) ?? []), place]);
  });
  if (groups.size < 2 || groups.size > MOST_GROUPS) return undefined;
  const apis: { readonly names: string[]; readonly places: number[] }[] = [];
  for (const [path, places] of groups) {
    const last = apis.at(-1);
    if (last !== undefined && lengthOf([...last.places, ...places]) <= limit) {
      last.names.push(path);
      last.places.push(...places);
      continue;
    }
    const length = lengthOf(places);
    if (length > limit) return { apis: [], tooLarge: { path, length } };
    apis.push({ names: [path], places: [...places] });
  }
  return { apis: apis.map(({ names }) => names) };
}

/** A division as an instruction. */
export function divisionText(division: Division | undefined): string {
  if (division === undefined) return 'split the API into several behind one domain';
  const { apis, tooLarge } = division;
  if (tooLarge !== undefined) {
    return `split the API into several behind one domain, and the callers of \`${tooLarge.path}\`, which alone needs ${tooLarge.length} characters, by purpose`;
  }
  const shown = apis.slice(0, SHOWN).map((names) => shorten(names.map((each) => `\`${each}\``)));
  const more = apis.length > SHOWN ? ', and so on' : '';
  return `split the API into ${apis.length} behind one domain: ${shown.map((each) => `[${each}]`).join(', ')}${more}`;
}

/** Some names, and how many more there are. */
export function shorten(names: readonly string[]): string {
  const more = names.length - SHOWN;
  return `${names.slice(0, SHOWN).join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
}
