import type { IConstruct } from 'constructs';
import { misuse } from '../../private/errors';

/** The endpoints of all APIs of an app, as far as they were declared until now. */
const declared = new WeakMap<IConstruct, Set<string>>();

/** Remembers an endpoint, `GET /orders/{id}`, as one that another may be replaced by. */
export function noteEndpoint(at: IConstruct, endpoint: string): void {
  const { root } = at.node;
  const known = declared.get(root) ?? new Set();
  declared.set(root, known.add(endpoint));
}

/**
 * Whether what takes the place of an endpoint is there: in this API or another of the app, whose path may stand below a path
 * of the domain. One of another app is written with its host, and taken at that.
 *
 * @returns BH1027
 */
export function validateReplacements(
  at: IConstruct,
  endpoints: readonly { readonly endpoint: string; readonly replacedBy?: string }[],
): string[] {
  const known = [...(declared.get(at.node.root) ?? [])];
  return endpoints.flatMap(({ endpoint, replacedBy }) => {
    if (replacedBy === undefined || isElsewhere(replacedBy)) return [];
    if (known.some((each) => isAt(replacedBy, each))) return [];
    const error = misuse(at, {
      code: 'BH1027',
      what: `endpoint \`${endpoint}\` is replaced by \`${replacedBy}\`, which no API of the app has`,
      why: 'callers would be sent to nothing',
      mend: `declare it, name one that is there, or write where else it is: \`${replacedBy.replace(' ', ' https://api.example.com')}\``,
    });
    return [error.message];
  });
}

/** Whether it stands behind another address: `GET https://orders.example.com/v2/orders`. */
export function isElsewhere(replacedBy: string): boolean {
  return /^[A-Z]+ https:\/\/[^\s/]+\//.test(replacedBy);
}

/** Without the address. */
export function endpointOf(replacedBy: string): string {
  return isElsewhere(replacedBy) ? replacedBy.replace(/https:\/\/[^\s/]+/, '') : replacedBy;
}

function isAt(replacedBy: string, endpoint: string): boolean {
  const [method, path] = replacedBy.split(' ');
  const [itsMethod, itsPath] = endpoint.split(' ');
  return method === itsMethod && (path === itsPath || (itsPath !== '/' && path.endsWith(itsPath)));
}
