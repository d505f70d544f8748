import { elements, member } from '../../model/read';
import type { Resource } from '../../model/snapshot';
import { isAbsent, isList } from '../../model/value';
import type { Value } from '../../model/value';
import type { Rule, Violation } from '../rule';
import { trailAndBucket } from '../support/audit-example';
import { TRAIL } from '../support/audit-parts';

const management = (...more: readonly object[]) =>
  trailAndBucket({
    trail: {
      AdvancedEventSelectors: [{ FieldSelectors: [{ Field: 'eventCategory', Equals: ['Management'] }, ...more] }],
    },
  });

/** Reading a secret, using a key and assuming a role are management events: who passes over them passes over these. */
export const aud10: Rule = {
  id: 'AUD10',
  title: 'A trail passes over management events',
  severity: 'error',
  why: 'Reading a secret, decrypting with a key and assuming a role are management events that only read. A trail of writes alone, or without the events of KMS, does not say who read what.',
  fix: 'Record all management events: one advanced selector with `eventCategory` equal to Management and no other field, or leave the selectors out. Data events of functions, tables and buckets come beside it: `dataEvents` of `AuditVault`.',
  page: 'https://docs.aws.amazon.com/awscloudtrail/latest/userguide/logging-management-events-with-cloudtrail.html',
  controls: ['NIST 800-53 r5 AU-2', 'NIST 800-53 r5 AU-12'],
  types: [TRAIL],
  check({ properties }: Resource) {
    const { EventSelectors: plain, AdvancedEventSelectors: advanced } = properties;
    if (!isAbsent(advanced))
      return elements(advanced).some(isAllManagement) ? [] : [found('AdvancedEventSelectors', advanced)];
    // None at all is as if they were left out: so CDK's own Trail writes it.
    if (isAbsent(plain) || (isList(plain) && plain.length === 0)) return [];
    return elements(plain).some(isPlainManagement) ? [] : [found('EventSelectors', plain)];
  },
  examples: {
    bad: management({ Field: 'readOnly', Equals: ['false'] }),
    good: management(),
  },
};

function found(property: string, selectors: Value | undefined): Violation {
  return {
    message: `found no selector in \`${property}\` that takes all management events; expected one`,
    detail: property,
    about: [selectors],
  };
}

function isAllManagement(selector: Value): boolean {
  const fields = elements(member(selector, 'FieldSelectors'));
  const [field, ...more] = fields;
  return (
    field !== undefined &&
    more.length === 0 &&
    member(field, 'Field') === 'eventCategory' &&
    elements(member(field, 'Equals')).some((each) => each === 'Management')
  );
}

function isPlainManagement(selector: Value): boolean {
  const [included, which] = [member(selector, 'IncludeManagementEvents'), member(selector, 'ReadWriteType')];
  return (
    (isAbsent(included) || included === true || included === 'true') &&
    (isAbsent(which) || which === 'All') &&
    elements(member(selector, 'ExcludeManagementEventSources')).length === 0
  );
}
