import type { DeclaredTokens, IDeclaredApi } from '../api/i-declared-api';
import { misuse } from '../../private/errors';
import type { Construct } from 'constructs';

/** A field of the access log, and the variables of API Gateway that it may hold. */
type Field = readonly [name: string, ...variables: string[]];

/** Of each list one at least: REST and HTTP APIs say some things by names of their own. */
const NEEDED: readonly (readonly Field[])[] = [
  [['method', '$context.httpMethod']],
  [
    ['resourcePath', '$context.resourcePath'],
    ['routeKey', '$context.routeKey'],
  ],
  [['callerArn', '$context.identity.userArn']],
  [['sourceIp', '$context.identity.sourceIp']],
  [['status', '$context.status']],
  [['integrationStatus', '$context.integration.status', '$context.integrationStatus']],
  [['timeEpoch', '$context.requestTimeEpoch']],
  [['responseLength', '$context.responseLength']],
  [['apiId', '$context.apiId']],
  [['stage', '$context.stage']],
  [
    ['authorizeError', '$context.authorize.error'],
    ['authorizerError', '$context.authorizer.error'],
  ],
];
const ISSUER: Field = ['tokenIssuer', '$context.authorizer.claims.iss', '$context.authorizer.iss'];
const AUDIENCE: Field = ['tokenAudience', '$context.authorizer.claims.aud', '$context.authorizer.aud'];
const CLIENT: Field = ['tokenClient', '$context.authorizer.claims.client_id', '$context.authorizer.client_id'];
const SUBJECT: readonly Field[] = [
  ['tokenSubject', '$context.authorizer.claims.sub', '$context.authorizer.sub'],
  ['poolSubject', '$context.authorizer.claims.sub'],
  ['authorizerPrincipal', '$context.authorizer.principalId'],
];

/** BH4031 where the access log does not say what the monitor compares, and what it lacks. */
export function checkLogFields(at: Construct, api: IDeclaredApi): string[] {
  const fields = fieldsOf(api.accessLogFormat);
  const tokens = api.declaredEndpoints().flatMap((each) => (each.tokens === undefined ? [] : [each.tokens]));
  const lacking = [...NEEDED, ...tokenFields(tokens)].filter(
    (some) => !some.some(([name, ...variables]) => variables.includes(String(fields[name]))),
  );
  if (lacking.length === 0) return [];
  const missing = lacking.map((some) => some.map(([name, variable]) => `"${name}": "${variable}"`).join(' or '));
  const error = misuse(at, {
    code: 'BH4031',
    what: `the access log of \`${api.node.path}\` has no ${missing.join(', ')}`,
    why: 'calls cannot be compared with what was declared',
    mend: 'have the stage write these fields, as one JSON object a line, into the log group of the API; `guard` does where `accessLogGroup` is given to it',
  });
  return [error.message];
}

/** What a line has to say of the token, as far as it is known whose tokens are taken. */
function tokenFields(tokens: readonly DeclaredTokens[]): readonly (readonly Field[])[] {
  const logged = tokens.filter(({ isLogged }) => isLogged);
  return [
    ...(logged.length === 0 ? [] : [SUBJECT]),
    ...(logged.some(({ issuer }) => issuer !== undefined) ? [[ISSUER]] : []),
    ...(logged.some(({ audience }) => audience.length > 0) ? [[AUDIENCE], [CLIENT]] : []),
  ];
}

function fieldsOf(format: string): Readonly<Record<string, unknown>> {
  try {
    const fields: unknown = JSON.parse(format);
    if (typeof fields === 'object' && fields !== null) return fields as Readonly<Record<string, unknown>>;
  } catch {
    // Told as what it lacks.
  }
  return {};
}
