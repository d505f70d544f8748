import { verify } from 'node:crypto';
import type { Digest } from './digest';
import type { TrailKeys } from './public-keys';

export const SIGNATURE_ALGORITHM = 'SHA256withRSA';

/**
 * What CloudTrail signs of a digest: its end, where it was delivered, the hash of its uncompressed content, and the
 * signature of the digest before.
 *
 * @see https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-log-file-custom-validation.html
 */
export function stringToSign({ end, bucket, object, previousSignature }: Digest, hash: string): string {
  // At the start of a chain the word stands where the signature would be.
  return [end, `${bucket}/${object}`, hash, previousSignature ?? 'null'].join('\n');
}

/** Why a signature does not hold, in words; `undefined` where it does. */
export function signatureProblem(
  digest: Digest,
  hash: string,
  signature: string,
  keys: TrailKeys,
  isBackfill: boolean,
): string | undefined {
  if (digest.signatureAlgorithm !== SIGNATURE_ALGORITHM) {
    return `is signed by \`${digest.signatureAlgorithm}\`, expected ${SIGNATURE_ALGORITHM}`;
  }
  const known = keys.get(digest.keyFingerprint);
  if (known === undefined) return `is signed with the key ${digest.keyFingerprint}, which is not among the public keys`;
  const end = Date.parse(digest.end);
  // What is backfilled is signed when it is made, long after what it is about.
  if (!isBackfill && (end < (known.from ?? end) || end > (known.until ?? end))) {
    return `is signed with the key ${digest.keyFingerprint}, which CloudTrail did not use at ${digest.end}`;
  }
  const bytes = /^(?:[0-9a-f]{2})+$/i.test(signature) ? Buffer.from(signature, 'hex') : undefined;
  if (bytes === undefined) return 'has a signature that is no hex';
  const signed = Buffer.from(stringToSign(digest, hash));
  return verify('RSA-SHA256', signed, known.key, bytes) ? undefined : 'has a signature that is not of this content';
}
