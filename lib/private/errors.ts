import type { IConstruct } from 'constructs';

/**
 * Every error that cdk-bulkhead throws for misuse of a construct, with a stable code. Codes are never reused.
 * BH1xxx APIs, BH2xxx roles, BH3xxx credentials, BH4xxx audit, BH5xxx checks, BH9xxx faults of ours.
 */
export type ErrorCode = `BH${number}`;

/** The parts of an error message: what, where, why, how to mend. */
export interface ErrorText {
  readonly code: ErrorCode;
  /** What is wrong, in lower case, the user's words in backticks, with got and expected. */
  readonly what: string;
  /** Why it is refused. */
  readonly why?: string;
  /** How to mend it, as an instruction. */
  readonly mend: string;
}

/** `BH1003: <what>, at <construct path>; <why>; <mend>`. */
export function misuse(at: IConstruct | string, { code, what, why, mend }: ErrorText): Error {
  const path = typeof at === 'string' ? at : at.node.path;
  const error = new Error(
    `${code}: ${[`${what}, at ${path}`, why, mend].filter((part) => part !== undefined).join('; ')}`,
  );
  error.name = 'BulkheadError';
  return error;
}
