import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, it } from 'vitest';
import { secureUrl, tryAt } from '../../../lib/runtime/rotation/secure-url';

describe('the address that a new value is sent to', () => {
  it('is one of HTTPS, or none', () => {
    expect(secureUrl({ PROBE_URL: 'https://orders.example/metered' }, 'PROBE_URL')).toBe(
      'https://orders.example/metered',
    );
    expect(secureUrl({}, 'PROBE_URL')).toBeUndefined();
    for (const PROBE_URL of ['http://orders.example/', 'orders.example', '']) {
      expect(() => secureUrl({ PROBE_URL }, 'PROBE_URL'), PROBE_URL).toThrow('PROBE_URL is not an address of HTTPS');
    }
  });

  it('leads nowhere else: a redirect fails, and the value does not go along', async () => {
    const asked: string[] = [];
    const server = createServer(({ url, headers }, answer) => {
      asked.push(`${url} ${String(headers['x-api-key'])}`);
      answer.writeHead(302, { location: '/elsewhere' }).end();
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    const trial = tryAt(`http://127.0.0.1:${port}/metered`, { headers: { 'x-api-key': 'new' } });
    await expect(trial).rejects.toThrow();
    expect(asked).toEqual(['/metered new']);
    await new Promise((resolve) => server.close(resolve));
  });
});
