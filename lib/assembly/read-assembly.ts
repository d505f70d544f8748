import { existsSync } from 'node:fs';
import { basename, dirname, join, resolve, sep } from 'node:path';
import type { AssetSource } from './asset-files';
import { placedIds } from './construct-paths';
import { createdAt } from './creation-traces';
import type { Assets } from './nested-templates';
import { withNested } from './nested-templates';
import type { Problem } from './problem';
import { isRawMap, own, ownString, rawMap } from './raw';
import type { RawMap } from './raw';
import { readFile } from './read-file';
import type { TemplateSource } from './template-source';

const MAX_STAGES = 10;

/** What was read of an assembly: templates, what is wrong, and templates that it names and does not have. */
export interface AssemblyRead {
  readonly sources: TemplateSource[];
  readonly problems: Problem[];
  readonly missing: Problem[];
}

/** Whether a folder is a cloud assembly. */
export function isAssembly(folder: string): boolean {
  return existsSync(join(folder, 'manifest.json')) && existsSync(join(folder, 'cdk.out'))
    ? true
    : existsSync(join(folder, 'manifest.json')) && looksLikeManifest(join(folder, 'manifest.json'));
}

function looksLikeManifest(file: string): boolean {
  const parsed = readFile(file);
  // A manifest that cannot be read is a problem to name, not a reason to look elsewhere.
  return !parsed.ok || (isRawMap(parsed.body) && 'artifacts' in parsed.body);
}

/** Reads a cloud assembly with its stages and nested stacks. */
export function readAssembly(folder: string, depth = 0): AssemblyRead {
  const read: AssemblyRead = { sources: [], problems: [], missing: [] };
  const manifest = join(folder, 'manifest.json');
  const artifacts = artifactsOf(manifest, read.problems);
  const assets = assetsOf(folder, artifacts);
  for (const [id, artifact] of Object.entries(artifacts)) {
    const properties = rawMap(own(rawMap(artifact), 'properties'));
    const type = own(rawMap(artifact), 'type');
    const at = `artifacts.${id}.properties`;
    if (type === 'cdk:cloud-assembly') {
      const stage = inside(folder, ownString(properties, 'directoryName'));
      if (stage === undefined || depth >= MAX_STAGES) {
        read.problems.push({ file: manifest, place: `${at}.directoryName`, reason: 'no folder of this assembly' });
        continue;
      }
      const nested = readAssembly(stage, depth + 1);
      for (const key of ['sources', 'problems', 'missing'] as const) (read[key] as unknown[]).push(...nested[key]);
    } else if (type === 'aws:cloudformation:stack') {
      const file = inside(folder, ownString(properties, 'templateFile'));
      if (file === undefined) {
        read.problems.push({ file: manifest, place: `${at}.templateFile`, reason: 'no file of this assembly' });
      } else if (existsSync(file)) {
        readStack(file, stackOf(id, rawMap(artifact)), folder, rawMap(artifact), assets, read);
      } else {
        const reason = `the template \`${basename(file)}\` is not in the folder`;
        read.missing.push({ file: manifest, place: `${at}.templateFile`, reason });
      }
    }
  }
  return read;
}

/** What a stack is called and where it goes. */
export interface StackPlace {
  readonly name: string;
  readonly account?: string;
  readonly region?: string;
  readonly stackName?: string;
  /** The role with which CloudFormation deploys it. */
  readonly executionRole?: string;
}

/** What the assembly in a folder says of its stacks. */
export interface AssemblyFolder {
  readonly folder: string;
  readonly problems: readonly Problem[];
  /** The artifact of each template, with its id, by the name of the template's file. */
  readonly byTemplate: ReadonlyMap<unknown, readonly [id: string, artifact: RawMap]>;
  readonly assets: Assets;
}

/** Reads what stands beside the templates in a folder: once for all of them. */
export function readAssemblyFolder(folder: string): AssemblyFolder {
  const problems: Problem[] = [];
  const hasManifest = existsSync(join(folder, 'manifest.json'));
  const artifacts = hasManifest ? artifactsOf(join(folder, 'manifest.json'), problems) : {};
  const byTemplate = new Map<unknown, readonly [string, RawMap]>();
  for (const [id, raw] of Object.entries(artifacts)) {
    const template = own(rawMap(own(rawMap(raw), 'properties')), 'templateFile');
    if (!byTemplate.has(template)) byTemplate.set(template, [id, rawMap(raw)]);
  }
  return { folder, problems, byTemplate, assets: assetsOf(folder, artifacts) };
}

/** Reads the template of one stack, with what the assembly in its folder knows about it. */
export function readStackTemplate(
  file: string,
  place: Omit<StackPlace, 'stackName' | 'executionRole'>,
  { folder, problems, byTemplate, assets }: AssemblyFolder,
): AssemblyRead {
  const read: AssemblyRead = { sources: [], problems: [...problems], missing: [] };
  const [id, artifact] = byTemplate.get(basename(file)) ?? ['', {}];
  const { stackName, executionRole } = stackOf(id, artifact);
  const known: StackPlace =
    id === ''
      ? place
      : {
          ...place,
          ...(stackName === undefined ? {} : { stackName }),
          ...(executionRole === undefined ? {} : { executionRole }),
        };
  readStack(file, known, folder, artifact, assets, read);
  return read;
}

