import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import type { Hash, Hmac } from 'node:crypto';
import { SignatureV4 } from '@smithy/signature-v4';
import { Refusal } from './refusal';
import type { WireRequest } from './wire-request';

/** What a request says about who signed it. Believed once `verifySignature` has returned. */
export interface Claim {
  readonly accessKeyId: string;
  /** `20261122`. */
  readonly date: string;
  readonly region: string;
  readonly service: string;
  readonly signedHeaders: readonly string[];
  readonly signature: string;
}

/** The secret half of an access key. */
export interface SigningSecret {
  readonly secret: string;
  readonly token?: string;
  /** Seconds since 1970. */
  readonly expires?: number;
}

const SKEW_MINUTES = 5;
const AUTHORIZATION =
  /^AWS4-HMAC-SHA256 Credential=([^/,\s]+)\/(\d{8})\/([a-z0-9-]+)\/([a-z0-9-]+)\/aws4_request, ?SignedHeaders=([a-z0-9;_.-]+), ?Signature=([0-9a-f]{64})$/;

/** `undefined` for a request without any sign of a signature. Presigned addresses are refused. */
export function claimOf({ headers, query }: WireRequest): Claim | undefined {
  if ([...query.keys()].some((key) => /^x-amz-(signature|credential|algorithm)$/i.test(key))) {
    throw new Refusal(403, 'IncompleteSignature', 'presigned addresses are not taken by the local guard');
  }
  const given = headers['authorization'];
  if (given === undefined) return undefined;
  const match = AUTHORIZATION.exec(given);
  if (match === null)
    throw new Refusal(403, 'IncompleteSignature', 'the Authorization header is no Signature Version 4');
  const [, accessKeyId, date, region, service, signed, signature] = match;
  return { accessKeyId, date, region, service, signedHeaders: signed.split(';'), signature };
}

/**
 * Whether the holder of the secret signed just this request: method, path, query, host, every `x-amz-` header, body
 * and time. The signature is computed anew by the SDK's own signer and compared in constant time.
 *
 * @throws Refusal where not
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html
 */
export async function verifySignature(
  request: WireRequest,
  claim: Claim,
  key: SigningSecret,
  now: Date = new Date(),
): Promise<void> {
  const { headers, body } = request;
  const signed = new Set(claim.signedHeaders);
  const unsigned = Object.keys(headers).filter(
    (name) => (name === 'host' || name.startsWith('x-amz-')) && !signed.has(name),
  );
  if (unsigned.length > 0) throw mismatch(`unsigned headers: ${unsigned.join(', ')}`);
  const lacking = claim.signedHeaders.filter((name) => !Object.hasOwn(headers, name));
  if (lacking.length > 0) throw mismatch(`signed headers that did not come: ${lacking.join(', ')}`);

  const signingDate = signingDateOf(headers['x-amz-date'], claim, now);
  checkToken(headers['x-amz-security-token'], key, now);

  const actual = createHash('sha256').update(body).digest('hex');
  const declared = headers['x-amz-content-sha256'];
  if (declared !== undefined && declared !== actual) {
    throw new Refusal(400, 'XAmzContentSHA256Mismatch', 'the body is not the one whose hash was signed');
  }

  const signer = new SignatureV4({
    credentials: {
      accessKeyId: claim.accessKeyId,
      secretAccessKey: key.secret,
      ...(key.token === undefined ? {} : { sessionToken: key.token }),
    },
    region: claim.region,
    service: claim.service,
    sha256: NodeSha256,
    // Of S3 the path is signed as it is, of all others encoded once more.
    uriEscapePath: claim.service !== 's3',
    applyChecksum: false,
  });
  const again = await signer.sign(
    {
      method: request.method,
      protocol: 'https:',
      hostname: headers['host'],
      path: request.rawPath,
      query: Object.fromEntries([...request.query].map(([name, values]) => [name, [...values]])),
      headers: Object.fromEntries(claim.signedHeaders.map((name) => [name, headers[name]])),
      body,
    },
    { signingDate, signableHeaders: signed },
  );
  const expected = /Signature=([0-9a-f]{64})$/.exec(again.headers['authorization'] ?? '')?.[1] ?? '';
  if (!equal(expected, claim.signature)) throw mismatch('of the request as it came');
}

function signingDateOf(given: string | undefined, claim: Claim, now: Date): Date {
  const match = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/.exec(given ?? '');
  if (match === null) throw new Refusal(403, 'IncompleteSignature', 'the request has no x-amz-date');
  const [year, month, day, hour, minute, second] = match.slice(1).map(Number);
  const date = new Date(Date.UTC(year, month - 1, day, hour, minute, second));
  if (!given?.startsWith(claim.date)) throw mismatch('the date of the credential scope is another');
  if (Math.abs(now.getTime() - date.getTime()) > SKEW_MINUTES * 60_000) {
    throw new Refusal(403, 'RequestTimeTooSkewed', `the request was signed more than ${SKEW_MINUTES} minutes from now`);
  }
  return date;
}

function checkToken(given: string | undefined, { token, expires }: SigningSecret, now: Date): void {
  if (token === undefined ? given !== undefined : !equal(token, given ?? '')) {
    throw new Refusal(403, 'UnrecognizedClientException', 'The security token included in the request is invalid.');
  }
  if (expires !== undefined && expires * 1000 <= now.getTime()) {
    throw new Refusal(403, 'ExpiredTokenException', 'The security token included in the request is expired');
  }
}

function mismatch(detail: string): Refusal {
  return new Refusal(
    403,
    'SignatureDoesNotMatch',
    `The request signature we calculated does not match the signature you provided (${detail}).`,
  );
}

/** In constant time, whatever the lengths. */
function equal(one: string, other: string): boolean {
  const [a, b] = [one, other].map((each) => createHash('sha256').update(each).digest());
  return timingSafeEqual(a, b);
}

/** SHA-256 or its HMAC, in the form that the signer asks for. */
export class NodeSha256 {
  private hash: Hash | Hmac;

  constructor(private readonly secret?: string | ArrayBuffer | ArrayBufferView) {
    this.hash = this.fresh();
  }

  public update(chunk: Uint8Array): void {
    this.hash.update(chunk);
  }

  public async digest(): Promise<Uint8Array> {
    return this.hash.digest();
  }

  public reset(): void {
    this.hash = this.fresh();
  }

  private fresh(): Hash | Hmac {
    const { secret } = this;
    if (secret === undefined) return createHash('sha256');
    return createHmac(
      'sha256',
      ArrayBuffer.isView(secret)
        ? Buffer.from(secret.buffer, secret.byteOffset, secret.byteLength)
        : Buffer.from(secret as ArrayBuffer),
    );
  }
}
