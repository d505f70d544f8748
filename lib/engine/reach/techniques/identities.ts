import type { Technique } from '../technique';
import { any, call, on } from './make';

/** Credentials and policies of principals that are there, and new principals. */
export const IDENTITIES: readonly Technique[] = [
  call('iam-create-access-key', ['iam-002', 'iam-003', 'iam-015', 'iam-018'], 'user', 'become', 'iam:CreateAccessKey'),
  call('iam-create-login', ['iam-004'], 'user', 'become', 'iam:CreateLoginProfile', {
    shown: 'no-password',
  }),
  call('iam-update-login', ['iam-006'], 'user', 'become', 'iam:UpdateLoginProfile', {
    shown: 'password',
  }),
  {
    ...call('iam-replace-login', ['iam-004'], 'user', 'become', []),
    needs: [[on('iam:DeleteLoginProfile')], [on('iam:CreateLoginProfile')]],
    shown: 'password',
  },
  {
    ...call(
      'iam-update-trust',
      ['iam-012', 'iam-019', 'iam-020', 'iam-021'],
      'role',
      'become',
      'iam:UpdateAssumeRolePolicy',
    ),
    rewrites: 'replace',
  },
  call('iam-put-role-policy', ['iam-005', 'iam-017', 'iam-021'], 'role', 'write-policies', 'iam:PutRolePolicy'),
  call('iam-attach-role-policy', ['iam-009', 'iam-014', 'iam-019'], 'role', 'write-policies', 'iam:AttachRolePolicy', {
    about: 'attach-administrator',
  }),
  call('iam-put-user-policy', ['iam-007', 'iam-018'], 'user', 'write-policies', 'iam:PutUserPolicy'),
  call('iam-attach-user-policy', ['iam-008', 'iam-015'], 'user', 'write-policies', 'iam:AttachUserPolicy', {
    about: 'attach-administrator',
  }),
  call('iam-put-group-policy', ['iam-011'], 'AWS::IAM::Group', 'write-policies', 'iam:PutGroupPolicy'),
  call('iam-attach-group-policy', ['iam-010'], 'AWS::IAM::Group', 'write-policies', 'iam:AttachGroupPolicy', {
    about: 'attach-administrator',
  }),
  ...(['Role', 'User', 'Group'] as const).map((kind) =>
    call(
      `iam-attach-one-${kind.toLowerCase()}-policy`,
      [],
      kind === 'Group' ? 'AWS::IAM::Group' : kind === 'Role' ? 'role' : 'user',
      'attach-policy',
      `iam:Attach${kind}Policy`,
      { about: 'attach-one' },
    ),
  ),
  call('iam-add-user-to-group', ['iam-013'], 'AWS::IAM::Group', 'join-group', 'iam:AddUserToGroup'),
  call(
    'iam-new-policy-version',
    ['iam-001', 'iam-016', 'iam-020'],
    'AWS::IAM::ManagedPolicy',
    'write-policies',
    'iam:CreatePolicyVersion',
  ),
  call(
    'iam-old-policy-version',
    ['rhino-02'],
    'AWS::IAM::ManagedPolicy',
    'write-policies',
    'iam:SetDefaultPolicyVersion',
    { doubt: 'whether the policy has an older, wider version' },
  ),
  call('saml-update-provider', ['cand-saml-update'], 'AWS::IAM::SAMLProvider', 'become', 'iam:UpdateSAMLProvider'),
  call(
    'oidc-update-thumbprint',
    ['cand-oidc-thumb'],
    'AWS::IAM::OIDCProvider',
    'become',
    'iam:UpdateOpenIDConnectProviderThumbprint',
    { doubt: 'whether AWS still asks for the thumbprint of this provider' },
  ),
  {
    id: 'iam-new-administrator-user',
    references: ['stratus-create-admin-user'],
    target: 'account',
    needs: [
      [any('iam:CreateUser', 'no-boundary')],
      [any(['iam:AttachUserPolicy', 'iam:PutUserPolicy'], 'attach-administrator')],
      [any(['iam:CreateAccessKey', 'iam:CreateLoginProfile'], 'no-boundary')],
    ],
    gain: 'administer',
  },
  {
    id: 'iam-new-administrator-role',
    references: ['stratus-create-backdoor-role'],
    target: 'account',
    needs: [
      [any('iam:CreateRole', 'no-boundary')],
      [any(['iam:AttachRolePolicy', 'iam:PutRolePolicy'], 'attach-administrator')],
    ],
    gain: 'administer',
  },
];
