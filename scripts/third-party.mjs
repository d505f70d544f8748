// Which third-party packages the bundles contain, from the metafile of esbuild: their licences are checked against a
// list of permissive ones and written out in full beside the code.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const PERMISSIVE = new Set([
  'MIT',
  'ISC',
  'BSD-2-Clause',
  'BSD-3-Clause',
  'Apache-2.0',
  '0BSD',
  'BlueOak-1.0.0',
  'Unlicense',
  'CC0-1.0',
  'Python-2.0',
]);

/** The folders of the packages whose files are inputs of the bundles. */
function packageFolders(root, metafiles) {
  const inputs = metafiles.flatMap((metafile) => Object.keys(metafile.inputs));
  const folders = new Set();
  for (const input of inputs) {
    const at = input.lastIndexOf('node_modules/');
    if (at < 0) continue;
    const rest = input.slice(at + 'node_modules/'.length).split('/');
    folders.add(join(root, input.slice(0, at), 'node_modules', ...rest.slice(0, rest[0].startsWith('@') ? 2 : 1)));
  }
  return [...folders].sort();
}

/** The text of THIRD-PARTY-LICENSES.txt. Throws where a licence is not permissive or has no name. */
export function thirdPartyLicenses(root, metafiles) {
  const sections = packageFolders(root, metafiles).map((folder) => {
    const { name, version, license } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
    const choices = String(license).replace(/[()]/g, '').split(' OR ');
    if (!choices.some((each) => PERMISSIVE.has(each)))
      throw new Error(`${name}@${version} has the licence "${license}"; only permissive licences may ship`);
    const file = readdirSync(folder).find((each) => /^(licen[cs]e|copying)(\.|$)/i.test(each));
    const text =
      file && existsSync(join(folder, file))
        ? readFileSync(join(folder, file), 'utf8').trim()
        : `Licensed under ${license}.`;
    return `${name}@${version} (${license})\n\n${text}`;
  });
  return `${sections.join(`\n\n${'-'.repeat(80)}\n\n`)}\n`;
}
