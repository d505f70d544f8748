import { jsonFault } from './json-fault';
import { lineAndColumn } from './problem';
import type { Parsed } from './problem';

export function parseJson(text: string): Parsed {
  try {
    return { ok: true, body: JSON.parse(text) };
  } catch {
    const offset = jsonFault(text);
    const reason = offset >= text.trimEnd().length ? 'the JSON ends too early' : 'not valid JSON';
    return { ok: false, place: lineAndColumn(text, offset), reason };
  }
}
