import { describe, expect, it } from 'vitest';
import {
  ACCOUNT,
  allow,
  arn,
  deny,
  document,
  fact,
  managed,
  names,
  reached,
  ref,
  role,
  steps,
  user,
} from './support/template';
import type { Json, Resources } from './support/template';

const tags = (of: Readonly<Record<string, string>>): Resources => ({
  Tags: Object.entries(of).map(([Key, Value]) => ({ Key, Value })),
});
const EVERYBODY = { AWS: `arn:aws:iam::${ACCOUNT}:root` };
const iam = (name: string): Json => allow(name, '*');
const when = (key: string, value: Json): Json => ({ StringEquals: { [key]: value } });
const ADMIN = { ManagedPolicyArns: ['arn:aws:iam::aws:policy/AdministratorAccess'] };
/** Whom principals of the team `ops` may assume. */
const GOAL = role([], EVERYBODY, ADMIN);
const assume = allow('sts:AssumeRole', arn('Goal'), when('aws:PrincipalTag/team', 'ops'));
const dev = tags({ team: 'dev' });

function certainty(mallory: readonly Json[], more: Resources = {}, others: Resources = {}): string {
  const found = reached({ Mallory: role([...mallory, assume], undefined, { ...dev, ...more }), Goal: GOAL, ...others });
  return fact(found, 'Goal')?.certainty ?? 'not reached';
}

