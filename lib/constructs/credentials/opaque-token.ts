import type { Construct } from 'constructs';
import { misuse } from '../../private/errors';
import { RotatedCredential } from './rotated-credential';
import type { RotatedCredentialProps } from './rotated-credential';

const OPAQUE_TOKEN = Symbol.for('cdk-bulkhead.OpaqueToken');
const DEFAULT_BYTES = 32;
const MIN_BYTES = 16;
const MAX_BYTES = 512;

/** Properties of an OpaqueToken. */
export interface OpaqueTokenProps extends RotatedCredentialProps {
  /**
   * The entropy of the token in bytes, between 16 and 512. The token is a third longer. A change takes effect with the
   * next rotation.
   *
   * @default 32
   */
  readonly tokenLength?: number;
  /**
   * Whether the hashes of the tokens that count are published, so that verifiers need not read the token itself:
   * `{"algorithm":"SHA-256","hashes":["<hex>"]}` in the object `publishedKey` of `publishedBucket`, which
   * `grants.verify` lets them read. A verifier compares the hash of the token that it was sent with each of them.
   *
   * @default false
   */
  readonly publishHashes?: boolean;
}

/**
 * A random token, such as a partner's webhook secret, which rotates by itself.
 *
 * Stored as JSON with the member `token`, in base64url without padding; readers take `token` of AWSCURRENT and ignore
 * members that they do not know. After a rotation the old token stays readable as AWSPREVIOUS until the next one: a
 * verifier accepts both, a sender uses the current one only.
 *
 * Before a new token is current, the rotation reads it back and, with `publishHashes`, finds its hash among those that
 * verifiers read. Whether a verifier that reads the secret takes it is not tried.
 *
 * When it leaks: revoke it, and it is dead some seconds later, as soon as verifiers read again what counts. Without
 * that it is dead after two rotations, or after one where the verifiers accept AWSCURRENT only.
 */
export class OpaqueToken extends RotatedCredential {
  /** Whether this is an OpaqueToken. Works across copies of the library. */
  public static isOpaqueToken(x: any): x is OpaqueToken {
    return x !== null && typeof x === 'object' && OPAQUE_TOKEN in x;
  }

  /** @throws BH3005 where the length is not as described, BH3001 to BH3011 as RotatedCredential says. */
  constructor(scope: Construct, id: string, props: OpaqueTokenProps) {
    const bytes = props.tokenLength ?? DEFAULT_BYTES;
    if (!Number.isInteger(bytes) || bytes < MIN_BYTES || bytes > MAX_BYTES) {
      throw misuse(`${scope.node.path}/${id}`, {
        code: 'BH3005',
        what: `\`tokenLength\` must be a whole number of bytes between ${MIN_BYTES} and ${MAX_BYTES}, got ${bytes}`,
        why: 'a shorter token can be guessed',
        mend: `leave it out for ${DEFAULT_BYTES} bytes`,
      });
    }
    super(scope, id, props, {
      credentialKind: 'opaque-token',
      rotation: 'rotate-opaque-token',
      environment: { TOKEN_BYTES: String(bytes) },
      publishes: props.publishHashes === true ? 'hashes.json' : undefined,
    });
    Object.defineProperty(this, OPAQUE_TOKEN, { value: true });
  }
}
