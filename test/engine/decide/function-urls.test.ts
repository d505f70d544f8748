import { expect, it } from 'vitest';
import { decide } from '../../../lib/engine/decide/decide';
import { allow, deny, principal, role, verdict, world } from './support';

type Json = Readonly<Record<string, unknown>>;
const FUNCTION = 'arn:aws:lambda:eu-west-1:111122223333:function:f';
const BY_URL = 'lambda:InvokeFunctionUrl';
const DIRECT = 'lambda:InvokeFunction';
const viaUrl = (value: string): Json => ({ Condition: { Bool: { 'lambda:InvokedViaFunctionUrl': value } } });
const from = (address: string): Json => ({ Condition: { IpAddress: { 'aws:SourceIp': address } } });

function calls(statements: readonly Json[]): ReturnType<typeof decide> {
  const of = world({
    Role: role(statements),
    Function: { Type: 'AWS::Lambda::Function', Properties: { FunctionName: 'f' } },
    Url: { Type: 'AWS::Lambda::Url', Properties: { TargetFunctionArn: { Ref: 'Function' }, AuthType: 'AWS_IAM' } },
  });
  return decide({ principal: principal(of), action: BY_URL, resource: FUNCTION }, of);
}

/** @see https://docs.aws.amazon.com/lambda/latest/dg/urls-auth.html */
it.each<[string, readonly Json[], string]>([
  ['both permissions', [allow([BY_URL, DIRECT])], 'must'],
  ['both, the second one by URL only', [allow(BY_URL), allow(DIRECT, '*', viaUrl('true'))], 'must'],
  ['one alone, which does for old URLs', [allow(BY_URL)], 'may'],
  ['the other one alone', [allow(DIRECT)], 'no'],
  ['both, the second one not by URL', [allow(BY_URL), allow(DIRECT, '*', viaUrl('false'))], 'may'],
  ['both, the second one of another function', [allow(BY_URL), allow(DIRECT, `${FUNCTION}x`)], 'may'],
  ['both from one place', [allow([BY_URL, DIRECT], '*', from('10.0.0.0/8'))], 'must'],
  ['both from places apart', [allow(BY_URL, '*', from('10.0.0.0/8')), allow(DIRECT, '*', from('192.0.2.7'))], 'may'],
  ['both, and calls by URL denied', [allow('lambda:*'), deny(DIRECT, '*', viaUrl('true'))], 'may'],
  ['both, and direct calls denied', [allow('lambda:*'), deny(DIRECT, '*', viaUrl('false'))], 'must'],
  ['both, and URLs denied', [allow('lambda:*'), deny(BY_URL)], 'no'],
])('a signed call of a function URL with %s', (_, statements, expected) => {
  expect(verdict(calls(statements))).toBe(expected);
});

it('shows what both permissions ask for', () => {
  const { witness, unconditional, allows } = calls([allow(BY_URL), allow(DIRECT, '*', from('10.0.0.0/8'))]);
  expect(Object.keys(witness?.context ?? {})).toEqual(['aws:sourceip']);
  expect(unconditional).toBe(false);
  expect(allows.map(({ statement }) => statement.actions.patterns)).toEqual([[BY_URL], [DIRECT]]);
  expect(calls([allow(BY_URL)]).unknowns.map(({ detail }) => detail)).toEqual([
    expect.stringContaining('lambda:InvokeFunction is asked for too'),
  ]);
});
