import type { PolicyViolation } from 'aws-cdk-lib';

/**
 * An analysis that could not be made, as a violation.
 *
 * Throwing would not do: under the CDK CLI, the failure of a plugin is neither printed nor does it fail the command.
 * `fatal` cannot be acknowledged. The empty construct path is that of the app, which the CLI shows whatever stacks
 * were selected.
 */
export function failedAnalysis(cause: unknown): PolicyViolation {
  const message = cause instanceof Error ? cause.message : String(cause);
  const [code = 'BH9006'] = /^BH\d{4}/.exec(message) ?? [];
  return {
    ruleName: `Bulkhead-${code}`,
    description: `The app could not be analysed, so nothing can be said about it: ${message}`,
    severity: 'fatal',
    violatingResources: [{ constructPath: '', locations: [] }],
  };
}
