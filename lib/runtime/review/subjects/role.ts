import { policyChanges } from '../../../engine/changes/policy-change';
import { elements, member, show } from '../../../model/read';
import { isAbsent } from '../../../model/value';
import type { SourcedPolicy } from '../../../engine/world/world';
import type { PolicyDocument } from '../../../model/policy';
import type { Resource } from '../../../model/snapshot';
import { allOf, IAM_PAGES, orMissing } from '../call';
import type { Call } from '../call';
import type { Declared, Deployed } from '../deployed';
import { policyDifferences, readDocument, together } from '../documents';
import { attempt, deletedDifference, unknownDifference } from '../drift';
import type { Difference } from '../drift';
import { openPart } from '../fill';
import { callerTagDifferences } from './caller-tags';
import { managedDocument } from './managed-policy';

/** A role: what it may do, within which boundary, who becomes it and for how long. */
export async function roleDifferences(role: Deployed, declared: Declared, call: Call): Promise<readonly Difference[]> {
  const RoleName = role.physicalId;
  const found = (await orMissing(call('iam', 'GetRole', { RoleName })))?.['Role'];
  if (found === undefined) return [deletedDifference('the role is not there')];
  const principal = declared.world.principal(role.key);
  const identity = { kind: 'identity', arn: role.arn ?? found.Arn, account: role.account } as const;
  const policies = principal?.policies ?? [];
  const own = policies.filter(({ resource, place }) => {
    return resource !== undefined && resource.type !== 'AWS::IAM::ManagedPolicy' && place !== 'ManagedPolicyArns';
  });
  const documents = policies.map(({ resource }) => resource).filter((each) => each?.type === 'AWS::IAM::ManagedPolicy');
  const inline = inlineOf(RoleName, call);
  const trust = { kind: 'trust', arn: identity.arn, account: role.account, mustAllow: true } as const;
  const declaredTrust = principal?.trust?.document ?? together([]);
  return [
    ...(await attempt('Permissions', async () =>
      policyDifferences('Permissions', together(own), await inline, identity),
    )),
    ...policyDifferences('Trust', declaredTrust, readDocument(found.AssumeRolePolicyDocument), trust),
    ...boundaryDifferences(
      role,
      found.PermissionsBoundary?.PermissionsBoundaryArn,
      // Without it there is no example.
      await inline.catch(() => undefined),
      principal?.boundary?.document,
    ),
    ...durationDifferences(role, found.MaxSessionDuration),
    ...callerTagDifferences(principal, found.Tags),
    ...(await attempt('Managed policies', () => attachedDifferences(role, documents, policies, call))),
  ];
}

async function attachedDifferences(
  role: Deployed,
  documents: readonly (Resource | undefined)[],
  policies: readonly SourcedPolicy[],
  call: Call,
): Promise<readonly Difference[]> {
  const attached = await attachedTo(role.physicalId, call);
  const wanted = attachedBy(role, documents);
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
    added.push(await attachedDifference(arn, together(policies), role, call));
  }
  return [...missing, ...added];
}

async function inlineOf(RoleName: string, call: Call): Promise<PolicyDocument> {
  const names = await allOf((page) => call('iam', 'ListRolePolicies', { RoleName, ...page }), 'PolicyNames', IAM_PAGES);
  const documents: { readonly document: PolicyDocument }[] = [];
  for (const name of names) {
    const { PolicyDocument: text } = await call('iam', 'GetRolePolicy', { RoleName, PolicyName: name });
    documents.push({ document: readDocument(text) });
  }
  return together(documents);
}

async function attachedTo(RoleName: string, call: Call): Promise<readonly string[]> {
  const policies = await allOf(
    (page) => call('iam', 'ListAttachedRolePolicies', { RoleName, ...page }),
    'AttachedPolicies',
    IAM_PAGES,
  );
  return policies.map(({ PolicyArn }) => String(PolicyArn));
}

function attachedBy(
  role: Deployed,
  policies: readonly (Resource | undefined)[],
): { readonly arns: readonly string[]; readonly open?: string } {
  const listed = [...elements(member(role.properties, 'ManagedPolicyArns')), ...policies.map((each) => each?.arn)];
  const open = listed.map((each) => openPart(each)).find((each) => each !== undefined);
  return {
    arns: [...new Set(listed.filter((each): each is string => typeof each === 'string'))],
    ...(open === undefined ? {} : { open }),
  };
}

async function attachedDifference(
  arn: string,
  declared: PolicyDocument,
  role: Deployed,
  call: Call,
): Promise<Difference> {
  const identity = { kind: 'identity', arn: role.arn ?? role.physicalId, account: role.account } as const;
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
  role: Deployed,
  found: string | undefined,
  permissions: PolicyDocument | undefined,
  boundary: PolicyDocument | undefined,
): readonly Difference[] {
  const declared = member(role.properties, 'PermissionsBoundary');
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
  const identity = { kind: 'identity', arn: role.arn ?? role.physicalId, account: role.account } as const;
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

function durationDifferences(role: Deployed, found: unknown): readonly Difference[] {
  const declared = member(role.properties, 'MaxSessionDuration');
  if (openPart(declared) !== undefined)
    return [unknownDifference('Session duration', 'it is not known what was declared')];
  const seconds = isAbsent(declared) ? 3600 : Number(declared);
  const actual = Number(found ?? 3600);
  if (seconds === actual) return [];
  return [
    {
      aspect: 'Session duration',
      sort: actual > seconds ? 'widened' : 'narrowed',
      severity: actual > seconds ? 'MEDIUM' : 'LOW',
      what: `sessions may last ${actual} s, declared are ${seconds} s`,
    },
  ];
}
