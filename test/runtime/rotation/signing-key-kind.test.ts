import { createPublicKey, sign, verify } from 'node:crypto';
import { beforeAll, describe, expect, it } from 'vitest';
import { algorithmOf, keyPairOf, signsFor } from '../../../lib/runtime/rotation/key-pair';
import type { KeyPair } from '../../../lib/runtime/rotation/key-pair';
import { signingKeyKind } from '../../../lib/runtime/rotation/signing-key-kind';
import { passes, signingKeyWorld } from './worlds';

const publication = { read: () => Promise.resolve(undefined), write: () => Promise.resolve() };

/** Made once: it takes its time. */
const rsa = signingKeyWorld('RS256');
beforeAll(() => rsa.rotate(), 60_000);

describe('a key', () => {
  it.each(['ES256', 'ES384', 'EdDSA'] as const)('for %s signs what the published key verifies', async (alg) => {
    const world = signingKeyWorld(alg);
    await world.rotate();
    expect(world.published()).toMatchObject([{ alg, use: 'sig' }, { alg }]);
    expect(passes(world.secrets.current ?? '', world.published())).toBe(true);
  });

  it('of RSA has 3,072 bits and signs in both ways', () => {
    const pair = keyPairOf(JSON.parse(rsa.secrets.current ?? '')) as KeyPair;
    expect(Buffer.from(rsa.published()[0].n, 'base64url')).toHaveLength(384);
    expect(signsFor(pair, rsa.published()[0])).toBe(true);
    expect(signsFor({ ...pair, alg: 'PS256' }, rsa.published()[0])).toBe(true);
    expect(signsFor(pair, rsa.published()[1])).toBe(false);
  });

  it('of a curve signs as JOSE writes signatures: two numbers of fixed length', async () => {
    const world = signingKeyWorld('ES256');
    await world.rotate();
    const { privateKey, publicKey } = JSON.parse(world.secrets.current ?? '');
    const dsaEncoding = 'ieee-p1363';
    const signature = sign('sha256', Buffer.from('a.b'), { key: privateKey, dsaEncoding });
    expect(signature).toHaveLength(64);
    const key = createPublicKey({ key: publicKey, format: 'jwk' });
    expect(verify('sha256', Buffer.from('a.b'), { key, dsaEncoding }, signature)).toBe(true);
  });
});

describe('the published keys', () => {
  it('hold public members only', async () => {
    for (const key of rsa.published()) {
      expect(Object.keys(key).sort()).toEqual(['alg', 'e', 'kid', 'kty', 'n', 'use']);
    }
    const curve = signingKeyWorld('ES256');
    await curve.rotate();
    for (const key of curve.published()) {
      expect(Object.keys(key).sort()).toEqual(['alg', 'crv', 'kid', 'kty', 'use', 'x', 'y']);
    }
  });

  it('hold no private member even where a stored public key has one', () => {
    const stored = { alg: 'EdDSA', kid: 'x', privateKey: 'pem', publicKey: { kty: 'OKP', d: 'secret' } };
    expect(keyPairOf(stored)).toBeUndefined();
  });

  it('are known one rotation before they sign, and one rotation after: what a verifier has kept is never too old', async () => {
    const world = signingKeyWorld();
    await world.rotate();
    for (let turn = 0; turn < 4; turn += 1) {
      const kept = world.published();
      const signedBefore = world.secrets.current ?? '';
      await world.rotate();
      expect(passes(world.secrets.current ?? '', kept)).toBe(true);
      expect(passes(signedBefore, world.published())).toBe(true);
      expect(world.published()).toHaveLength(3);
    }
  });

  it('break with what was kept when they are revoked, the next one included', async () => {
    const world = signingKeyWorld();
    await world.rotate();
    await world.rotate();
    const kept = world.published();
    await world.command('revoke');
    await world.steps(world.holders().pending ?? '');
    const names = (keys: any[]) => keys.map(({ kid }) => kid);
    expect(names(world.published()).filter((kid) => names(kept).includes(kid))).toEqual([]);
    expect(world.published()).toHaveLength(2);
  });

  it('stay in a chain when another algorithm is asked for: it comes in with the next key', async () => {
    const world = signingKeyWorld('ES256');
    await world.rotate();
    const kept = world.published();
    const other = signingKeyKind('EdDSA', publication);
    const next = await other.generate({ current: world.secrets.current }, false);
    expect(other.problemWith(next)).toBeUndefined();
    expect(passes(next, kept)).toBe(true);
    expect(JSON.parse(next)).toMatchObject({ alg: 'ES256', next: { alg: 'EdDSA' } });
  });

  it('are named by their thumbprint, as RFC 7638 computes it for its example', () => {
    const n =
      '0vx7agoebGcQSuuPiLJXZptN9nndrQmbXEps2aiAFbWhM78LhWx4cbbfAAtVT86zwu1RK7aPFFxuhDR1L6tSoc_BJECPebWKRXjBZCiFV4n3oknjhMstn64tZ_2W-5JsGY4Hc5n9yBXArwl93lqt7_RN5w6Cf0h4QyQ5v-65YGjQR0_FDW2QvzqY368QQMicAtaSqzs8KJZgnYb9c7d0zgdAZHzu6qMQvRL5hajrn1n91CbOpbISD08qNLyrdkt-bFTWhAI4vMQFh6WeZu0fM4lFd2NcRwr3XPksINHaQ-G_xBniIqbw0Ls1jF44-csFCur-kEgU8awapJzKnqDKgw';
    const kid = 'NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs';
    const pair = { alg: 'RS256', kid, privateKey: 'pem', publicKey: { kty: 'RSA', n, e: 'AQAB' } };
    expect(keyPairOf(pair)?.kid).toBe(kid);
    expect(keyPairOf({ ...pair, kid: 'another' })).toBeUndefined();
  });
});

describe('a stored key', () => {
  const kind = signingKeyKind('ES256', publication);

  it.each(['', 'text', 'null', '[]', '{}', '{"alg":"ES256"}', '{"alg":"none","kid":"a","privateKey":"b"}'])(
    'is refused when it is %s',
    (stored) => {
      expect(kind.problemWith(stored)).toBeDefined();
      expect(kind.isSame(stored, '{}')).toBe(stored === '{}');
    },
  );

  it('is refused where private and public half are not of one key, or the next one is missing', async () => {
    const one = JSON.parse(await kind.generate({}, false));
    const other = JSON.parse(await kind.generate({}, false));
    expect(kind.problemWith(JSON.stringify(one))).toBeUndefined();
    expect(kind.problemWith(JSON.stringify({ ...one, privateKey: other.privateKey }))).toContain('differ');
    expect(kind.problemWith(JSON.stringify({ ...one, next: undefined }))).toContain('two key pairs');
  });

  it('is for an algorithm that signs with a private key, and for none else', () => {
    expect(['RS256', 'PS256', 'ES256', 'ES384', 'EdDSA'].map(algorithmOf)).not.toContain(undefined);
    expect(['none', 'HS256', 'constructor', undefined].map(algorithmOf)).toEqual(Array(4).fill(undefined));
  });
});
