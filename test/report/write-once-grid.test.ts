import { describe, expect, it } from 'vitest';
import type { TamperingPrincipal, WriteOnce } from '../../lib/model/write-once';
import { writeOnceGrid, writeOnceVerdict } from '../../lib/report/write-once-grid';

const principal = (given: Partial<TamperingPrincipal> = {}): TamperingPrincipal => ({
  principal: 'Orders/Report',
  logicalId: 'Report',
  template: 'Orders',
  ways: [],
  outside: [],
  unreadable: [],
  ...given,
});
const of = (principals: readonly TamperingPrincipal[], isProved: boolean): WriteOnce => ({
  records: [{ trail: 'Record/Trail', template: 'Record', buckets: ['Record/Bucket'] }],
  principals,
  isProved,
});
const way = { kinds: ['stopping'], certainty: 'possible', trace: ['first', 'then'], unknowns: ['x'] } as const;

describe('who can tamper with the audit record', () => {
  it('is nobody, where it is proved', () => {
    const proved = of([principal()], true);
    expect(writeOnceVerdict(proved)).toMatch(/^Write-once, proved: of 1 principal, no path leads to deleting, /);
    expect(writeOnceGrid(proved).rows).toEqual([]);
  });

  it('is told with the way, and a mark where it is only possible', () => {
    const broken = of([principal({ ways: [way] }), principal({ unreadable: ['policy p'] })], false);
    expect(writeOnceVerdict(broken)).toBe(
      'Not proved: of 2 principals, 1 can tamper with it, or may, and the policies of 1 cannot be read.',
    );
    expect(writeOnceGrid(broken).rows).toEqual([
      ['Orders/Report', 'stopping?', 'first; then then'],
      ['Orders/Report', 'not known', 'cannot be read: policy p'],
    ]);
  });

  it('is not said of a bucket that is in none of the templates', () => {
    const records = [
      { trail: 'Orders/Trail', template: 'Orders', buckets: [] },
      { trail: 'Other/Trail', template: 'Other', buckets: ['Other/Bucket'] },
    ];
    for (const isProved of [true, false]) {
      expect(writeOnceVerdict({ ...of([principal()], isProved), records })).toMatch(
        / Not judged: the bucket of Orders\/Trail, which is in none of the templates\.$/,
      );
    }
  });

  it('names whom nobody could judge', () => {
    expect(writeOnceGrid(of([principal({ outside: ['cdk-deploy'] })], true)).rows).toEqual([
      ['Orders/Report', 'not judged', 'becomes, outside of the templates: cdk-deploy'],
    ]);
  });

  it('is not asked where there is no record', () => {
    expect(writeOnceVerdict({ records: [], principals: [], isProved: false })).toBe(
      'No trail and no audit bucket is among the templates.',
    );
  });
});
