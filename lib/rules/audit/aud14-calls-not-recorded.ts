import { rotationFunctions } from '../../engine/facts/rotation-functions';
import { nameOf } from '../../engine/world/resource-name';
import { arnMustMatch } from '../../engine/match/arn-pattern';
import { elements, member, show } from '../../model/read';
import type { Resource, Snapshot } from '../../model/snapshot';
import { isAbsent } from '../../model/value';
import type { Value } from '../../model/value';
import type { ExampleTemplate, Rule } from '../rule';
import { functionBehindApi } from '../support/api-example';
import { arnsOf } from '../support/arns-of';
import { trailAndBucket } from '../support/audit-example';
import { TRAIL } from '../support/audit-parts';
import { functionsBehindApis } from '../support/functions-behind';
import { canonical } from '../support/lookup';

const FUNCTION = 'AWS::Lambda::Function';
/** How many functions a message names. */
const NAMED = 5;

const recording = (...types: readonly string[]): ExampleTemplate => {
  const { Resources } = trailAndBucket({
    trail: {
      AdvancedEventSelectors: [
        { FieldSelectors: [{ Field: 'eventCategory', Equals: ['Management'] }] },
        ...types.map((type) => ({
          FieldSelectors: [
            { Field: 'eventCategory', Equals: ['Data'] },
            { Field: 'resources.type', Equals: [type] },
          ],
        })),
      ],
    },
    others: functionBehindApi(),
  });
  const { Trail } = Resources as Record<string, object>;
  const intent = { kind: 'audit-trail', path: 'Record/Vault', retentionDays: 400 };
  return { Resources: { ...Resources, Trail: { ...Trail, Metadata: { 'cdk-bulkhead': intent } } } };
};

/**
 * Of the trail of an audit vault. Functions are those behind declared APIs and those that rotate declared credentials.
 * Reading a secret is no data event but a management event (AUD10): `GetSecretValue` needs no selector of its own.
 */
export const aud14: Rule = {
  id: 'AUD14',
  title: 'Calls of a function that must be accounted for are not recorded',
  severity: 'warning',
  why: 'The access log of an API says who called an endpoint. Who invoked the function behind it directly, from the console or by a leaked role, is in no log but the data events of CloudTrail, which are off unless they are asked for.',
  fix: 'Let the trail record the functions: `vault.recordFunctions(…)`, or `dataEvents: [DataEvents.FUNCTIONS]` for all of the account. They are paid for by event.',
  page: 'https://docs.aws.amazon.com/awscloudtrail/latest/userguide/logging-data-events-with-cloudtrail.html',
  controls: ['NIST 800-53 r5 AU-2', 'NIST 800-53 r5 AU-12'],
  types: [TRAIL],
  check(trail, snapshot) {
    if (trail.intent?.kind !== 'audit-trail') return [];
    const selectors = snapshot.ofType(TRAIL).flatMap(({ properties }) => selectorsOf(properties));
    const open = accountable(snapshot)
      .filter(({ template: { account } }) => isSame(account, trail.template.account))
      .filter((each) => !selectors.some((selector) => takes(selector, each)))
      .map(nameOf)
      .sort();
    if (open.length === 0) return [];
    const more = open.length > NAMED ? ` and ${open.length - NAMED} more` : '';
    return [
      {
        message: `found no data events for the functions ${open.slice(0, NAMED).join(', ')}${more}; expected every invocation to be recorded`,
        detail: 'Functions',
        about: open,
      },
    ];
  },
  examples: { bad: recording('AWS::DynamoDB::Table'), good: recording(FUNCTION) },
};

function isSame(one: string | undefined, other: string | undefined): boolean {
  return one === undefined || other === undefined || one === other;
}

/** The functions that answer for something declared. */
function accountable(snapshot: Snapshot): readonly Resource[] {
  const behind = [...functionsBehindApis(snapshot)].flatMap((key) => snapshot.byKey(key) ?? []);
  return [...new Set([...behind, ...rotationFunctions(snapshot)])];
}

/** The functions of a selector: some, by ARN, or all of them. */
type Selector = readonly Value[] | 'all';

function selectorsOf(properties: Resource['properties']): readonly Selector[] {
  const advanced = elements(properties['AdvancedEventSelectors']).flatMap((selector): readonly Selector[] => {
    const fields = new Map(
      elements(member(selector, 'FieldSelectors')).map((field) => [member(field, 'Field'), field] as const),
    );
    const arn = fields.get('resources.ARN');
    const isPlain = [...fields.keys()].every((name) =>
      ['eventCategory', 'resources.type', 'resources.ARN'].includes(show(name)),
    );
    if (!isPlain || !elements(member(fields.get('resources.type') ?? '', 'Equals')).includes(FUNCTION)) return [];
    if (arn === undefined) return ['all'];
    const equal = elements(member(arn, 'Equals'));
    return [equal.length > 0 ? equal : elements(member(arn, 'StartsWith')).map(asPattern)];
  });
  const classic = elements(properties['EventSelectors'])
    .filter(
      (selector) => isAbsent(member(selector, 'ReadWriteType')) || member(selector, 'ReadWriteType') !== 'ReadOnly',
    )
    .flatMap((selector) => elements(member(selector, 'DataResources')))
    .filter((data) => member(data, 'Type') === FUNCTION)
    .map((data): Selector => {
      const values = elements(member(data, 'Values'));
      return values.some((value) => value === 'arn:aws:lambda' || value === 'arn:aws:lambda:*') ? 'all' : values;
    });
  return [...advanced, ...classic];
}

function asPattern(start: Value): Value {
  return typeof start === 'string' ? `${start}*` : start;
}

function takes(selector: Selector, resource: Resource): boolean {
  if (selector === 'all') return true;
  const arns = arnsOf(resource);
  return selector.some((value) =>
    arns.some(
      (each) =>
        canonical(value) === canonical(each) ||
        (typeof value === 'string' && value.endsWith('*') && arnMustMatch(value, each)),
    ),
  );
}
