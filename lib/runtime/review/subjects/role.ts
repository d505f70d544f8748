import { member } from '../../../model/read';
import { isAbsent } from '../../../model/value';
import { orMissing } from '../call';
import type { Call } from '../call';
import type { Declared, Deployed } from '../deployed';
import { policyDifferences, readDocument, together } from '../documents';
import { deletedDifference, unknownDifference } from '../drift';
import type { Difference } from '../drift';
import { openPart } from '../fill';
import { callerTagDifferences } from './caller-tags';
import { identityDifferences } from './identity';

/** A role: what it may do, within which boundary, who becomes it and for how long. */
export async function roleDifferences(role: Deployed, declared: Declared, call: Call): Promise<readonly Difference[]> {
  const found = (await orMissing(call('iam', 'GetRole', { RoleName: role.physicalId })))?.['Role'];
  if (found === undefined) return [deletedDifference('the role is not there')];
  const trust = { kind: 'trust', arn: role.arn ?? found.Arn, account: role.account, mustAllow: true } as const;
  const principal = declared.world.principal(role.key);
  const declaredTrust = principal?.trust?.document ?? together([]);
  return [
    ...(await identityDifferences(role, 'Role', found, declared, call)),
    ...policyDifferences('Trust', declaredTrust, readDocument(found.AssumeRolePolicyDocument), trust),
    ...durationDifferences(role, found.MaxSessionDuration),
    ...callerTagDifferences(principal, found.Tags),
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
