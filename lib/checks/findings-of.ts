import type { IPolicyValidationContext } from 'aws-cdk-lib';
import { sourcesFromValidation } from '../assembly/read';
import { snapshotOf } from '../assembly/snapshot';
import type { Finding } from '../model/finding';
import { allRules } from '../rules/registry';
import { runRules } from '../rules/run-rules';

/**
 * The findings of these rules on the templates of a synth, nested stacks included.
 *
 * @public loaded by `require`, which knip does not follow
 * @throws BH5003 where a template cannot be read
 */
export function findingsOf(
  { stackTemplates }: IPolicyValidationContext,
  ruleIds: readonly string[],
): readonly Finding[] {
  const read = sourcesFromValidation(stackTemplates);
  if (!read.ok) {
    const problems = read.problems.map(({ file, place, reason }) => `\`${file}\`${place && `, ${place}`}: ${reason}`);
    throw new Error(`BH5003: a synthesized template cannot be read: ${problems.join('; ')}`);
  }
  const run = new Set(ruleIds);
  return runRules(
    snapshotOf(read.sources),
    allRules.filter(({ id }) => run.has(`Bulkhead-${id}`)),
    { today: new Date().toISOString().slice(0, 10) },
  );
}
