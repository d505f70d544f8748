import { createHash } from 'node:crypto';
import { canonicalJson } from '../../model/canonical-json';

/** SHA-256 in hex. */
export function sha256(content: string | Uint8Array): string {
  return createHash('sha256').update(content).digest('hex');
}

/** The data with the hash of its canonical JSON in `sha256`: what a person signs for is this hash. */
export function sealed(data: object): object {
  return { ...data, sha256: sealOf(data) };
}

/** The hash that the data should have; what it has in `sha256` does not count. */
export function sealOf(data: object): string {
  const { sha256: _seal, ...content } = data as Record<string, unknown>;
  return sha256(canonicalJson(content));
}
