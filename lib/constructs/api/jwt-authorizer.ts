import { Duration, Lazy, RemovalPolicy, Stack, Token } from 'aws-cdk-lib';
import * as apigateway from 'aws-cdk-lib/aws-apigateway';
import type * as cognito from 'aws-cdk-lib/aws-cognito';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import * as logs from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import { compileAccessMatrix } from '../../engine/compile/access-matrix';
import type { GuardToken } from '../../model/guard-policy';
import { misuse } from '../../private/errors';
import { lambdaAsset } from '../../private/lambda-asset';
import { WorkloadRole } from '../roles/workload-role';
import type { DeclaredTokens } from './i-declared-api';

/** What a token is for, by its claim `token_use`. */
export enum TokenUse {
  /** Tokens that grant access, which carry scopes. */
  ACCESS = 'access',
  /** Tokens that say who somebody is. They are made for the client, not for an API. */
  ID = 'id',
  /** For issuers that write no `token_use`. Tokens that look like ID tokens are refused. */
  ANY = 'any',
}

/** Properties of a JwtAuthorizer. */
export interface JwtAuthorizerProps {
  /** The team that answers for the authorizer. Not empty. */
  readonly owner: string;
  /** The issuer, exactly as in the claim `iss`: an https address. */
  readonly issuer: string;
  /** Audiences or, where a token has no `aud`, clients, that tokens must be for. At least one. */
  readonly audience: string[];
  /**
   * Where the public keys of the issuer are, by https.
   *
   * @default - `<issuer>/.well-known/jwks.json`
   */
  readonly jwksUri?: string;
  /**
   * Which tokens are taken.
   *
   * @default TokenUse.ACCESS
   */
  readonly tokenUse?: TokenUse;
  /**
   * How long the log of its decisions is kept.
   *
   * @default RetentionDays.ONE_YEAR
   */
  readonly logRetention?: logs.RetentionDays;
}

/** Properties of a JwtAuthorizer for a user pool. */
export interface UserPoolAuthorizerProps {
  /** The team that answers for the authorizer. Not empty. */
  readonly owner: string;
  /** The user pool that issues the tokens. In the region of the API. */
  readonly userPool: cognito.IUserPool;
  /** Its clients that may call. At least one. */
  readonly clients: cognito.IUserPoolClient[];
}

/**
 * Lets callers in by tokens (JWT) of one issuer: a Lambda authorizer that checks signature, issuer, audience, expiry of
 * at most an hour, use and scopes, and answers with a policy of exactly the endpoints that the scopes are for. For one
 * API; name it in `jwtAuthorizer` of its endpoints.
 *
 * Its decisions are not cached: with a cache an expired token would stay good for as long. A token is not bound to a
 * client or a source: who has it, is it. The resource policy still keeps out every principal of AWS that is no caller.
 *
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-use-lambda-authorizer.html
 */
export class JwtAuthorizer extends Construct {
  /** For the clients of a Cognito user pool, with access tokens. */
  public static forUserPool(scope: Construct, id: string, props: UserPoolAuthorizerProps): JwtAuthorizer {
    const { region, urlSuffix } = Stack.of(props.userPool);
    return new JwtAuthorizer(scope, id, {
      owner: props.owner,
      issuer: `https://cognito-idp.${region}.${urlSuffix}/${props.userPool.userPoolId}`,
      audience: props.clients.map((client) => client.userPoolClientId),
    });
  }

  /** The authorizer of API Gateway. */
  public readonly authorizer: apigateway.IAuthorizer;
  /** The function. Nobody but API Gateway needs to invoke it. */
  public readonly function: lambda.IFunction;

  private readonly endpoints: { readonly endpoint: string; readonly scopes: readonly string[] }[] = [];
  private readonly token: Omit<GuardToken, 'scopes'>;

  /** @throws BH1060 where issuer, audience or the address of the keys is malformed; BH2001 where the owner is empty */
  constructor(scope: Construct, id: string, props: JwtAuthorizerProps) {
    super(scope, id);
    const { issuer, audience, tokenUse = TokenUse.ACCESS } = props;
    const jwksUri = props.jwksUri ?? `${issuer.replace(/\/$/, '')}/.well-known/jwks.json`;
    this.check(issuer, audience, jwksUri);
    this.token = { issuer, audience, ...(tokenUse === TokenUse.ANY ? {} : { use: tokenUse }) };
    this.function = this.makeFunction(props, {
      ISSUER: issuer,
      AUDIENCE: audience.join(','),
      JWKS_URI: jwksUri,
      TOKEN_USE: tokenUse,
      ENDPOINTS: Lazy.string({ produce: () => JSON.stringify(this.endpoints) }),
    });
    this.authorizer = new apigateway.RequestAuthorizer(this, 'Authorizer', {
      handler: this.function,
      identitySources: [apigateway.IdentitySource.header('Authorization')],
      resultsCacheTtl: Duration.seconds(0),
    });
    this.node.addValidation({ validate: () => this.validate() });
  }

