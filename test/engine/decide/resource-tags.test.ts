import { describe, expect, it } from 'vitest';
import type { PolicyText } from '../../../lib/model/policy';
import { reached, fact } from '../reach/support/template';
import { allow, ask, role, world } from './support';

const tagged = (FunctionName?: string) => ({
  Type: 'AWS::Lambda::Function',
  Properties: { ...(FunctionName === undefined ? {} : { FunctionName }), Tags: [{ Key: 'owner', Value: 'red' }] },
});
const of = (owner: string) =>
  allow('lambda:InvokeFunction', '*', { Condition: { StringEquals: { 'aws:ResourceTag/owner': owner } } });

describe('a tag of a resource', () => {
  it.each([undefined, 'named'])('decides as the template gives it, by the name %s', (name) => {
    const verdict = (owner: string) => {
      const at = world({ Role: role([of(owner)]), Fn: tagged(name) });
      return ask(at, { action: 'lambda:InvokeFunction', resource: at.snapshot.byKey('T#Fn')?.arn as PolicyText });
    };
    expect(verdict('red')).toBe('must');
    expect(verdict('blue')).toBe('no');
    expect(verdict('*')).toBe('no');
  });

  it('is not whatever whoever asks would like, where the template does not give it', () => {
    const at = world({
      Role: role([of('red')]),
      Fn: { Type: 'AWS::Lambda::Function', Properties: { FunctionName: 'f' } },
    });
    const resource = at.snapshot.byKey('T#Fn')?.arn as PolicyText;
    expect(ask(at, { action: 'lambda:InvokeFunction', resource })).toBe('may');
  });

  it('is what it is on the way to a role, where nobody may write another', () => {
    const statement = {
      ...allow('iam:UpdateAssumeRolePolicy'),
      Condition: { StringEquals: { 'iam:ResourceTag/owner': 'red' } },
    };
    const found = reached({
      Mallory: role([statement]),
      Goal: role([], { RoleName: 'goal', Tags: [{ Key: 'owner', Value: 'blue' }] }),
    } as never);
    expect(fact(found, 'T#Goal')).toBeUndefined();
  });
});
