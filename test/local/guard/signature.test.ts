import { createHash } from 'node:crypto';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { sign } from '../../../local/client';
import type { SentRequest } from '../../../local/client';
import { claimOf, verifySignature } from '../../../local/guard/signature';
import type { WireRequest } from '../../../local/guard/wire-request';
import { effort } from '../../support/effort';

const KEY = { secret: 'a-secret-that-is-none', token: 'a-token' };
const NOW = new Date('2026-11-22T12:00:00Z');

function received({ method, path, headers, body }: SentRequest): WireRequest {
  const [rawPath, rawQuery = ''] = path.split('?');
  const query = new Map([...new URLSearchParams(rawQuery)].map(([name, value]) => [name, [value]]));
  const origin = { sourceIp: '127.0.0.1', tls: true };
  return { method, rawPath, rawQuery, query, headers, body: Buffer.from(body), origin };
}

async function holds(sent: SentRequest, key: Parameters<typeof verifySignature>[2] = KEY, now = NOW): Promise<boolean> {
  const request = received(sent);
  const claim = claimOf(request);
  // Nobody else is known.
  if (claim?.accessKeyId !== 'ASIAEXAMPLE') return false;
  return verifySignature(request, claim, key, now).then(
    () => true,
    () => false,
  );
}

const signed = (service: string, path: string, body = '') =>
  sign(
    { service, region: 'eu-west-1', method: 'POST', host: 'x.example', path, query: { a: '1 2', b: '/' }, body },
    { accessKeyId: 'ASIAEXAMPLE', secretAccessKey: KEY.secret, sessionToken: KEY.token },
    NOW,
  );

describe('a signature', () => {
  it.each(['execute-api', 's3', 'secretsmanager'])(
    'of %s holds as the SDK makes it, for paths of every kind',
    async (service) => {
      for (const path of [
        '/',
        '/prod/orders/7',
        '/a%20b/c',
        '/a+b',
        '/ä'.normalize().replace('ä', '%C3%A4'),
        '/a//b/',
      ]) {
        expect(await holds(await signed(service, path, '{}')), path).toBe(true);
      }
    },
  );

  it('holds for no request that differs in one place', async () => {
    const sent = await signed('execute-api', '/prod/orders/7', '{"amount":1}');
    const places = ['method', 'path', 'body', ...Object.keys(sent.headers)];
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...places),
        fc.nat(),
        fc.constantFrom('0', 'z', 'A'),
        async (place, at, letter) => {
          const change = (text: string): string =>
            text.slice(0, at % text.length) + letter + text.slice((at % text.length) + 1);
          const { headers } = sent;
          const other =
            place in headers
              ? { ...sent, headers: { ...headers, [place]: change(headers[place]) } }
              : { ...sent, [place]: change(sent[place as 'path']) };
          fc.pre(JSON.stringify(other) !== JSON.stringify(sent));
          expect(await holds(other).catch(() => false)).toBe(false);
        },
      ),
      { numRuns: effort(400) },
    );
  });

  it('holds for no other secret or token, and not before or after its time', async () => {
    const sent = await signed('execute-api', '/');
    expect(await holds(sent)).toBe(true);
    expect(await holds(sent, { ...KEY, secret: 'another' })).toBe(false);
    expect(await holds(sent, { ...KEY, token: 'another' })).toBe(false);
    expect(await holds(sent, { secret: KEY.secret })).toBe(false);
    for (const minutes of [-6, 6])
      expect(await holds(sent, KEY, new Date(NOW.getTime() + minutes * 60_000))).toBe(false);
    expect(await holds(sent, { ...KEY, expires: NOW.getTime() / 1000 })).toBe(false);
    expect(await holds(sent, { ...KEY, expires: NOW.getTime() / 1000 + 1 })).toBe(true);
  });

  it('covers host, all headers of AWS and the body, or is none', async () => {
    const sent = await signed('execute-api', '/', 'body');
    const { headers } = sent;
    expect(await holds({ ...sent, headers: { ...headers, 'x-amz-more': '1' } })).toBe(false);
    const hash = createHash('sha256').update('other').digest('hex');
    expect(await holds({ ...sent, headers: { ...headers, 'x-amz-content-sha256': hash }, body: 'other' })).toBe(false);
    expect(await holds({ ...sent, headers: { ...headers, 'x-amz-content-sha256': 'UNSIGNED-PAYLOAD' } })).toBe(false);
    const without = headers['authorization'].replace('host;', '');
    expect(await holds({ ...sent, headers: { ...headers, authorization: without } })).toBe(false);
  });
});
