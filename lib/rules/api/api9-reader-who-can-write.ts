import { nameOf } from '../../engine/world/resource-name';
import type { Resource, Snapshot } from '../../model/snapshot';
import type { Rule, Violation } from '../rule';
import { declaredApi, requestOfApi } from '../support/api-example';
import { areOneCaller, declaredCallsIn, isReadingVerb } from '../support/declared-calls';
import type { DeclaredCall } from '../support/declared-calls';
import { callsIn, isDeclaredCaller } from '../support/effective-callers';
import type { Call, DeclaredEndpoint } from '../support/effective-callers';
import { endpointsNamed, namedRequests, plainCallsIn } from '../support/plain-apis';

const IDENTITIES = ['AWS::IAM::Role', 'AWS::IAM::User'];
/** How many endpoints a message names. */
const NAMED = 3;

/**
 * Of endpoints that were declared with cdk-bulkhead; what a role becomes first is for API7. Who calls a write of high
 * value is judged over all APIs of the templates, roles that are imported and tokens included. Of an API that nobody
 * declared, a reader is who has a permission that names a read of it, and none that names a write.
 */
export const api9: Rule = {
  id: 'API9',
  title: 'A reader of an API can write, or who writes of high value calls anything else',
  severity: 'error',
  why: 'Readers and writers are different identities: the credential of a report, on many machines and in many hands, must not move money; and whoever moves money must not be the one who looks at what to move, or enters it. That holds over all APIs that are declared here, for roles of other accounts and for tokens too; tokens are the same where issuer and client are, and the scopes of one include those of the other.',
  fix: 'Give the writing endpoint callers of its own, and take the permission away from the role that reads. For high value, declare callers that call nothing but writes of high value: a role of their own, or a scope of their own.',
  page: 'https://docs.aws.amazon.com/IAM/latest/UserGuide/best-practices.html#grant-least-privilege',
  controls: ['NIST 800-53 r5 AC-5', 'NIST 800-53 r5 AC-6'],
  types: [...IDENTITIES, 'AWS::ApiGateway::Method', 'AWS::ApiGatewayV2::Route'],
  check(resource, snapshot) {
    return IDENTITIES.includes(resource.type)
      ? [
          ...highValueOf(resource.key, resource, snapshot),
          ...writesOf(resource, snapshot),
          ...plainWritesOf(resource, snapshot),
        ]
      : highValueAt(resource, snapshot);
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

function writesOf(resource: Resource, snapshot: Snapshot): readonly Violation[] {
  const { endpoints } = callsIn(snapshot);
  if (endpoints.length === 0) return [];
  const declared = endpoints.filter((endpoint) => isDeclaredCaller(resource, endpoint));
  return [...new Set(declared.map(({ apiPath }) => apiPath))].flatMap((api) => {
    const here = declared.filter(({ apiPath }) => apiPath === api);
    // Who was declared to read and to write may do both.
    if (!here.every(isReading)) return [];
    const writes = callsIn(snapshot)
      .of(resource.key)
      .filter(({ endpoint }) => endpoint.apiPath === api && !isReading(endpoint));
    return writes.length === 0 ? [] : [writing(resource, here, writes)];
  });
}

/** Of APIs without declared callers: whose permissions name reads and no write, by whatever else it has. */
function plainWritesOf(resource: Resource, snapshot: Snapshot): readonly Violation[] {
  const calls = plainCallsIn(snapshot);
  if (calls.endpoints.length === 0) return [];
  const named = namedRequests(resource, snapshot);
  return [...new Set(named.map(({ api }) => api))].flatMap((api) => {
    const patterns = named.filter((each) => each.api === api);
    const endpoints = [...new Set(patterns.flatMap((each) => endpointsNamed(each, snapshot)))];
    if (endpoints.length === 0 || !endpoints.every(isReading)) return [];
    const writes = calls
      .of(resource.key)
      // Whether ANY is read or written is not said; API6 tells of it.
      .filter(({ endpoint }) => endpoint.api === api && endpoint.verb !== 'ANY' && !isReading(endpoint));
    return writes.length === 0 ? [] : [writing(resource, endpoints, writes, 'has permissions to read')];
  });
}

/** What a role is declared to call besides writes of high value. */
function highValueOf(caller: string, resource: Resource, snapshot: Snapshot): readonly Violation[] {
  const calls = declaredCallsIn(snapshot).of(caller);
  const others = calls.filter((each) => !isHighValueWrite(each));
  if (others.length === 0) return [];
  return calls.filter(isHighValueWrite).map((each) => ({
    ...besides(each, others, 'declared to call'),
    detail: `HighValue::${each.endpoint}`,
    principal: nameOf(resource),
  }));
}

/** Callers that are in no template, at the endpoint. */
function highValueAt(resource: Resource, snapshot: Snapshot): readonly Violation[] {
  const calls = declaredCallsIn(snapshot);
  const call = calls.at(resource);
  if (call === undefined || !isHighValueWrite(call)) return [];
  const imported = [...call.callers]
    .filter((caller) => snapshot.byKey(caller) === undefined)
    .flatMap((caller): readonly Violation[] => {
      const others = calls.of(caller).filter((each) => !isHighValueWrite(each));
      if (others.length === 0) return [];
      const told = besides(call, others, `found \`${caller}\`, which is declared to call`);
      return [{ ...told, detail: `HighValue::${caller}`, principal: caller }];
    });
  const byToken = call.tokens.flatMap((token): readonly Violation[] => {
    const others = calls.all.filter(
      (each) => !isHighValueWrite(each) && each.tokens.some((other) => areOneCaller(token, other)),
    );
    if (others.length === 0) return [];
    const scopes = (token.scopes ?? []).join(' ');
    const told = besides(
      call,
      others,
      `found tokens of ${token.issuer} (scopes: ${scopes || 'none'}), with which one may call`,
    );
    return [{ ...told, detail: `HighValue::${token.issuer}::${scopes}` }];
  });
  return [...imported, ...byToken];
}

function besides(
  { endpoint, api }: DeclaredCall,
  others: readonly DeclaredCall[],
  who: string,
): Pick<Violation, 'message' | 'about'> {
  const names = others.map((each) =>
    each.api === api ? `\`${each.endpoint}\`` : `\`${each.endpoint}\` of ${each.api}`,
  );
  const shown = [...names.slice(0, NAMED), ...(names.length > NAMED ? [`${names.length - NAMED} more`] : [])];
  return {
    message: `${who} \`${endpoint}\`, which is of high value, and ${shown.join(', ')}; expected callers of high value that call nothing else`,
    about: names,
  };
}

function writing(
  resource: Resource,
  reads: readonly DeclaredEndpoint[],
  writes: readonly Call[],
  how = 'declared to read',
): Violation {
  const isCertain = writes.some(({ certainty }) => certainty === 'certain');
  const shown = (names: readonly DeclaredEndpoint[]): string => names.map(({ name }) => `\`${name}\``).join(', ');
  return {
    message: `${how} ${shown(reads)}, and may call ${shown(writes.map(({ endpoint }) => endpoint))}; expected a reader that writes nothing`,
    detail: `Writes::${reads[0]?.apiPath ?? ''}`,
    principal: nameOf(resource),
    ...(isCertain
      ? {}
      : { certainty: 'possible' as const, unknowns: [...new Set(writes.flatMap(({ unknowns }) => unknowns))] }),
  };
}

function isReading({ verb }: DeclaredEndpoint): boolean {
  return isReadingVerb(verb);
}

/** A read of high value is a read: who pays must not be who looks at that, either. */
function isHighValueWrite({ highValue, isReading: reads }: DeclaredCall): boolean {
  return highValue && !reads;
}
