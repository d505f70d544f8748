import { intentOfTemplate } from '../../engine/duties/declared';
import { bucketsOfStream, logDeliveries } from '../../engine/facts/log-delivery';
import { elements, member, show } from '../../model/read';
import { PRODUCTION } from '../../model/separation';
import type { Resource, Snapshot } from '../../model/snapshot';
import { ABSENT, isAbsent } from '../../model/value';
import type { Value } from '../../model/value';
import type { Rule, Violation } from '../rule';
import { trailAndBucket } from '../support/audit-example';
import { BUCKET, TRAIL, auditParts, isElsewhere } from '../support/audit-parts';
import { canonical, resourcesNamed } from '../support/lookup';
import { isOpen, isTextEqual, isTrue, judge, numberOf, violationOf } from '../support/property';
import type { Answer } from '../support/property';

const DAYS_A_YEAR = 365;
const retention = (DefaultRetention: Readonly<Record<string, unknown>>) => ({
  bucket: { ObjectLockConfiguration: { ObjectLockEnabled: 'Enabled', Rule: { DefaultRetention } } },
});

export const aud1: Rule = {
  id: 'AUD1',
  title: 'Audit logs can be deleted or overwritten',
  severity: 'error',
  why: 'Who has broken in deletes the trace first. Only Object Lock in COMPLIANCE mode binds everybody, the root user included; GOVERNANCE is lifted by anyone with s3:BypassGovernanceRetention, and without a default retention nothing is locked at all.',
  fix: 'Create the bucket with Object Lock, versioning and a default retention in COMPLIANCE mode, or use `AuditVault`. An existing bucket needs a new one beside it for the logs to come.',
  page: 'https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-lock.html',
  controls: ['NIST 800-53 r5 AU-9', 'NIST 800-53 r5 AU-11', 'NIST 800-53 r5 AU-9(2)'],
  types: [BUCKET, TRAIL],
  check(resource, snapshot) {
    if (resource.type === BUCKET) {
      if (auditParts(snapshot).buckets.has(resource.key)) return judgeBucket(resource);
      return auditParts(snapshot).landings.has(resource.key) ? judgeLanding(resource, snapshot) : [];
    }
    const name = resource.properties['S3BucketName'];
    if (!isElsewhere(resource, snapshot) || isDeclaredElsewhere(name, resource)) return [];
    return [
      {
        message: `the trail delivers to \`${show(name)}\`, which is not among the templates; expected a bucket whose lock can be seen`,
        certainty: 'possible',
        unknowns: [`bucket \`${show(name)}\``],
      },
    ];
  },
  examples: {
    bad: trailAndBucket(retention({ Mode: 'GOVERNANCE', Days: 400 })),
    good: trailAndBucket(retention({ Mode: 'COMPLIANCE', Days: 400 })),
  },
};

function judgeBucket(bucket: Resource): readonly Violation[] {
  const { properties, intent } = bucket;
  const lock = properties['ObjectLockEnabled'];
  const mode = member(properties, 'ObjectLockConfiguration', 'Rule', 'DefaultRetention', 'Mode');
  const days = member(properties, 'ObjectLockConfiguration', 'Rule', 'DefaultRetention', 'Days');
  const years = member(properties, 'ObjectLockConfiguration', 'Rule', 'DefaultRetention', 'Years');
  const versioning = member(properties, 'VersioningConfiguration', 'Status');
  const least = intent?.kind === 'audit-bucket' ? intent.retentionDays : 1;
  const inYears = isAbsent(days);
  return [
    ...violationOf(judge(lock, isTrue), expected('ObjectLockEnabled', lock, 'true'), 'ObjectLockEnabled'),
    ...violationOf(
      judge(mode, isTextEqual(mode === 'GOVERNANCE' && isForDevelopment(bucket) ? mode : 'COMPLIANCE')),
      expected('DefaultRetention.Mode', mode, 'COMPLIANCE'),
      'DefaultRetention.Mode',
    ),
    ...violationOf(
      judge(inYears ? years : days, isAtLeast(inYears ? least / DAYS_A_YEAR : least)),
      expected(`DefaultRetention.${inYears ? 'Years' : 'Days'}`, inYears ? years : days, `at least ${least} days`),
      'DefaultRetention.Days',
    ),
    ...violationOf(
      judge(versioning, isTextEqual('Enabled')),
      expected('VersioningConfiguration.Status', versioning, 'Enabled'),
      'VersioningConfiguration.Status',
    ),
  ];
}

