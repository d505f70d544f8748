import { createHash, randomBytes } from 'node:crypto';
import type { CredentialKind, Values } from './credential-kind';
import type { Publication } from './publication';
import { textIn } from './stored';

/** What an opaque token is made with. */
export interface OpaqueTokenTools {
  readonly random?: (size: number) => Buffer;
  /** Where verifiers find the hashes of the tokens that count. */
  readonly publication?: Publication;
}

/**
 * A random token, stored as `{"token":"…"}`: JSON, so that later versions can say more beside it. The token is
 * base64url without padding, so it can stand in a header or a URL.
 *
 * Its bits come from the operating system's generator by way of OpenSSL: 8 bits of entropy a byte, 256 for the
 * default of 32 bytes. Nobody but this function and Secrets Manager sees it on its way.
 *
 * Verifiers need no token: they compare its hash with those that are published. SHA-256 without salt is enough for
 * what has 128 bits of entropy and more.
 */
export function opaqueTokenKind(
  bytes: number,
  { random = randomBytes, publication }: OpaqueTokenTools = {},
): CredentialKind & { generate(): string } {
  // Base64 writes 3 bytes as 4 characters.
  const length = Math.ceil((bytes * 4) / 3);
  const kind = {
    generate: () => JSON.stringify({ token: random(bytes).toString('base64url') }),
    problemWith: (stored: string) => {
      const token = tokenIn(stored);
      if (token === undefined) return 'the pending value is not JSON with a `token`';
      if (token.length !== length) return `the pending token has ${token.length} characters, expected ${length}`;
      return /^[\w-]+$/.test(token) ? undefined : 'the pending token is not base64url';
    },
    isSame: (one: string, other: string) =>
      one === other || (tokenIn(one) !== undefined && tokenIn(one) === tokenIn(other)),
  };
  if (publication === undefined) return kind;
  const publish = (values: Values): Promise<void> => publication.write(hashesOf(values));
  return {
    ...kind,
    introduce: publish,
    retire: publish,
    tryOut: async (stored) => {
      const { hashes } = JSON.parse((await publication.read()) ?? '{"hashes":[]}') as { hashes: string[] };
      return hashes.includes(sha256(tokenIn(stored) ?? '')) ? undefined : 'no verifier would take the token';
    },
  };
}

/** `{"algorithm":"SHA-256","hashes":["<hex>"]}`, the newest first. */
export function hashesOf({ pending, current, previous }: Values): string {
  const tokens = [pending, current, previous].flatMap((stored) => tokenIn(stored) ?? []);
  return JSON.stringify({ algorithm: 'SHA-256', hashes: [...new Set(tokens.map(sha256))] });
}

function sha256(token: string): string {
  return createHash('sha256').update(token).digest('hex');
}

function tokenIn(stored: string | undefined): string | undefined {
  return textIn(stored, 'token');
}
