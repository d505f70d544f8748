import type * as apigateway from 'aws-cdk-lib/aws-apigateway';

/** An endpoint as it was declared. */
export interface DeclaredAccess {
  readonly endpoint: string;
  /** Construct paths of roles, those of partners included. */
  readonly callers: readonly string[];
  /** ARNs of the callers that are roles of other accounts. */
  readonly partners?: readonly string[];
  /** Scopes of tokens, where it is called with tokens. */
  readonly scopes?: readonly string[];
  readonly operationName?: string;
  readonly highValue: boolean;
  readonly reviewBy?: string;
  readonly lastDay?: string;
  readonly replacedBy?: string;
  readonly wildcardReason?: string;
  readonly throttle?: apigateway.ThrottleSettings;
  readonly sourceRanges?: readonly string[];
  /** Ids of VPC endpoints, or their construct paths where the id is known only at deployment. */
  readonly vpcEndpoints?: readonly string[];
  readonly requestParameters?: Readonly<Record<string, boolean>>;
}

/** What stands in a cell of a table. */
function cell(text: string): string {
  return text.replaceAll('|', '\\|');
}

/** Endpoints and callers as a table: a row for each endpoint, a column for each caller. */
export function accessTable(endpoints: readonly DeclaredAccess[]): string {
  const callers = [...new Set(endpoints.flatMap((each) => each.callers))].sort();
  const rows = endpoints.map((each) => [
    `${each.endpoint}${each.highValue ? ' (high value)' : ''}`,
    ...callers.map((caller) => (each.callers.includes(caller) ? '●' : '')),
    ...(endpoints.some(({ scopes }) => scopes !== undefined) ? [(each.scopes ?? []).join(' ')] : []),
  ]);
  const head = ['Endpoint', ...callers, ...(rows[0]?.length > callers.length + 1 ? ['Scopes of tokens'] : [])];
  const line = (cells: readonly string[]): string => `| ${cells.map(cell).join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
}
