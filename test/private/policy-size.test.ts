import { describe, expect, it } from 'vitest';
import { worstCaseLength } from '../../lib/private/policy-size';

const length = (text: string) => JSON.stringify(text).length;

describe('the length of a policy after expansion', () => {
  it('is that of its JSON where there is no intrinsic', () => {
    for (const each of [{ a: [], b: {}, c: ['x', 'y"'], d: { e: true, f: 1 } }, [], 'x', [[1], [2, 3]]]) {
      expect(worstCaseLength(each)).toBe(JSON.stringify(each).length);
    }
  });

  it('takes pseudo parameters at their longest', () => {
    const arn = {
      'Fn::Join': [':', ['arn', { Ref: 'AWS::Partition' }, { Ref: 'AWS::Region' }, { Ref: 'AWS::AccountId' }]],
    };
    expect(worstCaseLength(arn)).toBe(length('arn:aws-us-gov:us-isof-south-1:123456789012'));
  });

  it('takes the ARN of a role with a name of 64 characters', () => {
    const longest = length(`arn:aws-us-gov:iam::123456789012:role/${'n'.repeat(64)}`);
    expect(worstCaseLength({ 'Fn::GetAtt': ['Role', 'Arn'] })).toBe(longest);
    expect(worstCaseLength({ 'Fn::GetAtt': 'Role.Arn' })).toBe(longest);
    expect(worstCaseLength({ 'Fn::ImportValue': 'Stack:Export' })).toBe(longest);
  });

  it('takes a known reference at its length, and anything else for long', () => {
    expect(worstCaseLength({ Ref: 'Api' }, { Api: 10 })).toBe(12);
    expect(worstCaseLength({ Ref: 'Api' })).toBe(130);
    expect(worstCaseLength({ 'Fn::Select': [0, { Ref: 'List' }] })).toBe(130);
    expect(worstCaseLength({ 'Fn::Join': ['', { Ref: 'List' }] })).toBe(130);
  });
});
