import { elements, member, show } from '../../../model/read';
import { isAbsent } from '../../../model/value';
import type { MapValue, Value } from '../../../model/value';
import { isAsDeclared, isSame, settingDifferences } from '../as-declared';
import { allOf, NEXT_TOKEN, orMissing } from '../call';
import type { Answer, Call } from '../call';
import type { Declared, Deployed } from '../deployed';
import { attempt, deletedDifference, unknownDifference } from '../drift';
import type { Difference } from '../drift';
import { openPart } from '../fill';

/** A rule of EventBridge: whether it is on, what it hears of, when it runs, and where that goes. */
export async function eventRuleDifferences(rule: Deployed, _: Declared, call: Call): Promise<readonly Difference[]> {
  // On another bus than the default one, the id has both names.
  const parts = rule.physicalId.split('|');
  const [Name, EventBusName] = [parts.at(-1), parts.at(-2)];
  const at = { Name, ...(EventBusName === undefined ? {} : { EventBusName }) };
  const found = await orMissing(call('eventbridge', 'DescribeRule', at));
  if (found === undefined) return [deletedDifference('the rule is not there')];
  const of = { Rule: Name, ...(EventBusName === undefined ? {} : { EventBusName }) };
  return [
    ...stateDifferences(rule, String(found['State'] ?? 'ENABLED')),
    ...patternDifferences(rule, found['EventPattern']),
    ...settingDifferences(rule.properties, found, ['ScheduleExpression'], { severity: 'HIGH' }),
    ...(await attempt('Targets', async () => {
      const targets = await allOf(
        (page) => call('eventbridge', 'ListTargetsByRule', { ...of, ...page }),
        'Targets',
        NEXT_TOKEN,
      );
      return targetDifferences(rule, targets);
    })),
  ];
}

function stateDifferences({ properties }: Deployed, found: string): readonly Difference[] {
  const state = member(properties, 'State');
  const wanted = isAbsent(state) ? 'ENABLED' : show(state);
  if (found === wanted) return [];
  const isWeaker = found === 'DISABLED' || wanted === 'ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS';
  return [
    {
      aspect: 'State',
      sort: isWeaker ? 'weakened' : 'changed',
      severity: isWeaker ? 'HIGH' : 'MEDIUM',
      what: `is ${found}, declared is ${wanted}`,
    },
  ];
}

function patternDifferences({ properties }: Deployed, found: unknown): readonly Difference[] {
  const aspect = 'EventPattern';
  const wanted = member(properties, aspect);
  const open = openPart(wanted);
  if (open !== undefined) return [unknownDifference(aspect, `${open} is not known`)];
  const [declared, actual] = [read(isAbsent(wanted) ? undefined : wanted), read(found)];
  if (isSame(declared, actual)) return [];
  return [{ aspect, sort: 'changed', severity: 'HIGH', what: 'hears of other events than was declared' }];
}

function read(pattern: unknown): Value {
  if (typeof pattern !== 'string') return (pattern ?? null) as Value;
  try {
    return JSON.parse(pattern) as Value;
  } catch {
    return pattern;
  }
}

/** What changes an event on its way: where it was not declared, it must not be there. */
const INPUTS = ['Input', 'InputPath', 'InputTransformer'];

function targetDifferences({ properties }: Deployed, found: readonly Answer[]): readonly Difference[] {
  const wanted = elements(member(properties, 'Targets')) as readonly MapValue[];
  const lost = wanted.flatMap((target): readonly Difference[] => {
    const aspect = `Target ${show(member(target, 'Id'))}`;
    const open = openPart(target);
    if (open !== undefined) return [unknownDifference(aspect, `${open} is not known`)];
    const same = found.find(({ Id }) => Id === member(target, 'Id'));
    const arn = show(member(target, 'Arn'));
    if (same === undefined || same['Arn'] !== arn) {
      const instead = same === undefined ? '' : `, but to ${String(same['Arn'])}`;
      return [{ aspect, sort: 'weakened', severity: 'HIGH', what: `goes to ${arn} no more${instead}` }];
    }
    const isPlain = INPUTS.every((each) => !isAbsent(member(target, each)) || same[each] === undefined);
    if (isPlain && isAsDeclared(target, same)) return [];
    return [{ aspect, sort: 'changed', severity: 'HIGH', what: `goes to ${arn} otherwise than was declared` }];
  });
  const ids = wanted.map((each) => member(each, 'Id'));
  const added = found
    .filter(({ Id }) => !ids.includes(String(Id)))
    .map(({ Id, Arn }): Difference => {
      const what = `goes to ${String(Arn)}, which nobody declared`;
      return { aspect: `Target ${String(Id)}`, sort: 'widened', severity: 'MEDIUM', what };
    });
  return [...lost, ...added];
}
