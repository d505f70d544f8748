import { elements, member, show } from '../../model/read';
import type { Resource } from '../../model/snapshot';
import { isAbsent } from '../../model/value';
import type { Rule, Violation } from '../rule';
import { trailAndBucket } from '../support/audit-example';
import { TRAIL } from '../support/audit-parts';
import { isTrue, judge, violationOf } from '../support/property';

const REQUIRED = {
  IsLogging: 'without it the trail records nothing',
  EnableLogFileValidation: 'without it a changed or missing log file goes unnoticed',
  IsMultiRegionTrail: 'without it an intruder works in another region',
  IncludeGlobalServiceEvents: 'without it calls to IAM and STS are not recorded',
} as const;

export const aud2: Rule = {
  id: 'AUD2',
  title: 'A trail does not log everything, or cannot prove what it logged',
  severity: 'error',
  why: 'A trail that is stopped, watches one region or signs no digests looks like an audit log and is none. The gap is found when the log is needed.',
  fix: 'Set `IsLogging`, `EnableLogFileValidation` and `IsMultiRegionTrail` to true and leave global service events on, or use `AuditVault`.',
  page: 'https://docs.aws.amazon.com/awscloudtrail/latest/userguide/best-practices-security.html',
  controls: ['NIST 800-53 r5 AU-2', 'NIST 800-53 r5 AU-12', 'NIST 800-53 r5 AU-9(3)', 'NIST 800-53 r5 AU-10'],
  types: [TRAIL],
  check(trail) {
    const { properties } = trail;
    const missing = Object.entries(REQUIRED).flatMap(([property, reason]) => {
      const found = properties[property];
      // On unless it is switched off.
      if (property === 'IncludeGlobalServiceEvents' && isAbsent(found)) return [];
      return violationOf(
        judge(found, isTrue),
        `found \`${property}\` ${show(found)}; expected true: ${reason}`,
        property,
      );
    });
    return [...missing, ...leavesOut(trail)];
  },
  examples: {
    bad: trailAndBucket({ trail: { IsLogging: false } }),
    good: trailAndBucket({ trail: { IsLogging: true } }),
  },
};

/** The trail of an audit vault records all management events; what other trails are for is their owners' choice. */
function leavesOut({ intent, properties }: Resource): readonly Violation[] {
  if (intent?.kind !== 'audit-trail') return [];
  const advanced = elements(properties['AdvancedEventSelectors']).map((each) =>
    elements(member(each, 'FieldSelectors')),
  );
  const management = advanced.filter((fields) =>
    fields.some(
      (each) => member(each, 'Field') === 'eventCategory' && show(member(each, 'Equals')).includes('Management'),
    ),
  );
  const classic = elements(properties['EventSelectors']);
  const whole =
    management.some((fields) => fields.length === 1) ||
    classic.some(
      (each) =>
        [undefined, 'All'].includes(member(each, 'ReadWriteType') as string | undefined) &&
        member(each, 'IncludeManagementEvents') !== false &&
        elements(member(each, 'ExcludeManagementEventSources')).length === 0,
    ) ||
    // Without selectors a trail takes all management events.
    (advanced.length === 0 && classic.length === 0);
  if (whole) return [];
  return [
    {
      message:
        'found event selectors that leave management events out; expected all of them, of reading and of writing',
      detail: 'EventSelectors',
      parts: [properties['AdvancedEventSelectors'] ?? [], properties['EventSelectors'] ?? []],
    },
  ];
}
