import { describe, expect, it } from 'vitest';
import { sec11 } from '../../../lib/rules/credentials/sec11-rotation-open-to-others';
import { findingsOf } from '../rule-runner';

const ACCOUNT = '111122223333';

function found(
  properties: Record<string, unknown>,
  { account, rotates = true }: { account?: string; rotates?: boolean } = {},
) {
  const { Resources } = sec11.examples.bad as { Resources: Record<string, any> };
  const { Rotation, Example, ...others } = Resources;
  const permission = { ...Example, Properties: { ...Example.Properties, ...properties } };
  const body = { Resources: { ...others, Example: permission, ...(rotates ? { Rotation } : {}) } };
  return findingsOf(sec11, body, account === undefined ? {} : { account }).map(({ detail, certainty }) => [
    detail,
    certainty,
  ]);
}

describe('SEC11', () => {
  it.each([
    ['a pattern for secrets of anybody', { SourceArn: 'arn:aws:secretsmanager:*:*:secret:*' }],
    ['a bare wildcard', { SourceArn: '*' }],
    ['nothing', {}],
  ])('finds %s in place of a source', (_, properties) => expect(found(properties)).toEqual([[undefined, 'certain']]));

  it('takes a secret, secrets of one account, and an account', () => {
    const arn = `arn:aws:secretsmanager:eu-west-1:${ACCOUNT}:secret:`;
    for (const name of ['orders-a1B2c3', '*'])
      expect(found({ SourceArn: arn + name }, { account: ACCOUNT })).toEqual([]);
    expect(found({ SourceAccount: { Ref: 'AWS::AccountId' } }, { account: ACCOUNT })).toEqual([]);
    expect(found({ SourceAccount: ACCOUNT }, { account: ACCOUNT })).toEqual([]);
  });

  it('finds another account, where that of the function is known', () => {
    expect(found({ SourceAccount: '999999999999' }, { account: ACCOUNT })).toEqual([
      ['Account::999999999999', 'certain'],
    ]);
    expect(found({ SourceAccount: '999999999999' })).toEqual([]);
  });

  it('finds more than a call', () => {
    expect(found({ SourceAccount: ACCOUNT, Action: 'lambda:*' })).toEqual([['Action::lambda:*', 'certain']]);
  });

  it('finds that another account calls the function, if it rotates a secret', () => {
    const Principal = '999999999999';
    expect(found({ Principal }, { account: ACCOUNT })).toEqual([[`Principal::${Principal}`, 'certain']]);
    expect(found({ Principal })).toEqual([[`Principal::${Principal}`, 'possible']]);
    expect(found({ Principal: `arn:aws:iam::${ACCOUNT}:role/x` }, { account: ACCOUNT })).toEqual([]);
    expect(found({ Principal }, { account: ACCOUNT, rotates: false })).toEqual([]);
  });
});
