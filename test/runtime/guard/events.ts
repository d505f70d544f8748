// Proxy events as API Gateway makes them, reduced to what is of use here.

export const ACCOUNT = '111122223333';

export interface EventParts {
  readonly method?: string;
  /** The template. */
  readonly resource?: string;
  readonly path?: string;
  readonly parameters?: Readonly<Record<string, string>> | null;
  readonly stage?: string;
  /** The name of a role, or another `userArn`. */
  readonly role?: string;
  readonly userArn?: string;
  readonly claims?: Readonly<Record<string, unknown>>;
  readonly headers?: Readonly<Record<string, string>>;
}

const IDS = { requestId: 'chosen-by-the-client', extendedRequestId: 'Xt3nd3d=' };

function signer({ role, userArn }: EventParts): string | undefined {
  return userArn ?? (role === undefined ? undefined : `arn:aws:sts::${ACCOUNT}:assumed-role/${role}/session`);
}

const whole = ({
  method = 'GET',
  resource = '/orders/{id}',
  path = '/orders/7',
  stage = 'prod',
  ...rest
}: EventParts) => {
  const parameters = rest.parameters === undefined ? guess(resource, path) : rest.parameters;
  return { ...rest, method, resource, path, stage, parameters };
};

/** A REST API; `claims` are of a Cognito authorizer. */
export function restEvent(of: EventParts = {}) {
  const { method, resource, path, stage, parameters, claims, headers = {} } = whole(of);
  const userArn = signer(of) ?? null;
  return {
    resource,
    path,
    httpMethod: method,
    headers,
    pathParameters: parameters,
    body: null,
    requestContext: {
      ...IDS,
      accountId: ACCOUNT,
      apiId: 'a1b2c3',
      stage,
      httpMethod: method,
      resourcePath: resource,
      path: `/${stage}${path}`,
      ...(claims === undefined ? {} : { authorizer: { claims } }),
      identity: {
        userArn,
        caller: userArn === null ? null : 'AROAEXAMPLEEXAMPLE123:session',
        accountId: userArn === null ? null : ACCOUNT,
        sourceIp: '203.0.113.7',
      },
    },
  };
}

/** An HTTP API, payload 2.0; `claims` are of a JWT authorizer. */
export function httpEvent(of: EventParts = {}) {
  const { method, resource, path, stage, parameters, claims, headers = {} } = whole(of);
  const userArn = signer(of);
  const rawPath = stage === '$default' ? path : `/${stage}${path}`;
  return {
    version: '2.0',
    routeKey: `${method} ${resource}`,
    rawPath,
    headers,
    ...(parameters === null ? {} : { pathParameters: parameters }),
    requestContext: {
      requestId: IDS.requestId,
      accountId: ACCOUNT,
      apiId: 'a1b2c3',
      stage,
      routeKey: `${method} ${resource}`,
      http: { method, path: rawPath, sourceIp: '203.0.113.7' },
      authorizer: {
        ...(userArn === undefined
          ? {}
          : { iam: { userArn, callerId: 'AROAEXAMPLEEXAMPLE123:session', accountId: ACCOUNT } }),
        ...(claims === undefined ? {} : { jwt: { claims, scopes: null } }),
      },
    },
  };
}

/** An HTTP API with payload 1.0. */
export function http1Event(of: EventParts = {}) {
  const event = restEvent(of);
  const path = of.stage === '$default' ? event.path : `/${event.requestContext.stage}${event.path}`;
  return { ...event, version: '1.0', path };
}

/** The path parameters that the gateway would hand over. */
function guess(resource: string, path: string): Record<string, string> | null {
  const found: Record<string, string> = {};
  const segments = path.split('/');
  for (const [at, name] of resource.split('/').entries()) {
    if (!name.startsWith('{')) continue;
    const value = name.endsWith('+}') ? segments.slice(at).join('/') : (segments[at] ?? '');
    found[name.replace(/^\{|\+?\}$/g, '')] = decodeURIComponent(value);
  }
  return Object.keys(found).length === 0 ? null : found;
}
