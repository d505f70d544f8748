import { describe, expect, it } from 'vitest';
import { judgeEntries } from '../../../lib/checks/exceptions/judge-entries';
import type { Judgement, Terms } from '../../../lib/checks/exceptions/judge-entries';
import type { Authorship, ExceptionEntry } from '../../../lib/model/exception';
import { finding } from '../../report/sample';
import { entryFor, TODAY } from './entry';

const FOUND = finding({ detail: 'Action::s3:*', principal: 'Prod/Orders/Reader' });
const BOB: Authorship = { known: true, authors: ['Bob', 'bob@example.com'] };

function judged(
  entries: readonly ExceptionEntry[],
  {
    findings = [FOUND],
    author = BOB,
    ...terms
  }: Partial<Terms> & { findings?: (typeof FOUND)[]; author?: Authorship } = {},
): Judgement {
  return judgeEntries(findings, entries, {
    today: TODAY,
    maxDays: 90,
    requireHistory: false,
    authorship: new Map(entries.map((entry) => [entry, author])),
    ...terms,
  });
}

/** What is wrong with one entry, which then opens nothing. */
function refusal(changes: Partial<ExceptionEntry>, given: Parameters<typeof judged>[1] = {}): readonly string[] {
  const { open, excepted, problems } = judged([entryFor(FOUND, changes)], given);
  expect(excepted).toEqual([]);
  expect(open).toEqual(given.findings ?? [FOUND]);
  for (const each of problems) expect(each).toMatchObject({ line: 3, rule: changes.rule ?? FOUND.ruleId });
  return problems.map(({ id, message }) => `${id} ${message}`);
}

describe('an exception', () => {
  it('leaves the finding open that it is for, and no other', () => {
    const other = finding({ detail: 'Action::sqs:*' });
    const entry = entryFor(FOUND);
    expect(judged([entry], { findings: [FOUND, other] })).toEqual({
      open: [other],
      excepted: [{ finding: FOUND, entry }],
      problems: [],
    });
  });

  it('holds on its first day, on its last, and for as long as is allowed', () => {
    for (const [approvedOn, expiresOn] of [
      [TODAY, TODAY],
      [TODAY, '2027-02-20'],
      ['2026-08-24', TODAY],
    ] as const) {
      expect(judged([entryFor(FOUND, { approvedOn, expiresOn })]).problems).toEqual([]);
    }
  });

  it.each<[string, Partial<ExceptionEntry>, Parameters<typeof judged>[1], RegExp]>([
    [
      'has ended the day before',
      { expiresOn: '2026-11-21' },
      {},
      /^EXC2 found `expiresOn` 2026-11-21, and today is 2026-11-22/,
    ],
    [
      'runs for a day more than allowed',
      { approvedOn: TODAY, expiresOn: '2027-02-21' },
      {},
      /^EXC3 found 91 days.*at most 90/,
    ],
    [
      'runs for more than was configured',
      { approvedOn: TODAY, expiresOn: '2026-11-30' },
      { maxDays: 7 },
      /^EXC3 found 8 days/,
    ],
    ['was approved on a day to come', { approvedOn: '2026-11-23' }, {}, /^EXC3 found `approvedOn` 2026-11-23/],
    ['was approved by its owner', { owner: 'ada@example.com' }, {}, /^EXC4 .*as owner and as approver/],
    ['was approved by its owner under another spelling', { owner: 'Ada+work@Example.com' }, {}, /^EXC4 /],
    ['was approved by its owner under a login', { owner: '@ada' }, {}, /^EXC4 /],
    [
      'was written by its approver',
      {},
      { author: { known: true, authors: ['Ada', 'ada@example.com'] } },
      /^EXC4 .*git history/,
    ],
    [
      'was written by its approver under an address of GitHub',
      {},
      { author: { known: true, authors: ['Ada L', '123+ada@users.noreply.github.com'] } },
      /^EXC4 /,
    ],
    [
      'was written by nobody knows whom, where history is required',
      {},
      { author: { known: false, because: 'a shallow clone' }, requireHistory: true },
      /^EXC4 found nobody who wrote the entry \(a shallow clone\)/,
    ],
    ['names all that is below a place', { path: 'Prod/Orders' }, {}, /^EXC5 /],
    ['names places by a wildcard', { path: 'Prod/Orders/*' }, {}, /^EXC5 /],
    [
      'was tampered with',
      { fingerprint: `v1:${'0'.repeat(64)}` },
      {},
      /^EXC6 found another fingerprint .*allows `s3:\*` on `\*`/,
    ],
    [
      'is for another principal',
      { principal: 'Prod/Orders/Clerk' },
      {},
      /^EXC6 found the principal `Prod\/Orders\/Clerk`/,
    ],
    ['is for a finding that is gone', {}, { findings: [] }, /^EXC7 found no finding/],
    ['is for a finding of another rule', { rule: 'Bulkhead-IAM2' }, {}, /^EXC7 /],
  ])('opens nothing where it %s', (_, changes, given, expected) => {
    expect(refusal(changes, given)).toEqual([expect.stringMatching(expected)]);
  });

  it('does not cover what is added to the finding later', () => {
    const widened = { ...FOUND, found: 'more than that' };
    expect(refusal({}, { findings: [widened] })).toEqual([expect.stringMatching(/^EXC6 /)]);
  });

  it('is needed once: a second entry for the same finding is not used', () => {
    const [first, second] = [entryFor(FOUND), entryFor(FOUND, { line: 13, lastLine: 21 })];
    const { excepted, problems } = judged([first, second]);
    expect(excepted.map(({ entry }) => entry.line)).toEqual([3]);
    expect(problems).toMatchObject([{ id: 'EXC7', line: 13 }]);
  });

  it('says all that is wrong with it at once', () => {
    const all = refusal({ owner: 'ada@example.com', expiresOn: '2026-11-02' }, { findings: [] });
    expect(all.map((each) => each.slice(0, 4))).toEqual(['EXC2', 'EXC4', 'EXC7']);
  });

  it('stands where nobody knows who wrote it, and one warning says so for all entries', () => {
    const others = ['a', 'b', 'c'].map((detail) => finding({ detail }));
    const author: Authorship = { known: false, because: 'the change is not committed yet' };
    const { open, problems } = judged(
      others.map((each, index) => entryFor(each, { line: index * 10 + 3 })),
      { findings: others, author },
    );
    expect(open).toEqual([]);
    expect(problems).toMatchObject([
      {
        id: 'EXC9',
        line: 3,
        message: expect.stringContaining('this and 2 more entries (the change is not committed yet)'),
      },
    ]);
  });

  it('is never asked about who wrote it by default: not asked is not known', () => {
    expect(judged([entryFor(FOUND)], { authorship: new Map() }).problems).toMatchObject([{ id: 'EXC9' }]);
  });
});
