import { nameOf } from '../../engine/world/resource-name';
import type { Resource, Snapshot } from '../../model/snapshot';
import type { Rule, Violation } from '../rule';
import { declaredApi, requestOfApi } from '../support/api-example';
import { callsIn, isDeclaredCaller } from '../support/effective-callers';
import type { Call, DeclaredEndpoint } from '../support/effective-callers';

const READING = new Set(['GET', 'HEAD', 'OPTIONS']);

/** Of endpoints that were declared with cdk-bulkhead; what a role becomes first is for API7. */
export const api9: Rule = {
  id: 'API9',
  title: 'A reader of an API can write, or a writer of high value can read',
  severity: 'error',
  why: 'Readers and writers are different identities: the credential of a report, on many machines and in many hands, must not move money; and whoever moves money must not be the one who looks at what to move.',
  fix: 'Give the writing endpoint callers of its own, and take the permission away from the role that reads. For high value, declare a role that calls nothing else.',
  page: 'https://docs.aws.amazon.com/IAM/latest/UserGuide/best-practices.html#grant-least-privilege',
  controls: ['NIST 800-53 r5 AC-5', 'NIST 800-53 r5 AC-6'],
  types: ['AWS::IAM::Role', 'AWS::IAM::User'],
  check(resource, snapshot) {
    const { endpoints } = callsIn(snapshot);
    const declared = endpoints.filter((endpoint) => isDeclaredCaller(resource, endpoint));
    if (declared.length === 0) return [];
    return [...new Set(declared.map(({ apiPath }) => apiPath))].flatMap((api) =>
      judge(
        resource,
        declared.filter(({ apiPath }) => apiPath === api),
        snapshot,
      ),
    );
  },
  examples: {
    bad: declaredApi(
      { GET: ['Orders/Reader'], POST: ['Orders/Reader'] },
      { Resource: [requestOfApi('prod/GET/'), requestOfApi('prod/POST/')] },
      { highValue: true },
    ),
    good: declaredApi(
      { GET: ['Orders/Reader'], POST: ['Orders/Clerk'] },
      { Resource: requestOfApi('prod/GET/') },
      { highValue: true },
    ),
  },
};

function judge(resource: Resource, declared: readonly DeclaredEndpoint[], snapshot: Snapshot): readonly Violation[] {
  const [{ apiPath } = { apiPath: '' }] = declared;
  const reads = declared.filter(isReading);
  const [read] = reads;
  if (read === undefined) return [];
  const highValue = declared.filter(isHighValue);
  const writes =
    reads.length < declared.length
      ? []
      : callsIn(snapshot)
          .of(resource.key)
          .filter(({ endpoint }) => endpoint.apiPath === apiPath && !isReading(endpoint));
  return [
    ...highValue.map(({ name }) => ({
      message: `declared to call \`${name}\`, which is of high value, and \`${read.name}\`; expected callers of high value that read nothing`,
      detail: `HighValue::${name}`,
      about: reads.map((each) => each.name),
      principal: nameOf(resource),
    })),
    ...(writes.length === 0 ? [] : [writing(resource, reads, writes)]),
  ];
}

function writing(resource: Resource, reads: readonly DeclaredEndpoint[], writes: readonly Call[]): Violation {
  const isCertain = writes.some(({ certainty }) => certainty === 'certain');
  const shown = (names: readonly DeclaredEndpoint[]): string => names.map(({ name }) => `\`${name}\``).join(', ');
  return {
    message: `declared to read ${shown(reads)}, and may call ${shown(writes.map(({ endpoint }) => endpoint))}; expected a reader that writes nothing`,
    detail: `Writes::${reads[0]?.apiPath ?? ''}`,
    principal: nameOf(resource),
    ...(isCertain
      ? {}
      : { certainty: 'possible' as const, unknowns: [...new Set(writes.flatMap(({ unknowns }) => unknowns))] }),
  };
}

function isReading({ verb }: DeclaredEndpoint): boolean {
  return READING.has(verb);
}

function isHighValue({ declared }: DeclaredEndpoint): boolean {
  return declared?.highValue === true;
}
