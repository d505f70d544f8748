import { readdirSync, statSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import type { Problem } from './problem';
import { isRawMap, own, ownString, rawMap } from './raw';
import { isAssembly, readAssembly, readAssemblyFolder, readStackTemplate } from './read-assembly';
import type { AssemblyFolder } from './read-assembly';
import { readFile } from './read-file';
import type { TemplateSource } from './template-source';

export type { Problem } from './problem';

/** The templates, or why there are none. INVARIANT: what cannot be read is a problem, never left out. */
export type ReadResult =
  | {
      readonly ok: true;
      readonly sources: readonly TemplateSource[];
      /** What was passed over, and why: files of a folder that are no templates, and what was allowed to be missing. */
      readonly skipped: readonly Problem[];
    }
  | { readonly ok: false; readonly problems: readonly Problem[] };

export interface ReadOptions {
  /**
   * Whether templates that a manifest names may be missing. They are then passed over, and nothing is known of them.
   * @default false
   */
  readonly allowMissingTemplates?: boolean;
}

/** A stack as a validation plugin gets to know it. */
export interface ValidationStack {
  readonly stackConstructPath: string;
  readonly templatePath: string;
  readonly accountId?: string | undefined;
  readonly region?: string | undefined;
}

interface Collected {
  readonly sources: TemplateSource[];
  readonly problems: Problem[];
  readonly skipped: Problem[];
}

const TEMPLATE_FILE = /\.(json|ya?ml|template)$/i;
const MAX_DEPTH = 20;

/** Reads cloud assemblies, folders of templates and template files, JSON and YAML, several at once. */
export function readInputs(paths: readonly string[], options: ReadOptions = {}): ReadResult {
  const read: Collected = { sources: [], problems: [], skipped: [] };
  for (const path of paths) {
    const isFolder = statOf(path)?.isDirectory() === true;
    if (!isFolder) readTemplate(path, read, true);
    else {
      const before = read.sources.length + read.problems.length;
      readFolder(path, options, read, 0);
      if (before === read.sources.length + read.problems.length) {
        read.problems.push({ file: path, place: '', reason: 'no template in this folder' });
      }
    }
  }
  return read.problems.length > 0
    ? { ok: false, problems: read.problems }
    : { ok: true, sources: withLocalNesting(once(read.sources)), skipped: read.skipped };
}

/** Reads the templates of a synthesis, with the nested ones beside them. */
export function sourcesFromValidation(stacks: readonly ValidationStack[]): ReadResult {
  const sources: TemplateSource[] = [];
  const problems: Problem[] = [];
  const folders = new Map<string, AssemblyFolder>();
  for (const { stackConstructPath, templatePath, accountId, region } of stacks) {
    const path = dirname(templatePath);
    const folder = folders.get(path) ?? readAssemblyFolder(path);
    folders.set(path, folder);
    const place = {
      name: stackConstructPath,
      ...(accountId === undefined ? {} : { account: accountId }),
      ...(region === undefined ? {} : { region }),
    };
    const read = readStackTemplate(templatePath, place, folder);
    sources.push(...read.sources);
    problems.push(...read.problems);
  }
  return problems.length > 0 ? { ok: false, problems } : { ok: true, sources, skipped: [] };
}

function readFolder(folder: string, options: ReadOptions, into: Collected, depth: number): void {
  if (isAssembly(folder)) {
    const { sources, problems, missing } = readAssembly(folder);
    into.sources.push(...sources);
    into.problems.push(...problems);
    if (options.allowMissingTemplates === true) into.skipped.push(...missing);
    else into.problems.push(...missing);
    return;
  }
  for (const entry of readdirSync(folder, { withFileTypes: true }).sort(byName)) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) {
      if (depth < MAX_DEPTH && !entry.name.startsWith('.') && entry.name !== 'node_modules') {
        readFolder(path, options, into, depth + 1);
      }
    } else if (TEMPLATE_FILE.test(entry.name) && statOf(path)?.isFile() === true) readTemplate(path, into, false);
  }
}

/** A file that was named must be a template; in a folder other JSON and YAML may stand beside the templates. */
function readTemplate(file: string, into: Collected, named: boolean): void {
  const parsed = readFile(file);
  if (!parsed.ok) {
    into.problems.push({ file, place: parsed.place, reason: parsed.reason });
    return;
  }
  const resources = own(rawMap(parsed.body), 'Resources');
  if (isRawMap(parsed.body) && isRawMap(resources)) {
    into.sources.push({ name: file, file, body: parsed.body });
    return;
  }
  const reason = 'not a CloudFormation template: it has no map `Resources`';
  const claims =
    isRawMap(parsed.body) &&
    ['Resources', 'AWSTemplateFormatVersion', 'Transform'].some((key) => own(parsed.body as never, key) !== undefined);
  (named || claims ? into.problems : into.skipped).push({
    file,
    place: resources === undefined ? '' : 'Resources',
    reason,
  });
}

/**
 * Ties nested stacks to templates that were given, where `TemplateURL` is a path to one, as before packaging. A
 * template that several stacks use is tied to none: its parameters would be those of all.
 */
function withLocalNesting(sources: readonly TemplateSource[]): readonly TemplateSource[] {
  const byFile = new Map(sources.map((source) => [resolve(source.file), source]));
  const parents = new Map<TemplateSource, { template: string; logicalId: string }[]>();
  for (const source of sources) {
    for (const [logicalId, resource] of Object.entries(rawMap(own(rawMap(source.body), 'Resources')))) {
      if (own(rawMap(resource), 'Type') !== 'AWS::CloudFormation::Stack') continue;
      const url = ownString(rawMap(own(rawMap(resource), 'Properties')), 'TemplateURL');
      if (url === undefined || /^[a-z0-9]+:\/\//i.test(url)) continue;
      const child = byFile.get(resolve(dirname(source.file), url));
      if (child !== undefined && child !== source) {
        parents.set(child, [...(parents.get(child) ?? []), { template: source.name, logicalId }]);
      }
    }
  }
  return sources.map((source) => {
    const [parent, ...others] = parents.get(source) ?? [];
    return parent === undefined || others.length > 0 || source.parent !== undefined ? source : { ...source, parent };
  });
}

/** The same file given twice, or by way of its folder, is one template. */
function once(sources: readonly TemplateSource[]): readonly TemplateSource[] {
  const seen = new Set<string>();
  return sources.filter(({ file, parent }) => {
    const key = JSON.stringify([resolve(file), parent]);
    return !seen.has(key) && seen.add(key);
  });
}

function byName(one: { readonly name: string }, other: { readonly name: string }): number {
  return one.name < other.name ? -1 : 1;
}

function statOf(path: string): ReturnType<typeof statSync> | undefined {
  return statSync(path, { throwIfNoEntry: false });
}
