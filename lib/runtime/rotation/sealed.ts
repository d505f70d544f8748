import { constants, createCipheriv, createPublicKey, publicEncrypt, randomBytes } from 'node:crypto';

const HEADER = { alg: 'RSA-OAEP-256', enc: 'A256GCM' };

/**
 * A text that only the holder of the private key opens, as compact JWE: any JOSE library of the partner's opens it.
 *
 * @param publicKey RSA, SPKI in PEM
 * @see https://www.rfc-editor.org/rfc/rfc7516
 */
export function seal(text: string, publicKey: string): string {
  const header = Buffer.from(JSON.stringify(HEADER)).toString('base64url');
  const contentKey = randomBytes(32);
  const iv = randomBytes(12);
  const cipher = createCipheriv('aes-256-gcm', contentKey, iv).setAAD(Buffer.from(header));
  const content = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()]);
  const key = publicEncrypt(
    { key: createPublicKey(publicKey), padding: constants.RSA_PKCS1_OAEP_PADDING, oaepHash: 'sha256' },
    contentKey,
  );
  const parts = [key, iv, content, cipher.getAuthTag()].map((part) => part.toString('base64url'));
  return [header, ...parts].join('.');
}
