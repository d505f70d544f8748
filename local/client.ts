import { createHash } from 'node:crypto';
import { request as httpRequest } from 'node:http';
import type { IncomingMessage, RequestOptions } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { SignatureV4 } from '@smithy/signature-v4';
import { NodeSha256 } from './guard/signature';

export interface Credentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
}

/** A request before it is signed. */
export interface Request {
  readonly service: string;
  readonly region: string;
  readonly method: string;
  readonly host: string;
  /** As it is sent. */
  readonly path: string;
  readonly query?: Readonly<Record<string, string>>;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

/** A request as it goes over the wire; an attack changes something of it after it was signed. */
export interface SentRequest {
  readonly method: string;
  /** With the query. */
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: string;
}

/** Signs as the SDKs do: every header that is there, and the hash of the body. */
export async function sign(request: Request, credentials: Credentials, signingDate = new Date()): Promise<SentRequest> {
  const { service, region, method, host, path, query = {}, headers = {}, body = '' } = request;
  const signer = new SignatureV4({
    service,
    region,
    credentials,
    sha256: NodeSha256,
    uriEscapePath: service !== 's3',
    applyChecksum: true,
  });
  const signed = await signer.sign(
    { method, protocol: 'https:', hostname: host, path, query: { ...query }, headers: { ...headers, host }, body },
    { signingDate },
  );
  return unsigned({ ...request, headers: signed.headers });
}

/** The same request with the headers as they are. */
export function unsigned({ method, host, path, query = {}, headers = {}, body = '' }: Request): SentRequest {
  const pairs = Object.entries(query).map((pair) => pair.map((each) => encodeURIComponent(each)).join('='));
  return {
    method,
    path: pairs.length === 0 ? path : `${path}?${pairs.join('&')}`,
    headers: { host, ...headers },
    body,
  };
}

/** Services with the query protocol, and the version of their API. */
const QUERY_VERSIONS = {
  cloudformation: '2010-05-15',
  iam: '2010-05-08',
  monitoring: '2010-08-01',
  sns: '2010-03-31',
  sts: '2011-06-15',
} as const;

/** Sends requests to one port of the guard. */
export class Client {
  constructor(private readonly target: { readonly port: number; readonly ca?: string }) {}

  public async send(request: Request, credentials: Credentials): Promise<Answer> {
    return this.sendAsIs(await sign(request, credentials));
  }

  public sendAsIs({ method, path, headers, body }: SentRequest): Promise<Answer> {
    const { port, ca } = this.target;
    const options: RequestOptions = {
      host: '127.0.0.1',
      port,
      method,
      path,
      headers: { ...headers, 'content-length': String(Buffer.byteLength(body)) },
    };
    return new Promise((resolve, reject) => {
      const onAnswer = (answer: IncomingMessage): void => {
        const chunks: Buffer[] = [];
        answer.on('data', (chunk: Buffer) => chunks.push(chunk));
        answer.on('error', reject);
        answer.on('end', () =>
          resolve({ status: answer.statusCode ?? 0, headers: answer.headers, body: Buffer.concat(chunks).toString() }),
        );
      };
      const call =
        ca === undefined
          ? httpRequest(options, onAnswer)
          : httpsRequest({ ...options, ca, servername: 'localhost' }, onAnswer);
      call.on('error', reject);
      call.end(body);
    });
  }

  /** A call of an API under its own host name. */
  public async callApi(
    { id, region }: { readonly id: string; readonly region: string },
    method: string,
    path: string,
    credentials: Credentials,
    body?: unknown,
    headers: Readonly<Record<string, string>> = {},
  ): Promise<Answer> {
    return this.send(apiRequest({ id, region }, method, path, body, headers), credentials);
  }

  /** An operation of a service that speaks JSON. */
  public json(
    target: string,
    service: string,
    region: string,
    input: unknown,
    credentials: Credentials,
  ): Promise<Answer> {
    return this.send(
      {
        service,
        region,
        method: 'POST',
        host: `${service}.${region}.amazonaws.com`,
        path: '/',
        headers: { 'content-type': 'application/x-amz-json-1.1', 'x-amz-target': target },
        body: JSON.stringify(input),
      },
      credentials,
    );
  }

  public secrets(operation: string, region: string, input: unknown, credentials: Credentials): Promise<Answer> {
    return this.json(`secretsmanager.${operation}`, 'secretsmanager', region, input, credentials);
  }

  /** An operation of a service with the query protocol. */
  public query(
    form: Readonly<Record<string, string>>,
    credentials: Credentials,
    service: keyof typeof QUERY_VERSIONS = 'sts',
    region = 'us-east-1',
  ): Promise<Answer> {
    return this.send(
      {
        service,
        region,
        method: 'POST',
        host: `${service}.amazonaws.com`,
        path: '/',
        headers: { 'content-type': 'application/x-www-form-urlencoded' },
        body: new URLSearchParams({ Version: QUERY_VERSIONS[service], ...form }).toString(),
      },
      credentials,
    );
  }

  /** Calls a function and waits for its answer. */
  public invoke(name: string, region: string, event: unknown, credentials: Credentials): Promise<Answer> {
    return this.send(
      {
        service: 'lambda',
        region,
        method: 'POST',
        host: `lambda.${region}.amazonaws.com`,
        path: `/2015-03-31/functions/${name}/invocations`,
        body: JSON.stringify(event),
      },
      credentials,
    );
  }

  /** A request to S3 by path, `/bucket/key`. */
  public s3(
    method: string,
    path: string,
    region: string,
    credentials: Credentials,
    more: Pick<Request, 'query' | 'headers' | 'body'> = {},
  ): Promise<Answer> {
    const md5 = createHash('md5')
      .update(more.body ?? '')
      .digest('base64');
    return this.send(
      {
        service: 's3',
        region,
        method,
        host: `s3.${region}.amazonaws.com`,
        path,
        ...more,
        headers: { ...(method === 'PUT' ? { 'content-md5': md5 } : {}), ...more.headers },
      },
      credentials,
    );
  }
}

/** A call of an API as it is signed. */
export function apiRequest(
  { id, region }: { readonly id: string; readonly region: string },
  method: string,
  path: string,
  body?: unknown,
  headers: Readonly<Record<string, string>> = {},
): Request {
  return {
    service: 'execute-api',
    region,
    method,
    host: `${id}.execute-api.${region}.amazonaws.com`,
    path,
    ...(body === undefined
      ? { headers }
      : { headers: { 'content-type': 'application/json', ...headers }, body: JSON.stringify(body) }),
  };
}
