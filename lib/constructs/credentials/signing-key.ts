import type { Construct } from 'constructs';
import { RotatedCredential } from './rotated-credential';
import type { RotatedCredentialProps } from './rotated-credential';

const SIGNING_KEY = Symbol.for('cdk-bulkhead.SigningKey');

/** How a key signs. */
export enum SigningAlgorithm {
  /** RSA of 3,072 bits, PKCS #1 v1.5, SHA-256: every verifier knows it. */
  RS256 = 'RS256',
  /** RSA of 3,072 bits, PSS, SHA-256. */
  PS256 = 'PS256',
  /** The curve P-256, SHA-256. */
  ES256 = 'ES256',
  /** The curve P-384, SHA-384. */
  ES384 = 'ES384',
  /** Ed25519. */
  ED25519 = 'EdDSA',
}

/** Properties of a SigningKey. */
export interface SigningKeyProps extends RotatedCredentialProps {
  /**
   * How the key signs. Another one comes in two rotations after the change, so that no verifier breaks.
   *
   * @default SigningAlgorithm.ES256
   */
  readonly algorithm?: SigningAlgorithm;
}

/**
 * A private key for signatures, such as those of tokens, whose public half is published as a JWKS.
 *
 * Stored as JSON: signers take `alg`, `kid` and `privateKey` (PKCS #8 in PEM) of AWSCURRENT and ignore what they do not
 * know. Verifiers read the object `publishedKey` of `publishedBucket`, which `grants.verify` lets them, or fetch it
 * from wherever the team serves it.
 *
 * Every key is published one whole rotation before it signs, and for one whole rotation after. So no verifier breaks
 * that keeps the JWKS for less than `rotateEvery`, and every signature is good for `rotateEvery` at least: what is
 * signed must live shorter than that.
 *
 * When it leaks: revoke it. From the end of that rotation, some seconds later, the JWKS holds new keys only, and a
 * verifier refuses the old ones as soon as it reads it again.
 *
 * The bucket of the JWKS outlives the stack.
 *
 * @see https://www.rfc-editor.org/rfc/rfc7517
 */
export class SigningKey extends RotatedCredential {
  /** Whether this is a SigningKey. Works across copies of the library. */
  public static isSigningKey(x: any): x is SigningKey {
    return x !== null && typeof x === 'object' && SIGNING_KEY in x;
  }

  /** @throws BH3001 to BH3011 as RotatedCredential says. */
  constructor(scope: Construct, id: string, props: SigningKeyProps) {
    super(scope, id, props, {
      credentialKind: 'signing-key',
      rotation: 'rotate-signing-key',
      environment: { SIGNING_ALGORITHM: props.algorithm ?? SigningAlgorithm.ES256 },
      publishes: 'jwks.json',
    });
    Object.defineProperty(this, SIGNING_KEY, { value: true });
  }
}
