import { describe, expect, it } from 'vitest';
import { opaqueTokenKind } from '../../../lib/runtime/rotation/opaque-token-kind';
import { tokenBytes } from '../../../lib/runtime/rotation/token-bytes';

describe('the value of an opaque token', () => {
  it.each([16, 17, 18, 32, 64])(
    'is JSON with a base64url token of %s random bytes, and passes its own check',
    (bytes) => {
      const kind = opaqueTokenKind(bytes);
      const { token } = JSON.parse(kind.generate());
      expect(Buffer.from(token, 'base64url')).toHaveLength(bytes);
      expect(kind.problemWith(kind.generate())).toBeUndefined();
    },
  );

  it('uses all the bytes it is given and nothing else', () => {
    const kind = opaqueTokenKind(32, { random: (size) => Buffer.alloc(size, 0xff) });
    expect(JSON.parse(kind.generate())).toEqual({ token: Buffer.alloc(32, 0xff).toString('base64url') });
  });

  it('is another each time', () => {
    const kind = opaqueTokenKind(32);
    expect(new Set(Array.from({ length: 100 }, () => kind.generate())).size).toBe(100);
  });

  it.each(['', 'text', 'null', '1', '[]', '{}', '{"token":1}', '{"token":""}', '{"token":"abc"}'])(
    'is refused when it is %s',
    (stored) => {
      expect(opaqueTokenKind(32).problemWith(stored)).toBeDefined();
    },
  );

  it('is refused when a character is not base64url', () => {
    expect(opaqueTokenKind(32).problemWith(JSON.stringify({ token: `${'a'.repeat(42)}=` }))).toContain('base64url');
  });

  it('is the same when the token is, however it is spelled; two broken values are not', () => {
    const kind = opaqueTokenKind(32);
    expect(kind.isSame('{"token":"a"}', '{ "token": "a" }')).toBe(true);
    expect(kind.isSame('{"token":"a"}', '{"token":"b"}')).toBe(false);
    expect(kind.isSame('x', 'y')).toBe(false);
    expect(kind.isSame('x', 'x')).toBe(true);
  });
});

describe('the length of a token', () => {
  it('is taken from the setting', () => {
    expect(tokenBytes('32')).toBe(32);
  });

  it.each([undefined, '', '0', '15', '-1', '20.5', 'many', 'Infinity'])('is never weak: %s is refused', (setting) => {
    expect(() => tokenBytes(setting)).toThrow('TOKEN_BYTES must be a whole number of at least 16');
  });
});
