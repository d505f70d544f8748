import { createPublicKey } from 'node:crypto';
import type { Construct } from 'constructs';
import { misuse } from '../../private/errors';
import { RotatedCredential } from './rotated-credential';
import type { RotatedCredentialProps } from './rotated-credential';

const PARTNER_CREDENTIAL = Symbol.for('cdk-bulkhead.PartnerCredential');
const LEAST_BITS = 2048;

/** Properties of a PartnerCredential. */
export interface PartnerCredentialProps extends RotatedCredentialProps {
  /** The partner's public key: RSA of 2,048 bits at least, SPKI in PEM. No secret. */
  readonly partnerPublicKey: string;
}

/**
 * A token for a partner who has no AWS identity. It is issued in an envelope that only the partner's private key opens:
 * nobody here ever sees it, neither the people who hand it over nor the verifiers, who know its hash.
 *
 * Stored as JSON with the members `sealed`, a compact JWE (RSA-OAEP-256, A256GCM), and `sha256`, the hash of the token.
 * The `reader` is the role that hands the envelope over. Verifiers read the hashes that count from the object
 * `publishedKey` of `publishedBucket`, which `grants.verify` lets them, and compare.
 *
 * Each value is issued once. The next one comes after `rotateEvery`, and the one before stays valid until the one
 * after: the partner has that long to fetch it.
 *
 * When it leaks: revoke it, and it is dead some seconds later, as soon as verifiers read the hashes again. Its successor
 * waits in a new envelope.
 */
export class PartnerCredential extends RotatedCredential {
  /** Whether this is a PartnerCredential. Works across copies of the library. */
  public static isPartnerCredential(x: any): x is PartnerCredential {
    return x !== null && typeof x === 'object' && PARTNER_CREDENTIAL in x;
  }

  /** @throws BH3012 where the key is not as described, BH3001 to BH3011 as RotatedCredential says. */
  constructor(scope: Construct, id: string, props: PartnerCredentialProps) {
    const key = checkPublicKey(`${scope.node.path}/${id}`, props.partnerPublicKey);
    super(scope, id, props, {
      credentialKind: 'partner',
      rotation: 'issue-partner-credential',
      environment: { PARTNER_KEY: key },
      publishes: 'hashes.json',
    });
    Object.defineProperty(this, PARTNER_CREDENTIAL, { value: true });
  }
}

function checkPublicKey(at: string, pem: string): string {
  const fault = faultOf(pem);
  if (fault === undefined) return pem;
  throw misuse(at, {
    code: 'BH3012',
    what: `\`partnerPublicKey\` must be an RSA key of ${LEAST_BITS} bits at least, as SPKI in PEM; ${fault}`,
    why: 'the credential is sealed with it, so that nobody but the partner can open it',
    mend: 'ask the partner for the output of `openssl rsa -in private.pem -pubout`, and make sure of its origin',
  });
}

function faultOf(pem: string): string | undefined {
  // A private key has a public half, too, and must never have come here.
  if (/PRIVATE/.test(pem)) return 'this is a private key: it is known now, and must be replaced';
  try {
    const { asymmetricKeyType: type, asymmetricKeyDetails: details } = createPublicKey(pem);
    if (type !== 'rsa') return `got a key of the type ${String(type)}`;
    return (details?.modulusLength ?? 0) >= LEAST_BITS ? undefined : `got ${String(details?.modulusLength)} bits`;
  } catch {
    return 'it cannot be read';
  }
}
