import type { IConstruct } from 'constructs';
import type { PolicyViolation } from 'aws-cdk-lib';
import type { Finding } from '../model/finding';
import { acknowledgementOf, acknowledgementsAt, isRoot } from './acknowledged';
import type { Acknowledgement } from './acknowledged';
import { PROBLEMS } from './exceptions/problem';

/** A finding and the construct that answers for it. */
export interface AnsweredFor {
  readonly finding: Finding;
  readonly construct: IConstruct;
}

/**
 * What is wrong with the acknowledgements of an app where they need an exception.
 *
 * @param findings those that no exception opens
 */
export function unexceptedAcknowledgements(
  app: IConstruct,
  findings: readonly AnsweredFor[],
): readonly PolicyViolation[] {
  const all = app.node.findAll().flatMap(acknowledgementsAt);
  return [
    ...all
      .filter(({ at }) => isRoot(at))
      .map((each) => refused(each, 'at the app or a stage, for all below', 'at the construct that has the finding')),
    ...all.filter(({ reason }) => reason.trim() === '').map((each) => refused(each, 'without a reason', 'one')),
    ...findings.flatMap(({ finding, construct }) => {
      const silencing = acknowledgementOf(finding, construct);
      if (silencing === undefined) return [];
      return [
        refused(
          silencing,
          `of the finding at \`${construct.node.path}\` without an exception`,
          'an entry in the register',
        ),
      ];
    }),
  ];
}

function refused({ id, at }: Acknowledgement, how: string, expected: string): PolicyViolation {
  return {
    ruleName: 'Bulkhead-EXC8',
    description: `${PROBLEMS.EXC8}: found an acknowledgement of \`${id}\` ${how}; expected ${expected}`,
    fix: 'Mend what was found, or let `bulkhead check --write-exceptions` write an entry, with an owner, an approver and an end, and take the acknowledgement out.',
    severity: 'fatal',
    violatingResources: [{ constructPath: at.node.path, locations: [] }],
  };
}
