import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { matches } from '../../../lib/engine/match/glob';
import { contains, exactly, intersects, patternOf, templatePattern, witness } from '../../../lib/engine/match/pattern';
import { show } from '../../../lib/model/read';
import { text, unknown } from '../../../lib/model/value';
import type { Hole, HoleShape, Text } from '../../../lib/model/value';
import { effort } from '../../support/effort';
import { naiveMatches, words } from './naive';

const hole = (shape: HoleShape, source: string): Hole => ({ shape, source });
const ACCOUNT = hole('account', 'AWS::AccountId');
const WORDS = words('abc', 6);
const glob = fc.array(fc.constantFrom('a', 'b', '*', '?'), { maxLength: 4 }).map((parts) => parts.join(''));

const canHold = (shape: HoleShape, subject: string): boolean =>
  intersects(patternOf(text(['<', hole(shape, 's'), '>'])), exactly(`<${subject}>`));
const serves = (template: string, path: string): boolean => intersects(templatePattern(template), exactly(path));

describe('patterns without holes', () => {
  it('match as a backtracking matcher does', () => {
    const subject = fc.array(fc.constantFrom('a', 'b', 'c'), { maxLength: 7 }).map((parts) => parts.join(''));
    fc.assert(fc.property(glob, subject, (pattern, each) => matches(pattern, each) === naiveMatches(pattern, each)));
  });

  it('intersect where, and only where, a word matches both', () => {
    fc.assert(
      fc.property(glob, glob, (a, b) => {
        const common = WORDS.find((word) => naiveMatches(a, word) && naiveMatches(b, word));
        const found = witness({ all: [patternOf(a), patternOf(b)], none: [] });
        expect(intersects(patternOf(a), patternOf(b))).toBe(found.kind === 'found');
        if (found.kind !== 'found') expect(common).toBeUndefined();
        else {
          expect(naiveMatches(a, found.text as string) && naiveMatches(b, found.text as string)).toBe(true);
          if (common !== undefined) expect((found.text as string).length).toBeLessThanOrEqual(common.length);
        }
      }),
    );
  });

  it('contain another where, and only where, no word of it is missing', () => {
    fc.assert(
      fc.property(glob, glob, (a, b) => {
        const missing = WORDS.find((word) => naiveMatches(b, word) && !naiveMatches(a, word));
        const found = witness({ all: [patternOf(b)], none: [patternOf(a)] });
        expect(contains(patternOf(a), patternOf(b))).toBe(found.kind === 'none');
        if (found.kind === 'none') expect(missing).toBeUndefined();
        else if (found.kind === 'found') {
          expect(naiveMatches(b, found.text as string) && !naiveMatches(a, found.text as string)).toBe(true);
          if (missing !== undefined) expect((found.text as string).length).toBeLessThanOrEqual(missing.length);
        }
      }),
    );
  });

  it('have the witness that enumeration finds, whatever the number of patterns', () => {
    const some = fc.array(glob, { maxLength: 2 });
    fc.assert(
      fc.property(glob, some, some, (first, rest, none) => {
        const all = [first, ...rest];
        const expected = WORDS.find(
          (word) => all.every((each) => naiveMatches(each, word)) && !none.some((each) => naiveMatches(each, word)),
        );
        const found = witness({ all: all.map((each) => patternOf(each)), none: none.map((each) => patternOf(each)) });
        if (expected !== undefined) {
          expect(found.kind === 'found' && (found.text as string).length).toBe(expected.length);
        } else if (found.kind === 'found') expect((found.text as string).length).toBeGreaterThan(6);
      }),
    );
  });

  it('say unknown, not none, past the budget', () => {
    expect(witness({ all: [patternOf('a*b')], none: [patternOf('ab')] }, { budget: 2 }).kind).toBe('unknown');
  });

  it('answer in finite time on many stars', () => {
    const many = `${'a*'.repeat(30)}c`;
    expect(matches(many, 'a'.repeat(200))).toBe(false);
    expect(intersects(patternOf(many), exactly('a'.repeat(60)))).toBe(false);
  });
});

