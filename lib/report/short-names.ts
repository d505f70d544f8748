/**
 * For each construct path its shortest ending, in whole segments, that no other of the paths has:
 * `Prod/Orders/Clerk` and `Prod/Orders/Reader` become `Clerk` and `Reader`.
 */
export function shortNames(paths: readonly string[]): ReadonlyMap<string, string> {
  const all = [...new Set(paths)];
  const uses = new Map<string, number>();
  for (const path of all) for (const ending of endings(path)) uses.set(ending, (uses.get(ending) ?? 0) + 1);
  return new Map(all.map((path) => [path, endings(path).find((ending) => uses.get(ending) === 1) ?? path]));
}

/** `a/b/c` gives `c`, `b/c`, `a/b/c`. */
function endings(path: string): readonly string[] {
  const segments = path.split('/');
  return segments.map((_, index) => segments.slice(segments.length - 1 - index).join('/'));
}
