import { allOf, NEXT_TOKEN } from './call';
import type { Answer, Call } from './call';
import type { Asff, FindingFrame } from './asff';
import { generatorOf, productArnOf } from './asff';

/** How many findings Security Hub takes in one call. */
const MOST_AT_ONCE = 100;

/**
 * Brings Security Hub's findings of this review up to date: those of now are created or updated, and keep the time at
 * which they were first told; those that ended are archived. What could not be judged this time stays as it is:
 * `unjudged` says so of a stack and a logical id.
 */
export async function updateSecurityHub(
  findings: readonly Asff[],
  frame: FindingFrame,
  call: Call,
  unjudged: (stack: string, logicalId: string) => boolean,
): Promise<{ readonly archived: number }> {
  const known = await allOf(
    (page) =>
      call('securityhub', 'GetFindings', {
        Filters: {
          ProductArn: [equal(productArnOf(frame))],
          GeneratorId: [equal(generatorOf(frame.review))],
          AwsAccountId: [equal(frame.account)],
          RecordState: [equal('ACTIVE')],
        },
        MaxResults: MOST_AT_ONCE,
        ...page,
      }),
    'Findings',
    NEXT_TOKEN,
  );
  const before = new Map(known.map((each) => [String(each['Id']), each]));
  const now = new Set(findings.map(({ Id }) => Id));
  const ended = known.filter((each) => {
    const fields = (each['ProductFields'] ?? {}) as Answer;
    const judged = !unjudged(String(fields['cdk-bulkhead/stack']), String(fields['cdk-bulkhead/logicalId']));
    return !now.has(String(each['Id'])) && judged;
  });
  await importAll(
    [
      ...findings.map((each) => ({ ...each, CreatedAt: String(before.get(each.Id)?.['CreatedAt'] ?? each.CreatedAt) })),
      ...ended.map((each) => archived(each, frame)),
    ],
    call,
  );
  return { archived: ended.length };
}

function equal(Value: string): Answer {
  return { Value, Comparison: 'EQUALS' };
}

const OWN = [
  'SchemaVersion',
  'Id',
  'ProductArn',
  'GeneratorId',
  'AwsAccountId',
  'Types',
  'CreatedAt',
  'Title',
  'Description',
  'FindingProviderFields',
  'ProductFields',
];

/** What Security Hub adds to a finding by itself is not handed in again. */
function archived(known: Answer, { now }: FindingFrame): Answer {
  const own = OWN.filter((name) => known[name] !== undefined);
  const resources = ((known['Resources'] ?? []) as readonly Answer[]).map(({ Type, Id, Partition, Region }) => ({
    Type,
    Id,
    Partition,
    Region,
  }));
  return {
    ...Object.fromEntries(own.map((name) => [name, known[name]])),
    Severity: { Label: known['Severity']?.Label ?? 'MEDIUM' },
    Resources: resources,
    UpdatedAt: now,
    RecordState: 'ARCHIVED',
  };
}

async function importAll(findings: readonly Answer[], call: Call): Promise<void> {
  for (let from = 0; from < findings.length; from += MOST_AT_ONCE) {
    const Findings = findings.slice(from, from + MOST_AT_ONCE);
    const answer = await call('securityhub', 'BatchImportFindings', { Findings });
    if (Number(answer['FailedCount'] ?? 0) === 0) continue;
    const failed = ((answer['FailedFindings'] ?? []) as readonly Answer[]).map(
      ({ Id, ErrorCode }) => `${String(Id)} ${String(ErrorCode)}`,
    );
    throw new Error(`Security Hub refused ${failed.length} findings: ${failed.slice(0, 5).join(', ')}`);
  }
}
