// `node bench/verify-trail.mjs [MB]`: how long `verify-trail` takes on logs of that size (1,000 MB unless told), beside
// what hashing needs for the same: once unpacked, beside sha256sum; once packed, beside `gzip -dc | sha256sum`, for
// digests have the hashes of the unpacked content. Needs a build. Writes twice the size to the temporary folder.
import { execFileSync, spawnSync } from 'node:child_process';
import { createHash, createPublicKey, generateKeyPairSync, randomBytes, sign } from 'node:crypto';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gunzipSync, gzipSync } from 'node:zlib';

const megabytes = Number(process.argv[2] ?? 1000);
const root = mkdtempSync(join(tmpdir(), 'bulkhead-bench-trail-'));
const bulkhead = fileURLToPath(new URL('../dist/bin/bulkhead.js', import.meta.url));
const sha256 = (content) => createHash('sha256').update(content).digest('hex');

const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
const der = createPublicKey(privateKey).export({ format: 'der', type: 'pkcs1' });
writeFileSync(
  join(root, 'keys.json'),
  JSON.stringify({ PublicKeyList: [{ Fingerprint: 'bench', Value: der.toString('base64') }] }),
);

/** Events of about the size and redundancy of real ones. */
function records(bytes) {
  const all = [];
  for (let length = 0; length < bytes; ) {
    const id = randomBytes(16).toString('hex');
    const record = JSON.stringify({
      eventVersion: '1.11',
      userIdentity: {
        type: 'AssumedRole',
        principalId: `AROA${id.slice(0, 17).toUpperCase()}:clerk-${id.slice(0, 4)}`,
        arn: `arn:aws:sts::111122223333:assumed-role/orders-clerk/clerk-${id.slice(0, 4)}`,
        accountId: '111122223333',
        accessKeyId: `ASIA${id.slice(4, 20).toUpperCase()}`,
        sessionContext: { attributes: { creationDate: '2026-11-20T22:01:02Z', mfaAuthenticated: 'true' } },
      },
      eventTime: `2026-11-20T22:${id.charCodeAt(0) % 60}:07Z`,
      eventSource: 'dynamodb.amazonaws.com',
      eventName: ['GetItem', 'PutItem', 'Query'][id.charCodeAt(1) % 3],
      awsRegion: 'eu-west-1',
      sourceIPAddress: `203.0.113.${id.charCodeAt(2)}`,
      userAgent: 'aws-sdk-js/3.1162.0 os/linux lang/js md/nodejs#22.20.0',
      requestParameters: { tableName: 'orders', key: { kind: 'order', id: id.slice(0, 12) } },
      requestID: `${id}-${id.slice(8, 20)}`,
      eventID: id,
      readOnly: true,
      eventType: 'AwsApiCall',
      managementEvent: false,
      recipientAccountId: '111122223333',
    });
    all.push(record);
    length += record.length;
  }
  return `{"Records":[${all.join(',')}]}`;
}

