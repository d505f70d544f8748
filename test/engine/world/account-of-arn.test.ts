import { describe, expect, it } from 'vitest';
import { snapshotOf } from '../../../lib/assembly/snapshot';
import { decide } from '../../../lib/engine/decide/decide';
import { worldOf } from '../../../lib/engine/world/world-of';

const trust = (Principal: object) => ({ Statement: [{ Effect: 'Allow', Principal, Action: 'sts:AssumeRole' }] });
const role = (AssumeRolePolicyDocument: object, Policies: readonly object[] = []) => ({
  Type: 'AWS::IAM::Role',
  Properties: { AssumeRolePolicyDocument, Policies },
});
const assuming = {
  PolicyName: 'assume',
  PolicyDocument: { Statement: [{ Effect: 'Allow', Action: 'sts:AssumeRole', Resource: '*' }] },
};

describe('the root of the own account, which is not known', () => {
  it.each([
    [{ 'Fn::Join': ['', ['arn:', { Ref: 'AWS::Partition' }, ':iam::', { Ref: 'AWS::AccountId' }, ':root']] }],
    [{ 'Fn::Sub': 'arn:aws:iam::${AWS::AccountId}:root' }],
    [{ 'Fn::Sub': 'arn:${AWS::Partition}:iam::${AWS::AccountId}:root' }],
    [{ Ref: 'AWS::AccountId' }],
  ])('stands for the account as %j', (AWS) => {
    const Resources = {
      Caller: role(trust({ Service: 'lambda.amazonaws.com' }), [assuming]),
      Target: role(trust({ AWS })),
    };
    const world = worldOf(snapshotOf([{ name: 'T', file: 't', body: { Resources } }]));
    const [principal, target] = world.principals;
    const { must } = decide({ principal, action: 'sts:AssumeRole', resource: target.arn }, world);
    expect(must).toBe(true);
  });
});
