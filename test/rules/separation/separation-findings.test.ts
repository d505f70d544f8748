import { describe, expect, it } from 'vitest';
import { separationFindings } from '../../../lib/rules/separation/separation-findings';
import type { SeparationConstraint } from '../../../lib/model/separation';
import { GROUNDS, snapshotWith } from '../../engine/duties/support';
import { allow, arn, role } from '../../engine/reach/support/template';
import type { Json, Resources } from '../../engine/reach/support/template';

const OWN = { AWS: 'arn:aws:iam::111122223333:root' };
const TAMPER = allow('cloudtrail:StopLogging', '*');
/** Only where a condition of the template holds. */
const perhaps = (statement: Json): Json => ({ 'Fn::If': ['Wide', statement, { Ref: 'AWS::NoValue' }] });
const assume = (id: string): Json => allow('sts:AssumeRole', arn(id));

const NOBODY: Partial<SeparationConstraint> = { duties: ['audit-tampering'], most: 0 };
const ONLY: Partial<SeparationConstraint> = { ...NOBODY, kind: 'only', roles: ['Ops/Warden'] };

/** `P certain`, `P possible`: who violates the constraint, and how surely. */
function told(constraint: Partial<SeparationConstraint>, resources: Resources): readonly string[] {
  const { Trail, Record, RecordKey, TrailLog } = GROUNDS;
  const snapshot = snapshotWith(
    { Trail, Record, RecordKey, TrailLog, ...resources },
    {
      constraints: [constraint],
    },
  );
  return separationFindings(snapshot)
    .filter(({ ruleId }) => ruleId === 'Bulkhead-SOD-test')
    .map(({ logicalId, certainty, unknowns = [] }) => {
      expect(unknowns.length > 0).toBe(certainty === 'possible');
      return `${logicalId} ${certainty}`;
    });
}

describe.each([
  ['nobody', NOBODY],
  ['only others', ONLY],
] as const)('%s may have a duty', (_, constraint) => {
  it.each<readonly [string, Resources, readonly string[]]>([
    ['by what the template proves', { P: role([TAMPER]) }, ['P certain']],
    ['by what a condition decides', { P: role([perhaps(TAMPER)]) }, ['P possible']],
    ['by both', { P: role([perhaps(TAMPER), TAMPER]) }, ['P certain']],
    [
      'by a condition that whoever asks can meet',
      { P: role([allow('cloudtrail:StopLogging', '*', { IpAddress: { 'aws:SourceIp': '203.0.113.0/24' } })]) },
      ['P certain'],
    ],
    [
      'by a role that it becomes for sure',
      { P: role([assume('Q')]), Q: role([TAMPER], OWN) },
      ['P certain', 'Q certain'],
    ],
    [
      'by a role that it becomes where a condition holds',
      { P: role([perhaps(assume('Q'))]), Q: role([TAMPER], OWN) },
      ['P possible', 'Q certain'],
    ],
    [
      'perhaps by itself, and for sure by a role that it becomes',
      { P: role([perhaps(TAMPER), assume('Q')]), Q: role([TAMPER], OWN) },
      ['P certain', 'Q certain'],
    ],
    ['not where it has nothing of it', { P: role([allow('cloudtrail:GetTrail', '*')]) }, []],
    ['not where a Deny stands, though an Allow is not sure', { P: role([perhaps(TAMPER), deny()]) }, []],
    ['perhaps where it is the Deny that is not sure', { P: role([TAMPER, perhaps(deny())]) }, ['P possible']],
  ])('%s', (_why, resources, expected) => expect(told(constraint, resources)).toEqual(expected));
});

function deny(): Json {
  return { Effect: 'Deny', Action: 'cloudtrail:*', Resource: '*' };
}

describe('only a role may have a duty', () => {
  const warden = (statements: readonly Json[], path = 'Ops/Warden'): Json => ({
    ...(role(statements, OWN) as object),
    Metadata: { 'aws:cdk:path': `${path}/Resource` },
  });

  it('the role itself has it, for sure or perhaps', () => {
    expect(told(ONLY, { W: warden([TAMPER]) })).toEqual([]);
    expect(told(ONLY, { W: warden([perhaps(TAMPER)]) })).toEqual([]);
    expect(told(NOBODY, { W: warden([TAMPER]) })).toEqual(['W certain']);
  });

  it('who becomes it has it too, as surely as the way there', () => {
    expect(told(ONLY, { W: warden([TAMPER]), P: role([assume('W')]) })).toEqual(['P certain']);
    expect(told(ONLY, { W: warden([TAMPER]), P: role([perhaps(assume('W'))]) })).toEqual(['P possible']);
    expect(told(ONLY, { W: warden([TAMPER]), P: role([]) })).toEqual([]);
  });

  it('a role of a like name is another one', () => {
    expect(told(ONLY, { W: warden([TAMPER], 'Ops/Warden2') })).toEqual(['W certain']);
    expect(told(ONLY, { W: warden([TAMPER], 'Other/Ops/Warden') })).toEqual(['W certain']);
  });
});