/** Three sizes of files, as an hour of a busy account has them. */
const SIZES = [4e6, 1e6, 2e5];
let previous;
const written = { bytes: 0 };
for (let hour = 0; written.bytes < megabytes * 1e6; hour += 1) {
  const time = (minutes) => new Date(Date.UTC(2026, 0, 1, hour, minutes)).toISOString().replace('.000', '');
  const stamp = (minutes) => time(minutes).replace(/[-:]/g, '');
  const day = (minutes) => time(minutes).slice(0, 10).replaceAll('-', '/');
  const logFiles = Array.from({ length: 12 }, (_, index) => {
    const content = records(SIZES[index % SIZES.length]);
    const name = `111122223333_CloudTrail_eu-west-1_${stamp(index * 5).slice(0, 13)}Z_${randomBytes(8).toString('hex')}.json.gz`;
    const object = `AWSLogs/111122223333/CloudTrail/eu-west-1/${day(index * 5)}/${name}`;
    put('packed', object, gzipSync(content));
    put('plain', object.replace(/\.gz$/, ''), content);
    written.bytes += content.length;
    return { s3Bucket: 'audit', s3Object: object, hashValue: sha256(content), hashAlgorithm: 'SHA-256' };
  });
  const object = `AWSLogs/111122223333/CloudTrail-Digest/eu-west-1/${day(60)}/111122223333_CloudTrail-Digest_eu-west-1_audit_eu-west-1_${stamp(60)}.json.gz`;
  const text = JSON.stringify({
    awsAccountId: '111122223333',
    digestStartTime: time(0),
    digestEndTime: time(60),
    digestS3Bucket: 'audit',
    digestS3Object: object,
    digestPublicKeyFingerprint: 'bench',
    digestSignatureAlgorithm: 'SHA256withRSA',
    previousDigestS3Bucket: previous && 'audit',
    previousDigestS3Object: previous?.object,
    previousDigestHashValue: previous?.hash,
    previousDigestSignature: previous?.signature,
    logFiles,
  });
  const signed = [time(60), `audit/${object}`, sha256(text), previous?.signature ?? 'null'].join('\n');
  const signature = sign('RSA-SHA256', Buffer.from(signed), privateKey).toString('hex');
  for (const copy of ['packed', 'plain']) put(copy, object, gzipSync(text));
  previous = { object, hash: sha256(text), signature };
}

function put(copy, path, content) {
  const file = join(root, copy, path);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, content);
}

function seconds(work) {
  const start = process.hrtime.bigint();
  work();
  return Number(process.hrtime.bigint() - start) / 1e9;
}

const shell = (command) => () =>
  execFileSync('bash', ['-c', command], { cwd: root, stdio: ['ignore', 'ignore', 'inherit'] });
/** Seconds, and the most memory that the process held. */
function verify(copy) {
  const args = [
    '-e',
    MEASURED,
    bulkhead,
    'verify-trail',
    join(root, copy),
    '--public-keys',
    join(root, 'keys.json'),
    '--allow-unsigned-end',
  ];
  const { status, stdout, stderr } = spawnSync(process.execPath, args, { encoding: 'utf8' });
  if (status !== 0) throw new Error(`verify-trail ended with ${status}: ${stdout}${stderr}`);
  return Number(/peak (\d+)/.exec(stderr)?.[1]) / 1024;
}
const MEASURED = `process.argv.splice(1, 0, 'bulkhead'); process.on('exit', () => console.error('peak ' + process.resourceUsage().maxRSS)); require(process.argv.splice(2, 1)[0]);`;

const size = (copy) => {
  let bytes = 0;
  for (const name of readdirSync(join(root, copy), { recursive: true })) {
    const found = statSync(join(root, copy, name));
    if (found.isFile()) bytes += found.size;
  }
  return bytes / 1e6;
};

try {
  for (const [copy, command] of [
    ['plain', 'find plain -type f -print0 | xargs -0 sha256sum'],
    ['packed', 'find packed -type f -print0 | xargs -0 sha256sum'],
    ['packed', 'find packed -type f -print0 | xargs -0 gzip -dc | sha256sum'],
  ]) {
    shell(command)();
    const theirs = Math.min(...[1, 2, 3].map(() => seconds(shell(command))));
    let peak = 0;
    const ours = Math.min(...[1, 2, 3].map(() => seconds(() => (peak = Math.max(peak, verify(copy))))));
    console.log(
      `${copy}, ${size(copy).toFixed(0)} MB: ${ours.toFixed(2)} s, peak ${peak.toFixed(0)} MB; \`${command}\` ${theirs.toFixed(2)} s; ratio ${(ours / theirs).toFixed(2)}`,
    );
  }
  // What a worker would gain: the floor of one core.
  const all = readdirSync(join(root, 'packed'), { recursive: true, withFileTypes: true }).filter((each) =>
    each.isFile(),
  );
  console.log(
    `one core, gunzipSync and sha256 of the same, no streams: ${seconds(() => {
      for (const { parentPath, name } of all) sha256(gunzipSync(readFileSync(join(parentPath, name))));
    }).toFixed(2)} s`,
  );
} finally {
  rmSync(root, { recursive: true });
}
