/** An endpoint as it was declared. */
export interface DeclaredAccess {
  readonly endpoint: string;
  /** Construct paths of roles; ARNs of partners where they are imported. */
  readonly callers: readonly string[];
  /** Scopes of tokens, where it is called with tokens. */
  readonly scopes?: readonly string[];
  readonly operationName?: string;
  readonly highValue: boolean;
  readonly reviewBy?: string;
  readonly lastDay?: string;
  readonly replacedBy?: string;
  readonly wildcardReason?: string;
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

/** An OpenAPI document of the endpoints, with who may call each in `x-cdk-bulkhead`. No schemas, no addresses. */
export function openApiOf(title: string, endpoints: readonly DeclaredAccess[]): object {
  const paths: Record<string, Record<string, object>> = {};
  for (const { endpoint, operationName, scopes, lastDay, ...access } of endpoints) {
    const [method, path] = endpoint.split(' ');
    const parameters = [...path.matchAll(/\{([\w.-]+)\+?\}/g)].map(([, name]) => ({
      name,
      in: 'path',
      required: true,
      schema: { type: 'string' },
    }));
    (paths[path] ??= {})[method.toLowerCase()] = {
      ...(operationName === undefined ? {} : { operationId: operationName }),
      ...(parameters.length === 0 ? {} : { parameters }),
      ...(lastDay === undefined ? {} : { deprecated: true }),
      security: [scopes === undefined ? { sigv4: [] } : { token: scopes }],
      responses: { default: { description: 'as the integration answers' } },
      'x-cdk-bulkhead': {
        ...access,
        ...(scopes === undefined ? {} : { scopes }),
        ...(lastDay === undefined ? {} : { lastDay }),
      },
    };
  }
  return {
    openapi: '3.1.0',
    info: { title, version: '1' },
    paths,
    components: {
      securitySchemes: {
        sigv4: { type: 'apiKey', name: 'Authorization', in: 'header', 'x-amazon-apigateway-authtype': 'awsSigv4' },
        token: { type: 'http', scheme: 'bearer', bearerFormat: 'JWT' },
      },
    },
  };
}
