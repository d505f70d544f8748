import { snapshotOf } from '../../lib/assembly/snapshot';
import type { TemplateSource } from '../../lib/assembly/template-source';
import { parsePolicy } from '../../lib/engine/parse/policy-document';
import type { Api, Layer, Principal, ResourcePolicy, SourcedPolicy, World } from '../../lib/engine/world/world';
import type { PolicyDocument } from '../../lib/model/policy';
import type { Resource } from '../../lib/model/snapshot';
import type { Value } from '../../lib/model/value';
import { unknown } from '../../lib/model/value';
import type { ApiFact, Document, ManagedFact, PrincipalFact, Tag } from './facts';
import { undecided } from './refusal';

/** A resource that a request is about, with the policy on it. */
export interface Guarded {
  readonly type: string;
  readonly arn: string;
  readonly account: string;
  readonly region: string;
  /** `null` where there is none. */
  readonly policy: Document;
  readonly tags?: readonly Tag[];
  readonly api?: ApiFact;
}

/** Whom and what one decision is about: all literal, as the emulator has it now. */
export interface Deployed {
  readonly principals: readonly PrincipalFact[];
  readonly resources: readonly Guarded[];
  /** When the request came. */
  readonly now: Date;
}

/** The world of one decision, in which the engine sees what is deployed instead of what a template says. */
export function worldOfDeployed({ principals, resources, now }: Deployed): World {
  const sources = new Map<string, { account: string; region: string; resources: Record<string, unknown> }>();
  const place = (account: string, region: string, id: string, type: string, tags: readonly Tag[]): string => {
    const name = `${account}-${region}`;
    let source = sources.get(name);
    if (source === undefined) sources.set(name, (source = { account, region, resources: {} }));
    source.resources[id] = { Type: type, Properties: { Tags: tags } };
    return `${name}#${id}`;
  };
  const principalKeys = principals.map((each, index) =>
    place(accountOf(each.arn), 'us-east-1', `Principal${index}`, typeOf(each), each.tags),
  );
  const resourceKeys = resources.map(({ account, region, type, tags }, index) =>
    place(account, region, `Resource${index}`, type, tags ?? []),
  );
  const snapshot = snapshotOf(
    [...sources].map(
      ([name, { account, region, resources: found }]): TemplateSource => ({
        name,
        file: name,
        account,
        region,
        body: { Resources: found },
      }),
    ),
  );
  const resourceAt = (key: string): Resource => {
    const found = snapshot.byKey(key);
    if (found === undefined) throw undecided('a request about something that it cannot represent');
    return found;
  };
  const found = principals.map((each, index) =>
    principalOf(each, principalKeys[index], resourceAt(principalKeys[index])),
  );
  const policies = resources.map((each, index): readonly [string, ResourcePolicy] => {
    const resource = resourceAt(resourceKeys[index]);
    const own =
      each.policy === null ? [] : [sourced('resource', expanded(each), 'the policy of the resource', resource)];
    return [resource.key, { key: resource.key, resource, arn: each.arn, account: each.account, policies: own }];
  });
  const apis = resources.flatMap((each, index): readonly (readonly [string, Api])[] => {
    const resource = resourceAt(resourceKeys[index]);
    return each.api === undefined ? [] : [[resource.key, apiOf(each.api, each, resource)]];
  });
  const second = Math.floor(now.getTime() / 1000);
  return {
    snapshot,
    principals: found,
    principal: (key) => found.find((each) => each.key === key),
    resourcePolicies: new Map(policies),
    apis: new Map(apis),
    present: { from: second, to: second },
    scps: [],
    rcps: [],
  };
}

function typeOf({ trust }: PrincipalFact): string {
  return trust === undefined ? 'AWS::IAM::User' : 'AWS::IAM::Role';
}

export function accountOf(arn: string): string {
  return arn.split(':')[4];
}

function principalOf(fact: PrincipalFact, key: string, resource: Resource): Principal {
  const managed = (layer: Layer, { arn, document }: ManagedFact): SourcedPolicy =>
    document === null
      ? {
          layer,
          place: arn,
          document: { statements: [], unknowns: [unknown('attribute', `the managed policy ${arn}`)] },
        }
      : sourced(layer, document, arn);
  return {
    kind: fact.trust === undefined ? 'user' : 'role',
    key,
    resource,
    arn: fact.arn,
    account: accountOf(fact.arn),
    name: fact.name,
    path: fact.path,
    tags: new Map(fact.tags.map(({ Key, Value }) => [Key, Value])),
    policies: [
      ...Object.entries(fact.inline).map(([name, document]) => sourced('identity', document, name)),
      ...fact.managed.map((each) => managed('identity', each)),
    ],
    ...(fact.boundary === null ? {} : { boundary: managed('boundary', fact.boundary) }),
    ...(fact.trust === undefined ? {} : { trust: sourced('trust', fact.trust, 'the trust policy') }),
    groups: [],
    instanceProfiles: [],
  };
}

/** By their text: a document that changes is another one. */
const parsed = new Map<string, PolicyDocument>();

function sourced(layer: Layer, document: Document, place: string, resource?: Resource): SourcedPolicy {
  const text = JSON.stringify(document);
  let read = parsed.get(text);
  if (read === undefined) parsed.set(text, (read = parsePolicy(document as Value)));
  return { layer, document: read, place, ...(resource === undefined ? {} : { resource }) };
}

/** As API Gateway does when it saves a policy. */
function expanded({ policy, api, arn }: Guarded): Document {
  if (api === undefined) return policy;
  return JSON.parse(JSON.stringify(policy).replaceAll('"execute-api:/', `"${arn}/`)) as Document;
}

function apiOf(fact: ApiFact, { arn, account }: Guarded, resource: Resource): Api {
  return {
    resource,
    account,
    arnPrefix: arn,
    methods: fact.methods.map(({ path, verb, authorization }) => ({
      resource,
      path,
      verb: verb === 'ANY' ? '*' : verb,
      authorization,
    })),
  };
}
