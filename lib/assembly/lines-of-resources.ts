/**
 * The lines, from 1, on which the resources of a template begin, by logical id. Found in the text, without a parser: it
 * is asked of files that were read already, for the few that have findings. An id that is not found has no line; where
 * the text is odd, none is better than a wrong one.
 */
export function linesOfResources(text: string): ReadonlyMap<string, number> {
  return /^\s*\{/.test(text) ? inJson(text) : inYaml(text);
}

/** Strings, brackets, and the ends of lines. */
const TOKEN = /"(?:[^"\\]|\\.)*"(\s*:)?|[{}[\]]|\n/g;

function inJson(text: string): ReadonlyMap<string, number> {
  const found = new Map<string, number>();
  let depth = 0;
  let line = 1;
  let section = '';
  for (const [token, colon] of text.matchAll(TOKEN)) {
    if (token === '\n') line += 1;
    else if (token === '{' || token === '[') depth += 1;
    else if (token === '}' || token === ']') depth -= 1;
    else if (colon !== undefined) {
      if (depth === 1) section = nameIn(token, colon);
      else if (depth === 2 && section === 'Resources') found.set(nameIn(token, colon), line);
      line += colon.split('\n').length - 1;
    }
  }
  return found;
}

function nameIn(token: string, colon: string): string {
  return token.slice(1, token.length - colon.length - 1);
}

/** In block style: the keys one step below `Resources`, which is no template's nested key in the first column. */
function inYaml(text: string): ReadonlyMap<string, number> {
  const found = new Map<string, number>();
  let step: string | undefined;
  let inside = false;
  text.split('\n').forEach((row, index) => {
    const [, space, name] = /^( *)["']?([A-Za-z0-9]+)["']?\s*:(?:\s|$)/.exec(row) ?? [];
    if (/^[^\s#]/.test(row)) {
      inside = space === '' && name === 'Resources';
      step = undefined;
    } else if (inside && space !== undefined && name !== undefined) {
      step ??= space;
      if (space === step && !found.has(name)) found.set(name, index + 1);
    }
  });
  return found;
}
