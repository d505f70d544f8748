import { createRequire } from 'node:module';
import { join } from 'node:path';

/** Loads a package that is no dependency of ours: from the project of the user, or else from beside this package. */
export function loadSdk(name: string): unknown {
  const places = [join(process.cwd(), 'package.json'), __filename];
  const [first, second] = places.map((place) => createRequire(place));
  try {
    return first?.(name);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'MODULE_NOT_FOUND') throw error;
    return second?.(name);
  }
}
