import { existsSync, readFileSync } from 'node:fs';
import { basename, dirname, join, relative, resolve } from 'node:path';
import { readAssembly } from '../../assembly/read-assembly';
import { EVIDENCE_FILE } from './evidence';
import { sealOf, sha256 } from './seal';

/** Whether a cloud assembly is what its evidence was written for. */
export interface Verified {
  /** The seal of the evidence; `undefined` where the file is none. */
  readonly seal?: string;
  /** What does not agree, in words. */
  readonly differences: readonly string[];
}

interface Evidence {
  readonly sha256: string;
  readonly templates: readonly { readonly file: string; readonly sha256: string }[];
}

/**
 * Compares the evidence of a cloud assembly with itself and with the templates beside it. That the evidence is the one
 * that was signed for is seen by its seal alone: who can write the file can seal it again.
 *
 * @param input the folder of the assembly, or the file of the evidence in it
 */
export function verifyEvidence(input: string): Verified {
  const file = basename(input).endsWith('.json') ? input : join(input, EVIDENCE_FILE);
  const folder = dirname(resolve(file));
  const evidence = evidenceIn(file);
  if (evidence === undefined) return { differences: [`${file} is no evidence of bulkhead`] };
  const seal = sealOf(evidence);
  const listed = new Map(evidence.templates.map((each) => [resolve(folder, each.file), each.sha256]));
  const present = readAssembly(folder).sources.filter(({ parent }) => parent === undefined);
  return {
    seal,
    differences: [
      ...(seal === evidence.sha256
        ? []
        : [`the evidence was changed: its seal is ${evidence.sha256}, its content has ${seal}`]),
      ...[...listed].flatMap(([path, expected]) => {
        const name = relative(folder, path);
        if (!existsSync(path)) return [`the template ${name} is missing`];
        const found = sha256(readFileSync(path));
        return found === expected
          ? []
          : [`the template ${name} was changed: it has ${found}, the evidence ${expected}`];
      }),
      ...present
        .filter((source) => !listed.has(resolve(source.file)))
        .map((source) => `the template ${relative(folder, resolve(source.file))} is not in the evidence`),
    ],
  };
}

function evidenceIn(file: string): Evidence | undefined {
  let data: unknown;
  try {
    data = JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    return undefined;
  }
  const { version, sha256, templates } = (data ?? {}) as Record<string, unknown>;
  const isList =
    Array.isArray(templates) &&
    templates.every((each) => typeof each?.file === 'string' && typeof each?.sha256 === 'string');
  return version === 1 && typeof sha256 === 'string' && isList ? (data as Evidence) : undefined;
}
