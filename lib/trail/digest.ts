/** What a digest file says, as CloudTrail writes it. */
export interface Digest {
  readonly account: string;
  /** ISO times. */
  readonly start: string;
  readonly end: string;
  /** Where CloudTrail put it: part of what is signed, wherever it lies now. */
  readonly bucket: string;
  readonly object: string;
  readonly keyFingerprint: string;
  readonly signatureAlgorithm: string;
  /** The digest before; absent at the start of a chain. */
  readonly previous?: { readonly bucket: string; readonly object: string; readonly hash: string };
  /** The signature of the digest before, in hex; absent at the start of a chain. */
  readonly previousSignature?: string;
  readonly logs: readonly ListedLog[];
}

/** A log file that a digest lists. */
export interface ListedLog {
  readonly bucket: string;
  readonly object: string;
  /** SHA-256 of the uncompressed content, in hex. */
  readonly hash: string;
}

export type ReadDigest = { readonly ok: true; readonly digest: Digest } | { readonly ok: false; readonly why: string };

/**
 * Reads a digest file.
 *
 * @see https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-log-file-validation-digest-file-structure.html
 */
export function readDigest(text: string): ReadDigest {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    return { ok: false, why: 'is no JSON' };
  }
  if (!isRecord(json)) return { ok: false, why: 'is no JSON object' };
  const wanted = [
    'awsAccountId',
    'digestStartTime',
    'digestEndTime',
    'digestS3Bucket',
    'digestS3Object',
    'digestPublicKeyFingerprint',
    'digestSignatureAlgorithm',
  ];
  const lacking = wanted.filter((name) => typeof json[name] !== 'string');
  if (lacking.length > 0) return { ok: false, why: `lacks ${lacking.map((name) => `\`${name}\``).join(', ')}` };
  if (!Array.isArray(json['logFiles'])) return { ok: false, why: 'lacks `logFiles`' };
  const logs = json['logFiles'].map(logOf);
  const unread = logs.findIndex((log) => log === undefined);
  if (unread !== -1) return { ok: false, why: `entry ${unread} of \`logFiles\` is no log file with a SHA-256 hash` };
  const text_ = (name: string): string => json[name] as string;
  if (![text_('digestStartTime'), text_('digestEndTime')].every((time) => !Number.isNaN(Date.parse(time)))) {
    return { ok: false, why: '`digestStartTime` or `digestEndTime` is no time' };
  }
  const signature = json['previousDigestSignature'];
  const before = previousOf(json);
  if (before === 'broken') return { ok: false, why: 'names a digest before it without bucket, object or SHA-256 hash' };
  return {
    ok: true,
    digest: {
      account: text_('awsAccountId'),
      start: text_('digestStartTime'),
      end: text_('digestEndTime'),
      bucket: text_('digestS3Bucket'),
      object: text_('digestS3Object'),
      keyFingerprint: text_('digestPublicKeyFingerprint'),
      signatureAlgorithm: text_('digestSignatureAlgorithm'),
      ...(before === undefined ? {} : { previous: before }),
      ...(typeof signature === 'string' ? { previousSignature: signature } : {}),
      logs: logs.filter((log) => log !== undefined),
    },
  };
}

function previousOf(json: Readonly<Record<string, unknown>>): Digest['previous'] | 'broken' {
  const [bucket, object, hash] = ['Bucket', 'Object']
    .map((name) => json[`previousDigestS3${name}`])
    .concat([json['previousDigestHashValue']]);
  if (object === undefined || object === null) return undefined;
  if (typeof bucket !== 'string' || typeof object !== 'string' || typeof hash !== 'string') return 'broken';
  const algorithm = json['previousDigestHashAlgorithm'];
  // Some digests leave it out.
  if (algorithm !== undefined && algorithm !== 'SHA-256') return 'broken';
  return { bucket, object, hash: hash.toLowerCase() };
}

function logOf(json: unknown): ListedLog | undefined {
  if (!isRecord(json)) return undefined;
  const { s3Bucket: bucket, s3Object: object, hashValue: hash, hashAlgorithm } = json;
  if (typeof bucket !== 'string' || typeof object !== 'string' || typeof hash !== 'string') return undefined;
  return hashAlgorithm === 'SHA-256' ? { bucket, object, hash: hash.toLowerCase() } : undefined;
}

function isRecord(json: unknown): json is Readonly<Record<string, unknown>> {
  return typeof json === 'object' && json !== null && !Array.isArray(json);
}
