import { readFileSync } from 'node:fs';
import { linesOfResources } from '../assembly/lines-of-resources';

/** On which line of its file each resource begins; a file is read once more when it is first asked about. */
export class LinesOfFiles {
  private readonly byFile = new Map<string, ReadonlyMap<string, number>>();

  of(file: string, logicalId: string): number | undefined {
    let lines = this.byFile.get(file);
    if (lines === undefined) this.byFile.set(file, (lines = linesIn(file)));
    return lines.get(logicalId);
  }
}

/** A file that is gone since it was read has no lines. */
function linesIn(file: string): ReadonlyMap<string, number> {
  try {
    return linesOfResources(readFileSync(file, 'utf8'));
  } catch {
    return new Map();
  }
}

/** An answer of the engine, each of its statements with the line of the resource that holds it. */
export function withLines<T>(answer: T, lines = new LinesOfFiles()): T {
  if (Array.isArray(answer)) return answer.map((each: unknown) => withLines(each, lines)) as T;
  if (typeof answer !== 'object' || answer === null) return answer;
  const found = Object.fromEntries(
    Object.entries(answer).map(([key, value]) => [key, withLines<unknown>(value, lines)]),
  );
  const { file, logicalId } = found;
  const line = typeof file === 'string' && typeof logicalId === 'string' ? lines.of(file, logicalId) : undefined;
  return { ...found, ...(line === undefined ? {} : { line }) } as T;
}
