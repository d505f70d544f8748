import { isList, mapOf, textOf } from '../guard/json';
import { parseTemplate } from '../../engine/compile/endpoint-template';

/** What the tokens of an API must be, and what each endpoint asks of them. */
export interface AuthorizerSettings {
  /** `iss`, exactly. */
  readonly issuer: string;
  /** `aud` must hold one of them; where there is no `aud`, `client_id` must be one of them. */
  readonly audience: readonly string[];
  readonly jwksUri: string;
  /** `any` is for issuers that write no `token_use`. */
  readonly tokenUse: 'access' | 'id' | 'any';
  readonly endpoints: readonly ScopedEndpoint[];
}

/** An endpoint, and the scopes that a token must hold, all of them. */
export interface ScopedEndpoint {
  readonly method: string;
  readonly path: string;
  readonly scopes: readonly string[];
}

type Environment = Readonly<Record<string, string | undefined>>;

/** Reads the environment of the function. @throws where anything is missing or malformed: then nobody is admitted */
export function settingsFrom(environment: Environment): AuthorizerSettings {
  const { ISSUER, AUDIENCE, JWKS_URI, TOKEN_USE, ENDPOINTS } = environment;
  const audience = (AUDIENCE ?? '').split(',').filter((each) => each !== '');
  if (textOf(ISSUER) === undefined || audience.length === 0) throw new Error('ISSUER or AUDIENCE is missing');
  if (!URL.canParse(JWKS_URI ?? '') || new URL(JWKS_URI as string).protocol !== 'https:') {
    throw new Error('JWKS_URI is no address by https');
  }
  if (TOKEN_USE !== 'access' && TOKEN_USE !== 'id' && TOKEN_USE !== 'any') {
    throw new Error('TOKEN_USE is none of access, id and any');
  }
  const endpoints: unknown = JSON.parse(ENDPOINTS ?? '');
  if (!Array.isArray(endpoints) || endpoints.length === 0) throw new Error('ENDPOINTS holds no endpoint');
  return {
    issuer: ISSUER as string,
    audience,
    jwksUri: JWKS_URI as string,
    tokenUse: TOKEN_USE,
    endpoints: endpoints.map(readEndpoint),
  };
}

function readEndpoint(value: unknown): ScopedEndpoint {
  const { endpoint, scopes } = mapOf(value);
  const [method, path = '', ...more] = (textOf(endpoint) ?? '').split(' ');
  const empty = Array.isArray(scopes) && scopes.length === 0;
  if (typeof parseTemplate(path) === 'string' || more.length > 0 || !(empty || isList(scopes))) {
    throw new Error('ENDPOINTS holds one that cannot be read');
  }
  return { method, path, scopes: scopes as readonly string[] };
}
