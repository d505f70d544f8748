import { describe, expect, it } from 'vitest';
import { Met, Outcomes } from '../../../lib/engine/reach/outcomes';
import type { Ability } from '../../../lib/engine/reach/ability';
import { TECHNIQUES } from '../../../lib/engine/reach/techniques';
import { allow, arn, fact, managed, ref, reached, resource, role, steps } from './support/template';
import type { Json, Resources } from './support/template';

const QUEUE = resource('AWS::SQS::Queue');
const write = (condition?: Json): Json => allow('sqs:SetQueueAttributes', arn('Queue'), condition);
const open = { StringEquals: { 'aws:PrincipalTag/team': 'orders' } };
const become = (id: string): Json => allow('sts:AssumeRole', arn(id));
const mallory = (id: string): Json => ({ AWS: arn(id) });
const toQueue = (resources: Resources): readonly string[] => {
  const found = reached({ Queue: QUEUE, ...resources });
  const queue = fact(found, 'use T#Queue');
  return [queue?.certainty ?? '', ...steps(found, queue)];
};

describe('the same right of several who are under control', () => {
  it('is told of the nearest', () => {
    expect(
      toQueue({
        Mallory: role([become('Near')]),
        Near: role([become('Far'), write()], mallory('Mallory')),
        Far: role([write()], mallory('Near')),
      }),
    ).toEqual(['certain', 'sts-assume-role: Mallory > Near', 'sqs-policy: Near > Queue']);
  });

  it('is told of who surely has it, wherever somebody nearer may have it', () => {
    expect(
      toQueue({
        Mallory: role([become('Near'), write(open)]),
        Near: role([write()], mallory('Mallory')),
      }),
    ).toEqual(['certain', 'sts-assume-role: Mallory > Near', 'sqs-policy: Near > Queue']);
    expect(
      toQueue({
        Mallory: role([become('Near'), write(open)]),
        Near: role([write(open)], mallory('Mallory')),
      }),
    ).toEqual(['possible', 'sqs-policy: Mallory > Queue']);
  });

  it('counts for each target, and for each technique', () => {
    const found = reached({
      Mallory: role([become('Near'), write()]),
      Near: role(
        [allow('sqs:SetQueueAttributes', arn('Other')), allow('iam:CreatePolicyVersion', ref('Policy'))],
        mallory('Mallory'),
      ),
      Policy: managed([allow('s3:ListAllMyBuckets')]),
      Queue: QUEUE,
      Other: QUEUE,
    });
    expect(found.facts.map(({ id }) => id)).toEqual(['T#Near', 'use T#Queue', 'use T#Other']);
  });
});

describe('the number of an outcome', () => {
  const [one, other] = TECHNIQUES.filter(({ needs, gain }) => needs.length === 1 && gain === 'use');
  const of = (ability: Partial<Ability>): number =>
    outcomes.of([{ technique: one, need: 0, certainty: 'certain', grants: [], unknowns: [], ...ability }])[0];
  const outcomes = new Outcomes();

  it('is the same for the same technique on the same target', () => {
    expect(of({})).toBe(of({ certainty: 'possible' }));
    expect(of({})).not.toBe(of({ technique: other }));
  });

  it('is none where others are needed, tags are to be written, or it is about who acts', () => {
    const several = TECHNIQUES.find(({ needs }) => needs.length > 1);
    const admin = { ...one, gain: 'administer' as const };
    expect([of({ technique: several }), of({ technique: admin }), of({ tags: [] })]).toEqual([-1, -1, -1]);
  });

  it('is met once, however great it is', () => {
    const met = new Met();
    expect([5, 5, 9000, 9000, 5, 0].map((each) => met.isFirst(each))).toEqual([true, false, true, false, false, true]);
    expect([met.isFirst(-1), met.isFirst(-1)]).toEqual([true, true]);
  });
});
