import { canonicalJson } from '../../../model/canonical-json';
import { elements, member, show } from '../../../model/read';
import { isAbsent } from '../../../model/value';
import type { Value } from '../../../model/value';
import { orMissing } from '../call';
import type { Answer, Call } from '../call';
import type { Declared, Deployed } from '../deployed';
import { attempt, deletedDifference, unknownDifference } from '../drift';
import type { Difference, Severity } from '../drift';
import { openPart } from '../fill';
import { isSameKey } from './secret';

/** A trail: whether it logs, what, where to and how it is proved. */
export async function trailDifferences(trail: Deployed, _: Declared, call: Call): Promise<readonly Difference[]> {
  const Name = trail.arn ?? trail.physicalId;
  const found = (await orMissing(call('cloudtrail', 'GetTrail', { Name })))?.['Trail'] as Answer | undefined;
  if (found === undefined) {
    return [{ ...deletedDifference('the trail is not there: nothing is recorded'), severity: 'CRITICAL' }];
  }
  return [
    ...(await attempt('Logging', async () => logging(trail, await call('cloudtrail', 'GetTrailStatus', { Name })))),
    ...switches(trail, found),
    ...destinations(trail, found),
    ...(await attempt(SELECTORS, async () =>
      selectorDifferences(trail, await call('cloudtrail', 'GetEventSelectors', { TrailName: Name })),
    )),
    ...(await attempt('Insights', async () =>
      insightDifferences(trail, await orMissing(call('cloudtrail', 'GetInsightSelectors', { TrailName: Name }))),
    )),
  ];
}

const SELECTORS = 'Event selectors';

function logging(trail: Deployed, { IsLogging, LatestDeliveryError }: Answer): readonly Difference[] {
  if (trail.properties['IsLogging'] === true && IsLogging !== true) {
    return [{ aspect: 'Logging', sort: 'weakened', severity: 'CRITICAL', what: 'does not log: it was stopped' }];
  }
  const error: unknown = LatestDeliveryError;
  if (typeof error !== 'string' || error === '') return [];
  return [{ aspect: 'Delivery', sort: 'weakened', severity: 'HIGH', what: `cannot deliver: ${error}` }];
}

/** Property of the template, member of the answer, what is lost, and how bad that is. Without the property it is off. */
const SWITCHES: readonly (readonly [property: string, member: string, what: string, severity: Severity])[] = [
  ['EnableLogFileValidation', 'LogFileValidationEnabled', 'writes no digests: nothing can be proved', 'CRITICAL'],
  ['IsMultiRegionTrail', 'IsMultiRegionTrail', 'records one region only', 'HIGH'],
  ['IncludeGlobalServiceEvents', 'IncludeGlobalServiceEvents', 'does not record global services such as IAM', 'HIGH'],
  ['IsOrganizationTrail', 'IsOrganizationTrail', 'does not record the organization', 'HIGH'],
];

function switches({ properties }: Deployed, found: Answer): readonly Difference[] {
  return SWITCHES.flatMap(([property, name, what, severity]): readonly Difference[] =>
    properties[property] === true && found[name] !== true
      ? [{ aspect: property, sort: 'weakened', severity, what }]
      : [],
  );
}

const DESTINATIONS: readonly (readonly [property: string, member: string, what: string])[] = [
  ['S3BucketName', 'S3BucketName', 'the bucket'],
  ['S3KeyPrefix', 'S3KeyPrefix', 'the prefix'],
  ['CloudWatchLogsLogGroupArn', 'CloudWatchLogsLogGroupArn', 'the log group'],
  ['CloudWatchLogsRoleArn', 'CloudWatchLogsRoleArn', 'the role for the log group'],
  ['KMSKeyId', 'KmsKeyId', 'the key'],
];