describe('a tag of the principal', () => {
  it('is written by whoever may tag itself, and is a step of the trace', () => {
    const found = reached({ Mallory: role([iam('iam:TagRole'), assume], undefined, dev), Goal: GOAL });
    expect(found.admin?.certainty).toBe('certain');
    expect(steps(found, found.admin)).toEqual([
      'iam-tag-role: Mallory > the tag team=ops of Mallory',
      'sts-assume-role: Mallory > Goal',
      'administrator: Goal > administrator',
    ]);
    expect(found.trace(found.admin as never)[0].because).toContain('`iam:TagRole` on');
  });

  it.each<[string, readonly Json[], Resources, string]>([
    ['of itself alone', [allow('iam:TagRole', arn('Mallory'))], {}, 'certain'],
    ['of nobody', [], {}, 'not reached'],
    ['of somebody else', [allow('iam:TagRole', 'arn:aws:iam::111122223333:role/other')], {}, 'not reached'],
    ['of users, being a role', [iam('iam:TagUser')], {}, 'not reached'],
    ['with a Deny', [iam('iam:TagRole'), deny('iam:TagRole')], {}, 'not reached'],
    ['with a boundary', [iam('iam:TagRole')], { PermissionsBoundary: ref('Bounds') }, 'not reached'],
    [
      'by another name',
      [allow('iam:TagRole', '*', { 'ForAllValues:StringEquals': { 'aws:TagKeys': ['owner'] } })],
      {},
      'not reached',
    ],
    [
      'by this name',
      [allow('iam:TagRole', '*', { 'ForAllValues:StringEquals': { 'aws:TagKeys': ['team'] } })],
      {},
      'certain',
    ],
    [
      'together with another',
      [allow('iam:TagRole', '*', { 'ForAnyValue:StringEquals': { 'aws:TagKeys': ['owner'] } })],
      {},
      'certain',
    ],
    ['with another value', [allow('iam:TagRole', '*', when('aws:RequestTag/team', ['dev', 'qa']))], {}, 'not reached'],
    ['with this value', [allow('iam:TagRole', '*', when('aws:RequestTag/team', ['dev', 'ops']))], {}, 'certain'],
    [
      'with a value that is not known',
      [allow('iam:TagRole', '*', when('aws:RequestTag/team', ref('Team')))],
      {},
      'possible',
    ],
  ])('may be written: %s', (_, mallory, more, expected) => {
    const found = reached(
      {
        Mallory: role([...mallory, assume], undefined, { ...dev, ...more }),
        Goal: GOAL,
        Bounds: managed([allow('sts:AssumeRole')]),
      },
      'Mallory',
      { Parameters: { Team: { Type: 'String' } } },
    );
    expect(fact(found, 'Goal')?.certainty ?? 'not reached').toBe(expected);
  });

  it('may be read by the policy that is asked: a trust policy, a boundary', () => {
    const trusted = document({
      Effect: 'Allow',
      Principal: { AWS: '*' },
      Action: 'sts:AssumeRole',
      Condition: when('aws:PrincipalTag/team', 'ops'),
    });
    const goal = role([], undefined, { AssumeRolePolicyDocument: trusted });
    const start = (statements: readonly Json[]) =>
      fact(reached({ Mallory: role(statements, undefined, dev), Goal: goal }), 'Goal')?.certainty;
    expect(start([iam('iam:TagRole'), iam('sts:AssumeRole')])).toBe('certain');
    expect(start([iam('sts:AssumeRole')])).toBeUndefined();

    const bounds = {
      PermissionsBoundary: ref('Bounds'),
    };
    const limit = managed([iam('iam:TagRole'), assume]);
    const bounded = (more: readonly Json[]) =>
      fact(
        reached({
          Mallory: role([...more, iam('sts:AssumeRole')], undefined, { ...dev, ...bounds }),
          Goal: GOAL,
          Bounds: limit,
        }),
        'Goal',
      )?.certainty;
    expect(bounded([iam('iam:TagRole')])).toBe('certain');
    expect(bounded([])).toBeUndefined();
  });

  it('keeps from a Deny that is about others', () => {
    const kept = {
      Effect: 'Deny',
      Action: 'sts:AssumeRole',
      Resource: '*',
      Condition: { StringNotEquals: { 'aws:PrincipalTag/team': 'ops' } },
    };
    expect(certainty([allow('sts:AssumeRole', arn('Goal')), kept])).toBe('not reached');
    expect(certainty([allow('sts:AssumeRole', arn('Goal')), kept, iam('iam:TagRole')])).toBe('certain');
  });

  it('is taken away only by whoever may do that', () => {
    const bare = allow('sts:AssumeRole', arn('Goal'), { Null: { 'aws:PrincipalTag/team': 'true' } });
    const start = (action: string) =>
      fact(reached({ Mallory: role([iam(action), bare], undefined, dev), Goal: GOAL }), 'Goal')?.certainty;
    expect(start('iam:UntagRole')).toBe('certain');
    expect(start('iam:TagRole')).toBeUndefined();
  });

  it('is written by a user on itself, and not by tagging roles', () => {
    const start = (action: string) =>
      fact(reached({ Mallory: user([iam(action), assume], dev), Goal: GOAL }), 'Goal')?.certainty;
    expect(start('iam:TagUser')).toBe('certain');
    expect(start('iam:TagRole')).toBeUndefined();
  });

  it('may be written by somebody else under control, before or after', () => {
    const helper = role([allow('iam:TagRole', arn('Mallory'))], { AWS: arn('Mallory') });
    const found = reached({
      Mallory: role([allow('sts:AssumeRole', arn('Helper')), assume], undefined, dev),
      Helper: helper,
      Goal: GOAL,
    });
    expect(steps(found, fact(found, 'Goal'))).toEqual([
      'sts-assume-role: Mallory > Helper',
      'iam-tag-role: Helper > the tag team=ops of Mallory',
      'sts-assume-role: Mallory > Goal',
    ]);
  });

  it('is not written by somebody who is not under control', () => {
    expect(certainty([], {}, { Helper: role([iam('iam:TagRole')], { Service: 'ec2.amazonaws.com' }) })).toBe(
      'not reached',
    );
  });

  it('helps whoever can only become the tagger, and the tagger on its way', () => {
    const found = reached({
      Mallory: role([allow('sts:AssumeRole', arn('Middle'))]),
      Middle: role([allow('sts:AssumeRole', arn('Tagger')), assume], { AWS: arn('Mallory') }, dev),
      Tagger: role([iam('iam:TagRole')], { AWS: arn('Middle') }),
      Goal: GOAL,
    });
    expect(fact(found, 'Goal')?.certainty).toBe('certain');
  });
});

