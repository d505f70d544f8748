import { constants, createDecipheriv, createHash, privateDecrypt } from 'node:crypto';
import { expect, it } from 'vitest';
import { PARTNER, partnerWorld } from './worlds';

/** What a JOSE library of the partner's does. */
function open(sealed: string): string {
  const [header, key, iv, content, tag] = sealed.split('.').map((part) => Buffer.from(part, 'base64url'));
  expect(JSON.parse(header.toString())).toEqual({ alg: 'RSA-OAEP-256', enc: 'A256GCM' });
  const contentKey = privateDecrypt(
    { key: PARTNER.privateKey, padding: constants.RSA_PKCS1_OAEP_PADDING, oaepHash: 'sha256' },
    key,
  );
  const decipher = createDecipheriv('aes-256-gcm', contentKey, iv).setAAD(Buffer.from(sealed.split('.')[0]));
  decipher.setAuthTag(tag);
  return Buffer.concat([decipher.update(content), decipher.final()]).toString();
}

it('a token that only the partner opens is the one whose hash the verifiers have', async () => {
  const world = partnerWorld();
  await world.rotate();
  const stored = JSON.parse(world.secrets.current ?? '');
  const token = open(stored.sealed);
  expect(token).toMatch(/^[\w-]{43}$/);
  expect(createHash('sha256').update(token).digest('hex')).toBe(stored.sha256);
  expect(world.works(world.secrets.current ?? '')).toBe(true);
  expect(world.secrets.current).not.toContain(token);
});
