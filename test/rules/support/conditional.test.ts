import { describe, expect, it } from 'vitest';
import { snapshotOf } from '../../../lib/assembly/snapshot';
import { runRules } from '../../../lib/rules/run-rules';

function findings(role: Record<string, unknown>, more: Record<string, unknown> = {}) {
  const trust = {
    Statement: [{ Effect: 'Allow', Principal: { Service: 'lambda.amazonaws.com' }, Action: 'sts:AssumeRole' }],
  };
  const body = {
    Parameters: { Stage: { Type: 'String' } },
    Conditions: { IsProd: { 'Fn::Equals': [{ Ref: 'Stage' }, 'prod'] } },
    Resources: {
      Role: { Type: 'AWS::IAM::Role', Properties: { AssumeRolePolicyDocument: trust, ...role }, ...more },
    },
  };
  return runRules(snapshotOf([{ name: 'T', file: 'T.json', body }]));
}

const policy = (Action: unknown, Resource: unknown = 'arn:aws:s3:::orders/a.csv') => ({
  Policies: [{ PolicyName: 'p', PolicyDocument: { Statement: [{ Effect: 'Allow', Action, Resource }] } }],
});
const either = (whenTrue: unknown, whenFalse: unknown) => ({ 'Fn::If': ['IsProd', whenTrue, whenFalse] });

describe('a violation that depends on a condition of the template', () => {
  it.each([
    ['an action', policy(either('s3:*', 's3:GetObject')), 'Bulkhead-IAM1'],
    ['a resource', policy('s3:GetObject', either('arn:aws:s3:::orders/a.csv', '*')), 'Bulkhead-IAM2'],
    [
      'a managed policy',
      { ManagedPolicyArns: [either('arn:aws:iam::aws:policy/AdministratorAccess', { Ref: 'AWS::NoValue' })] },
      'Bulkhead-IAM4',
    ],
  ])('is possible for %s, and the condition is named', (_what, role, rule) => {
    const found = findings(role).filter(({ ruleId }) => ruleId === rule);
    expect(found).toMatchObject([{ certainty: 'possible' }]);
    expect(found[0]?.unknowns?.join()).toContain('IsProd');
  });

  it('is certain where the whole resource depends on that condition', () => {
    const found = findings(policy(either('s3:*', 's3:GetObject')), { Condition: 'IsProd' });
    expect(found.filter(({ ruleId }) => ruleId === 'Bulkhead-IAM1')).toMatchObject([{ certainty: 'certain' }]);
  });
});
