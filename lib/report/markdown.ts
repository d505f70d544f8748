import type { Grid } from './grid';

/** Text that Markdown shows as it is, in one line. Not for the beginning of a line. */
export function escaped(text: string): string {
  return text.replace(/\s+/g, ' ').replace(/[\\`*_[\]<>|~]/g, (sign) => `\\${sign}`);
}

/** The same, but what stands in backticks becomes code, as our messages mean it. */
export function prose(text: string): string {
  return text
    .split(/(`[^`]+`)/)
    .map((part, index) => (index % 2 === 1 ? code(part.slice(1, -1)) : escaped(part)))
    .join('');
}

/** Text in a code span. */
export function code(text: string): string {
  const line = text.replace(/\s+/g, ' ');
  const longest = Math.max(0, ...(line.match(/`+/g) ?? []).map((run) => run.length));
  const fence = '`'.repeat(longest + 1);
  const pad = line.startsWith('`') || line.endsWith('`') ? ' ' : '';
  return `${fence}${pad}${line}${pad}${fence}`;
}

/** A table. */
export function tableMarkdown({ head, rows }: Grid): string {
  return [head, head.map(() => '---'), ...rows]
    .map((row, index) => `| ${row.map((cell) => (index === 1 ? cell : escaped(cell))).join(' | ')} |`)
    .join('\n');
}