describe('holes', () => {
  const mine = text(['arn:aws:iam::', ACCOUNT, ':role/x']);

  it('can hold what their shape allows, and nothing else', () => {
    expect(canHold('account', '012345678901')).toBe(true);
    expect(canHold('account', '0123')).toBe(false);
    expect(canHold('region', 'eu-central-1')).toBe(true);
    expect(canHold('region', 'EU')).toBe(false);
    expect(canHold('partition', 'aws-us-gov')).toBe(true);
    expect(canHold('segment', 'a:b')).toBe(false);
    expect(canHold('segment', '')).toBe(false);
    expect(canHold('physical-id', 'arn:aws:s3:::b/x')).toBe(true);
    expect(canHold('any', 'a:b/*')).toBe(true);
  });

  it('of the same source are the same text', () => {
    expect(contains(patternOf(text(['arn:aws:iam::', ACCOUNT, ':role/*'])), patternOf(mine))).toBe(true);
    const other = hole('account', 'other');
    expect(contains(patternOf(text(['arn:aws:iam::', other, ':role/*'])), patternOf(mine))).toBe(false);
  });

  it('of two sources may be the same text', () => {
    expect(intersects(patternOf(text([ACCOUNT])), patternOf(text([hole('account', 'other')])))).toBe(true);
  });

  it('contain one another exactly where no text is a witness of the contrary, however much of them is the same', () => {
    const holes = [ACCOUNT, hole('region', 'r'), hole('segment', 's'), hole('physical-id', 'p'), hole('any', 'x')];
    const part = fc.oneof(
      { weight: 3, arbitrary: fc.constantFrom('a', 'b', ':', '*', '?') },
      fc.constantFrom(...holes),
    );
    const parts = fc.array(part, { maxLength: 4 });
    const end = fc.array(part, { maxLength: 2 });
    fc.assert(
      fc.property(end, parts, parts, end, fc.constantFrom(0, 2, 5), (before, one, other, after, segments) => {
        const outer = patternOf(text([...before, ...one, ...after]), { segments });
        const inner = patternOf(text([...before, ...other, ...after]));
        const found = witness({ all: [inner], none: [outer] });
        if (found.kind === 'none') expect(contains(outer, inner)).toBe(true);
        // A wildcard may be filled with a hole taken as a whole, of which `?` cannot take the first character: such a text
        // is no proof.
        else if (found.kind === 'found' && !repeatsHole(found.text)) expect(contains(outer, inner)).toBe(false);
      }),
      { numRuns: effort(2000) },
    );
  });

  it('are contained in wildcards that cover every filling', () => {
    expect(contains(patternOf('arn:aws:iam::*:role/x'), patternOf(mine))).toBe(true);
    expect(contains(patternOf(`arn:aws:iam::${'?'.repeat(12)}:role/x`), patternOf(mine))).toBe(true);
    expect(contains(patternOf(`arn:aws:iam::${'?'.repeat(11)}:role/x`), patternOf(mine))).toBe(false);
    expect(contains(patternOf('arn:aws:iam::111122223333:role/x'), patternOf(mine))).toBe(false);
  });

  it('are a part of a witness', () => {
    const found = witness({
      all: [patternOf(text(['arn:aws:iam::', ACCOUNT, ':role/*']))],
      none: [patternOf(text(['arn:aws:iam::', ACCOUNT, ':role/a*']))],
    });
    expect(found.kind === 'found' && show(found.text)).toBe('arn:aws:iam::${AWS::AccountId}:role/');
  });

  it('leave no witness where the same hole covers all', () => {
    const all = [patternOf(text(['x/', ACCOUNT]))];
    expect(witness({ all, none: [patternOf(text(['x/', ACCOUNT]))] })).toEqual({ kind: 'none' });
    expect(witness({ all, none: [patternOf(text(['x/', hole('account', 'other')]))] }).kind).toBe('found');
  });

  it('give unknown where only unequal fillings of one hole give a text', () => {
    const twice = text([ACCOUNT, '/', ACCOUNT]);
    const found = witness({ all: [patternOf(twice), patternOf('111122223333/444455556666')], none: [] });
    expect(found.kind).toBe('unknown');
  });
});

describe('what is not known', () => {
  it('never counts as not matching', () => {
    const any = unknown('import', 'i');
    expect(intersects(patternOf(any), exactly('s3:GetObject'))).toBe(true);
    expect(intersects(patternOf('s3:GetObject'), patternOf(any))).toBe(true);
  });

  it('never counts as covered or covering', () => {
    const any = unknown('import', 'i');
    expect(contains(patternOf('s3:*'), patternOf(any))).toBe(false);
    expect(contains(patternOf(any), patternOf('s3:*'))).toBe(false);
    expect(contains(patternOf(any), patternOf(any))).toBe(false);
    expect(contains(patternOf('*'), patternOf(any))).toBe(true);
  });
});

describe('policy variables', () => {
  it('may be anything, and are the same in two places', () => {
    const home = 'arn:aws:s3:::home/${aws:username}/*';
    expect(matches(home, 'arn:aws:s3:::home/ann/x')).toBe(true);
    expect(contains(patternOf(home), patternOf('arn:aws:s3:::home/${aws:UserName}/x'))).toBe(true);
    expect(contains(patternOf(home), exactly('arn:aws:s3:::home/ann/x'))).toBe(false);
  });

  it('spell wildcards literally', () => {
    expect(matches('a${*}b', 'a*b')).toBe(true);
    expect(matches('a${*}b', 'axb')).toBe(false);
  });
});

describe('templates', () => {
  it('match one segment a parameter, and the rest for a greedy one', () => {
    expect(serves('/orders/{id}', '/orders/7')).toBe(true);
    expect(serves('/orders/{id}', '/orders/')).toBe(false);
    expect(serves('/orders/{id}', '/orders/7/refunds')).toBe(false);
    expect(serves('/files/{proxy+}', '/files/a/b')).toBe(true);
  });

  it('show the leak of a pattern for a path parameter', () => {
    const found = witness({ all: [patternOf('/orders/*'), templatePattern('/orders/{id}/refunds')], none: [] });
    expect(found).toEqual({ kind: 'found', text: '/orders/a/refunds' });
  });
});

function repeatsHole(found: string | Text): boolean {
  const sources =
    typeof found === 'string' ? [] : found.parts.flatMap((each) => (typeof each === 'string' ? [] : each.source));
  return new Set(sources).size < sources.length;
}
