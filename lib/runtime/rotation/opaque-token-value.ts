import { randomBytes } from 'node:crypto';
import type { RotatedValue } from './rotated-value';

/**
 * A random token, stored as `{"token":"…"}`: JSON, so that later versions can say more beside it. The token is
 * base64url without padding, so it can stand in a header or a URL.
 *
 * Its bits come from the operating system's generator by way of OpenSSL: 8 bits of entropy a byte, 256 for the
 * default of 32 bytes. Nobody but this function and Secrets Manager sees it on its way.
 */
export function opaqueTokenValue(bytes: number, random: (size: number) => Buffer = randomBytes): RotatedValue {
  // Base64 writes 3 bytes as 4 characters.
  const length = Math.ceil((bytes * 4) / 3);
  return {
    generate: () => JSON.stringify({ token: random(bytes).toString('base64url') }),
    problemWith: (stored) => {
      const token = tokenIn(stored);
      if (token === undefined) return 'the pending value is not JSON with a `token`';
      if (token.length !== length) return `the pending token has ${token.length} characters, expected ${length}`;
      return /^[\w-]+$/.test(token) ? undefined : 'the pending token is not base64url';
    },
    isSame: (one, other) => one === other || (tokenIn(one) !== undefined && tokenIn(one) === tokenIn(other)),
  };
}

function tokenIn(stored: string): string | undefined {
  try {
    const parsed: unknown = JSON.parse(stored);
    const token = typeof parsed === 'object' && parsed !== null ? (parsed as { token?: unknown }).token : undefined;
    return typeof token === 'string' ? token : undefined;
  } catch {
    return undefined;
  }
}
