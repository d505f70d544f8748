import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, describe, expect, it } from 'vitest';
import { signer, trail } from '../trail/trail-maker';
import type { MadeTrail } from '../trail/trail-maker';
import { run, runToEnd } from './support/run';

const CLOUDTRAIL = signer();
const root = mkdtempSync(join(tmpdir(), 'bulkhead-trail-'));
const keys = join(root, 'keys.json');
writeFileSync(keys, JSON.stringify({ PublicKeyList: [CLOUDTRAIL.listed] }));
afterAll(() => rmSync(root, { recursive: true }));

/** Writes a trail to a folder, as `aws s3 sync` would. */
function folder(name: string, change: (made: MadeTrail) => void = () => undefined): string {
  const made = trail({ signer: CLOUDTRAIL, hours: 3 });
  change(made);
  const place = join(root, name);
  for (const [path, content] of made.files) {
    mkdirSync(dirname(join(place, path)), { recursive: true });
    writeFileSync(join(place, path), content);
  }
  const last = made.digests.at(-1) as string;
  writeFileSync(join(place, `${last}.signature`), `${made.signatures.get(last)}\n`);
  return place;
}

const tampered = (made: MadeTrail): void => {
  made.files.set(made.logs[0], gzipSync('{"Records":[]}'));
};

describe('bulkhead verify-trail', () => {
  it('ends with 0 where a copied trail is whole', async () => {
    const { code, out, err } = await runToEnd(['verify-trail', folder('whole'), '--public-keys', keys]);
    expect({ code, err }).toEqual({ code: 0, err: '' });
    expect(out).toContain('Proved: 3 digests and 6 log files');
  });

  it('ends with 1 and names the file where it is not', async () => {
    const { code, out } = await runToEnd(['verify-trail', folder('changed', tampered), '--public-keys', keys]);
    expect(code).toBe(1);
    expect(out).toMatch(/log-changed {2}AWSLogs\/111122223333\/CloudTrail\/eu-west-1\/2026\/11\/20\//);
    expect(out).toContain('1 problem: 3 digests and 6 log files');
  });

  it('prints JSON', async () => {
    const place = folder('json', tampered);
    const { out } = await runToEnd(['verify-trail', place, '--public-keys', keys, '--format', 'json']);
    expect(JSON.parse(out)).toMatchObject({
      version: 1,
      source: place,
      chains: [{ digests: 3, logs: 6 }],
      problems: [{ kind: 'log-changed' }],
      summary: { digests: 3, logs: 6, problems: 1, byKind: { 'log-changed': 1 } },
    });
  });

  it('asks for the signature of the newest digest, unless told not to', async () => {
    const place = folder('unsigned');
    const made = trail({ signer: CLOUDTRAIL, hours: 3 });
    rmSync(join(place, `${made.digests.at(-1)}.signature`));
    const asked = ['verify-trail', place, '--public-keys', keys];
    expect((await runToEnd(asked)).out).toContain('digest-unsigned');
    const { code, out } = await runToEnd([...asked, '--allow-unsigned-end']);
    expect(code).toBe(0);
    expect(out).toContain('Proved: 2 digests and 4 log files');
    expect(out).toMatch(
      /note: not proved: 111122223333 eu-west-1 .* from 2026-11-21T00:00:00Z to 2026-11-21T01:00:00Z/,
    );
    const json = JSON.parse((await runToEnd([...asked, '--allow-unsigned-end', '--format', 'json'])).out);
    expect(json.summary).toMatchObject({ digests: 3, unproved: { digests: 1, logs: 2 } });
  });

  it('says what these files cannot show, unless it is asked for', async () => {
    const asked = ['verify-trail', folder('bounds'), '--public-keys', keys];
    const { out } = await runToEnd(asked);
    expect(out).toContain('without `--since` and `--until` it is not seen whether the oldest or newest digests were');
    expect(out).toMatch(/without `--regions` it is not seen .* here is eu-west-1/);
    const bounds = ['--since', '2026-11-20T22:00:00Z', '--until', '2026-11-21T01:00:00Z', '--regions'];
    expect((await runToEnd([...asked, ...bounds, 'eu-west-1'])).out).not.toContain('note:');
    const missing = await runToEnd([...asked, ...bounds, 'eu-west-1', 'us-east-1']);
    expect(missing.code).toBe(1);
    expect(missing.out).toContain('chain-missing  111122223333 us-east-1');
  });

  it('shows progress on a terminal only, and clears it', async () => {
    const asked = ['verify-trail', folder('progress'), '--public-keys', keys];
    const { err } = await runToEnd(asked, { errIsTerminal: true });
    expect(err).toContain('] 100 %');
    expect(err.endsWith('\r\u001b[K')).toBe(true);
  });

  it.each<[string, readonly string[], RegExp]>([
    ['a folder that is not there', ['nowhere', '--public-keys', keys], /^BH5020: `nowhere` is no folder/],
    ['no public keys', [root], /^BH5021: .*aws cloudtrail list-public-keys/],
    ['keys that are none', [root, '--public-keys', __filename], /^BH5022: the public keys cannot be read from/],
    ['a folder without digests', [dirname(keys), '--public-keys', keys], /^BH5023: there is no digest of CloudTrail/],
    [
      'a time that is none',
      [root, '--public-keys', keys, '--since', 'soon'],
      /^BH5024: `--since` is no time, got `soon`/,
    ],
    [
      'a span that ends before it begins',
      [root, '--public-keys', keys, '--since', '2026-11-22', '--until', '2026-11-20'],
      /^BH5024: `--since` 2026-11-22 is not before `--until` 2026-11-20/,
    ],
    [
      'a region that is none',
      [root, '--public-keys', keys, '--regions', 'all'],
      /^BH5024: `--regions` has `all`, which is no region/,
    ],
  ])('ends with 2 on %s', async (what, args, message) => {
    const empty = join(root, 'empty');
    mkdirSync(empty, { recursive: true });
    const given = what === 'a folder without digests' ? [empty, ...args.slice(1)] : args;
    const { code, err } = await runToEnd(['verify-trail', ...given]);
    expect(code).toBe(2);
    expect(err).toMatch(message);
  });

  it('says which package it needs to read from S3', async () => {
    const { code, err } = await runToEnd(['verify-trail', 's3://logs/trail', '--public-keys', keys], {
      loadSdk: () => {
        throw Object.assign(new Error('no'), { code: 'MODULE_NOT_FOUND' });
      },
    });
    expect(code).toBe(2);
    expect(err).toMatch(/^BH5025: the package `@aws-sdk\/client-s3` is not installed.*npm install/);
  });

  it('leaves the other commands as they were: their exit code is there at once', () => {
    expect(run(['--version']).code).toBe(0);
  });
});
