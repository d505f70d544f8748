import { policyChanges } from '../../../engine/changes/policy-change';
import { attachedPolicies, Names } from '../../../engine/world/attachments';
import type { Attached } from '../../../engine/world/attachments';
import type { SourcedPolicy, World } from '../../../engine/world/world';
import type { PolicyDocument } from '../../../model/policy';
import { elements, member, show } from '../../../model/read';
import type { Resource } from '../../../model/snapshot';
import { isAbsent } from '../../../model/value';
import { allOf, IAM_PAGES } from '../call';
import type { Call } from '../call';
import type { Declared, Deployed } from '../deployed';
import { policyDifferences, readDocument, together } from '../documents';
import { attempt, unknownDifference } from '../drift';
import type { Difference } from '../drift';
import { openPart } from '../fill';
import { managedDocument } from './managed-policy';

/** What has identity policies: IAM calls the same things by the name of the kind. */
export type IdentityKind = 'Role' | 'User' | 'Group';

/** The inline and the attached managed policies of a role, user or group; and its boundary, where it can have one. */
export async function identityDifferences(
  of: Deployed,
  kind: IdentityKind,
  found: { readonly Arn: string; readonly PermissionsBoundary?: { readonly PermissionsBoundaryArn?: string } },
  declared: Declared,
  call: Call,
): Promise<readonly Difference[]> {
  const policies = (attachedIn(declared.world).get(of.key) ?? []).filter(({ place }) => place !== 'Groups');
  const own = policies.filter(({ resource, place }) => {
    return resource !== undefined && resource.type !== 'AWS::IAM::ManagedPolicy' && place !== 'ManagedPolicyArns';
  });
  const documents = policies.map(({ resource }) => resource).filter((each) => each?.type === 'AWS::IAM::ManagedPolicy');
  const identity = { kind: 'identity', arn: of.arn ?? found.Arn, account: of.account } as const;
  const inline = inlineOf(of.physicalId, kind, call);
  return [
    ...(await attempt('Permissions', async () =>
      policyDifferences('Permissions', together(own), await inline, identity),
    )),
    ...(kind === 'Group'
      ? []
      : boundaryDifferences(
          of,
          found.PermissionsBoundary?.PermissionsBoundaryArn,
          // Without it there is no example.
          await inline.catch(() => undefined),
          declared.world.principal(of.key)?.boundary?.document,
        )),
    ...(await attempt('Managed policies', () => attachedDifferences(of, kind, documents, policies, call))),
  ];
}

const known = new WeakMap<World, Attached>();

/** What is attached to whom, a group by itself: a world knows a group by its members alone. */
function attachedIn(world: World): Attached {
  let found = known.get(world);
  if (found === undefined) {
    found = attachedPolicies(world.snapshot, new Names(world.snapshot));
    known.set(world, found);
  }
  return found;
}

async function attachedDifferences(
  of: Deployed,
  kind: IdentityKind,
  documents: readonly (Resource | undefined)[],
  policies: readonly SourcedPolicy[],
  call: Call,
): Promise<readonly Difference[]> {
  const attached = await attachedTo(of.physicalId, kind, call);
  const wanted = attachedBy(of, documents);
  if (wanted.open !== undefined) return [unknownDifference('Managed policies', `${wanted.open} is not known`)];
  const denies = (arn: string): boolean =>
    policies.some(
      ({ resource, document }) => resource?.arn === arn && document.statements.some(({ effect }) => effect === 'Deny'),
    );
  const missing = wanted.arns
    .filter((arn) => !attached.includes(arn))
    .map(
      (arn): Difference => ({
        aspect: `Managed policy ${arn}`,
        ...(denies(arn) ? { sort: 'weakened', severity: 'HIGH' } : { sort: 'narrowed', severity: 'LOW' }),
        what: `has not attached ${arn}, as was declared`,
      }),
    );
  const added: Difference[] = [];
  for (const arn of attached.filter((each) => !wanted.arns.includes(each))) {
    added.push(await attachedDifference(arn, together(policies), of, call));
  }
  return [...missing, ...added];
}