/** A lock that can be taken off is enough where it was said why, and that nothing of production is there. */
function isForDevelopment({ intent, template }: Resource): boolean {
  const environment = intentOfTemplate(template)?.environment;
  const reason = intent?.kind === 'audit-bucket' ? (intent.governanceReason ?? '') : '';
  return environment !== undefined && environment !== PRODUCTION && reason.trim() !== '';
}

/** What lands for the record has no lock: it has to be copied, all of it, to a bucket that has. */
function judgeLanding(bucket: Resource, snapshot: Snapshot): readonly Violation[] {
  const streams = [...logDeliveries(snapshot).streams].filter((stream) =>
    bucketsOfStream(stream, snapshot).includes(bucket),
  );
  const prefixes = streams.map(({ properties }) => member(properties, 'ExtendedS3DestinationConfiguration', 'Prefix'));
  // S3 passes over objects under a key of KMS, unless the rule selects them.
  const isUnderKms = elements(member(bucket.properties, 'BucketEncryption', 'ServerSideEncryptionConfiguration')).some(
    (each) => {
      const algorithm = member(each, 'ServerSideEncryptionByDefault', 'SSEAlgorithm');
      return typeof algorithm === 'string' && algorithm.startsWith('aws:kms');
    },
  );
  const rules = elements(member(bucket.properties, 'ReplicationConfiguration', 'Rules')).filter(
    (rule) =>
      member(rule, 'Status') === 'Enabled' &&
      isAbsent(member(rule, 'Filter', 'TagFilter')) &&
      isAbsent(member(rule, 'Filter', 'And')) &&
      (!isUnderKms || member(rule, 'SourceSelectionCriteria', 'SseKmsEncryptedObjects', 'Status') === 'Enabled') &&
      prefixes.every((prefix) => begins(prefix, member(rule, 'Filter', 'Prefix'))),
  );
  const { buckets } = auditParts(snapshot);
  const destinations = rules.map((rule) => member(rule, 'Destination', 'Bucket'));
  const isCopied = destinations.some((to) =>
    resourcesNamed(to, BUCKET, bucket, snapshot).some(({ key }) => buckets.has(key)),
  );
  if (isCopied || destinations.some((to) => isDeclaredElsewhere(to, bucket))) return [];
  const elsewhere = destinations.filter((to) => resourcesNamed(to, BUCKET, bucket, snapshot).length === 0).map(show);
  return [
    {
      message: `found ${elsewhere.length === 0 ? 'no copying' : `copying to ${elsewhere.join(', ')}, which is not among the templates,`} of what lands here for the record; expected a rule that copies all of it to a bucket whose lock can be seen`,
      detail: 'Landing',
      ...(elsewhere.length === 0 ? {} : { certainty: 'possible' as const, unknowns: elsewhere }),
    },
  ];
}

const BUCKET_ARN = /^arn:[^:]+:s3:::/;

/**
 * Whether it was declared that the record goes to this bucket of another app: there it is judged, and here a warning of
 * the construct says that it is not.
 */
function isDeclaredElsewhere(named: Value | undefined, { intent }: Resource): boolean {
  if (intent?.kind !== 'audit-trail' && intent?.kind !== 'audit-landing') return false;
  return typeof named === 'string' && intent.elsewhere?.includes(named.replace(BUCKET_ARN, '')) === true;
}

function begins(prefix: Value | undefined, start: Value | undefined): boolean {
  if (isAbsent(start) || start === '') return true;
  // Where the account is not known, both hold the same hole.
  const [whole, first] = [prefix, start].map((each) => canonical(each ?? ABSENT));
  return whole !== undefined && first !== undefined && whole.startsWith(first);
}

function expected(property: string, found: Value | undefined, wanted: string): string {
  return `found \`${property}\` ${show(found)}; expected ${wanted}`;
}

function isAtLeast(least: number): (value: Value) => Answer {
  return (value) => {
    if (isOpen(value)) return 'open';
    const number = numberOf(value);
    return number !== undefined && number >= least ? 'holds' : 'fails';
  };
}
