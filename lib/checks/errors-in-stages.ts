import { Stage } from 'aws-cdk-lib';
import type { IPolicyValidationContext, PolicyViolation } from 'aws-cdk-lib';

/** How many errors are told one by one. */
const MOST_TOLD = 20;

/**
 * One violation at the app for all errors in stacks of stages; none where there are no such errors.
 *
 * The CDK CLI shows, and fails for, the violations of the stacks that a command selects. Without a name it selects those
 * beside the stages, so that `cdk synth` of an app that has nothing but stages, as pipelines run it, would pass whatever
 * was found. The empty construct path is that of the app, which the CLI shows whatever stacks were selected.
 */
export function errorsInStages(
  { appConstruct }: IPolicyValidationContext,
  violations: readonly PolicyViolation[],
): readonly PolicyViolation[] {
  const stages = appConstruct.node
    .findAll()
    .filter((each) => each !== appConstruct && Stage.isStage(each))
    .map(({ node }) => `${node.path}/`);
  const errors = violations
    .filter(({ severity }) => severity === 'error' || severity === 'fatal')
    .flatMap(({ ruleName, description, violatingResources }) =>
      violatingResources
        .map(({ constructPath = '' }) => constructPath)
        .filter((path) => stages.some((stage) => path.startsWith(stage)))
        .map((path) => `${path}: ${description} [${ruleName}]`),
    );
  if (errors.length === 0) return [];
  const told = errors.slice(0, MOST_TOLD);
  const more = errors.length > told.length ? [`and ${errors.length - told.length} more`] : [];
  return [
    {
      ruleName: 'Bulkhead-errors-in-stages',
      description: `Errors in stacks of stages: ${errors.length}. ${[...told, ...more].join('\n')}`,
      fix: "Mend each where it stands; `cdk synth '**'` selects the stacks of all stages, and shows each error with its place and fix.",
      severity: 'fatal',
      violatingResources: [{ constructPath: '', locations: [] }],
    },
  ];
}
