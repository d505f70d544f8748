import type { AccessMatrix, DeclaredEndpoint, DeclaredRole } from '../../model/declared';
import type { ApiIntent, EndpointIntent } from '../../model/intent';
import type { Resource, Snapshot } from '../../model/snapshot';

/** Who was declared to call what: one matrix an API, sorted by the path of the API. */
export function accessMatrixOf(snapshot: Snapshot): readonly AccessMatrix[] {
  const apis = new Map<string, { intent?: ApiIntent; template?: string; endpoints: DeclaredEndpoint[] }>();
  const at = (api: string) => {
    const known = apis.get(api) ?? { endpoints: [] };
    apis.set(api, known);
    return known;
  };
  for (const resource of snapshot.resources) {
    const { intent } = resource;
    if (intent?.kind === 'api') {
      const api = Object.assign(at(intent.path), { intent, template: resource.template.name });
      const { path } = intent;
      for (const each of intent.operations ?? []) {
        api.endpoints.push(endpointOf(resource, { kind: 'endpoint', api: path, highValue: false, ...each }));
      }
    }
    if (intent?.kind === 'endpoint') {
      const api = at(intent.api);
      api.template ??= resource.template.name;
      api.endpoints.push(endpointOf(resource, intent));
    }
  }
  return [...apis]
    .map(([path, api]) => ({
      api: path,
      ...(api.intent === undefined ? {} : { stage: api.intent.stage }),
      template: api.template ?? '',
      endpoints: api.endpoints.sort(byPathThenVerb),
      callers: [...new Set(api.endpoints.flatMap((each) => each.callers))].sort(),
    }))
    .sort((a, b) => compare(a.api, b.api));
}

/** The declared roles, sorted by path. */
export function rolesOf(snapshot: Snapshot): readonly DeclaredRole[] {
  return snapshot.resources
    .flatMap(({ intent, template, logicalId }) =>
      intent?.kind === 'role'
        ? [
            {
              path: intent.path,
              kind: intent.roleKind,
              owner: intent.owner,
              purpose: intent.purpose,
              template: template.name,
              logicalId,
            },
          ]
        : [],
    )
    .sort((a, b) => compare(a.path, b.path));
}

function endpointOf(resource: Resource, intent: EndpointIntent): DeclaredEndpoint {
  return {
    endpoint: intent.endpoint,
    callers: [...intent.callers].sort(),
    highValue: intent.highValue,
    logicalId: resource.logicalId,
  };
}

function byPathThenVerb(a: DeclaredEndpoint, b: DeclaredEndpoint): number {
  return compare(key(a), key(b));
}

function key({ endpoint }: DeclaredEndpoint): string {
  const [verb = '', path = ''] = endpoint.split(' ');
  return `${path} ${verb}`;
}

// Not localeCompare: the order must not depend on the machine.
function compare(a: string, b: string): number {
  return a < b ? -1 : Number(a > b);
}
