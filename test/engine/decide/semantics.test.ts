import { describe, expect, it } from 'vitest';
import { snapshotOf } from '../../../lib/assembly/snapshot';
import { decide } from '../../../lib/engine/decide/decide';
import { worldOf } from '../../../lib/engine/world/world-of';
import type { PolicyText } from '../../../lib/model/policy';
import { allow, principal, role, verdict, world } from './support';

type Json = Readonly<Record<string, unknown>>;

const TARGET = 'arn:aws:iam::111122223333:role/target';
const ROOT = 'arn:aws:iam::111122223333:root';
const target = (statements: readonly Json[], rest: Json = {}): Json =>
  role([], { RoleName: 'target', AssumeRolePolicyDocument: { Statement: statements }, ...rest });
const trusts = (AWS: unknown, Action: unknown = 'sts:AssumeRole', rest: Json = {}): Json => ({
  Effect: 'Allow',
  Principal: { AWS },
  Action,
  ...rest,
});
const assumes = (resources: Json, action = 'sts:AssumeRole', logicalId = 'Role'): string => {
  const of = world(resources);
  return verdict(decide({ principal: principal(of, logicalId), action, resource: TARGET }, of));
};

/** @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html */
describe('39: principals by their unique id', () => {
  const Role = role([]);
  const Other = role([], { RoleName: 'other' });

  it('are the role whose id it is, whatever the role is called', () => {
    const Target = target([trusts({ 'Fn::GetAtt': ['Role', 'RoleId'] })]);
    expect(assumes({ Role, Other, Target })).toBe('must');
    expect(assumes({ Role, Other, Target }, 'sts:AssumeRole', 'Other')).toBe('no');
  });

  it('of a deleted role or of one that is there: which, no template tells', () => {
    expect(assumes({ Role, Target: target([trusts('AROAEXAMPLEID12345678')]) })).toBe('may');
    expect(assumes({ Role, Target: target([trusts('AIDAEXAMPLEID12345678')]) })).toBe('no');
  });
});

/** @see https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_mfa_configure-api-require.html */
describe('41: MFA of roles', () => {
  const withMfa = { Condition: { Bool: { 'aws:MultiFactorAuthPresent': 'true' } } };

  it('is a condition of the answer, never taken for granted', () => {
    const of = world({ Role: role([allow('s3:GetObject', '*', withMfa)]) });
    const asked = { principal: principal(of), action: 's3:GetObject', resource: 'arn:aws:s3:::data/a' } as const;
    const found = decide(asked, of);
    expect(found.unconditional).toBe(false);
    expect(found.conditions.map(({ key, wanted }) => [key, wanted])).toEqual([['aws:multifactorauthpresent', 'holds']]);
    expect(verdict(decide({ ...asked, closed: true }, of))).toBe('no');
  });

  it('of the caller decides who may assume a role that asks for it', () => {
    const of = world({ Role: role([]), Target: target([trusts(ROOT), trusts('*', 'sts:AssumeRole', withMfa)]) });
    const asked = { principal: principal(of), action: 'sts:AssumeRole', resource: TARGET } as const;
    expect(verdict(decide({ ...asked, closed: true }, of))).toBe('no');
    const context = { 'aws:MultiFactorAuthPresent': 'true' };
    expect(verdict(decide({ ...asked, context, closed: true }, of))).toBe('must');
  });
});

/** @see https://docs.aws.amazon.com/secretsmanager/latest/userguide/reference_iam-permissions.html */
describe('57: the ARN of a secret', () => {
  const Secret = { Type: 'AWS::SecretsManager::Secret', Properties: { Name: 'db' } };
  const reads = (name: string): string => {
    const resource = `arn:aws:secretsmanager:eu-west-1:111122223333:secret:${name}`;
    const of = world({ Role: role([allow('secretsmanager:GetSecretValue', resource)]), Secret });
    const arn = of.snapshot.byKey('T#Secret')?.arn as PolicyText;
    return verdict(decide({ principal: principal(of), action: 'secretsmanager:GetSecretValue', resource: arn }, of));
  };

  it('has a suffix that nobody knows before', () => {
    expect([reads('db-*'), reads('db-??????'), reads('db-Ab12Cd')]).toEqual(['must', 'may', 'may']);
    expect([reads('db'), reads('other-*')]).toEqual(['no', 'no']);
  });
});

/** @see https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles.html */
describe('42: the length of a session', () => {
  const short = { Condition: { NumericLessThanEquals: { 'sts:DurationSeconds': '3600' } } };
  const Role = role([allow('sts:AssumeRole', TARGET, short)]);
  const durations = [900, 3600, 43_200].map((MaxSessionDuration) => target([trusts(ROOT)], { MaxSessionDuration }));

  it('that a role allows at most opens and closes nothing', () => {
    for (const Target of durations) expect(assumes({ Role, Target })).toBe('must');
  });

  it('that is asked for does, where a policy limits it', () => {
    const of = world({ Role, Target: durations[2] });
    const ask = (seconds: string): string =>
      verdict(
        decide(
          {
            principal: principal(of),
            action: 'sts:AssumeRole',
            resource: TARGET,
            context: { 'sts:DurationSeconds': seconds },
          },
          of,
        ),
      );
    expect([ask('3600'), ask('3601')]).toEqual(['must', 'no']);
  });
});

/** @see https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_temp_control-access_monitor.html */
describe('44: a source identity', () => {
  const both = ['sts:AssumeRole', 'sts:SetSourceIdentity'];
  const set = 'sts:SetSourceIdentity';

  it('needs a permission of its own on both sides', () => {
    const Role = role([allow(both, TARGET)]);
    expect(assumes({ Role, Target: target([trusts(ROOT, both)]) }, set)).toBe('must');
    expect(assumes({ Role, Target: target([trusts(ROOT)]) }, set)).toBe('no');
    const without = role([allow('sts:AssumeRole', TARGET)]);
    expect(assumes({ Role: without, Target: target([trusts(ROOT, both)]) }, set)).toBe('no');
  });

  it('needs it across accounts too', () => {
    const of = (actions: readonly string[]) =>
      worldOf(
        snapshotOf([
          {
            name: 'T',
            file: 't',
            account: '999988887777',
            body: { Resources: { Role: role([allow(actions, TARGET)]) } },
          },
          {
            name: 'U',
            file: 'u',
            account: '111122223333',
            region: 'eu-west-1',
            body: { Resources: { Target: target([trusts('999988887777', both)]) } },
          },
        ]),
      );
    const ask = (actions: readonly string[]): string => {
      const found = of(actions);
      return verdict(decide({ principal: principal(found), action: set, resource: TARGET }, found));
    };
    expect([ask(both), ask(['sts:AssumeRole'])]).toEqual(['must', 'no']);
  });

  it('that a trust policy asks for has to be brought', () => {
    const asked = { Condition: { StringLike: { 'sts:SourceIdentity': 'ann' } } };
    const of = world({ Role: role([allow(both, TARGET)]), Target: target([trusts(ROOT, both, asked)]) });
    const question = { principal: principal(of), action: 'sts:AssumeRole', resource: TARGET, closed: true } as const;
    expect(verdict(decide(question, of))).toBe('no');
    expect(verdict(decide({ ...question, context: { 'sts:SourceIdentity': 'ann' } }, of))).toBe('must');
  });
});
