import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { packageRoot } from '../lib/private/package-root';

const sources = ['lib', 'bin', 'bench', 'scripts'].flatMap((folder) =>
  readdirSync(join(packageRoot(), folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && /\.(ts|mjs)$/.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name)),
);
const shipped = sources.filter((file) => /\/(lib|bin)\//.test(file.slice(packageRoot().length)));

/** The files of a list that contain a text. */
function containing(files: readonly string[], pattern: RegExp): string[] {
  return files.filter((file) => pattern.test(readFileSync(file, 'utf8')));
}

describe('what must stay absent', () => {
  it('looks at the sources', () => {
    expect(shipped.length).toBeGreaterThan(100);
  });

  it('keeps the AGPL oracle out of what ships', () => {
    expect(containing(shipped, /cloud-copilot\/iam-(simulate|policy|expand|utils)/)).toEqual([]);
  });

  it('never uses instanceof on constructs, of which there can be two copies', () => {
    expect(containing(shipped, /instanceof +((\w+\.)?Cfn\w*|Construct|Stack|Stage|Resource|App)\b/)).toEqual([]);
  });

  it('names no path of a machine and no registry', () => {
    expect(containing(sources, /(^|[\s'"`(])\/(work|root|home|Users)\/|registry\.npmjs/m)).toEqual([]);
  });
});
