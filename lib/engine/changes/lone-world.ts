import type { PolicyDocument, Statement } from '../../model/policy';
import type { Resource, Snapshot, Template } from '../../model/snapshot';
import type { ExternalPrincipal } from '../decide/decision';
import { parsePolicy } from '../parse/policy-document';
import { presentOf } from '../world/present';
import type { Api, Principal, ResourcePolicy, SourcedPolicy, World } from '../world/world';

/** Where a policy stands: with a principal, on a resource, or as the trust of a role. */
export interface PolicyHolder {
  readonly kind: 'identity' | 'resource' | 'trust';
  /** Of the principal, the resource or the role; of an API what stands before `/stage/VERB/path`. */
  readonly arn: string;
  /** 12 digits: the account that owns it. */
  readonly account: string;
  /** Whether nobody is let in whom the policy does not let in first, as of a KMS key or a role. */
  readonly mustAllow?: boolean;
}

export const EVERYTHING: PolicyDocument = parsePolicy({
  Statement: [{ Effect: 'Allow', Action: '*', Resource: '*' }],
});

const KEY = 'lone#Resource';
const TEMPLATE: Template = { name: 'lone', file: '', resources: [], texts: [], unknowns: [] };

function resource(type: string, arn: string): Resource {
  return {
    key: KEY,
    template: TEMPLATE,
    logicalId: 'Resource',
    type,
    properties: {},
    ref: arn.slice(arn.lastIndexOf('/') + 1),
    arn,
    guards: [],
    metadata: {},
  };
}

/** A role that has these policies and no boundary. */
export function roleWith(arn: string, account: string, documents: readonly PolicyDocument[]): Principal {
  return {
    kind: 'role',
    key: KEY,
    resource: resource('AWS::IAM::Role', arn),
    arn,
    account,
    name: arn.slice(arn.lastIndexOf('/') + 1),
    path: '/',
    tags: new Map(),
    policies: documents.map(sourced('identity')),
    groups: [],
    instanceProfiles: [],
  };
}

function sourced(layer: SourcedPolicy['layer']): (document: PolicyDocument) => SourcedPolicy {
  return (document) => ({ layer, document, place: layer });
}

const NOTHING: Snapshot = {
  templates: [],
  resources: [],
  secretHits: [],
  secretsIn: () => [],
  secretsShownIn: () => [],
  ofType: () => [],
  byKey: () => undefined,
  referencing: () => [],
};

/** A world in which there is the holder of one policy only, and who asks in it; `within` is its boundary. */
export function worldAround(
  { kind, arn, account }: PolicyHolder,
  document: PolicyDocument,
  who: Principal | ExternalPrincipal,
  within: Statement | undefined,
): { readonly world: World; readonly principal: Principal | ExternalPrincipal } {
  const boundary: Pick<Principal, 'boundary'> =
    within === undefined ? {} : { boundary: sourced('boundary')({ statements: [within], unknowns: [] }) };
  const bounded = 'policies' in who ? { ...who, ...boundary } : who;
  const empty: World = {
    snapshot: NOTHING,
    principals: [],
    principal: () => undefined,
    resourcePolicies: new Map(),
    apis: new Map(),
    present: presentOf(undefined),
    scps: [],
    rcps: [],
  };
  if (kind === 'identity') {
    const principal = 'policies' in who ? { ...bounded, policies: [document].map(sourced('identity')) } : who;
    return { world: empty, principal };
  }
  if (kind === 'trust') {
    const role: Principal = { ...roleWith(arn, account, []), key: 'lone#Role', trust: sourced('trust')(document) };
    return { world: { ...empty, principals: [role] }, principal: bounded };
  }
  const target = resource('', arn);
  const policy: ResourcePolicy = { key: KEY, arn, account, policies: [document].map(sourced('resource')) };
  const api: Api = { resource: target, account, arnPrefix: arn, methods: [] };
  return {
    world: {
      ...empty,
      resourcePolicies: new Map([[KEY, policy]]),
      apis: new Map(arn.includes(':execute-api:') ? [[KEY, api]] : []),
    },
    principal: bounded,
  };
}
