import type { PolicyViolation } from 'aws-cdk-lib';
import type { Finding, Severity } from '../model/finding';
import { acknowledgementIdOf } from './acknowledgement';

/** The violation that the CDK shows for a finding, at the construct that answers for it. */
export function violationOf(
  finding: Finding,
  constructPath: string,
  severity: Severity | 'fatal' = finding.severity,
): PolicyViolation {
  const { title, message, fix, certainty, unknowns = [], logicalId, file, principal, trace } = finding;
  const because = unknowns.length === 0 ? '' : `: not known is ${unknowns.join('; ')}`;
  return {
    ruleName: acknowledgementIdOf(finding),
    description: `${title}: ${message}${certainty === 'possible' ? ` (possible${because})` : ''}`,
    fix,
    severity,
    ruleMetadata: {
      certainty,
      ...(principal === undefined ? {} : { principal }),
      ...(trace === undefined ? {} : { trace: trace.join('; ') }),
    },
    violatingResources: [
      {
        constructPath,
        ...(logicalId === undefined ? {} : { resourceLogicalId: logicalId }),
        templatePath: file,
        locations: logicalId === undefined ? [] : ['Properties'],
      },
    ],
  };
}
