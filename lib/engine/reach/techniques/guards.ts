import type { Technique } from '../technique';
import { call } from './make';

const GROUP = 'AWS::IAM::Group';

/** What keeps a principal within bounds: boundaries and Denies. */
export const GUARDS: readonly Technique[] = [
  call(
    'iam-delete-role-boundary',
    ['htc-DeleteRolePermissionsBoundary'],
    'role',
    'lift-boundary',
    'iam:DeleteRolePermissionsBoundary',
  ),
  call(
    'iam-put-role-boundary',
    ['htc-PutRolePermissionsBoundary'],
    'role',
    'lift-boundary',
    'iam:PutRolePermissionsBoundary',
    { about: 'replace-boundary' },
  ),
  call(
    'iam-delete-user-boundary',
    ['htc-DeleteUserPermissionsBoundary'],
    'user',
    'lift-boundary',
    'iam:DeleteUserPermissionsBoundary',
  ),
  call(
    'iam-put-user-boundary',
    ['htc-PutUserPermissionsBoundary'],
    'user',
    'lift-boundary',
    'iam:PutUserPermissionsBoundary',
    { about: 'replace-boundary' },
  ),
  call('iam-delete-role-policy', ['htc-DeleteRolePolicy'], 'role', 'lift-inline-denies', 'iam:DeleteRolePolicy'),
  call('iam-delete-user-policy', ['htc-DeleteUserPolicy'], 'user', 'lift-inline-denies', 'iam:DeleteUserPolicy'),
  call('iam-detach-role-policy', ['htc-DetachRolePolicy'], 'role', 'lift-managed-denies', 'iam:DetachRolePolicy'),
  call('iam-detach-user-policy', ['htc-DetachUserPolicy'], 'user', 'lift-managed-denies', 'iam:DetachUserPolicy'),
  // Under the name of a policy that is there, another one is written in its place.
  call('iam-overwrite-role-policy', [], 'role', 'lift-inline-denies', 'iam:PutRolePolicy'),
  call('iam-overwrite-user-policy', [], 'user', 'lift-inline-denies', 'iam:PutUserPolicy'),
  call('iam-overwrite-group-policy', [], GROUP, 'lift-inline-denies', 'iam:PutGroupPolicy'),
  call('iam-delete-group-policy', [], GROUP, 'lift-inline-denies', 'iam:DeleteGroupPolicy'),
  call('iam-detach-group-policy', [], GROUP, 'lift-managed-denies', 'iam:DetachGroupPolicy'),
  call('iam-remove-user-from-group', [], GROUP, 'leave-group', 'iam:RemoveUserFromGroup'),
];
