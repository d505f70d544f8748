import { elements, entries, member, show } from '../../../model/read';
import { isAbsent } from '../../../model/value';
import { settingDifferences } from '../as-declared';
import { orMissing } from '../call';
import type { Answer, Call } from '../call';
import type { Declared, Deployed } from '../deployed';
import { readDocument } from '../documents';
import { attempt, deletedDifference, unknownDifference } from '../drift';
import type { Difference } from '../drift';
import { openPart } from '../fill';
import { resourcePolicyDifferences } from './resource-policy';

/** Clocks differ a little. */
const TOLERANCE = 60_000;

/** A function: in which role it runs what, who may invoke it, and whether it was changed beside CloudFormation. */
export async function functionDifferences(
  of: Deployed,
  declared: Declared,
  call: Call,
): Promise<readonly Difference[]> {
  const FunctionName = of.physicalId;
  const found = await orMissing(call('lambda', 'GetFunctionConfiguration', { FunctionName }));
  if (found === undefined) return [deletedDifference('the function is not there')];
  const isImage = member(of.properties, 'PackageType') === 'Image';
  return [
    ...settingDifferences(of.properties, found, ['Role', ...(isImage ? [] : ['Handler', 'Runtime'])], {
      severity: 'HIGH',
    }),
    ...settingDifferences(of.properties, found, ['Timeout'], { severity: 'MEDIUM', defaults: { Timeout: 3 } }),
    ...layerDifferences(of, found),
    ...variableDifferences(of, found),
    ...timeDifferences(of, found),
    ...(await attempt('Concurrency', async () =>
      concurrencyDifferences(of, await call('lambda', 'GetFunctionConcurrency', { FunctionName })),
    )),
    ...(await attempt('Resource policy', async () => {
      const policy = await orMissing(call('lambda', 'GetPolicy', { FunctionName }));
      // Of the function itself: versions and aliases have policies of their own.
      return resourcePolicyDifferences(of, declared, readDocument(policy?.['Policy']));
    })),
  ];
}

/** The code in a layer runs in the function. */
function layerDifferences({ properties }: Deployed, found: Answer): readonly Difference[] {
  const declared = member(properties, 'Layers');
  const open = openPart(declared);
  if (open !== undefined) return [unknownDifference('Layers', `${open} is not known`)];
  const wanted = elements(declared).map(show);
  const actual = ((found['Layers'] ?? []) as readonly Answer[]).map(({ Arn }) => String(Arn));
  if (wanted.join() === actual.join()) return [];
  const what = `has the layers ${actual.join(', ') || 'none'}, declared are ${wanted.join(', ') || 'none'}`;
  return [{ aspect: 'Layers', sort: 'changed', severity: 'HIGH', what }];
}

/** By name, never by value. One whose value is not known here is left to the time of the last change. */
function variableDifferences({ properties }: Deployed, found: Answer): readonly Difference[] {
  const { Variables, Error: error } = (found['Environment'] ?? {}) as Answer;
  // Its key does not let the review in: the same.
  if (error !== undefined) return [];
  const wanted = new Map(entries(member(properties, 'Environment', 'Variables')));
  const actual = new Map(Object.entries((Variables ?? {}) as Answer));
  const names = [...new Set([...wanted.keys(), ...actual.keys()])].filter((name) => {
    const value = wanted.get(name);
    if (value === undefined || isAbsent(value)) return actual.has(name);
    return openPart(value) === undefined && show(value) !== String(actual.get(name));
  });
  if (names.length === 0) return [];
  const what = `has other values than were declared in its environment: ${names.sort().join(', ')}`;
  return [{ aspect: 'Environment', sort: 'changed', severity: 'HIGH', what }];
}

/**
 * A template does not have the hash that Lambda gives of code. What was changed beside CloudFormation, code or settings,
 * was changed later than CloudFormation itself had the function in hand.
 */
function timeDifferences({ touched }: Deployed, { LastModified }: Answer): readonly Difference[] {
  const changed = Date.parse(String(LastModified ?? '').replace(/([+-]\d\d)(\d\d)$/, '$1:$2'));
  const aspect = 'Last change';
  if (touched === undefined || Number.isNaN(changed)) return [unknownDifference(aspect, 'its time is not known')];
  if (changed <= touched + TOLERANCE) return [];
  const [then, last] = [changed, touched].map((each) => new Date(each).toISOString());
  const what = `its code or settings were changed at ${then}, and not by CloudFormation, whose last change was at ${last}`;
  return [{ aspect, sort: 'changed', severity: 'HIGH', what }];
}

function concurrencyDifferences({ properties }: Deployed, found: Answer): readonly Difference[] {
  const aspect = 'Concurrency';
  const wanted = member(properties, 'ReservedConcurrentExecutions');
  const open = openPart(wanted);
  if (open !== undefined) return [unknownDifference(aspect, `${open} is not known`)];
  const actual: unknown = found['ReservedConcurrentExecutions'];
  if (actual === 0 && wanted !== 0) {
    return [{ aspect, sort: 'weakened', severity: 'HIGH', what: 'cannot run: its concurrency is 0' }];
  }
  return settingDifferences(properties, found, ['ReservedConcurrentExecutions'], { severity: 'LOW' });
}