async function inlineOf(name: string, kind: IdentityKind, call: Call): Promise<PolicyDocument> {
  const of = { [`${kind}Name`]: name };
  const names = await allOf((page) => call('iam', `List${kind}Policies`, { ...of, ...page }), 'PolicyNames', IAM_PAGES);
  const documents: { readonly document: PolicyDocument }[] = [];
  for (const PolicyName of names) {
    const { PolicyDocument: text } = await call('iam', `Get${kind}Policy`, { ...of, PolicyName });
    documents.push({ document: readDocument(text) });
  }
  return together(documents);
}

async function attachedTo(name: string, kind: IdentityKind, call: Call): Promise<readonly string[]> {
  const policies = await allOf(
    (page) => call('iam', `ListAttached${kind}Policies`, { [`${kind}Name`]: name, ...page }),
    'AttachedPolicies',
    IAM_PAGES,
  );
  return policies.map(({ PolicyArn }) => String(PolicyArn));
}

function attachedBy(
  of: Deployed,
  policies: readonly (Resource | undefined)[],
): { readonly arns: readonly string[]; readonly open?: string } {
  const listed = [...elements(member(of.properties, 'ManagedPolicyArns')), ...policies.map((each) => each?.arn)];
  const open = listed.map((each) => openPart(each)).find((each) => each !== undefined);
  return {
    arns: [...new Set(listed.filter((each): each is string => typeof each === 'string'))],
    ...(open === undefined ? {} : { open }),
  };
}

async function attachedDifference(
  arn: string,
  declared: PolicyDocument,
  of: Deployed,
  call: Call,
): Promise<Difference> {
  const identity = { kind: 'identity', arn: of.arn ?? of.physicalId, account: of.account } as const;
  const document = await managedDocument(arn, call).catch(() => undefined);
  const after = together([{ document: declared }, ...(document === undefined ? [] : [{ document }])]);
  const wider = document && policyChanges(declared, after, identity).find(({ sort }) => sort === 'widened');
  const example = wider?.example;
  return {
    aspect: `Managed policy ${arn}`,
    sort: 'widened',
    severity: 'HIGH',
    what: `has ${arn} attached, which nobody declared${example === undefined ? '' : `: ${example.action} on ${example.resource}`}`,
    ...(example === undefined ? {} : { example }),
  };
}

function boundaryDifferences(
  of: Deployed,
  found: string | undefined,
  permissions: PolicyDocument | undefined,
  boundary: PolicyDocument | undefined,
): readonly Difference[] {
  const declared = member(of.properties, 'PermissionsBoundary');
  const aspect = 'Boundary';
  const open = openPart(declared);
  if (open !== undefined) return [unknownDifference(aspect, `${open} is not known`)];
  if (isAbsent(declared)) {
    if (found === undefined) return [];
    return [
      {
        aspect,
        sort: 'narrowed',
        severity: 'LOW',
        what: `has the permissions boundary ${found}, which nobody declared`,
      },
    ];
  }
  if (found === declared) return [];
  if (found !== undefined) {
    return [
      {
        aspect,
        sort: 'changed',
        severity: 'HIGH',
        what: `has the permissions boundary ${found} in place of ${show(declared)}`,
      },
    ];
  }
  const identity = { kind: 'identity', arn: of.arn ?? of.physicalId, account: of.account } as const;
  const wider =
    boundary && permissions && policyChanges(boundary, permissions, identity).find(({ sort }) => sort === 'widened');
  const example = wider?.example;
  return [
    {
      aspect,
      sort: 'widened',
      severity: 'CRITICAL',
      what: `has no permissions boundary; declared is ${show(declared)}${example === undefined ? '' : `, which does not allow ${example.action} on ${example.resource}`}`,
      ...(example === undefined ? {} : { example }),
    },
  ];
}
