import { fileName } from './file-names';

/**
 * Where the files of a trail lie now. A digest names its log files by the keys under which CloudTrail delivered them;
 * from where the digest itself was moved follows where they may be.
 */
export class Moved {
  /** How the last file was found: most likely the next one is found so too. */
  private likely = 0;

  /**
   * Tries the places where an object may lie, most likely first, until one gives something.
   *
   * @param digest where a digest that names it was delivered, and where that digest lies now
   */
  async find<T>(
    object: string,
    digest: { readonly object: string; readonly path: string },
    at: (place: string) => Promise<T | undefined>,
  ): Promise<{ readonly place: string; readonly found: T } | undefined> {
    const places = placesOf(object, digest.object, digest.path);
    const tried = new Set<string>();
    for (const index of [this.likely, ...places.keys()]) {
      const place = places[index];
      if (place === undefined || tried.has(place)) continue;
      tried.add(place);
      const found = await at(place);
      if (found === undefined) continue;
      this.likely = index;
      return { place, found };
    }
    return undefined;
  }
}

/** Moved as its digest was; as it was delivered; beside its digest; at the root. Each also unpacked. */
function placesOf(object: string, digestObject: string, digestPath: string): readonly string[] {
  const [from, to] = changedStart(digestObject, digestPath);
  const folder = digestPath.slice(0, digestPath.lastIndexOf('/') + 1);
  const name = fileName(object);
  const inPlace = object.startsWith(from) ? `${to}${object.slice(from.length)}` : object;
  return [inPlace, object, `${folder}${name}`, name].flatMap((place) => [place, place.replace(/\.gz$/, '')]);
}

/** The start of the old path and of the new one that differ: what follows is the same in both. */
function changedStart(before: string, after: string): readonly [string, string] {
  const [old, now] = [before.split('/'), after.split('/')];
  let same = 0;
  while (same < Math.min(old.length, now.length) && old[old.length - 1 - same] === now[now.length - 1 - same])
    same += 1;
  const start = (parts: readonly string[]): string =>
    parts
      .slice(0, parts.length - same)
      .map((part) => `${part}/`)
      .join('');
  return [start(old), start(now)];
}
