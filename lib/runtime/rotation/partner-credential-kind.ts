import { createHash, randomBytes } from 'node:crypto';
import type { CredentialKind, Values } from './credential-kind';
import type { Publication } from './publication';
import { seal } from './sealed';
import { textIn } from './stored';

/**
 * A token for a partner, stored as `{"sealed":"<JWE>","sha256":"<hex>"}`. The token itself is nowhere but in the envelope
 * that the partner's private key opens: who hands it over cannot read it, and neither can we.
 */
export function partnerCredentialKind(partnerKey: string, publication: Publication): CredentialKind {
  const publish = (values: Values): Promise<void> => publication.write(hashesOf(values));
  return {
    generate: () => {
      const token = randomBytes(32).toString('base64url');
      return JSON.stringify({
        sealed: seal(token, partnerKey),
        sha256: createHash('sha256').update(token).digest('hex'),
      });
    },
    problemWith: (stored) => {
      if (textIn(stored, 'sealed')?.split('.').length !== 5) return 'the pending value is not JSON with a sealed token';
      return /^[\da-f]{64}$/.test(hashIn(stored) ?? '') ? undefined : 'the pending value has no hash of its token';
    },
    isSame: (one, other) => one === other || (hashIn(one) !== undefined && hashIn(one) === hashIn(other)),
    introduce: publish,
    retire: publish,
    tryOut: async (stored) => {
      const { hashes } = JSON.parse((await publication.read()) ?? '{"hashes":[]}') as { hashes: string[] };
      return hashes.includes(hashIn(stored) ?? '') ? undefined : 'no verifier would take the token';
    },
  };
}

/** As an opaque token publishes them: verifiers need not know the difference. */
function hashesOf({ pending, current, previous }: Values): string {
  const hashes = [pending, current, previous].flatMap((stored) => hashIn(stored) ?? []);
  return JSON.stringify({ algorithm: 'SHA-256', hashes: [...new Set(hashes)] });
}

function hashIn(stored: string | undefined): string | undefined {
  return textIn(stored, 'sha256');
}
