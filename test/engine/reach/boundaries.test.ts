import { describe, expect, it } from 'vitest';
import { ACCOUNT, allow, arn, deny, fact, managed, names, reached, ref, role, steps, user } from './support/template';
import type { Json, Resources } from './support/template';

const BOUNDED = { StringEquals: { 'iam:PermissionsBoundary': ref('Limit') } };
const CREATE = ['iam:CreateRole', 'iam:PutRolePolicy'];
const Admin = role(
  [],
  { Service: 'backup.amazonaws.com' },
  {
    ManagedPolicyArns: ['arn:aws:iam::aws:policy/AdministratorAccess'],
  },
);

/** Mallory may make roles within `Limit`, which allows these. */
const within = (limit: readonly Json[], more: readonly Json[] = [], others: Resources = {}) =>
  reached({ Mallory: role([allow(CREATE, '*', BOUNDED), ...more]), Limit: managed(limit), ...others });

describe('a role that must be made within a boundary', () => {
  it.each(['iam:PutRolePolicy', 'iam:AttachRolePolicy'])(
    'escalates by %s on other roles, if the boundary allows it',
    (action) => {
      const others = { Goal: role([], { AWS: `arn:aws:iam::${ACCOUNT}:root` }) };
      const reach = within([allow([action, 'sts:AssumeRole'], arn('Goal'))], [], others);
      expect(reach.admin?.certainty).toBe('certain');
      expect(steps(reach, reach.admin)).toEqual([
        'iam-new-bounded-role: Mallory > a new role within Limit',
        'sts-assume-role: a new role within Limit > Goal',
        `iam-${action === 'iam:PutRolePolicy' ? 'put' : 'attach'}-role-policy: a new role within Limit > the policies of Goal`,
        'administrator: Goal > administrator',
      ]);
      expect(within([allow('s3:GetObject', arn('Goal'))], [], others).admin).toBeUndefined();
    },
  );

  it('has no more than the boundary allows, whatever its policies say', () => {
    expect(names(within([allow('s3:GetObject')], [], { Admin }))).toEqual(['new role within Limit']);
  });

  it('is silent where the boundary gives nothing beyond what the creator has', () => {
    expect(names(within([allow('s3:Get*')], [allow('s3:*')]))).toEqual([]);
    expect(
      names(within([allow('s3:Get*')], [allow('s3:Get*', '*', { Bool: { 'aws:SecureTransport': 'true' } })])),
    ).not.toEqual([]);
    expect(names(within([allow('s3:Get*')], [allow('s3:*'), deny('s3:GetObject')]))).not.toEqual([]);
    expect(names(within([allow('s3:Get*'), deny('s3:GetObject')], [allow('s3:*'), deny('s3:GetObject')]))).toEqual([]);
    expect(
      names(
        within([allow('sts:AssumeRole', arn('Goal'))], [allow('sts:AssumeRole', arn('Goal'))], {
          Goal: role([], { AWS: `arn:aws:iam::${ACCOUNT}:root` }),
        }),
      ),
    ).toEqual(['Goal']);
  });

  it('is told where the boundary of the creator, or what is not known of the other one, leaves it more', () => {
    const reach = (limit: Json, more: Resources = {}) =>
      names(
        reached({
          Mallory: role(
            [allow('s3:*'), allow(CREATE, '*', { StringEquals: { 'iam:PermissionsBoundary': limit } })],
            undefined,
            {
              PermissionsBoundary: ref('Own'),
            },
          ),
          Own: managed([allow(['s3:GetObject', ...CREATE])]),
          ...more,
        }),
      );
    expect(reach(ref('Limit'), { Limit: managed([allow('s3:*')]) })).toEqual(['new role within Limit']);
    expect(reach(ref('Limit'), { Limit: managed([allow('s3:GetObject')]) })).toEqual([]);
    const elsewhere = `arn:aws:iam::${ACCOUNT}:policy/Elsewhere`;
    expect(reach(elsewhere)).toContain(`new role within ${elsewhere} in ${ACCOUNT}`);
  });

  it('is told where the same words say something else of somebody by another name', () => {
    const own = allow('s3:*', 'arn:aws:s3:::home/${aws:username}/*');
    const notBob = {
      Effect: 'Deny',
      Action: 's3:*',
      Resource: '*',
      Condition: { StringNotEquals: { 'aws:username': 'bob' } },
    };
    const create = [allow(['iam:CreateUser', 'iam:PutUserPolicy'], '*', BOUNDED), allow('iam:CreateAccessKey')];
    const of = (...said: readonly Json[]) =>
      names(reached({ Mallory: user([...said, ...create]), Limit: managed(said) }));
    expect(of(own)).toEqual(['new user within Limit']);
    expect(of(allow('s3:*'), notBob)).toEqual(['new user within Limit']);
    expect(of(allow('s3:*'), deny('s3:GetObject'))).toEqual([]);
  });

  it('is no way where the creator may make no policies for it, or must keep to another name', () => {
    const goal = { Goal: role([], { AWS: `arn:aws:iam::${ACCOUNT}:root` }) };
    const limit = managed([allow('sts:AssumeRole')]);
    const only = (statements: readonly Json[]) => names(reached({ Mallory: role(statements), Limit: limit, ...goal }));
    const path = (name: string) => `arn:aws:iam::${ACCOUNT}:role/${name}`;
    expect(only([allow('iam:CreateRole', '*', BOUNDED)])).toEqual([]);
    expect(
      only([allow('iam:CreateRole', path('a-*'), BOUNDED), allow('iam:PutRolePolicy', path('b-*'), BOUNDED)]),
    ).toEqual([]);
    expect(
      only([allow('iam:CreateRole', path('a-*'), BOUNDED), allow('iam:PutRolePolicy', path('a-*'), BOUNDED)]),
    ).toContain('Goal');
  });

  it.each<[string, Json]>([
    ['a policy of the account outside of the templates', `arn:aws:iam::${ACCOUNT}:policy/Elsewhere`],
    ['with the account as a variable', 'arn:aws:iam::${aws:PrincipalAccount}:policy/Elsewhere'],
    ['a managed policy of AWS that is not known', 'arn:aws:iam::aws:policy/job-function/Unheard'],
  ])('is possible where the boundary is %s', (_, value) => {
    const condition = { StringEquals: { 'iam:PermissionsBoundary': value } };
    const { admin } = reached({ Mallory: role([allow(CREATE, '*', condition)]) });
    expect(admin?.certainty).toBe('possible');
    expect(admin?.unknowns.map(({ cause }) => cause)).toContain('managed-policy');
  });

  it('is read from a managed policy of AWS that is known', () => {
    const of = (name: string) => {
      const condition = { ArnEquals: { 'iam:PermissionsBoundary': `arn:aws:iam::aws:policy/${name}` } };
      return reached({ Mallory: role([allow(CREATE, '*', condition)]) }).admin?.certainty;
    };
    expect(of('AdministratorAccess')).toBe('certain');
    expect(of('IAMFullAccess')).toBe('certain');
    expect(of('AmazonS3ReadOnlyAccess')).toBeUndefined();
  });

  it('may have the widest boundary where any will do', () => {
    const condition = { Null: { 'iam:PermissionsBoundary': 'false' } };
    expect(reached({ Mallory: role([allow(CREATE, '*', condition)]) }).admin?.certainty).toBe('certain');
  });

  it('is as wide as each boundary that a pattern matches', () => {
    const condition = { ArnLike: { 'iam:PermissionsBoundary': `arn:aws:iam::${ACCOUNT}:policy/limit-*` } };
    const wide = (name: string) =>
      reached({
        Mallory: role([allow(CREATE, '*', condition)]),
        Limit: {
          Type: 'AWS::IAM::ManagedPolicy',
          Properties: { ManagedPolicyName: name, PolicyDocument: { Statement: [allow('*')] } },
        },
      }).admin?.certainty;
    expect(wide('limit-wide')).toBe('certain');
    // Of a policy outside of the templates by such a name nothing is known.
    expect(wide('other')).toBe('possible');
  });

  it('loses the boundary to whoever writes it, or takes it away', () => {
    const version = [allow('iam:CreatePolicyVersion', ref('Limit'))];
    expect(within([allow('s3:GetObject')], version).admin?.certainty).toBe('certain');
    const take = [allow('iam:DeleteRolePermissionsBoundary')];
    expect(within([allow('s3:GetObject')], take).admin?.certainty).toBe('certain');
  });

  it('is followed for a Deny unless the boundary is set', () => {
    const unless = {
      Effect: 'Deny',
      Action: CREATE,
      Resource: '*',
      Condition: { StringNotEquals: { 'iam:PermissionsBoundary': ref('Limit') } },
    };
    const found = (limit: Json) =>
      reached({ Mallory: role([allow(CREATE), unless]), Limit: managed([limit]) }).admin?.certainty;
    expect(found(allow('iam:*'))).toBe('certain');
    expect(found(allow('s3:*'))).toBeUndefined();
  });

  it('is not asked for by who can make roles without', () => {
    const reach = reached({
      Mallory: role([allow(CREATE), allow(CREATE, '*', BOUNDED)]),
      Limit: managed([allow('iam:*')]),
    });
    expect(steps(reach, reach.admin)).toEqual(['iam-new-administrator-role: Mallory > administrator']);
  });
});

