import { describe, expect, it } from 'vitest';
import { actionsMatching } from '../../../lib/engine/actions/action-info';
import { SameAnswers } from '../../../lib/engine/answers/same-answers';
import { decide } from '../../../lib/engine/decide/decide';
import type { Decision } from '../../../lib/engine/decide/decision';
import { allow, deny, principal, role, world } from '../decide/support';

const everything = allow('*');
const managed = (...Statement: readonly unknown[]) => ({
  Type: 'AWS::IAM::ManagedPolicy',
  Properties: { PolicyDocument: { Statement } },
});
const region = { Condition: { StringNotEquals: { 'aws:RequestedRegion': 'eu-west-1' } } };
const queue = {
  Queue: { Type: 'AWS::SQS::Queue', Properties: { QueueName: 'q' } },
  Policy: {
    Type: 'AWS::SQS::QueuePolicy',
    Properties: {
      Queues: [{ Ref: 'Queue' }],
      PolicyDocument: { Statement: [{ ...deny('sqs:SendMessage'), Principal: '*' }] },
    },
  },
};
const within = (...statements: readonly unknown[]) => ({
  Role: role([everything], { PermissionsBoundary: { Ref: 'Bounds' } }),
  Bounds: managed(...statements),
});
const WORLDS = {
  'a boundary': within(allow(['s3:Get*', 'iam:*', 'sqs:*']), deny('iam:Delete*')),
  'a boundary on some resources': within(allow('s3:*', 'arn:aws:s3:::a*'), allow('lambda:Invoke*')),
  'a Deny that may apply': { Role: role([everything, deny('*', '*', region)]) },
  'a key that some actions choose and others are told': {
    Role: role([everything, deny('*', '*', { Condition: { ArnLike: { 'iam:PermissionsBoundary': 'arn:*' } } })]),
  },
  'a Deny on some resources': {
    Role: role([everything, deny('s3:*', 'arn:aws:s3:::audit*'), deny('iam:*Role*', '*')]),
    ...queue,
  },
  'a condition on a key that few actions have': {
    Role: role([everything], { PermissionsBoundary: { Ref: 'Bounds' } }),
    Bounds: managed({ ...allow('*'), Condition: { StringEquals: { 'aws:RequestTag/team': 'orders' } } }),
  },
  'policies that are not known': {
    Role: role([everything], { PermissionsBoundary: 'arn:aws:iam::111122223333:policy/x' }),
    ...queue,
  },
};
const said = ({ may, must, conditions, denied, unknowns }: Decision) => ({
  may,
  must,
  denied,
  conditions: conditions.map(({ key, operator, wanted }) => `${key} ${operator} ${wanted}`),
  unknowns: unknowns.map(({ detail }) => detail),
});

describe('actions that no policy tells apart', () => {
  it.each(Object.entries(WORLDS))('have the answer that each of them has: %s', (_, resources) => {
    const of = world(resources);
    const who = principal(of);
    const same = new SameAnswers(who, of);
    const actions = ['s3:*', 'iam:*Role*', 'sqs:*', 'lambda:*', 'kms:*', 'sts:*', 'glacier:*', 'a2c:*'].flatMap(
      (each) => actionsMatching(each),
    );
    expect(actions.length).toBeGreaterThan(300);
    for (const { action } of actions) {
      const [found, own] = [same.decision(action), decide({ principal: who, action, resource: '*' }, of)];
      // Of what AWS takes as the resource of some actions no example is found: what is sure of others is so of them.
      if (found.must && own.may) expect(said(found).conditions, action).toEqual(said(own).conditions);
      else expect(said(found), action).toEqual(said(own));
    }
  });

  it('are some hundred questions in place of every action of AWS', () => {
    const of = world(WORLDS['a boundary']);
    const same = new SameAnswers(principal(of), of);
    const actions = actionsMatching('*');
    const decisions = new Set(actions.map(({ action }) => same.decision(action)));
    expect(actions.length).toBeGreaterThan(15_000);
    expect(decisions.size).toBeLessThan(actions.length / 6);
  });

  it('are some dozen where every statement is about all resources', () => {
    const of = world(WORLDS['a Deny that may apply']);
    const same = new SameAnswers(principal(of), of);
    const decisions = new Set(actionsMatching('*').map(({ action }) => same.decision(action)));
    // KMS, STS and what needs two permissions are asked about one by one.
    expect(decisions.size).toBeLessThan(150);
  });

  it('do not give the call by a URL what another action is allowed', () => {
    const of = world({ Role: role([allow('lambda:*', '*', region), deny('lambda:InvokeFunction')]) });
    const same = new SameAnswers(principal(of), of);
    expect(same.decision('lambda:GetFunction').must).toBe(true);
    expect(same.decision('lambda:InvokeFunctionUrl')).toMatchObject({ may: true, must: false });
  });
});