describe('a tag of the resource', () => {
  const rewrite = allow('iam:UpdateAssumeRolePolicy', '*', when('iam:ResourceTag/owner', 'red'));
  const blue = role([], undefined, tags({ owner: 'blue' }));

  it('is as the template gives it where nobody under control may write it', () => {
    const found = reached({ Mallory: role([rewrite]), Blue: blue, Red: role([], undefined, tags({ owner: 'red' })) });
    expect(names(found)).toEqual(['Red']);
    expect(fact(found, 'Red')?.certainty).toBe('certain');
  });

  it('is written first by whoever may', () => {
    const found = reached({ Mallory: role([rewrite, iam('iam:TagRole')]), Blue: blue });
    expect(steps(found, fact(found, 'Blue'))).toEqual([
      'iam-tag-role: Mallory > the tag owner=red of Blue',
      'iam-update-trust: Mallory > Blue',
    ]);
    expect(fact(found, 'Blue')?.certainty).toBe('certain');
  });

  it('is written only where it may be on that resource', () => {
    const found = reached({ Mallory: role([rewrite, allow('iam:TagRole', arn('Mallory'))]), Blue: blue });
    expect(names(found)).toEqual([]);
  });

  it('is possible, without a step, where the template gives no such tag', () => {
    const found = reached({ Mallory: role([rewrite]), Bare: role([]) });
    expect(fact(found, 'Bare')?.certainty).toBe('possible');
    const tagger = reached({ Mallory: role([rewrite, iam('iam:TagRole')]), Bare: role([]) });
    expect(fact(tagger, 'Bare')?.certainty).toBe('certain');
  });

  it('must be the tag of the principal: one is made like the other', () => {
    const same = allow('iam:UpdateAssumeRolePolicy', '*', when('aws:ResourceTag/owner', '${aws:PrincipalTag/owner}'));
    const start = (more: readonly Json[]) =>
      reached({ Mallory: role([same, ...more], undefined, tags({ owner: 'green' })), Blue: blue });
    expect(names(start([]))).toEqual([]);
    const found = start([allow('iam:TagRole', arn('Mallory'))]);
    expect(fact(found, 'Blue')?.certainty).toBe('certain');
    expect(steps(found, fact(found, 'Blue'))[0]).toBe('iam-tag-role: Mallory > the tag owner=blue of Mallory');
  });
});

