import type { Finding } from '../../model/finding';

/** What can be wrong with an exception. Each is a finding of its own; ids are stable. */
export const PROBLEMS = {
  EXC1: 'An exception is not complete',
  EXC2: 'An exception has ended',
  EXC3: 'An exception runs for too long',
  EXC4: 'An exception was approved by whom it serves',
  EXC5: 'An exception is too broad',
  EXC6: 'An exception is not for what is found',
  EXC7: 'An exception is not used',
  EXC8: 'A finding was acknowledged without an exception',
  EXC9: 'Nobody can say who wrote an exception',
} as const;

export type ProblemId = keyof typeof PROBLEMS;

/** What is wrong and how to mend it, at a line of the register. */
export interface Problem {
  readonly id: ProblemId;
  readonly line: number;
  /** What was found and what was expected. */
  readonly message: string;
  readonly fix: string;
  /** The rule that the entry names, where it can be read: whoever runs the rule answers for the entry. */
  readonly rule?: string;
}

/** A problem as a finding. @param file the register */
export function problemFinding({ id, line, message, fix, rule }: Problem, file: string): Finding {
  return {
    ruleId: `Bulkhead-${id}`,
    // Without an approval known to be independent the exception still stands; whoever wants it otherwise can say so.
    severity: id === 'EXC9' ? 'warning' : 'error',
    title: PROBLEMS[id],
    message: `${file}:${line}: ${message}`,
    fix,
    template: file,
    file,
    line,
    detail: [rule ?? 'Register', `line-${line}`].join('::'),
    certainty: 'certain',
  };
}
