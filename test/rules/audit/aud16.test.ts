import { describe, expect, it } from 'vitest';
import { aud16 } from '../../../lib/rules/audit/aud16-record-read-by-those-recorded';
import { trailAndBucket } from '../../../lib/rules/support/audit-example';
import { allow, deny, role } from '../../engine/reach/support/template';
import type { Resources } from '../../engine/reach/support/template';
import { findingsOf } from '../rule-runner';

const OWN = { account: '111122223333', region: 'eu-west-1' };
const arnOf = (id: string) => ({ 'Fn::GetAtt': [id, 'Arn'] });
const OBJECTS = { 'Fn::Join': ['', [arnOf('Logs'), '/*']] };
const found = (others: Resources) => findingsOf(aud16, trailAndBucket({ others }), OWN);
const declared = (roleKind: string, each: any): any => ({
  ...each,
  Metadata: { 'cdk-bulkhead': { kind: 'role', roleKind, path: 'R', owner: 'orders', purpose: 'works' } },
});
const READS = allow('s3:GetObject', OBJECTS);

describe('AUD16', () => {
  it.each<[string, Resources]>([
    ['an operator', { R: declared('operator', role([READS])) }],
    ['a pipeline, by wildcard', { R: declared('pipeline', role([allow('s3:Get*', '*')])) }],
    ['who changes code', { R: role([READS, allow('lambda:UpdateFunctionCode', '*')]) }],
    ['who changes code and looks up events', { R: role([allow(['lambda:Update*', 'cloudtrail:LookupEvents'], '*')]) }],
  ])('finds %s that reads the record', (_, others) => {
    expect(found(others)).toMatchObject([
      { logicalId: 'R', message: expect.stringContaining('reads the audit record: may') },
    ]);
  });

  it('finds an operator that becomes an auditor, with the way', () => {
    const others = {
      A: declared('auditor', role([READS], { AWS: arnOf('R') })),
      R: declared('operator', role([allow('sts:AssumeRole', arnOf('A'))])),
    };
    expect(found(others)).toMatchObject([
      { logicalId: 'R', trace: [expect.stringContaining('R -> A'), expect.anything()] },
    ]);
  });

  it.each<[string, Resources]>([
    ['an auditor', { R: declared('auditor', role([READS])) }],
    ['who does nothing that is recorded', { R: role([READS]) }],
    [
      'an operator that reads another bucket',
      { R: declared('operator', role([allow('s3:GetObject', 'arn:aws:s3:::other/*')])) },
    ],
    ['an operator that is denied it', { R: declared('operator', role([READS, deny('s3:GetObject', OBJECTS)])) }],
    ['who changes code alone', { R: role([allow('lambda:UpdateFunctionCode', '*')]) }],
  ])('leaves %s alone', (_, others) => expect(found(others)).toEqual([]));
});
