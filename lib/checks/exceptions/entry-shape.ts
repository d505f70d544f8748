import { dayOf } from '../../model/calendar';
import type { Problem } from './problem';

/** A part of an entry, as docs/exceptions.schema.json has it. */
interface Field {
  readonly pattern: RegExp;
  readonly expected: string;
  readonly isOptional?: boolean;
  /** In code points. */
  readonly minLength?: number;
  /** Where a wildcard stands for more than one finding. */
  readonly isWild?: (value: string) => boolean;
}

const FILLED = /\S/;
const DATE: Field = {
  pattern: /^[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])$/,
  expected: 'a date such as 2026-11-22',
};
const hasWildcard = (value: string): boolean => /[*?]/.test(value);

/** INVARIANT: says the same as docs/exceptions.schema.json; a test compares the two. */
export const FIELDS: Readonly<Record<string, Field>> = {
  rule: {
    pattern: /^Bulkhead-[A-Z]+([0-9]+|(-[a-z0-9]+)+)$/,
    expected: 'the id of one rule, such as Bulkhead-IAM1',
    isWild: hasWildcard,
  },
  path: {
    pattern: /[^*?/\s]/,
    expected: 'the place that the finding shows',
    isWild: (value) => /[*?/]/.test(value) && !/[^*?/\s]/.test(value),
  },
  principal: { pattern: FILLED, expected: 'the principal that the finding shows', isOptional: true },
  fingerprint: {
    pattern: /^v1:[0-9a-f]{64}$/,
    expected: '`v1:` and 64 hex digits, as `bulkhead check --write-exceptions` writes them',
    isWild: hasWildcard,
  },
  reason: { pattern: FILLED, minLength: 10, expected: 'why it has to stay open, in ten characters at least' },
  ticket: { pattern: FILLED, expected: 'the ticket under which it is closed' },
  owner: { pattern: FILLED, expected: 'who closes it' },
  approver: { pattern: /^[^@\s]+@[^@\s]+$/, expected: 'the address of e-mail of the person who approved it' },
  approvedOn: DATE,
  expiresOn: DATE,
};

/** What is wrong with an entry by itself. @param entry its members; `undefined` where one is no text */
export function shapeProblems(
  entry: ReadonlyMap<string, { readonly value: string | undefined; readonly line: number }>,
  line: number,
): readonly Problem[] {
  const rule = entry.get('rule')?.value;
  const at = { line, ...(rule === undefined ? {} : { rule }) };
  const unknown = [...entry].filter(([key]) => !Object.hasOwn(FIELDS, key));
  return [
    ...unknown.map(
      ([key, { line: here }]): Problem => ({
        ...at,
        id: 'EXC1',
        line: here,
        message: `found \`${key}\`; expected ${Object.keys(FIELDS).join(', ')} and nothing else`,
        fix: 'Take it out, or mend its spelling.',
      }),
    ),
    ...Object.entries(FIELDS).flatMap(([name, field]) => fieldProblem(name, field, entry.get(name), at)),
  ];
}

function fieldProblem(
  name: string,
  { pattern, expected, isOptional, minLength = 0, isWild }: Field,
  given: { readonly value: string | undefined; readonly line: number } | undefined,
  at: { readonly line: number; readonly rule?: string },
): readonly Problem[] {
  if (given === undefined) {
    if (isOptional === true) return [];
    const isBroad = name === 'path' || name === 'rule';
    return [
      {
        ...at,
        id: isBroad ? 'EXC5' : 'EXC1',
        message: `found an entry without \`${name}\`; expected ${expected}`,
        fix: isBroad ? 'Say which finding it is for: one entry, one finding.' : `Give \`${name}\`.`,
      },
    ];
  }
  const here = { ...at, line: given.line };
  const { value } = given;
  if (value === undefined) {
    const message = `found no text in \`${name}\`; expected ${expected}`;
    return [
      { ...here, id: 'EXC1', message, fix: 'Write it as a text of its own, numbers in quotes, without anchors.' },
    ];
  }
  if (isWild?.(value) === true && value !== '') {
    const message = `found \`${name}\` \`${value}\`, which stands for more than one finding; expected ${expected}`;
    return [{ ...here, id: 'EXC5', message, fix: 'Write an entry for each finding.' }];
  }
  if (
    !pattern.test(value) ||
    Array.from(value).length < minLength ||
    (pattern === DATE.pattern && dayOf(value) === undefined)
  ) {
    const found = value.trim() === '' ? `\`${name}\` that is not filled in` : `\`${name}\` \`${value}\``;
    return [{ ...here, id: 'EXC1', message: `found ${found}; expected ${expected}`, fix: `Fill in \`${name}\`.` }];
  }
  return [];
}
