/** The exit codes: a contract. */
export const EXIT = { HOLDS: 0, FINDINGS: 1, USAGE: 2, FAULT: 3 } as const;

export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

/** Bad usage or unreadable input; the message says which, where and why. */
export class UsageError extends Error {
  public override readonly name = 'UsageError';
}
