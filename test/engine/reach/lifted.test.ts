import { describe, expect, it } from 'vitest';
import { answerFor, brief } from '../answers/support';
import {
  allow,
  arn,
  deny,
  document,
  fact,
  inline,
  managed,
  names,
  reached,
  ref,
  resource,
  role,
  user,
} from './support/template';
import type { Json, Resources } from './support/template';

const SECRET = resource('AWS::SecretsManager::Secret');
const READ = allow('secretsmanager:GetSecretValue', ref('Secret'));
const NO_READ = deny('secretsmanager:*');
const group = (properties: Resources): Json => resource('AWS::IAM::Group', properties);
const named = (PolicyName: string, ...statements: readonly Json[]): Json => ({
  PolicyName,
  PolicyDocument: document(...statements),
});

/** A user who may read but for a Deny of its group. */
const inGroup = (lift: Json, guards: Resources, more: Resources = {}): Resources => ({
  Secret: SECRET,
  Mallory: user([READ, lift], { Groups: [ref('Guards')], ...more }),
  Guards: group(guards),
});
const INLINE: Resources = { Policies: [inline(NO_READ)] };
const leave = allow('iam:RemoveUserFromGroup', arn('Guards'));

describe('a group left for what it denies', () => {
  it('gives what the other policies allow', () => {
    const found = answerFor(inGroup(leave, INLINE));
    expect(brief(found)).toBe('granted iam-remove-user-from-group');
    expect(found.via[0]).toMatchObject({ from: 'Mallory', to: 'the groups of Mallory' });
  });

  it.each([
    ['another permission', allow('iam:AddUserToGroup', arn('Guards')), {}],
    ['the permission on another group', allow('iam:RemoveUserFromGroup', 'arn:aws:iam::111122223333:group/other'), {}],
    ['the permission denied', leave, { Policies: [inline(READ, leave, deny('iam:RemoveUserFromGroup'))] }],
    ['a boundary in the way', leave, { PermissionsBoundary: ref('Limit') }],
    ['a Deny of its own besides', leave, { Policies: [inline(READ, leave), named('own', NO_READ)] }],
  ])('gives nothing with %s', (_, lift, more) => {
    const Limit = managed([allow('secretsmanager:*')]);
    expect(answerFor({ ...inGroup(lift, INLINE, more), Limit }).decision).toBe('denied');
  });

  it('gives nothing that the group alone allows', () => {
    const Guards = group({ Policies: [inline(READ, NO_READ)] });
    const Mallory = user([leave], { Groups: [ref('Guards')] });
    expect(brief(answerFor({ Secret: SECRET, Mallory, Guards }))).toBe('denied');
  });

  it('leads on, without what the group allows', () => {
    const trusted = { AWS: 'arn:aws:iam::111122223333:root' };
    const Victim = role([READ], trusted);
    const assume = allow('sts:AssumeRole', arn('Victim'));
    const resources = (own: readonly Json[], its: readonly Json[]): Resources => ({
      Victim,
      Secret: SECRET,
      Mallory: user([leave, ...own], { Groups: [ref('Guards')] }),
      Guards: group({ Policies: [inline(deny('sts:*'), ...its)] }),
    });
    expect(fact(reached(resources([assume], [])), 'Victim')?.certainty).toBe('certain');
    expect(names(reached(resources([], [assume])))).not.toContain('Victim');
  });
});

describe('a policy of a group', () => {
  const ATTACHED: Resources = { ManagedPolicyArns: [ref('Guard')] };
  const Guard = managed([NO_READ]);

  it('is deleted or detached, for the group', () => {
    const all = arn('Guards');
    expect(brief(answerFor(inGroup(allow('iam:DeleteGroupPolicy', all), INLINE)))).toBe(
      'granted iam-delete-group-policy',
    );
    const detach = inGroup(allow('iam:DetachGroupPolicy', all), ATTACHED);
    expect(brief(answerFor({ ...detach, Guard }))).toBe('granted iam-detach-group-policy');
  });

  it.each([
    ['an inline policy is detached', 'iam:DetachGroupPolicy', INLINE],
    ['a managed policy is deleted', 'iam:DeleteGroupPolicy', ATTACHED],
    ['it is asked of the user', 'iam:DetachUserPolicy', ATTACHED],
    ['an inline one is asked of the user', 'iam:DeleteUserPolicy', INLINE],
  ])('stays where %s', (_, action, guards) => {
    expect(answerFor({ ...inGroup(allow(action), guards), Guard }).decision).toBe('denied');
  });

  it('is detached by whom a condition lets detach this one', () => {
    const detach = (policy: string): Json =>
      allow('iam:DetachGroupPolicy', '*', { ArnEquals: { 'iam:PolicyARN': ref(policy) } });
    const Other = managed([]);
    const asked = (policy: string): Resources => ({ ...inGroup(detach(policy), ATTACHED), Guard, Other });
    expect(brief(answerFor(asked('Guard')))).toBe('granted iam-detach-group-policy');
    expect(brief(answerFor(asked('Other')))).toBe('denied');
  });
});

describe('a policy taken off on the way', () => {
  const remove = allow('iam:DeleteRolePolicy', arn('Mallory'));
  const assume = allow('sts:AssumeRole', arn('Victim'));
  const Victim = role([], { AWS: 'arn:aws:iam::111122223333:root' });
  const become = (...Policies: readonly Json[]): string | undefined =>
    fact(reached({ Victim, Mallory: role([], undefined, { Policies }) }), 'Victim')?.certainty;

  it('is not needed any more', () => {
    expect(become(named('a', remove, assume), named('b', deny('sts:*')))).toBe('certain');
  });

  it('takes its Allows along', () => {
    expect(become(named('a', remove), named('b', assume, deny('sts:*')))).toBeUndefined();
    expect(become(named('a', remove, assume, deny('sts:*')))).toBeUndefined();
  });

  it('stays where it denies something else', () => {
    expect(become(named('a', assume, deny('s3:*')), named('b', remove, deny('sts:*')))).toBe('certain');
  });

  it('makes no administrator where it is what made one', () => {
    const admin = (...Policies: readonly Json[]): string | undefined =>
      fact(reached({ Mallory: role([], undefined, { Policies }) }), 'admin')?.certainty;
    const all = allow('*');
    const except = { Effect: 'Deny', NotAction: 'iam:DeleteRolePolicy', Resource: '*' };
    expect(admin(named('a', all), named('b', except))).toBe('certain');
    expect(admin(named('a', all, except))).toBeUndefined();
  });

  it('stays where its condition does not hold', () => {
    expect(become(named('a', remove), named('b', assume, denyIf('aws:MultiFactorAuthPresent', 'false')))).toBe(
      'certain',
    );
  });

  it('is possible where conditions decide which one has to go', () => {
    const a = named('a', assume, denyIf('aws:SecureTransport', 'false'));
    expect(become(a, named('b', remove), named('c', denyIf('aws:SecureTransport', 'true')))).toBe('possible');
  });
});

const denyIf = (key: string, value: string): Json => ({
  ...(deny('sts:*') as object),
  Condition: { Bool: { [key]: value } },
});
