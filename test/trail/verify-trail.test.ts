import { gunzipSync, gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import type { TrailReport } from '../../lib/model/trail-report';
import { entryOf } from '../../lib/trail/public-keys';
import { verifyTrail } from '../../lib/trail/verify-trail';
import type { VerifyOptions } from '../../lib/trail/verify-trail';
import { memoryStore, signer, trail } from './trail-maker';
import type { MadeTrail, TrailOptions } from './trail-maker';

const CLOUDTRAIL = signer();
const SOMEBODY = signer();
const keys = new Map([entryOf(CLOUDTRAIL.listed, 0)]);
const make = (options: Partial<TrailOptions> = {}): MadeTrail => trail({ signer: CLOUDTRAIL, hours: 6, ...options });

function verify(made: MadeTrail, options: Partial<VerifyOptions> = {}, withMetadata = true): Promise<TrailReport> {
  return verifyTrail(memoryStore(made, { withMetadata }), { source: 'memory', keysOf: async () => keys, ...options });
}

/** The kinds of problems and where they are. */
async function problemsOf(
  made: MadeTrail,
  options: Partial<VerifyOptions> = {},
  withMetadata = true,
): Promise<string[][]> {
  const { problems } = await verify(made, options, withMetadata);
  return problems.map(({ kind, file }) => [kind, file]);
}

/** Changes the JSON of a file, packed as it was. */
function edit(made: MadeTrail, path: string, change: (json: any) => void): void {
  const json = JSON.parse(gunzipSync(made.files.get(path) as Buffer).toString());
  change(json);
  made.files.set(path, gzipSync(JSON.stringify(json)));
}

function move(made: MadeTrail, to: (path: string) => string): MadeTrail {
  const moved = <T>(map: Map<string, T>): Map<string, T> => new Map([...map].map(([path, each]) => [to(path), each]));
  return { ...made, files: moved(made.files), signatures: moved(made.signatures) };
}

describe('a trail that nobody touched', () => {
  it('is proved, from the first digest to the last', async () => {
    const { chains, problems, uncoveredLogs } = await verify(make());
    expect(problems).toEqual([]);
    expect(uncoveredLogs).toBe(0);
    expect(chains).toEqual([
      {
        chain: '111122223333 eu-west-1 audit (home eu-west-1)',
        from: '2026-11-20T22:00:00Z',
        to: '2026-11-21T04:00:00Z',
        digests: 6,
        emptyDigests: 0,
        logs: 12,
        beginsHere: true,
        unsigned: 0,
      },
    ]);
  });

  it('may have hours in which nothing happened: their empty digests are counted', async () => {
    const { chains, problems } = await verify(make({ logs: (hour) => (hour === 2 ? 0 : 1) }));
    expect(problems).toEqual([]);
    expect(chains[0]).toMatchObject({ emptyDigests: 1, logs: 5 });
  });

  it('has a chain for each account and region', async () => {
    const parts = ['eu-west-1', 'us-east-1'].flatMap((region) =>
      ['111122223333', '444455556666'].map((account) => make({ region, account, hours: 3 })),
    );
    const all = {
      files: new Map(parts.flatMap(({ files }) => [...files])),
      signatures: new Map(parts.flatMap(({ signatures }) => [...signatures])),
      digests: [],
      logs: [],
    };
    const { chains, problems } = await verify(all);
    expect(problems).toEqual([]);
    expect(chains.map(({ chain }) => chain.split(' ').slice(0, 2))).toEqual([
      ['111122223333', 'eu-west-1'],
      ['111122223333', 'us-east-1'],
      ['444455556666', 'eu-west-1'],
      ['444455556666', 'us-east-1'],
    ]);
  });

  it('may begin before what is here, which is told', async () => {
    const made = make();
    made.files.delete(made.digests[0]);
    const { chains, problems, uncoveredLogs } = await verify(made);
    expect(problems).toEqual([]);
    expect(chains[0]).toMatchObject({ beginsHere: false, digests: 5 });
    expect(uncoveredLogs).toBe(2);
  });

  it.each<[string, (path: string) => string]>([
    ['to another prefix', (path) => `evidence/2026/${path}`],
    ['with its prefix cut off', (path) => path.replace('AWSLogs/111122223333/', '')],
    ['into one folder', (path) => path.slice(path.lastIndexOf('/') + 1)],
  ])('is proved where it was moved %s', async (_, to) => {
    const { chains, problems } = await verify(move(make(), to));
    expect(problems).toEqual([]);
    expect(chains[0]).toMatchObject({ digests: 6, logs: 12 });
  });

  it('is proved where its files were unpacked', async () => {
    const made = make();
    const plain = (path: string): string => path.replace(/\.gz$/, '');
    const files = new Map([...made.files].map(([path, content]) => [plain(path), gunzipSync(content)]));
    const signatures = new Map([...made.signatures].map(([path, each]) => [plain(path), each]));
    expect(await problemsOf({ ...made, files, signatures })).toEqual([]);
  });

  it('with a log file: it is cut off', async () => {
    const made = make();
    const path = made.logs[5];
    made.files.set(path, (made.files.get(path) as Buffer).subarray(0, 30));
    expect(await problemsOf(made)).toEqual([['log-unreadable', path]]);
  });

  it('with a log file: it is empty', async () => {
    const made = make();
    made.files.set(made.logs[5], Buffer.alloc(0));
    expect(await problemsOf(made)).toEqual([['log-changed', made.logs[5]]]);
  });

  it('with a log file: it is taken away', async () => {
    const made = make();
    made.files.delete(made.logs[5]);
    expect(await problemsOf(made)).toEqual([['log-missing', made.logs[5]]]);
  });

  it('with a log file: one is put beside the others', async () => {
    const made = make();
    const forged = made.logs[5].replace(/_[0-9a-f]{16}\./, '_forgedforgedforg.');
    made.files.set(forged, gzipSync('{"Records":[]}'));
    expect(await problemsOf(made)).toEqual([['log-unlisted', forged]]);
  });

  it.each(['copy', 'AWSLogs/111122223333/CloudWatchLogs/eu-west-1'])(
    'with a log file: another one of its name lies below %s',
    async (folder) => {
      const made = make();
      const twin = `${folder}/${made.logs[5].slice(made.logs[5].lastIndexOf('/') + 1)}`;
      made.files.set(twin, gzipSync('{"Records":[{"eventID":"forged"}]}'));
      expect(await problemsOf(made)).toEqual([['log-twice', twin]]);
      made.files.set(twin, made.files.get(made.logs[5]) as Buffer);
      expect(await problemsOf(made)).toEqual([]);
    },
  );

  it('with a region: all of it is taken away, which only its name shows', async () => {
    const made = make();
    const regions = ['eu-west-1', 'us-east-1'];
    expect(await problemsOf(made)).toEqual([]);
    expect(await problemsOf(made, { regions: ['eu-west-1'] })).toEqual([]);
    const { problems } = await verify(made, { regions });
    expect(problems).toMatchObject([{ kind: 'chain-missing', chain: '111122223333 us-east-1' }]);
  });

  it('with the newest digest, whose signature is allowed to lack: nothing of it is proved', async () => {
    const made = make();
    const digest = made.digests.at(-1) as string;
    edit(made, digest, (json) => made.files.delete(json.logFiles.pop().s3Object));
    made.signatures.delete(digest);
    const { chains, problems } = await verify(made, { allowUnsignedEnd: true });
    expect(problems).toEqual([]);
    expect(chains[0]?.unprovedEnd).toEqual({ from: '2026-11-21T03:00:00Z', file: digest, logs: 1 });
    expect((await verify(make(), { allowUnsignedEnd: true })).chains[0]).not.toHaveProperty('unprovedEnd');
  });

  it('with two log files: they change places', async () => {
    const made = make();
    const [a, b] = [made.logs[2], made.logs[3]];
    const [ofA, ofB] = [made.files.get(a) as Buffer, made.files.get(b) as Buffer];
    made.files.set(a, ofB).set(b, ofA);
    expect((await problemsOf(made)).sort()).toEqual([
      ['log-changed', a],
      ['log-changed', b],
    ]);
  });

  it('with a digest: a log file and its entry are taken out', async () => {
    const made = make();
    const digest = made.digests[3];
    edit(made, digest, (json) => made.files.delete(json.logFiles.pop().s3Object));
    expect(await problemsOf(made)).toEqual([
      ['digest-changed', digest],
      ['digest-signature', digest],
    ]);
  });

  it('with the newest digest, which has no follower', async () => {
    const made = make();
    const digest = made.digests.at(-1) as string;
    edit(made, digest, (json) => made.files.delete(json.logFiles.pop().s3Object));
    expect(await problemsOf(made)).toEqual([['digest-signature', digest]]);
  });

  it('with a digest: it is written anew in other words', async () => {
    const made = make();
    const digest = made.digests[2];
    const text = gunzipSync(made.files.get(digest) as Buffer).toString();
    made.files.set(digest, gzipSync(`${text}\n`));
    expect(await problemsOf(made)).toEqual([
      ['digest-changed', digest],
      ['digest-signature', digest],
    ]);
  });

  it('with a digest: it is taken away, with its log files or without', async () => {
    for (const isThorough of [false, true]) {
      const made = make();
      const digest = made.digests[3];
      made.files.delete(digest);
      if (isThorough) for (const log of made.logs.slice(6, 8)) made.files.delete(log);
      const found = await problemsOf(made);
      expect(found).toContainEqual(['digest-missing', digest]);
      expect(found).toContainEqual(['gap', made.digests[4]]);
      expect(found.filter(([kind]) => kind === 'log-unlisted')).toHaveLength(isThorough ? 0 : 2);
    }
  });

  it('with the newest digests: they are taken away, which only a time that must be reached shows', async () => {
    const made = make();
    for (const path of [...made.digests.slice(4), ...made.logs.slice(8)]) made.files.delete(path);
    expect(await problemsOf(made)).toEqual([]);
    expect(await problemsOf(made, { until: '2026-11-21T04:00:00Z' })).toEqual([['ends-early', '']]);
  });

  it('with the oldest digests: they are taken away, which only a time that must be covered shows', async () => {
    const made = make();
    for (const path of [...made.digests.slice(0, 2), ...made.logs.slice(0, 4)]) made.files.delete(path);
    expect(await problemsOf(made)).toEqual([]);
    expect(await problemsOf(made, { since: '2026-11-20T22:00:00Z' })).toEqual([['begins-late', '']]);
  });

  it('with the trail: it was stopped and started again', async () => {
    const made = make({ restarts: [3] });
    expect(await problemsOf(made)).toEqual([['restart', made.digests[3]]]);
  });

  it('with the whole chain from some hour on: it is signed by somebody else', async () => {
    const made = make();
    const forged = trail({ signer: SOMEBODY, hours: 6 });
    for (const path of made.digests.slice(4)) {
      made.files.set(path, forged.files.get(path) as Buffer);
      made.signatures.set(path, forged.signatures.get(path) as string);
    }
    const found = await problemsOf(made);
    expect(found).toContainEqual(['digest-signature', made.digests[4]]);
    expect(found).toContainEqual(['digest-signature', made.digests[5]]);
  });

  it('with a signature: that of another digest', async () => {
    const made = make();
    made.signatures.set(made.digests[2], made.signatures.get(made.digests[1]) as string);
    expect(await problemsOf(made)).toEqual([['digest-signature', made.digests[2]]]);
  });

  it('with a signature: the newest is no hex', async () => {
    const made = make();
    made.signatures.set(made.digests[5], 'no hex');
    expect(await problemsOf(made)).toEqual([['digest-signature', made.digests[5]]]);
  });

  it('with the algorithm that a digest names', async () => {
    const made = make();
    edit(made, made.digests[5], (json) => (json.digestSignatureAlgorithm = 'none'));
    expect(await problemsOf(made)).toEqual([['digest-signature', made.digests[5]]]);
  });

  it('with the name of a digest: one of another hour takes its place', async () => {
    const made = make();
    made.files.set(made.digests[3], made.files.get(made.digests[2]) as Buffer);
    expect(await problemsOf(made)).toContainEqual(['digest-renamed', made.digests[3]]);
  });

  it('with a digest: a copy of it lies elsewhere', async () => {
    const made = make();
    const digest = made.digests[3];
    made.files.set(`copy/${digest}`, made.files.get(digest) as Buffer);
    expect((await problemsOf(made)).map(([kind]) => kind)).toEqual(['digest-twice']);
  });

  it.each(['no json', '[]', '{}', '{"awsAccountId":"111122223333"}'])('with a digest: it says %s', async (text) => {
    const made = make();
    const digest = made.digests[3];
    made.files.set(digest, gzipSync(text));
    const found = await problemsOf(made);
    expect(found).toContainEqual(['digest-unreadable', digest]);
    expect(found).toContainEqual(['digest-missing', digest]);
  });

  it('with a digest: it names MD5 as the hash of a log file', async () => {
    const made = make();
    edit(made, made.digests[5], (json) => (json.logFiles[0].hashAlgorithm = 'MD5'));
    expect(await problemsOf(made)).toContainEqual(['digest-unreadable', made.digests[5]]);
  });

  it('with the clock of the key: CloudTrail no longer signed with it', async () => {
    const old = signer({ ValidityStartTime: '2026-01-01T00:00:00Z', ValidityEndTime: '2026-11-21T02:30:00Z' });
    const made = trail({ signer: old, hours: 6 });
    const keysOf = async () => new Map([entryOf(old.listed, 0)]);
    expect(await problemsOf(made, { keysOf })).toEqual([
      ['digest-signature', made.digests[4]],
      ['digest-signature', made.digests[5]],
    ]);
  });
});

describe('the report', () => {
  it('tells some problems of a kind, and counts all', async () => {
    const made = make({ hours: 3, logs: () => 90 });
    for (const path of made.logs) made.files.set(path, gzipSync('{}'));
    const { problems, counts } = await verify(made);
    expect(problems).toHaveLength(200);
    expect(counts).toEqual({ 'log-changed': 270 });
  });

  it('tells how far it is', async () => {
    const made = make();
    const all = [...made.files.values()].reduce((sum, { length }) => sum + length, 0);
    const told: number[] = [];
    await verify(made, { onProgress: (done) => told.push(done) });
    expect(told.at(-1)).toBe(all);
    expect(told).toEqual([...told].sort((a, b) => a - b));
  });
});
