import { elements, member, show } from '../../../model/read';
import { isAbsent } from '../../../model/value';
import type { Value } from '../../../model/value';
import { isAsDeclared } from '../as-declared';
import { orMissing } from '../call';
import type { Answer, Call } from '../call';
import type { Deployed } from '../deployed';
import { unknownDifference } from '../drift';
import type { Difference } from '../drift';
import { openPart } from '../fill';

/** Where S3 copies the objects of a bucket to, and with which role. */
export async function replicationDifferences(
  { properties }: Deployed,
  at: Readonly<Record<string, string>>,
  call: Call,
): Promise<readonly Difference[]> {
  const aspect = 'Replication';
  const declared = member(properties, 'ReplicationConfiguration');
  const open = openPart(declared);
  if (open !== undefined) return [unknownDifference(aspect, `${open} is not known`)];
  const found = (await orMissing(call('s3', 'GetBucketReplication', at)))?.['ReplicationConfiguration'] as Answer;
  const actual = ((found as Answer | undefined)?.['Rules'] ?? []) as readonly Answer[];
  const wanted = elements(member(declared, 'Rules'));
  const to = (rule: Value | Answer): string => show(member(rule as Value, 'Destination', 'Bucket'));
  const role = show(member(declared, 'Role'));
  const byOther: readonly Difference[] =
    wanted.length > 0 && actual.length > 0 && found['Role'] !== role
      ? [
          {
            aspect,
            sort: 'changed',
            severity: 'HIGH',
            what: `copies with ${String(found['Role'])}, declared is ${role}`,
          },
        ]
      : [];
  return [
    ...byOther,
    ...wanted
      .filter((rule) => !actual.some((each) => isRule(rule, each)))
      .map((rule): Difference => {
        const what = `does not copy to ${to(rule)} as was declared`;
        return { aspect: `${aspect} to ${to(rule)}`, sort: 'weakened', severity: 'HIGH', what };
      }),
    ...actual
      .filter((each) => each['Status'] === 'Enabled' && !wanted.some((rule) => to(rule) === to(each)))
      .map((each): Difference => {
        const what = `copies to ${to(each)}, which nobody declared`;
        return { aspect: `${aspect} to ${to(each)}`, sort: 'widened', severity: 'HIGH', what };
      }),
  ];
}

/** By what it copies, and how. Where nothing narrows it, S3 says so in several ways. */
function isRule(rule: Value, found: Answer): boolean {
  const prefix = member(rule, 'Filter', 'Prefix');
  const narrowed: unknown = found['Filter']?.And ?? found['Filter'] ?? {};
  const { Prefix = '', ...others } = narrowed as Answer;
  const isPlain = isAbsent(member(rule, 'Filter', 'TagFilter')) && isAbsent(member(rule, 'Filter', 'And'));
  return (
    ['Status', 'Destination', 'SourceSelectionCriteria', 'DeleteMarkerReplication'].every((name) =>
      isAsDeclared(member(rule, name), found[name]),
    ) &&
    (!isPlain || (Object.keys(others).length === 0 && (isAbsent(prefix) ? '' : show(prefix)) === Prefix))
  );
}
