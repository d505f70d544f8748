import type { SecretHit } from '../model/snapshot';
import type { AssetLimits, AssetSource } from './asset-files';
import { ASSET_LIMITS, AssetReader } from './asset-files';
import { visitLeaves } from './leaves';
import { secretsAssignedIn, secretsInJsonFile, secretsInSettings } from './secret-code';
import { suspectsIn } from './secret-shapes';
import { ACCESS_KEY_ID, secretsInTexts } from './secret-texts';
import type { NamedText } from './secret-texts';
import type { TemplateView } from './template-view';

/** A template with the assets of its assembly. */
export interface WithAssets {
  readonly template: TemplateView;
  readonly assets: readonly AssetSource[];
}

interface Found {
  readonly asset: AssetSource;
  readonly place: string;
  readonly looksLike: string;
  readonly unread?: true;
}

/**
 * The secrets in the files that an assembly uploads, by what they look like. Each asset is read once; the scanner, which
 * is a worker, is started only where something has the shape of a secret.
 * INVARIANT: a hit says where and what kind, never the text.
 */
export function assetHitsOf(places: readonly WithAssets[], limits: AssetLimits = ASSET_LIMITS): readonly SecretHit[] {
  const assets = new Map<string, { readonly asset: AssetSource; readonly template: TemplateView }>();
  for (const { template, assets: named } of places) {
    for (const asset of named) if (!assets.has(asset.path)) assets.set(asset.path, { asset, template });
  }
  if (assets.size === 0) return [];
  const found = scan(
    [...assets.values()].map(({ asset }) => asset),
    limits,
  );
  if (found.length === 0) return [];
  const owners = ownersOf(
    found.map(({ asset }) => asset.id),
    places.map(({ template }) => template),
  );
  const hits = new Map<string, SecretHit>();
  for (const { asset, place, looksLike, unread } of found) {
    const owner = owners.get(asset.id) ?? assets.get(asset.path);
    if (owner === undefined) continue;
    const { template, resource } = owner as Pick<SecretHit, 'template' | 'resource'>;
    const hit = { template, ...(resource === undefined ? {} : { resource }), place, looksLike };
    hits.set(`${asset.id}\n${place}\n${looksLike}`, unread === undefined ? hit : { ...hit, unread });
  }
  return [...hits.values()];
}

/** Not one that npm takes from an environment variable. */
const NPM_TOKEN = /:_(?:authToken|auth|password)\s{0,8}=\s{0,8}[^\s$]{8}/;

function scan(assets: readonly AssetSource[], limits: AssetLimits): readonly Found[] {
  const reader = new AssetReader(limits);
  const found: Found[] = [];
  const suspects: (NamedText & { readonly asset: AssetSource; readonly place: string })[] = [];
  for (const asset of assets) {
    const named: (Found & { readonly name: string })[] = [];
    /** Folders into which packages of Python were installed, and those that are packages. */
    const python = { installed: new Set<string>(), packages: new Set<string>() };
    for (const file of reader.read(asset)) {
      if ('unread' in file) {
        found.push({ asset, place: `file ${file.name}`, looksLike: file.unread, unread: true });
        continue;
      }
      const { name, bytes } = file;
      const text = bytes.toString('latin1');
      for (const { start, length, is } of suspectsIn(bytes, text)) {
        const place = placeIn(name, text, start);
        if (is !== undefined) found.push({ asset, place, looksLike: is });
        else suspects.push({ name: '', text: text.slice(start, start + length), asset, place });
      }
      if (/(^|\/)\.npmrc$/.test(name) && NPM_TOKEN.test(text))
        found.push({ asset, place: `file ${name}`, looksLike: 'npm token' });
      for (const variable of secretsByName(name, text))
        named.push({ asset, place: `file ${name}`, looksLike: `plain text in the variable "${variable}"`, name });
      const [, parent] = /^(.*\/|)[^/]+\.(?:dist|egg)-info\//.exec(name) ?? [];
      if (parent !== undefined) python.installed.add(parent);
      if (name.endsWith('/__init__.py')) python.packages.add(name.slice(0, -'__init__.py'.length));
    }
    for (const { name, ...each } of named) if (!isInstalled(name, python)) found.push(each);
  }
  for (const [index, kinds] of secretsInTexts(suspects)) {
    const { asset, place } = suspects[index];
    for (const looksLike of kinds) found.push({ asset, place, looksLike });
  }
  for (const { asset, place, text } of suspects) {
    if (ACCESS_KEY_ID.test(text)) found.push({ asset, place, looksLike: 'AWS access key id' });
  }
  return found;
}

/** Files in which people write assignments and settings; what is larger was made by a tool. */
const MOST_WRITTEN = 256 * 1024;

/** By what a variable or setting is called: in `.env`, in scripts, and in files of settings. Code that was bundled is not asked. */
function secretsByName(name: string, text: string): readonly string[] {
  if (/(^|\/)\.env(\.[\w-]+)?$/.test(name)) return secretsAssignedIn(text);
  if (text.length > MOST_WRITTEN || /(^|\/)(site-packages|vendor|package-lock\.json$|locales?\/|i18n\/)/.test(name))
    return [];
  if (/\.(py|rb|sh|bash)$/.test(name)) return secretsAssignedIn(text);
  if (name.endsWith('.json')) return secretsInJsonFile(text);
  return /\.(ya?ml|ini|cfg|conf|toml|properties)$/.test(name) ? secretsInSettings(text) : [];
}

interface Python {
  readonly installed: ReadonlySet<string>;
  readonly packages: ReadonlySet<string>;
}

/** Whether a file is of a package in a folder into which packages were installed. */
function isInstalled(name: string, { installed, packages }: Python): boolean {
  const parts = name.split('/').map((part) => `${part}/`);
  return parts.some((_, depth) => {
    const parent = parts.slice(0, depth).join('');
    return installed.has(parent) && packages.has(parent + parts[depth]);
  });
}

/** With the line of what was found: the suspect begins some signs before. */
function placeIn(name: string, text: string, start: number): string {
  let line = 1;
  for (let at = text.indexOf('\n'); at >= 0 && at < start; at = text.indexOf('\n', at + 1)) line += 1;
  return `file ${name}, from line ${line}`;
}

/** The first resource that names each asset. */
function ownersOf(
  ids: readonly string[],
  templates: readonly TemplateView[],
): ReadonlyMap<string, Pick<SecretHit, 'template' | 'resource'>> {
  const open = new Set(ids);
  const owners = new Map<string, Pick<SecretHit, 'template' | 'resource'>>();
  for (const template of templates) {
    for (const resource of template.resources) {
      if (open.size === 0) return owners;
      visitLeaves(template.scope.resource(resource.logicalId) ?? {}, 'Resource', ({ text }) => {
        for (const id of open) {
          if (!text.includes(id)) continue;
          owners.set(id, { template, resource });
          open.delete(id);
        }
      });
    }
  }
  return owners;
}