describe('a user that must be made within a boundary', () => {
  it('escalates by what the boundary allows', () => {
    const statements = [allow(['iam:CreateUser', 'iam:PutUserPolicy'], '*', BOUNDED), allow('iam:CreateAccessKey')];
    const of = (limit: Json) => reached({ Mallory: user(statements), Limit: managed([limit]), Goal: role([]) });
    const reach = of(allow('iam:UpdateAssumeRolePolicy'));
    expect(steps(reach, fact(reach, 'T#Goal'))).toEqual([
      'iam-new-bounded-user: Mallory > a new user within Limit',
      'iam-update-trust: a new user within Limit > Goal',
    ]);
    expect(fact(of(allow('s3:*')), 'T#Goal')).toBeUndefined();
  });
});

describe('a boundary that may be exchanged', () => {
  const exchanged = (wider: Json, more: Resources = {}) =>
    reached({
      Mallory: role([allow('*')], undefined, { PermissionsBoundary: ref('Own') }),
      Own: managed([allow('s3:GetObject'), allow('iam:PutRolePermissionsBoundary', '*', BOUNDED)]),
      Limit: managed([wider]),
      ...more,
    });

  it('gives what the other one allows', () => {
    const reach = exchanged(allow('iam:*'));
    expect(steps(reach, reach.admin)).toEqual([
      'iam-exchange-role-boundary: Mallory > the boundary of Mallory',
      'administrator: Mallory > administrator',
    ]);
    expect(reach.changes.map(({ technique }) => technique)).toEqual(['iam-exchange-role-boundary']);
  });

  it('may give anything where the other one is not known', () => {
    const elsewhere = { StringEquals: { 'iam:PermissionsBoundary': `arn:aws:iam::${ACCOUNT}:policy/Elsewhere` } };
    const { admin } = reached({
      Mallory: role([allow('*')], undefined, { PermissionsBoundary: ref('Own') }),
      Own: managed([allow('iam:PutRolePermissionsBoundary', '*', elsewhere)]),
    });
    expect(admin?.certainty).toBe('possible');
  });

  it('is silent where the other one allows less', () => {
    const reach = exchanged(allow('s3:GetObject', 'arn:aws:s3:::one/*'));
    expect([names(reach), reach.changes]).toEqual([[], []]);
  });
});
