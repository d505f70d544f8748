import { mapOf, textOf } from '../guard/json';
import type { JsonMap } from '../guard/json';
import type { AuthorizerSettings } from './settings';
import { tokenPatterns } from './token-policy';
import type { TokenPatterns } from './token-policy';
import { TokenRefusal, TokenVerifier } from './verify-token';
import type { VerifiedToken } from './verify-token';

/** A line of the log. INVARIANT: ids and decisions only, never a token. */
export interface AuthorizerLogEntry {
  readonly level: 'info' | 'warn';
  readonly source: 'cdk-bulkhead/jwt-authorizer';
  readonly who?: string;
  readonly what?: string;
  readonly decision: 'admitted' | 'denied';
  readonly reason?: string;
  readonly requestId?: string;
  readonly extendedRequestId?: string;
}

/** What API Gateway asks of an authorizer. */
export interface AuthorizerResult {
  readonly principalId: string;
  readonly policyDocument: { readonly Version: '2012-10-17'; readonly Statement: readonly AuthorizerStatement[] };
  readonly context: Readonly<Record<string, string>>;
}

interface AuthorizerStatement {
  readonly Effect: 'Allow' | 'Deny';
  readonly Action: 'execute-api:Invoke';
  readonly Resource: readonly string[];
}

export interface AuthorizerTools {
  readonly log: (entry: AuthorizerLogEntry) => void;
  readonly clock?: () => number;
}

/** API Gateway answers 401 where an authorizer fails with just this message. */
const UNAUTHORIZED = 'Unauthorized';

/** Decides on requests of a REST API by their tokens. */
export class Authorizer {
  private readonly verifier: TokenVerifier;
  private readonly patterns = new Map<string, TokenPatterns | undefined>();

  constructor(
    private readonly settings: AuthorizerSettings,
    private readonly tools: AuthorizerTools,
  ) {
    this.verifier = new TokenVerifier(settings, tools.clock);
  }

  /**
   * The policy of a token: everything that it may call, and nothing else. The context tells the backend whose it is.
   *
   * @throws `Unauthorized` where the token is not surely good
   */
  public async authorize(event: unknown): Promise<AuthorizerResult> {
    const request = mapOf(event);
    try {
      const { prefix, stage } = placeOf(request);
      const token = await this.verifier.verify(bearerToken(request));
      const policy = this.policyOf(token, stage, prefix);
      this.log(request, policy.Statement[0].Effect === 'Allow' ? undefined : 'the token lacks the scopes', token);
      return { principalId: token.subject, policyDocument: policy, context: contextOf(token) };
    } catch (error) {
      // What a library says may hold parts of the token: its name has to do.
      const why = error instanceof TokenRefusal ? error.message : `the token failed: ${nameOf(error)}`;
      this.log(request, why);
      // Lambda logs what is thrown: without its cause, which may hold parts of the token.
      // oxlint-disable-next-line preserve-caught-error
      throw new Error(UNAUTHORIZED);
    }
  }

  private policyOf({ scopes }: VerifiedToken, stage: string, prefix: string): AuthorizerResult['policyDocument'] {
    const key = JSON.stringify([stage, [...scopes].sort()]);
    if (!this.patterns.has(key)) {
      if (this.patterns.size >= 1_000) this.patterns.clear();
      this.patterns.set(key, tokenPatterns(this.settings.endpoints, scopes, stage));
    }
    const patterns = this.patterns.get(key);
    if (patterns === undefined) throw new TokenRefusal('no policy can be made of its endpoints');
    const statement = (Effect: 'Allow' | 'Deny', names: readonly string[]): readonly AuthorizerStatement[] =>
      names.length === 0
        ? []
        : [{ Effect, Action: 'execute-api:Invoke', Resource: names.map((name) => `${prefix}/${name}`) }];
    const { allow, deny } = patterns;
    const nothing = allow.length === 0 ? statement('Deny', ['*']) : [];
    return { Version: '2012-10-17', Statement: [...nothing, ...statement('Allow', allow), ...statement('Deny', deny)] };
  }

  private log({ httpMethod, resource, requestContext }: JsonMap, reason?: string, token?: VerifiedToken): void {
    const { requestId, extendedRequestId } = mapOf(requestContext);
    this.tools.log({
      level: reason === undefined ? 'info' : 'warn',
      source: 'cdk-bulkhead/jwt-authorizer',
      who: token && `${this.settings.issuer}#${token.subject}`,
      what: cut(textOf(httpMethod) && textOf(resource) && `${httpMethod as string} ${resource as string}`),
      decision: reason === undefined ? 'admitted' : 'denied',
      reason,
      requestId: cut(requestId),
      extendedRequestId: cut(extendedRequestId),
    });
  }
}

/** `arn:aws:execute-api:eu-west-1:111122223333:a1b2c3` and the stage, of the ARN that is called. */
function placeOf({ methodArn }: JsonMap): { readonly prefix: string; readonly stage: string } {
  const [, prefix, stage] =
    /^(arn:aws(?:-[a-z]+)*:execute-api:[a-z\d-]+:\d{12}:[a-z\d]+)\/([\w-]+)\/[A-Z]+(?:\/|$)/.exec(
      textOf(methodArn) ?? '',
    ) ?? [];
  if (prefix === undefined) throw new TokenRefusal('the event is no request of a REST API');
  return { prefix, stage };
}

/** The token of the one `Authorization` header. */
function bearerToken({ headers, multiValueHeaders }: JsonMap): string {
  const found = [headers, multiValueHeaders].flatMap((all) =>
    Object.entries(mapOf(all)).flatMap(([name, value]) =>
      name.toLowerCase() === 'authorization' ? (value as string | string[]) : [],
    ),
  );
  const [value, ...others] = new Set(found);
  if (others.length > 0) throw new TokenRefusal('there is more than one token');
  const [, token] = /^Bearer +([\w.-]+)$/i.exec(textOf(value) ?? '') ?? [];
  if (token === undefined) throw new TokenRefusal('there is no bearer token');
  return token;
}

/** The claims that a guard or a handler needs, as texts: API Gateway takes no lists. */
function contextOf({ claims, scopes }: VerifiedToken): Readonly<Record<string, string>> {
  const { iss, sub, aud, client_id, token_use, exp } = claims;
  const members = { iss, sub, aud: Array.isArray(aud) ? aud.join(' ') : aud, client_id, token_use, exp };
  const given = Object.entries({ ...members, scope: scopes.join(' ') }).filter(([, value]) => value !== undefined);
  return Object.fromEntries(given.map(([name, value]) => [name, String(value)]));
}

function nameOf(error: unknown): string {
  return error instanceof Error ? error.name : 'unknown error';
}

function cut(value: unknown): string | undefined {
  return textOf(value)?.slice(0, 256);
}
