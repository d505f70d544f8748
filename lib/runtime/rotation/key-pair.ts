import { createHash, createPublicKey, generateKeyPair, sign, verify } from 'node:crypto';
import type { JsonWebKey, KeyObject } from 'node:crypto';
import { promisify } from 'node:util';

/** How a key signs: the `alg` of JOSE. */
export type SigningAlgorithm = 'RS256' | 'PS256' | 'ES256' | 'ES384' | 'EdDSA';

interface Method {
  readonly generate: () => Promise<{ privateKey: KeyObject }>;
  readonly digest: string | null;
  readonly options: object;
}

const generate = promisify(generateKeyPair);
/** NIST SP 800-57 holds 3,072 bits good beyond 2030. */
const RSA = { modulusLength: 3072 };
const RAW = { dsaEncoding: 'ieee-p1363' } as const;

const METHODS: Readonly<Record<SigningAlgorithm, Method>> = {
  RS256: { generate: () => generate('rsa', RSA), digest: 'sha256', options: {} },
  PS256: {
    generate: () => generate('rsa', RSA),
    digest: 'sha256',
    options: { padding: 6, saltLength: 32 },
  },
  ES256: { generate: () => generate('ec', { namedCurve: 'P-256' }), digest: 'sha256', options: RAW },
  ES384: { generate: () => generate('ec', { namedCurve: 'P-384' }), digest: 'sha384', options: RAW },
  EdDSA: { generate: () => generate('ed25519', {}), digest: null, options: {} },
};

/** The algorithm of this name; `undefined` where it is none of ours. */
export function algorithmOf(name: string | undefined): SigningAlgorithm | undefined {
  return name !== undefined && Object.hasOwn(METHODS, name) ? (name as SigningAlgorithm) : undefined;
}

/** A key as it is stored. */
export interface KeyPair {
  readonly alg: SigningAlgorithm;
  /** The thumbprint of the public key (RFC 7638): the same key has the same name, whoever computes it. */
  readonly kid: string;
  /** PKCS #8 in PEM. */
  readonly privateKey: string;
  /** As verifiers take it. INVARIANT: no private member of a key is in it. */
  readonly publicKey: JsonWebKey;
}

export async function newKeyPair(alg: SigningAlgorithm): Promise<KeyPair> {
  const { privateKey } = await METHODS[alg].generate();
  const pem = privateKey.export({ type: 'pkcs8', format: 'pem' }) as string;
  const half = publicHalf(createPublicKey(privateKey).export({ format: 'jwk' }));
  const kid = thumbprint(half);
  return { alg, kid, privateKey: pem, publicKey: { ...half, kid, alg, use: 'sig' } };
}

/** A stored pair, where it has the form of one and is called by the name of its public key. */
export function keyPairOf(value: unknown): KeyPair | undefined {
  const { alg, kid, privateKey, publicKey } = (value ?? {}) as Partial<Record<keyof KeyPair, unknown>>;
  const known = algorithmOf(typeof alg === 'string' ? alg : undefined);
  if (known === undefined || typeof kid !== 'string' || typeof privateKey !== 'string') return undefined;
  if (typeof publicKey !== 'object' || publicKey === null) return undefined;
  const half = publicHalf(publicKey as JsonWebKey);
  if (thumbprint(half) !== kid) return undefined;
  return { alg: known, kid, privateKey, publicKey: { ...half, kid, alg: known, use: 'sig' } };
}

/** Whether a signature by the pair passes with a public key; not where either cannot be read. */
export function signsFor({ alg, privateKey }: KeyPair, published: JsonWebKey): boolean {
  const { digest, options } = METHODS[alg];
  const text = Buffer.from('cdk-bulkhead');
  try {
    const signature = sign(digest, text, { key: privateKey, ...options });
    const key = createPublicKey({ key: published, format: 'jwk' });
    return verify(digest, text, { key, ...options }, signature);
  } catch {
    return false;
  }
}

/** The members that make up a public key; every other one stays behind. */
function publicHalf({ crv, e, kty, n, x, y }: JsonWebKey): JsonWebKey {
  return { crv, e, kty, n, x, y };
}

/** RFC 7638: the required members, in the order of their names, without spaces. */
function thumbprint(half: JsonWebKey): string {
  return createHash('sha256').update(JSON.stringify(half)).digest('base64url');
}
