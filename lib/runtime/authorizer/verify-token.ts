import { JwtVerifier } from 'aws-jwt-verify/jwt-verifier';
import { listOf } from '../guard/read-caller';
import { mapOf, textOf } from '../guard/json';
import type { JsonMap } from '../guard/json';
import type { AuthorizerSettings } from './settings';
import { signingKeys } from './signing-keys';

/** A token whose signature and claims hold. */
export interface VerifiedToken {
  readonly subject: string;
  readonly scopes: readonly string[];
  readonly claims: JsonMap;
}

/** Why a token is refused, in words without anything of the token. */
export class TokenRefusal extends Error {
  public override readonly name = 'TokenRefusal';
}

/** API Gateway takes 10,240 bytes of headers together. */
const MOST_CHARACTERS = 8_192;
/** Signatures by a private key only: no `none`, and no HMAC, for which the public key would be the secret. */
const ALGORITHMS = ['RS256', 'RS384', 'RS512', 'ES256', 'ES384', 'ES512'];
const LONGEST_LIFE = 3_600;
/** How far the issuer's clock may be ahead. */
const CLOCK_SKEW = 60;
/** How long a key is trusted that its issuer may have withdrawn. */
const KEY_AGE_MS = 3_600_000;

/** Verifies tokens by the settings; keeps the issuer's keys for an hour. */
export class TokenVerifier {
  private since = 0;
  private verifier?: ReturnType<typeof newVerifier>;

  constructor(
    private readonly settings: AuthorizerSettings,
    private readonly clock: () => number = Date.now,
  ) {}

  /** @throws TokenRefusal, and what the library throws, where a token is not surely good */
  public async verify(token: string): Promise<VerifiedToken> {
    checkHeader(token);
    if (this.verifier === undefined || this.clock() - this.since > KEY_AGE_MS) {
      this.verifier = newVerifier(this.settings);
      this.since = this.clock();
    }
    const claims: JsonMap = await this.verifier.verify(token);
    checkClaims(claims, this.settings, this.clock() / 1000);
    return { subject: claims.sub as string, scopes: listOf(claims.scope ?? claims.scp), claims };
  }
}

/** The audience is checked here, since a Cognito access token has none but its client. */
function newVerifier({ issuer, jwksUri }: AuthorizerSettings) {
  return JwtVerifier.create({ issuer, audience: null, jwksUri }, { jwksCache: signingKeys() });
}

/** Before any key is fetched. */
function checkHeader(token: string): void {
  if (token.length > MOST_CHARACTERS) throw new TokenRefusal('the token is too long');
  const [header, ...more] = token.split('.');
  if (more.length !== 2) throw new TokenRefusal('the token is no signed JWT');
  const { alg, kid, crit } = parse(header);
  if (!ALGORITHMS.includes(alg as string)) throw new TokenRefusal('the token is signed in a way that is not taken');
  if (textOf(kid) === undefined) throw new TokenRefusal('the token names no key');
  if (crit !== undefined) throw new TokenRefusal('the token asks for an extension');
}

function parse(part: string): JsonMap {
  try {
    return mapOf(JSON.parse(Buffer.from(part, 'base64url').toString('utf8')));
  } catch {
    throw new TokenRefusal('the token cannot be read');
  }
}

function checkClaims(claims: JsonMap, { audience, tokenUse }: AuthorizerSettings, now: number): void {
  const { exp, iat, nbf, sub, token_use: use } = claims;
  if (textOf(sub) === undefined) throw new TokenRefusal('the token has no `sub`');
  if (!isTime(exp) || !isTime(iat)) throw new TokenRefusal('the token does not say how long it is valid');
  if (now >= exp) throw new TokenRefusal('the token has expired');
  if (exp - iat > LONGEST_LIFE) throw new TokenRefusal(`the token is valid for ${exp - iat} s, more than an hour`);
  if (iat > now + CLOCK_SKEW || (nbf !== undefined && !(isTime(nbf) && nbf <= now + CLOCK_SKEW))) {
    throw new TokenRefusal('the token is not valid yet');
  }
  if (!listOf(claims.aud ?? claims.client_id).some((each) => audience.includes(each))) {
    throw new TokenRefusal('the token is for another audience');
  }
  // An ID token says who signed in to an app; it is no permission to call an API on somebody's behalf.
  const identity = use === 'id' || claims.nonce !== undefined || claims.at_hash !== undefined;
  const right = tokenUse === 'any' ? (use === undefined || use === 'access') && !identity : use === tokenUse;
  if (!right) throw new TokenRefusal('the token is for another use');
}

function isTime(value: unknown): value is number {
  return typeof value === 'number' && Number.isFinite(value) && value > 0;
}
