import { CfnResource } from 'aws-cdk-lib';
import type * as iam from 'aws-cdk-lib/aws-iam';
import type { RoleIntent, RoleKind } from '../../model/intent';
import { misuse } from '../../private/errors';
import { declareIntent } from '../intent';
import { BoundedRole } from './bounded-role';
import { declaredTrust } from './declared-trust';
import type { ExistingPersonRoleProps, ExistingRoleProps } from './existing-role';
import { MfaProof } from './mfa-proof';
import { checkReviewOn, checkWords } from './role-declaration';
import { checkExemption } from './source-identity';

/** What belongs to a kind of role. */
interface KindOfExisting {
  readonly mfa?: MfaProof;
  readonly withoutSourceIdentity?: string;
  /** Condition keys, in lower case, that every way into a role of this kind has to ask for, with any value. */
  readonly asks?: readonly string[];
}

/**
 * Writes owner, purpose and kind of a role of the app into its Metadata, where the rules, the duties and the reports
 * read them. Nothing of the role is changed: it gets no boundary and no condition, and IAM10 asks for none. Its trust is
 * taken as it is now: what loosens it later is found by IAM13, as is what its kind asks for and it lacks.
 *
 * @param more what belongs to the kind
 * @throws BH2070 where the role is not a resource of the app, BH2071 where it was declared before; BH2001 and BH2011 as
 * BoundedRole
 */
export function declareExisting(
  role: iam.IRole,
  roleKind: RoleKind,
  props: ExistingRoleProps,
  more: KindOfExisting = {},
): iam.IRole {
  const at = role.node.path;
  const resource = role.node.defaultChild;
  if (resource === undefined || !CfnResource.isCfnResource(resource) || resource.cfnResourceType !== 'AWS::IAM::Role') {
    throw misuse(at, {
      code: 'BH2070',
      what: 'the role is not a resource of this app',
      why: 'what it may do and who may become it stands in no template, so nothing that is declared of it could be judged',
      mend: 'call `fromExisting` in the app that makes the role, and judge both: `bulkhead check ONE/cdk.out OTHER/cdk.out`; as a caller, a reader, or in `SeparationOfDuties.only` it can be named as it is',
    });
  }
  if (BoundedRole.isBoundedRole(role) || resource.getMetadata('cdk-bulkhead') !== undefined) {
    throw misuse(at, {
      code: 'BH2071',
      what: 'the role is declared already',
      mend: 'leave one of the declarations out',
    });
  }
  checkWords(at, props);
  checkReviewOn(at, props.reviewOn);
  const { mfa, withoutSourceIdentity, asks = [] } = more;
  const { trusts, requires } = declaredTrust(role as iam.Role);
  const isAsked = (key: string): boolean => requires.some((each) => each === key || each.startsWith(`${key}=`));
  declareIntent(resource, {
    kind: 'role',
    roleKind,
    path: at,
    owner: props.owner,
    purpose: props.purpose,
    existing: true,
    ...(mfa === undefined ? {} : { mfa: mfa.kind as RoleIntent['mfa'] }),
    ...(mfa?.reason === undefined ? {} : { mfaReason: mfa.reason }),
    ...(props.reviewOn === undefined ? {} : { reviewOn: props.reviewOn }),
    ...(withoutSourceIdentity === undefined ? {} : { withoutSourceIdentity }),
    trusts,
    requires: [...requires, ...asks.filter((key) => !isAsked(key))].sort(),
  });
  return role;
}

/** As `declareExisting`, of a role for people. @param asks what its trust has to require besides, as condition keys */
export function declareExistingPerson(
  role: iam.IRole,
  roleKind: RoleKind,
  { mfa = MfaProof.awsSession(), withoutSourceIdentity, ...props }: ExistingPersonRoleProps,
  asks: readonly string[] = [],
): iam.IRole {
  checkExemption(role.node.path, withoutSourceIdentity);
  return declareExisting(role, roleKind, props, {
    mfa,
    withoutSourceIdentity,
    asks: withoutSourceIdentity === undefined ? ['sts:sourceidentity', ...asks] : asks,
  });
}
