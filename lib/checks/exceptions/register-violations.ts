import type { PolicyViolation } from 'aws-cdk-lib';
import type { Excepted } from '../../model/exception';
import type { Finding } from '../../model/finding';

/**
 * Something that is wrong with the register, as a violation that no acknowledgement opens. The empty construct path is
 * that of the app, which the CLI shows whatever stacks were selected.
 */
export function problemViolation(
  { ruleId, severity, title, message, fix }: Finding,
  constructPath = '',
): PolicyViolation {
  return {
    ruleName: ruleId,
    description: `${title}: ${message}`,
    fix,
    severity: severity === 'error' ? 'fatal' : severity,
    violatingResources: [{ constructPath, locations: [] }],
  };
}

/** What exceptions leave open, as one line to print; the findings are in the metadata of the report, one by one. */
export function leftOpenViolation(excepted: readonly Excepted[]): readonly PolicyViolation[] {
  const [first] = excepted;
  if (first === undefined) return [];
  const next = excepted.map(({ entry }) => entry.expiresOn).sort()[0];
  const count = excepted.length === 1 ? 'One finding is' : `${excepted.length} findings are`;
  return [
    {
      ruleName: 'Bulkhead-EXC0',
      description: `${count} left open by exceptions in \`${first.entry.file}\`, the next until ${next}`,
      severity: 'info',
      ruleMetadata: Object.fromEntries(
        excepted.map(({ finding, entry }) => [
          `${entry.file}:${entry.line}`,
          [
            `${entry.rule} at ${entry.path}`,
            finding.message,
            `until ${entry.expiresOn}`,
            `owner ${entry.owner}`,
            `approved by ${entry.approver} on ${entry.approvedOn}`,
            entry.ticket,
            entry.reason,
          ].join('; '),
        ]),
      ),
      violatingResources: [{ constructPath: '', locations: [] }],
    },
  ];
}
