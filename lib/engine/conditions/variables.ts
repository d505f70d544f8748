import type { PolicyText } from '../../model/policy';
import { isUnknown, text } from '../../model/value';
import type { TextPart } from '../../model/value';
import { escaped } from '../match/symbolic';
import type { Lookup } from './known';

const VARIABLE = /(\$\{[^{}]*\})/;

/** A text with its policy variables filled in, or why they cannot be. */
export type Filled = { readonly text: PolicyText } | 'absent' | 'open';

export function hasVariables(source: PolicyText): boolean {
  if (typeof source === 'string') return source.includes('${');
  return !isUnknown(source) && source.parts.some((part) => typeof part === 'string' && part.includes('${'));
}

/**
 * Fills in policy variables. Values of the request are literal: wildcards in them are written `${*}`, as are those
 * that the policy writes so. A variable of a key with several values, or with none and without default, has no text.
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html
 */
export function fillVariables(source: PolicyText, lookup: Lookup): Filled {
  if (!hasVariables(source) || isUnknown(source)) return { text: source };
  const filled: TextPart[] = [];
  for (const part of typeof source === 'string' ? [source] : source.parts) {
    if (typeof part !== 'string') {
      filled.push(part);
      continue;
    }
    for (const piece of part.split(VARIABLE)) {
      const found = piece.startsWith('${') && piece.endsWith('}') ? valueOf(piece, lookup) : { text: piece };
      if (found === 'absent' || found === 'open') return found;
      if (isUnknown(found.text)) return 'open';
      filled.push(...(typeof found.text === 'string' ? [found.text] : found.text.parts));
    }
  }
  return { text: text(filled) };
}

function valueOf(variable: string, lookup: Lookup): Filled {
  const [name, ...rest] = variable.slice(2, -1).split(',');
  if (/^[*?$]$/.test(name)) return { text: variable };
  const found = lookup(name.trim().toLowerCase());
  if (found.state === 'open' || found.state === 'one-of') return 'open';
  if (found.state === 'known') return found.values.length === 1 ? { text: escaped(found.values[0]) } : 'open';
  const fallback = /^\s*'(.*)'\s*$/s.exec(rest.join(','));
  return fallback === null ? 'absent' : { text: escaped(fallback[1]) };
}

/** `${*}`, `${?}` and `${$}` as the characters that they are, where nothing is a wildcard. */
export function unescaped(source: PolicyText): PolicyText {
  if (isUnknown(source)) return source;
  const plain = (part: string): string => part.replaceAll(/\$\{([*?$])\}/g, '$1');
  if (typeof source === 'string') return plain(source);
  return { ...source, parts: source.parts.map((part): TextPart => (typeof part === 'string' ? plain(part) : part)) };
}
