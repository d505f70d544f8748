import { describe, expect, it } from 'vitest';
import { actionMayMatch, actionMustMatch } from '../../../lib/engine/match/action-pattern';
import { unknown } from '../../../lib/model/value';

describe('action patterns', () => {
  it.each([
    ['s3:GetObject', 's3:GetObject', true],
    ['S3:getobject', 's3:GetObject', true],
    ['s3:Get*', 's3:GetObject', true],
    ['s3:Get?bject', 's3:GetObject', true],
    ['*', 's3:GetObject', true],
    ['*:*', 's3:GetObject', true],
    ['s3:*', 's3express:CreateSession', false],
    ['s3:Put*', 's3:GetObject', false],
    ['s3:${aws:username}', 's3:GetObject', false],
  ])('%s on %s: %s', (pattern, action, expected) => {
    expect(actionMayMatch(pattern, action)).toBe(expected);
    expect(actionMustMatch(pattern, action)).toBe(expected);
  });

  it('compare two patterns from both sides', () => {
    expect(actionMayMatch('s3:*Object', 's3:Get*')).toBe(true);
    expect(actionMustMatch('s3:*Object', 's3:Get*')).toBe(false);
    expect(actionMustMatch('s3:G*', 's3:Get*')).toBe(true);
    expect(actionMayMatch('s3:Put*', 's3:Get*')).toBe(false);
  });

  it('may match, but not for sure, where they are unknown', () => {
    const any = unknown('parameter', 'p');
    expect(actionMayMatch(any, 's3:GetObject')).toBe(true);
    expect(actionMustMatch(any, 's3:GetObject')).toBe(false);
  });
});