  /**
   * Declares an endpoint and its scopes; returns what the guard of its function checks again.
   *
   * @internal
   */
  public _admit(endpoint: string, scopes: readonly string[]): GuardToken {
    const malformed = scopes.find((scope) => !/^[\x21\x23-\x5b\x5d-\x7e]+$/.test(scope));
    if (malformed !== undefined || new Set(scopes).size < scopes.length) {
      throw misuse(this, {
        code: 'BH1061',
        what: `the scopes of endpoint \`${endpoint}\` are malformed or listed twice`,
        mend: 'give each scope once, without spaces, such as `orders/read`',
      });
    }
    this.endpoints.push({ endpoint, scopes });
    return { ...this.token, ...(scopes.length === 0 ? {} : { scopes }) };
  }

  /**
   * Whose tokens it takes, as the access log shows them.
   *
   * @internal
   */
  public _tokens(): DeclaredTokens {
    const { issuer, audience } = this.token;
    return { issuer, audience: [...audience], isLogged: true };
  }

  /**
   * Whose tokens it takes, as a document says it: by issuer, audience and use, or by its construct path where the issuer is
   * known only at deployment.
   *
   * @internal
   */
  public _written(): { readonly [member: string]: string | string[] } {
    const { issuer, audience, use } = this.token;
    const isKnown = audience.every((each) => !Token.isUnresolved(each));
    return {
      ...(Token.isUnresolved(issuer) || !isKnown ? { authorizer: this.node.path } : {}),
      ...(Token.isUnresolved(issuer) ? {} : { issuer }),
      ...(isKnown ? { audience: [...audience] } : {}),
      ...(use === undefined ? {} : { use }),
    };
  }

  private makeFunction(props: JwtAuthorizerProps, environment: Record<string, string>): lambda.Function {
    const role = new WorkloadRole(this, 'Role', {
      owner: props.owner,
      purpose: 'checks the tokens of callers',
      assumedBy: new iam.ServicePrincipal('lambda.amazonaws.com'),
    });
    const logGroup = new logs.LogGroup(this, 'Log', {
      retention: props.logRetention ?? logs.RetentionDays.ONE_YEAR,
      removalPolicy: RemovalPolicy.RETAIN,
    });
    logGroup.grantWrite(role);
    return new lambda.Function(this, 'Function', {
      description: `Checks tokens for ${this.node.path}`.slice(0, 256),
      code: lambdaAsset('jwt-authorizer'),
      handler: 'index.handler',
      runtime: lambda.Runtime.NODEJS_24_X,
      architecture: lambda.Architecture.ARM_64,
      memorySize: 256,
      timeout: Duration.seconds(10),
      environment,
      role,
      logGroup,
    });
  }

  private check(issuer: string, audience: readonly string[], jwksUri: string): void {
    const isAddress = (text: string): boolean => Token.isUnresolved(text) || /^https:\/\/[^\s?#]+$/.test(text);
    const isAudience =
      audience.length > 0 && audience.every((each) => Token.isUnresolved(each) || /^[^\s,]+$/.test(each));
    if (isAddress(issuer) && isAddress(jwksUri) && isAudience) return;
    throw misuse(this, {
      code: 'BH1060',
      what: isAudience
        ? '`issuer` or `jwksUri` is no address by https'
        : '`audience` is empty or has a malformed entry',
      why: 'tokens of anybody, or for anybody, would be taken',
      mend: 'give the issuer as in the claim `iss`, and the clients that tokens are made for',
    });
  }

  /** For each set of scopes there must be a policy: the function refuses a token where there is none. */
  private validate(): string[] {
    const sets = new Map(this.endpoints.map(({ scopes }) => [[...scopes].sort().join(' '), scopes]));
    return [...sets.values()].flatMap((held) => {
      const endpoints = this.endpoints.map(({ endpoint, scopes }) => {
        const [method, path] = endpoint.split(' ');
        return { method, path, callers: [scopes.every((scope) => held.includes(scope)) ? 'bearer' : 'others'] };
      });
      const access = compileAccessMatrix({ stage: 'stage', endpoints });
      if (access.ok) return [];
      const [{ what, why, mend }] = access.problems;
      return [
        misuse(this, { code: 'BH1062', what: `for the scopes \`${held.join(' ')}\`: ${what}`, why, mend }).message,
      ];
    });
  }
}
