import type { IConstruct } from 'constructs';
import { misuse } from '../../private/errors';

/** What API and list have apart. */
export function differs(api: IConstruct, endpoint: string, what: string): string {
  return misuse(api, {
    code: 'BH1032',
    what: `method \`${endpoint}\` ${what}`,
    why: 'a guard that leaves a method out is none',
    mend: 'list every method with its callers, have it ask for AWS_IAM, and call `guard` after all were added',
  }).message;
}
