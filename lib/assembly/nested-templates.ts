import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { AssetSource } from './asset-files';
import { withDefinitions } from './api-definitions';
import type { PlacedId } from './construct-paths';
import { nestedStackPath, pathsOf } from './construct-paths';
import type { Problem } from './problem';
import { isRawMap, own, ownString, rawMap } from './raw';
import { readFile } from './read-file';
import type { TemplateSource } from './template-source';

const MAX_DEPTH = 10;

/** What is known of the files of a stack: which asset is uploaded under which name. */
export interface Assets {
  readonly folder: string;
  /** The file in the folder, by the name that it is uploaded under. */
  readonly byObjectKey: ReadonlyMap<string, string>;
  /** The assets that are no templates. */
  readonly files: readonly AssetSource[];
}

/** A template with all its nested ones, and those that could not be read. */
export interface Family {
  readonly sources: readonly TemplateSource[];
  readonly problems: readonly Problem[];
}

/** Reads the templates of the nested stacks below a template, as far as their files are in the assembly. */
export function withNested(
  source: TemplateSource,
  ids: readonly PlacedId[],
  assets: Assets,
  below?: string,
  depth = 0,
): Family {
  const found = depth >= MAX_DEPTH ? [] : nestedIn(source, ids, assets, below);
  const paths = pathsOf(
    ids,
    below,
    found.map(({ path }) => path).filter((path) => path !== undefined),
  );
  const body = withDefinitions(rawMap(source.body), assets);
  const sources: TemplateSource[] = [{ ...source, body, ...(paths.size === 0 ? {} : { constructPaths: paths }) }];
  const problems: Problem[] = [];
  for (const { logicalId, file, path } of found) {
    const parsed = readFile(file);
    if (!parsed.ok || !isRawMap(parsed.body)) {
      const { place, reason } = parsed.ok ? { place: '', reason: 'not a template' } : parsed;
      problems.push({ file, place, reason });
      continue;
    }
    const { account, region, createdAt } = source;
    const child: TemplateSource = {
      name: path ?? `${source.name}/${logicalId}`,
      file,
      body: parsed.body,
      ...(account === undefined ? {} : { account }),
      ...(region === undefined ? {} : { region }),
      ...(createdAt === undefined ? {} : { createdAt }),
      parent: { template: source.name, logicalId },
    };
    const family = withNested(child, path === undefined ? [] : ids, assets, path, depth + 1);
    sources.push(...family.sources);
    problems.push(...family.problems);
  }
  return { sources, problems };
}

interface Nested {
  readonly logicalId: string;
  readonly file: string;
  readonly path: string | undefined;
}

function nestedIn(source: TemplateSource, ids: readonly PlacedId[], assets: Assets, below?: string): readonly Nested[] {
  return Object.entries(rawMap(own(rawMap(source.body), 'Resources'))).flatMap(([logicalId, resource]) => {
    if (!isRawMap(resource) || own(resource, 'Type') !== 'AWS::CloudFormation::Stack') return [];
    const metadata = rawMap(own(resource, 'Metadata'));
    const named =
      ownString(metadata, 'aws:asset:path') ??
      uploadedAs(own(rawMap(own(resource, 'Properties')), 'TemplateURL'), assets);
    // A file elsewhere is none of the assembly's.
    if (named === undefined || /(^|[\\/])\.\.([\\/]|$)/.test(named)) return [];
    const file = join(assets.folder, named);
    if (!existsSync(file)) return [];
    const resourcePath =
      ids.find((each) => each.logicalId === logicalId && (below === undefined || each.path.startsWith(`${below}/`)))
        ?.path ?? ownString(metadata, 'aws:cdk:path');
    return [{ logicalId, file, path: resourcePath === undefined ? undefined : nestedStackPath(resourcePath) }];
  });
}

/** The asset whose name the literal end of a template URL is. */
function uploadedAs(url: unknown, { byObjectKey }: Assets): string | undefined {
  const joined = own(rawMap(url), 'Fn::Join');
  const pieces = Array.isArray(joined) && Array.isArray(joined[1]) ? joined[1] : [url];
  const last: unknown = pieces.at(-1) ?? own(rawMap(url), 'Fn::Sub');
  const text = typeof last === 'string' ? last : ownString(rawMap(url), 'Fn::Sub');
  return text === undefined ? undefined : byObjectKey.get(text.slice(text.lastIndexOf('/') + 1));
}
