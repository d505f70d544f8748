import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { HoleGlob, unitsOf } from '../../../lib/engine/match/glob-over-holes';
import { contains, intersects, patternOf } from '../../../lib/engine/match/pattern';
import { TextPattern, canonical, exactPattern } from '../../../lib/engine/match/symbolic';
import { text } from '../../../lib/model/value';
import type { Hole, HoleShape, Text } from '../../../lib/model/value';

const SHAPES: readonly HoleShape[] = ['account', 'region', 'partition', 'segment', 'physical-id', 'any'];
const shape = fc.constantFrom(...SHAPES);
const holeOf = (of: HoleShape, index: number): Hole => ({ shape: of, source: `hole ${of} ${index}` });
const literal = fc.array(fc.constantFrom('a', 'b', '1', '/', ':', '-'), { maxLength: 4 }).map((each) => each.join(''));
/** Texts of which no hole comes twice: `intersects` fills those as if they were two. */
const texts = fc
  .tuple(literal, fc.array(fc.tuple(shape, literal), { minLength: 1, maxLength: 3 }))
  .map(
    ([first, rest]): Text => text([first, ...rest.flatMap(([of, after], index) => [holeOf(of, index), after])]) as Text,
  );
const patterns = fc
  .array(fc.constantFrom('a', 'b', '1', '/', ':', '-', '*', '*', '?'), { maxLength: 7 })
  .map((each) => each.join(''));

describe('a pattern beside a text with holes', () => {
  it('says yes and no only where the exact search does', () => {
    const said = { yes: 0, no: 0, left: 0 };
    fc.assert(
      fc.property(patterns, texts, fc.constantFrom(0, 1, 2, 5), (source, subject, segments) => {
        const found = new HoleGlob(source, segments).match(unitsOf(subject, canonical(subject)), 0);
        said[found ?? 'left'] += 1;
        if (found === 'yes') expect(contains(patternOf(source, { segments }), exactPattern(subject))).toBe(true);
        if (found === 'no') expect(intersects(patternOf(source), exactPattern(subject))).toBe(false);
      }),
      { numRuns: 1500 },
    );
    expect(said.yes).toBeGreaterThan(20);
    expect(said.no).toBeGreaterThan(500);
  });

  it('leaves to the search what a hole may be a part of', () => {
    const name = text(['/', holeOf('segment', 0), '/x']) as Text;
    const match = (source: string) => new HoleGlob(source, 0).match(unitsOf(name, canonical(name)), 0);
    expect(match('*/orders/x')).toBeUndefined();
    expect(match('/*/x')).toBe('yes');
    expect(match('*/orders/y')).toBe('no');
    expect(match('/a/b/x')).toBe('no');
  });

  it('lets a wildcard before the fifth colon take colons for nothing sure', () => {
    const api: Hole = { shape: 'segment', source: 'T#Api', resource: 'T#Api', attribute: 'Ref' };
    const method = text(['arn:aws:execute-api:eu-west-1:111122223333:', api, '/prod/GET/orders']) as Text;
    const match = (source: string) => new TextPattern(source).match(method, canonical(method), 'resource');
    expect(match('arn:aws:execute-api:eu-west-1:111122223333:*/prod/GET/orders')).toBe('yes');
    expect(match('arn:aws:execute-api:*/prod/GET/orders')).toBe('maybe');
    expect(match('arn:aws:execute-api:*:*:*/prod/GET/*')).toBe('yes');
    expect(match('arn:aws:execute-api:eu-west-1:111122223333:*/prod/GET/other/*')).toBe('no');
  });
});