function destinations({ properties }: Deployed, found: Answer): readonly Difference[] {
  return DESTINATIONS.flatMap(([property, name, what]): readonly Difference[] => {
    const wanted = member(properties, property);
    const actual = String(found[name] ?? '');
    if (openPart(wanted) !== undefined) return [unknownDifference(property, `${openPart(wanted)} is not known`)];
    const declared = isAbsent(wanted) ? '' : show(wanted);
    if (declared === actual || (property === 'KMSKeyId' && declared !== '' && isSameKey(declared, actual))) return [];
    return [
      {
        aspect: property,
        sort: 'changed',
        severity: 'HIGH',
        what: `${what} is ${actual === '' ? 'none' : actual}, declared is ${declared === '' ? 'none' : declared}`,
      },
    ];
  });
}

/** Selectors in any order, by what they select: their names say nothing. */
function selectorDifferences({ properties }: Deployed, found: Answer): readonly Difference[] {
  const aspect = SELECTORS;
  const [advanced, basic] = ['AdvancedEventSelectors', 'EventSelectors'].map((each) => member(properties, each));
  const open = openPart(advanced) ?? openPart(basic);
  if (open !== undefined) return [unknownDifference(aspect, `${open} is not known`)];
  const wanted = new Set([...elements(advanced).map(fieldsOf), ...elements(basic).map(basicOf)]);
  const none = wanted.size === 0;
  const actual = new Set([
    ...((found['AdvancedEventSelectors'] ?? []) as readonly Value[]).map(fieldsOf),
    ...((found['EventSelectors'] ?? []) as readonly Value[]).map(basicOf),
  ]);
  // A trail without selectors records all management events.
  if (none) wanted.add(basicOf({}));
  const lost = [...wanted].filter((each) => !actual.has(each));
  const added = [...actual].filter((each) => !wanted.has(each));
  if (lost.length === 0 && added.length === 0) return [];
  return [
    {
      aspect,
      sort: lost.length > 0 ? 'weakened' : 'changed',
      severity: lost.length > 0 ? 'HIGH' : 'LOW',
      what:
        lost.length > 0
          ? `${lost.length} of ${wanted.size} declared event selectors ${added.length > 0 ? `have become ${added.length} others` : 'are not there'}: less may be recorded`
          : `${added.length} event selectors are there that nobody declared`,
    },
  ];
}

/** Of an advanced selector: each field with its comparisons, values in order. */
function fieldsOf(selector: Value): string {
  const fields = elements(member(selector, 'FieldSelectors')).map((each) =>
    canonicalJson(
      Object.fromEntries(
        Object.entries(each as Readonly<Record<string, unknown>>).flatMap(([key, value]): [string, unknown][] => {
          if (!Array.isArray(value)) return [[key, value]];
          return value.length === 0 ? [] : [[key, value.map(show).sort()]];
        }),
      ),
    ),
  );
  return `advanced ${fields.sort().join()}`;
}

function basicOf(selector: Value): string {
  const resources = elements(member(selector, 'DataResources')).map((each) => {
    const values = elements(member(each, 'Values')).map(show);
    return `${show(member(each, 'Type'))} ${values.sort().join()}`;
  });
  const management = member(selector, 'IncludeManagementEvents');
  const type = member(selector, 'ReadWriteType');
  const excluded = elements(member(selector, 'ExcludeManagementEventSources')).map(show);
  return `basic ${isAbsent(type) ? 'All' : show(type)} ${show(isAbsent(management) ? true : management)} ${resources.sort().join(';')} ${excluded.sort().join()}`;
}

function insightDifferences({ properties }: Deployed, found: Answer | undefined): readonly Difference[] {
  const wanted = elements(member(properties, 'InsightSelectors')).map((each) => show(member(each, 'InsightType')));
  const actual = ((found?.['InsightSelectors'] ?? []) as readonly Answer[]).map((each) => String(each['InsightType']));
  const lost = wanted.filter((each) => !actual.includes(each));
  if (lost.length === 0) return [];
  return [
    { aspect: 'Insights', sort: 'weakened', severity: 'MEDIUM', what: `has no Insights of ${lost.sort().join(', ')}` },
  ];
}