describe('a Deny on the value of a tag', () => {
  const denied = {
    Effect: 'Deny',
    Action: 'sts:AssumeRole',
    Resource: '*',
    Condition: when('aws:PrincipalTag/team', 'dev'),
  };
  const open = allow('sts:AssumeRole', arn('Goal'));
  const start = (statements: readonly Json[], own: Resources = dev) =>
    reached({ Mallory: role([open, denied, ...statements], undefined, own), Goal: GOAL });

  it('is lifted by taking the tag away, as by another value', () => {
    const found = start([iam('iam:UntagRole')]);
    expect(steps(found, fact(found, 'Goal'))).toEqual([
      'iam-tag-role-away: Mallory > Mallory without the tag team',
      'sts-assume-role: Mallory > Goal',
    ]);
    expect(fact(found, 'Goal')?.certainty).toBe('certain');
    expect(fact(start([iam('iam:TagRole')]), 'Goal')?.certainty).toBe('certain');
  });

  it.each<[string, readonly Json[]]>([
    ['nobody may take it away', []],
    ['it is that of users', [iam('iam:UntagUser')]],
    ['it is that of somebody else', [allow('iam:UntagRole', arn('Goal'))]],
    [
      'another tag may be taken away',
      [allow('iam:UntagRole', '*', { 'ForAllValues:StringEquals': { 'aws:TagKeys': ['x'] } })],
    ],
    ['that is denied', [iam('iam:UntagRole'), deny('iam:UntagRole')]],
    [
      'whoever has no such tag is denied as well',
      [iam('iam:UntagRole'), { ...denied, Condition: { Null: { 'aws:PrincipalTag/team': 'true' } } }],
    ],
    [
      'the tag must have a value',
      [iam('iam:UntagRole'), { ...denied, Condition: { StringNotEquals: { 'aws:PrincipalTag/team': 'ops' } } }],
    ],
  ])('holds where %s', (_, statements) => {
    expect(fact(start(statements), 'Goal')).toBeUndefined();
  });

  it('is lifted while another tag stays as it is', () => {
    const asStage = allow('sts:AssumeRole', arn('Goal'), when('aws:PrincipalTag/stage', 'test'));
    const own = (stage: string, action: Json) =>
      fact(
        reached({
          Mallory: role([asStage, denied, action], undefined, tags({ team: 'dev', stage })),
          Goal: GOAL,
        }),
        'Goal',
      )?.certainty;
    const teamOnly = { 'ForAllValues:StringEquals': { 'aws:TagKeys': ['team'] } };
    expect(own('test', iam('iam:UntagRole'))).toBe('certain');
    expect(own('test', allow('iam:TagRole', '*', teamOnly))).toBe('certain');
    expect(own('prod', iam('iam:UntagRole'))).toBeUndefined();
    expect(own('prod', allow('iam:TagRole', '*', teamOnly))).toBeUndefined();
  });

  it('holds where one of two tags must stay', () => {
    const both = (action: string) =>
      fact(
        start(
          [
            iam(action),
            { ...denied, Condition: when('aws:PrincipalTag/stage', 'prod') },
            {
              ...denied,
              Condition: { Null: { 'aws:PrincipalTag/team': 'true', 'aws:PrincipalTag/stage': 'true' } },
            },
          ],
          tags({ team: 'dev', stage: 'prod' }),
        ),
        'Goal',
      );
    expect(both('iam:UntagRole')).toBeUndefined();
    expect(both('iam:TagRole')?.certainty).toBe('certain');
  });

  it('is lifted on a resource by taking away the tag of that one', () => {
    const locked = {
      Effect: 'Deny',
      Action: 'lambda:UpdateFunctionCode',
      Resource: '*',
      Condition: when('aws:ResourceTag/lock', '1'),
    };
    const code = [allow('lambda:UpdateFunctionCode', '*'), allow('lambda:InvokeFunction', '*'), locked];
    const onFunction = (more: readonly Json[]) =>
      fact(
        reached({
          Mallory: role([...code, ...more]),
          Goal: role([], { Service: 'lambda.amazonaws.com' }, ADMIN),
          Fn: {
            Type: 'AWS::Lambda::Function',
            Properties: { FunctionName: 'f', Role: arn('Goal'), Code: { ZipFile: 'x' }, ...tags({ lock: '1' }) },
          },
        }),
        'Goal',
      )?.certainty;
    expect(onFunction([allow('lambda:UntagResource', '*')])).toBe('certain');
    expect(onFunction([allow('lambda:TagResource', '*')])).toBe('certain');
    expect(onFunction([])).toBeUndefined();
    expect(onFunction([allow('lambda:UntagResource', '*', when('aws:ResourceTag/lock', '0'))])).toBeUndefined();
  });
});

describe('a tag that the template does not give', () => {
  const start = (isAbsent: string, own: Resources = {}) => {
    const when = { Null: { 'aws:PrincipalTag/team': isAbsent } };
    const trusted = document({
      Effect: 'Allow',
      Principal: { AWS: arn('Mallory') },
      Action: 'sts:AssumeRole',
      Condition: when,
    });
    const found = reached({
      Mallory: user([], own),
      Goal: role([], undefined, { ...ADMIN, AssumeRolePolicyDocument: trusted }),
    });
    return fact(found, 'Goal')?.certainty;
  };

  it('is not known to be there, nor to be absent', () => {
    expect(start('true')).toBe('possible');
    expect(start('false')).toBe('possible');
    expect(start('true', dev)).toBeUndefined();
    expect(start('false', dev)).toBe('certain');
  });
});
