import { Token } from 'aws-cdk-lib';
import type { IHttpRouteAuthorizer } from 'aws-cdk-lib/aws-apigatewayv2';
import { HttpJwtAuthorizer } from 'aws-cdk-lib/aws-apigatewayv2-authorizers';
import type { IConstruct } from 'constructs';
import type { GuardToken } from '../../model/guard-policy';
import { misuse } from '../../private/errors';
import type { HttpEndpointOptions, JwtIssuer } from './http-endpoint-options';
import { TokenUse } from './jwt-authorizer';

/** How an endpoint is called with tokens. */
export interface HttpTokens {
  readonly authorizer: IHttpRouteAuthorizer;
  /** At most one. */
  readonly scopes: readonly string[];
  /** The same for the guard of the function. */
  readonly guard: GuardToken;
}

/** The JWT authorizers of an HTTP API: one for each issuer and audience. */
export class HttpIssuers {
  private readonly authorizers = new Map<string, IHttpRouteAuthorizer>();

  constructor(private readonly at: IConstruct) {}

  /**
   * What tokens an endpoint is called with; `undefined` where it asks for AWS_IAM.
   *
   * @throws BH1060 where issuer or audience is malformed, BH1061 where a scope is, BH1063 where the endpoint names
   * callers and tokens, or an issuer without scopes, or scopes without one; BH1070 for more than one scope
   */
  public tokensOf(endpoint: string, options: HttpEndpointOptions): HttpTokens | undefined {
    const { callers, jwtIssuer, scopes } = options;
    if (jwtIssuer === undefined && scopes === undefined) return undefined;
    if (jwtIssuer === undefined || scopes === undefined || callers.length > 0) {
      throw misuse(this.at, {
        code: 'BH1063',
        what: `endpoint \`${endpoint}\` has ${callers.length > 0 ? 'callers and tokens' : '`jwtIssuer` without `scopes`, or `scopes` without it'}`,
        why: 'a route of API Gateway has one kind of authorization, and which scope a token needs has to be said',
        mend:
          callers.length > 0 ? 'declare two endpoints' : 'give both; `scopes: []` where every token of the issuer does',
      });
    }
    this.checkIssuer(endpoint, jwtIssuer);
    this.checkScopes(endpoint, scopes);
    const { issuer, audience, tokenUse = TokenUse.ACCESS } = jwtIssuer;
    return {
      authorizer: this.authorizerOf(jwtIssuer),
      scopes,
      guard: {
        issuer,
        audience,
        ...(tokenUse === TokenUse.ANY ? {} : { use: tokenUse }),
        ...(scopes.length === 0 ? {} : { scopes }),
      },
    };
  }

  private authorizerOf({ issuer, audience }: JwtIssuer): IHttpRouteAuthorizer {
    const key = JSON.stringify([issuer, audience]);
    const place = this.authorizers.size + 1;
    const known = this.authorizers.get(key);
    if (known !== undefined) return known;
    const made = new HttpJwtAuthorizer(`Tokens${place === 1 ? '' : place}`, issuer, { jwtAudience: [...audience] });
    this.authorizers.set(key, made);
    return made;
  }

  private checkIssuer(endpoint: string, { issuer, audience }: JwtIssuer): void {
    const isAddress = Token.isUnresolved(issuer) || /^https:\/\/[^\s?#]+$/.test(issuer);
    const isAudience = audience.length > 0 && audience.every((each) => Token.isUnresolved(each) || /^\S+$/.test(each));
    if (isAddress && isAudience) return;
    throw misuse(this.at, {
      code: 'BH1060',
      what: `the ${isAudience ? '`issuer` of endpoint' : '`audience` of endpoint'} \`${endpoint}\` ${isAudience ? 'is no address by https' : 'is empty or has a malformed entry'}`,
      why: 'tokens of anybody, or for anybody, would be taken',
      mend: 'give the issuer as in the claim `iss`, and the clients that tokens are made for',
    });
  }

  private checkScopes(endpoint: string, scopes: readonly string[]): void {
    if (scopes.length > 1) {
      throw misuse(this.at, {
        code: 'BH1070',
        what: `endpoint \`${endpoint}\` has ${scopes.length} scopes`,
        why: 'an HTTP API takes a token that holds any one of them',
        mend: 'name the one scope that it takes, have the issuer make one, or use a LeastPrivilegeRestApi with a JwtAuthorizer, which asks for all',
      });
    }
    if (scopes.every((scope) => /^[\x21\x23-\x5b\x5d-\x7e]+$/.test(scope))) return;
    throw misuse(this.at, {
      code: 'BH1061',
      what: `the scope of endpoint \`${endpoint}\` is malformed`,
      mend: 'write it without spaces, such as `orders/read`',
    });
  }
}
