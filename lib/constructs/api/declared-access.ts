import { Token } from 'aws-cdk-lib';
import type * as apigateway from 'aws-cdk-lib/aws-apigateway';

/** An endpoint as it was declared: all but what answers it. */
export interface DeclaredAccess {
  readonly endpoint: string;
  /** Construct paths of roles, those of partners last. */
  readonly callers: readonly string[];
  /** ARNs of the callers that are roles of other accounts. */
  readonly partners?: readonly string[];
  /** Scopes of tokens, where it is called with tokens. */
  readonly scopes?: readonly string[];
  /** Whose tokens: issuer, audience and use, or the path of the authorizer where the issuer is known only at deployment. */
  readonly tokens?: Readonly<Record<string, string | readonly string[]>>;
  readonly operationName?: string;
  readonly highValue: boolean;
  /** Set where a key of the API is asked for besides. */
  readonly apiKeyRequired?: true;
  readonly reviewBy?: string;
  readonly lastDay?: string;
  readonly replacedBy?: string;
  readonly wildcardReason?: string;
  readonly throttle?: apigateway.ThrottleSettings;
  readonly sourceRanges?: readonly string[];
  /** Ids of VPC endpoints, or their construct paths where the id is known only at deployment. */
  readonly vpcEndpoints?: readonly string[];
  readonly requestParameters?: Readonly<Record<string, boolean>>;
  /** Whether the body is checked by a model. */
  readonly requestModel?: boolean;
  readonly cache?: { readonly ttlSeconds: number; readonly sameForEveryCaller: boolean };
}

const LATER = 'known at deployment';

/** The endpoints as plain data, without what was not declared. */
export function accessData(endpoints: readonly DeclaredAccess[]): unknown {
  const known = (_: string, value: unknown): unknown => (Token.isUnresolved(value) ? LATER : value);
  return JSON.parse(JSON.stringify(endpoints, known));
}

/** What an endpoint has besides callers; a column where any endpoint has it. */
const COLUMNS: readonly (readonly [string, (access: DeclaredAccess) => string | undefined])[] = [
  ['Scopes of tokens', ({ scopes }) => scopes?.join(' ')],
  ['Whose tokens', ({ tokens }) => tokens && [tokens['issuer'] ?? tokens['authorizer'] ?? LATER].flat().join(' ')],
  ['API key', ({ apiKeyRequired }) => (apiKeyRequired === true ? 'needed' : undefined)],
  ['Throttle', ({ throttle }) => throttle && throttleText(throttle)],
  ['Source ranges', ({ sourceRanges }) => sourceRanges?.join(' ')],
  ['VPC endpoints', ({ vpcEndpoints }) => vpcEndpoints?.join(' ')],
  ['Parameters', ({ requestParameters }) => requestParameters && parametersText(requestParameters)],
  ['Body', ({ requestModel }) => (requestModel === true ? 'checked by a model' : undefined)],
  [
    'Cache',
    ({ cache }) => cache && `${cache.ttlSeconds} s${cache.sameForEveryCaller ? ', same for every caller' : ''}`,
  ],
  ['Review by', ({ reviewBy }) => reviewBy],
  [
    'Last day',
    ({ lastDay, replacedBy }) => lastDay && `${lastDay}${replacedBy === undefined ? '' : `, then ${replacedBy}`}`,
  ],
  ['Why a wildcard', ({ wildcardReason }) => wildcardReason],
];

/** Endpoints and callers as a table: a row for each endpoint, a column for each caller and for each limit that there is. */
export function accessTable(declared: readonly DeclaredAccess[]): string {
  const endpoints = accessData(declared) as readonly DeclaredAccess[];
  const callers = [...new Set(endpoints.flatMap((each) => each.callers))].sort();
  const columns = COLUMNS.filter(([, of]) => endpoints.some((each) => (of(each) ?? '') !== ''));
  const partners = new Map(endpoints.flatMap(partnersOf));
  const head = [
    'Endpoint',
    ...callers.map((caller) => (partners.has(caller) ? `${caller} (${partners.get(caller)})` : caller)),
    ...columns.map(([title]) => title),
  ];
  const rows = endpoints.map((each) => [
    `${each.endpoint}${each.highValue ? ' (high value)' : ''}`,
    ...callers.map((caller) => (each.callers.includes(caller) ? '●' : '')),
    ...columns.map(([, of]) => of(each) ?? ''),
  ]);
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
}

/** Paths and ARNs of partners. */
function partnersOf({ callers, partners = [] }: DeclaredAccess): readonly (readonly [string, string])[] {
  const paths = callers.slice(callers.length - partners.length);
  return paths.map((path, place) => [path, partners[place]]);
}

function throttleText({ rateLimit, burstLimit }: apigateway.ThrottleSettings): string {
  const parts = [
    ...(rateLimit === undefined ? [] : [`${rateLimit} a second`]),
    ...(burstLimit === undefined ? [] : [`${burstLimit} at once`]),
  ];
  return parts.join(', ');
}

function parametersText(parameters: Readonly<Record<string, boolean>>): string {
  const names = Object.entries(parameters).map(
    ([name, isRequired]) => `${name.replace(/^method\.request\./, '')}${isRequired ? '' : ' (optional)'}`,
  );
  return names.join(' ');
}

function line(cells: readonly string[]): string {
  return `| ${cells.map(cell).join(' | ')} |`;
}

/** What stands in a cell of a table. */
function cell(text: string): string {
  return text.replaceAll('|', '\\|').replaceAll(/\s*\n\s*/g, ' ');
}
