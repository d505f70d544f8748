import { SimpleJwksCache } from 'aws-jwt-verify/jwk';

const TIMEOUT_MS = 2_000;
const MOST_BYTES = 256 * 1024;

/**
 * A cache of an issuer's signing keys. Keys are fetched when the first token comes and when one names a key that is not
 * known; a name that the issuer does not know either stops further fetches for ten seconds, not the keys that are known.
 * One attempt of two seconds, no redirects.
 */
export function signingKeys(): SimpleJwksCache {
  return new SimpleJwksCache({ fetcher: { fetch: fetchKeys } });
}

async function fetchKeys(uri: string): Promise<ArrayBuffer> {
  const response = await fetch(uri, { redirect: 'error', signal: AbortSignal.timeout(TIMEOUT_MS) });
  if (response.status !== 200) throw new Error(`the signing keys were answered with ${response.status}`);
  const body = await response.arrayBuffer();
  if (body.byteLength > MOST_BYTES) throw new Error('the signing keys are too large');
  return body;
}
