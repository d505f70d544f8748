import { intentOfTemplate } from '../../engine/duties/declared';
import type { Finding } from '../../model/finding';
import type { Snapshot, Template } from '../../model/snapshot';

/**
 * Templates that say of no environment, where others do: what nobody placed is judged as production and kept out of
 * nothing. Empty templates, and nested ones of a stack that says it, are none.
 */
export function undeclaredEnvironments({ templates }: Snapshot): readonly Finding[] {
  const environment = (each: Template): string | undefined => intentOfTemplate(each)?.environment;
  if (templates.every((each) => environment(each) === undefined)) return [];
  return templates
    .filter(
      (each) => environment(each) === undefined && each.resources.some(({ type }) => type !== 'AWS::CDK::Metadata'),
    )
    .filter((each) => !templates.some((other) => environment(other) !== undefined && isNestedIn(each, other)))
    .map(({ name, file }) => ({
      ruleId: 'Bulkhead-ENV-undeclared',
      severity: 'error',
      title: 'A stack says of no environment',
      message:
        'found no environment, while other stacks of the app say theirs; expected each to say it: what says nothing is not kept out of production',
      fix: 'Call `Environment.PRODUCTION.holds(…)`, `Environment.DEVELOPMENT.holds(…)` or `Environment.of(name).holds(…)` for its stage or stack.',
      template: name,
      file,
      detail: 'environment',
      certainty: 'certain',
    }));
}

function isNestedIn({ name }: Template, other: Template): boolean {
  return name.startsWith(`${other.name}/`);
}