function readStack(
  file: string,
  place: StackPlace,
  folder: string,
  artifact: RawMap,
  assets: Assets,
  read: AssemblyRead,
): void {
  const parsed = readFile(file);
  if (!parsed.ok) {
    read.problems.push({ file, place: parsed.place, reason: parsed.reason });
    return;
  }
  // A stack without resources has a template without that section.
  const resources = own(rawMap(parsed.body), 'Resources');
  if (!isRawMap(parsed.body) || !(resources === undefined || isRawMap(resources))) {
    read.problems.push({ file, place: '', reason: 'not a template: its `Resources` are no map' });
    return;
  }
  const metadata = metadataOf(folder, artifact, read.problems);
  const created = createdAt(metadata);
  const source = {
    ...place,
    file,
    body: parsed.body,
    ...(created.size === 0 ? {} : { createdAt: created }),
    ...(assets.files.length === 0 ? {} : { assets: assets.files }),
  };
  const family = withNested(source, placedIds(metadata), assets);
  read.sources.push(...family.sources);
  read.problems.push(...family.problems);
}

function stackOf(id: string, artifact: RawMap): StackPlace {
  const [, account, region] = /^aws:\/\/([^/]+)\/(.+)$/.exec(ownString(artifact, 'environment') ?? '') ?? [];
  const executionRole = ownString(rawMap(own(artifact, 'properties')), 'cloudFormationExecutionRoleArn');
  return {
    ...(executionRole === undefined ? {} : { executionRole }),
    name: ownString(artifact, 'displayName') ?? id,
    ...(account === undefined ? {} : { account }),
    ...(region === undefined ? {} : { region }),
    stackName: ownString(rawMap(own(artifact, 'properties')), 'stackName') ?? id,
  };
}

/** Metadata stands in the manifest, or in a file of its own where the assembly is newer. */
function metadataOf(folder: string, artifact: RawMap, problems: Problem[]): RawMap {
  const here = rawMap(own(artifact, 'metadata'));
  const file = inside(folder, ownString(artifact, 'additionalMetadataFile'));
  if (file === undefined || !existsSync(file)) return here;
  const parsed = readFile(file);
  if (!parsed.ok) {
    problems.push({ file, place: parsed.place, reason: parsed.reason });
    return here;
  }
  return Object.fromEntries([...Object.entries(here), ...Object.entries(rawMap(parsed.body))]);
}

function artifactsOf(manifest: string, problems: Problem[]): RawMap {
  const parsed = readFile(manifest);
  if (!parsed.ok) {
    problems.push({ file: manifest, place: parsed.place, reason: parsed.reason });
    return {};
  }
  const artifacts = own(rawMap(parsed.body), 'artifacts');
  if (isRawMap(artifacts)) return artifacts;
  problems.push({ file: manifest, place: 'artifacts', reason: 'not the manifest of a cloud assembly' });
  return {};
}

/** The files that the asset manifests of an assembly upload. */
function assetsOf(folder: string, artifacts: RawMap): Assets {
  const byObjectKey = new Map<string, string>();
  const files = new Map<string, AssetSource>();
  for (const artifact of Object.values(artifacts)) {
    if (own(rawMap(artifact), 'type') !== 'cdk:asset-manifest') continue;
    const file = inside(folder, ownString(rawMap(own(rawMap(artifact), 'properties')), 'file'));
    const parsed = file === undefined || !existsSync(file) ? undefined : readFile(file);
    if (parsed?.ok !== true) continue;
    for (const asset of Object.values(rawMap(own(rawMap(parsed.body), 'files')))) {
      const path = ownString(rawMap(own(rawMap(asset), 'source')), 'path');
      if (path === undefined) continue;
      addAsset(folder, path, files);
      for (const destination of Object.values(rawMap(own(rawMap(asset), 'destinations')))) {
        const key = ownString(rawMap(destination), 'objectKey');
        if (key !== undefined) byObjectKey.set(key.slice(key.lastIndexOf('/') + 1), path);
      }
    }
    for (const image of Object.values(rawMap(own(rawMap(parsed.body), 'dockerImages')))) {
      const directory = ownString(rawMap(own(rawMap(image), 'source')), 'directory');
      if (directory !== undefined) addAsset(folder, directory, files);
    }
  }
  return { folder, byObjectKey, files: [...files.values()] };
}

/**
 * A file or folder that the CDK copied into the assembly: only by such a name, which in a stage stands in the folder above.
 * What an asset manifest names elsewhere is not read.
 */
function addAsset(folder: string, path: string, into: Map<string, AssetSource>): void {
  const [, id] = /^asset\.([A-Za-z0-9_-]{8,128})(?:\.[A-Za-z0-9.]{1,16})?$/.exec(basename(path)) ?? [];
  if (id === undefined) return;
  const full = resolve(folder, path);
  const isNear = [resolve(folder), dirname(resolve(folder))].includes(dirname(full));
  if (isNear) into.set(full, { path: full, id });
}

/** A file or folder of the assembly; `undefined` where the name leads out of it. */
function inside(folder: string, name: string | undefined): string | undefined {
  if (name === undefined || name === '') return undefined;
  return resolve(folder, name).startsWith(resolve(folder) + sep) ? join(folder, name) : undefined;
}
