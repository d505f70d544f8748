import type { Technique } from '../technique';
import { any, call, on } from './make';
import type { Actions } from './make';

/** Makes a principal within a boundary that must be set, with policies of one's own writing. */
function create(id: string, reference: string, kind: 'Role' | 'User', enter: readonly Actions[]): Technique {
  return {
    id,
    references: [reference],
    target: kind === 'Role' ? 'new-role' : 'new-user',
    needs: [
      [any(`iam:Create${kind}`, 'within-boundary')],
      [any([`iam:Attach${kind}Policy`, `iam:Put${kind}Policy`], 'within-boundary')],
      ...enter.map((each) => [any(each)]),
    ],
    gain: 'create',
  };
}

/** Likewise, and takes the boundary off again, or writes what the boundary says. */
function unbound(id: string, reference: string, kind: 'Role' | 'User', enter: readonly Actions[]): Technique {
  const made = create(id, reference, kind, enter);
  const lift = any(`iam:Delete${kind}PermissionsBoundary`, 'within-boundary');
  return { ...made, needs: [...made.needs, [lift]], gain: 'administer' };
}

function exchange(id: string, reference: string, kind: 'Role' | 'User'): Technique {
  const made = call(id, [reference], kind === 'Role' ? 'bounded-role' : 'bounded-user', 'exchange-boundary', []);
  return { ...made, needs: [[on(`iam:Put${kind}PermissionsBoundary`, 'within-boundary')]] };
}

/** Makes a principal and gives it one managed policy that is there. */
function withPolicy(id: string, kind: 'Role' | 'User', enter: readonly Actions[]): Technique {
  return {
    id,
    references: [],
    target: kind === 'Role' ? 'new-role-with' : 'new-user-with',
    needs: [
      [any(`iam:Create${kind}`, 'made')],
      [any(`iam:Attach${kind}Policy`, 'made-with')],
      ...enter.map((each) => [any(each)]),
    ],
    gain: 'create',
  };
}

const KEYS = ['iam:CreateAccessKey', 'iam:CreateLoginProfile'];

/** Principals that must carry a boundary: what they have is what that boundary allows, at most. */
export const BOUNDED: readonly Technique[] = [
  create('iam-new-bounded-role', 'stratus-create-backdoor-role', 'Role', []),
  create('iam-new-bounded-user', 'stratus-create-admin-user', 'User', [KEYS]),
  unbound('iam-new-unbound-role', 'stratus-create-backdoor-role', 'Role', []),
  unbound('iam-new-unbound-user', 'stratus-create-admin-user', 'User', [KEYS]),
  {
    id: 'iam-new-user-in-group',
    references: [],
    target: 'new-member',
    needs: [[any('iam:CreateUser', 'made')], [on('iam:AddUserToGroup')], [any(KEYS)]],
    gain: 'create',
  },
  withPolicy('iam-new-role-with-policy', 'Role', []),
  withPolicy('iam-new-user-with-policy', 'User', [KEYS]),
  exchange('iam-exchange-role-boundary', 'htc-PutRolePermissionsBoundary', 'Role'),
  exchange('iam-exchange-user-boundary', 'htc-PutUserPermissionsBoundary', 'User'),
];
