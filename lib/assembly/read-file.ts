import { readFileSync } from 'node:fs';
import { parseJson } from './parse-json';
import { parseYaml } from './parse-yaml';
import type { Parsed } from './problem';

/** Reads a JSON or YAML file. A file that begins like JSON and is none of it is tried as YAML, unless it says `.json`. */
export function readFile(file: string): Parsed {
  let bytes: Buffer;
  try {
    bytes = readFileSync(file);
  } catch (error) {
    return { ok: false, place: '', reason: reasonOf(error) };
  }
  const text = new TextDecoder('utf-8').decode(bytes);
  if (text.includes('\u0000')) return { ok: false, place: '', reason: 'not a text in UTF-8' };
  if (text.trim() === '') return { ok: false, place: '', reason: 'the file is empty' };
  if (/\.json$/i.test(file)) return parseJson(text);
  if (/^\s*[{[]/.test(text)) {
    const json = parseJson(text);
    if (json.ok) return json;
  }
  return parseYaml(text);
}

/** In words; the system's own message repeats the path. */
function reasonOf(error: unknown): string {
  const code = (error as NodeJS.ErrnoException).code ?? 'unknown';
  if (code === 'ENOENT') return 'no such file or folder';
  if (code === 'EISDIR') return 'a folder, not a file';
  return code === 'EACCES' || code === 'EPERM' ? 'not allowed to read it' : `cannot be read (${code})`;
}
