import { describe, expect, it } from 'vitest';
import { arnLikeMayMatch, arnLikeMustMatch, arnMayMatch, arnMustMatch } from '../../../lib/engine/match/arn-pattern';
import { text } from '../../../lib/model/value';
import type { Hole } from '../../../lib/model/value';

const ROLE = 'arn:aws:iam::111122223333:role/x';
const FUNCTION = 'arn:aws:lambda:eu-west-1:111122223333:function:f:live';

describe('ARN patterns', () => {
  it.each([
    ['*', ROLE, true, true],
    ['arn:aws:iam::111122223333:role/*', ROLE, true, true],
    ['arn:aws:iam::*:role/x', ROLE, true, true],
    ['arn:aws:iam::444455556666:role/*', ROLE, false, false],
    // A middle `*` may cross colons, but does not for sure.
    ['arn:aws:iam*role/x', ROLE, true, false],
    ['arn:aws:*', ROLE, true, false],
    // Behind the fifth colon there are no more segments.
    ['arn:aws:lambda:*:*:function:*', FUNCTION, true, true],
    ['arn:aws:lambda:*:*:*', FUNCTION, true, true],
  ])('%s on %s: may %s, must %s', (pattern, arn, may, must) => {
    expect(arnMayMatch(pattern, arn)).toBe(may);
    expect(arnMustMatch(pattern, arn)).toBe(must);
  });

  it('let no wildcard of ArnLike cross a colon', () => {
    expect(arnLikeMayMatch('arn:aws:iam*role/x', ROLE)).toBe(false);
    expect(arnLikeMayMatch('arn:*:iam::*:role/x', ROLE)).toBe(true);
    expect(arnLikeMustMatch('arn:*:iam::*:role/x', ROLE)).toBe(true);
    expect(arnLikeMustMatch('arn:aws:*:*:*:function:f', FUNCTION)).toBe(false);
  });

  it('do not let a wildcard cover for sure a hole that may hold colons', () => {
    const id: Hole = { shape: 'physical-id', source: 'T#R' };
    const pattern = text(['arn:aws:s3:*:*:', id]);
    expect(arnMustMatch(pattern, text(['arn:aws:s3:a:b:', id]))).toBe(true);
    expect(arnMustMatch(pattern, text(['arn:aws:s3:', id, ':b:', id]))).toBe(false);
    expect(arnMayMatch(pattern, text(['arn:aws:s3:', id, ':b:', id]))).toBe(true);
  });
});
