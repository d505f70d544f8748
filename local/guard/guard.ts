import { readFileSync } from 'node:fs';
import { createServer as createHttpServer, request as upstreamRequest } from 'node:http';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import { createServer as createHttpsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import type { TLSSocket } from 'node:tls';
import { ANONYMOUS, callerOf } from './caller';
import type { Facts } from './facts';
import { judge } from './judge';
import { neededFor } from './needed';
import { Refusal } from './refusal';
import { apiCall, apiHost } from './services/execute-api';
import { claimOf, verifySignature } from './signature';
import { trailEvent } from './trail-event';
import type { TrailEvent } from './trail-event';
import type { Origin, WireRequest } from './wire-request';
import { readRequest } from './wire-request';
import { accountOf } from './world';

/** What became of a request. */
export interface Decided {
  readonly who: string;
  readonly what: string;
  readonly refusal?: string;
}

/**
 * Whether to break a request that is allowed, and how: as if who asks had ended `before` it reached the emulator or
 * `after`, when the answer is lost; as a service that throttles, or one that is `out`. SDKs try the last two again.
 */
export type Fault = (who: string, what: string) => 'before' | 'after' | 'throttled' | 'out' | undefined;

/** What is known of a request while it is decided on. */
interface Seen {
  who: string;
  what: string;
  /** What a trail would record of it, with the error that came of it. */
  event?: (error: string | undefined) => TrailEvent | undefined;
}

export interface GuardOptions {
  readonly facts: Facts;
  /** The emulator behind the guard. */
  readonly upstreamPort: number;
  /** Told of every decision. @default - nobody */
  readonly onDecided?: (decided: Decided) => void;
}

/**
 * The IAM guard in front of the emulator: verifies Signature Version 4, decides with the engine of the library on
 * what is deployed, and passes on what is allowed. Everything else ends here.
 */
export class Guard {
  /** Events that the trails have not been told of yet. */
  private readonly untold: TrailEvent[] = [];
  private telling?: Promise<void> | undefined;
  /** How many requests came, and how many of them were passed on. */
  public decided = 0;
  public passed = 0;
  public readonly faults = new Set<Fault>();
  private recordProblem?: string;
  private readonly servers: Server[] = [];

  constructor(private readonly options: GuardOptions) {}

  /**
   * Opens a port on 127.0.0.1. Connections to it count as coming from `sourceIp`; without a certificate they are
   * plain HTTP, and `aws:SecureTransport` says so.
   */
  public async listen(
    sourceIp: string,
    certificate?: { readonly key: string; readonly cert: string },
    port = 0,
  ): Promise<number> {
    const origin: Origin = { sourceIp, tls: certificate !== undefined };
    const onRequest = (incoming: IncomingMessage, outgoing: ServerResponse): void => {
      const version = (incoming.socket as Partial<TLSSocket>).getProtocol?.()?.replace('TLSv', '');
      void this.answer(incoming, outgoing, version === undefined ? origin : { ...origin, tlsVersion: version });
    };
    const server =
      certificate === undefined
        ? createHttpServer(onRequest)
        : createHttpsServer({ key: readFileSync(certificate.key), cert: readFileSync(certificate.cert) }, onRequest);
    this.servers.push(server);
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen(port, '127.0.0.1', resolve);
    });
    return (server.address() as AddressInfo).port;
  }

  public async close(): Promise<void> {
    await this.telling;
    await Promise.all(
      this.servers.splice(0).map((server) => {
        server.closeAllConnections();
        return new Promise<void>((resolve) => server.close(() => resolve()));
      }),
    );
  }

  private async answer(incoming: IncomingMessage, outgoing: ServerResponse, origin: Origin): Promise<void> {
    this.decided += 1;
    const seen: Seen = { who: 'unknown', what: `${incoming.method} ${incoming.url?.split('?')[0]}` };
    let status: number;
    try {
      const request = await readRequest(incoming, origin);
      const upstreamPath = await this.permit(request, seen);
      this.options.onDecided?.({ who: seen.who, what: seen.what });
      const [broken] = [...this.faults].flatMap((fault) => fault(seen.who, seen.what) ?? []);
      if (broken !== undefined && broken !== 'after') throw BREAKS[broken];
      status = await this.passOn(request, upstreamPath, outgoing, broken === 'after');
    } catch (error) {
      const refusal =
        error instanceof Refusal
          ? error
          : new Refusal(500, 'LocalGuardFailed', `the local guard failed: ${String(error)}`);
      this.options.onDecided?.({ who: seen.who, what: seen.what, refusal: refusal.message });
      status = refusal.status;
      if (outgoing.headersSent) outgoing.destroy();
      else refuse(outgoing, refusal, request403(incoming));
    }
    this.record(seen, status);
  }

  /** Beside the answer and in batches, as CloudTrail does: nobody waits for it. */
  private record({ event }: Seen, status: number): void {
    const found = event?.(status < 400 ? undefined : status === 403 ? 'AccessDenied' : 'RequestFailed');
    if (found === undefined) return;
    this.untold.push(found);
    this.telling ??= sleep(BATCH_MS).then(() => this.tell());
  }

  private async tell(): Promise<void> {
    this.telling = undefined;
    const batch = this.untold.splice(0);
    if (batch.length === 0) return;
    await this.options.facts.record(batch).catch((error: unknown) => (this.recordProblem ??= String(error)));
  }

  /** Waits until all that was decided is recorded. @throws where an event could not be recorded */
  public async recorded(): Promise<void> {
    await this.telling;
    await this.tell();
    if (this.recordProblem !== undefined) throw new Error(`the trail did not take an event: ${this.recordProblem}`);
  }

  /** The path at which the emulator serves the request. @throws Refusal */
  private async permit(request: WireRequest, seen: Seen): Promise<string> {
    const { facts } = this.options;
    if (isTokenRequest(request)) return TOKEN_PATH;
    const claim = claimOf(request);
    const host = apiHost(request.headers['host']);
    if (claim === undefined) {
      if (host === undefined) throw new Refusal(403, 'MissingAuthenticationToken', 'Missing Authentication Token');
      return this.call(request, ANONYMOUS, seen);
    }
    const key = await facts.key(claim.accessKeyId);
    if (key === null) {
      throw new Refusal(403, 'UnrecognizedClientException', 'The security token included in the request is invalid.');
    }
    await verifySignature(request, claim, {
      secret: key.secret,
      ...(key.token === undefined ? {} : { token: key.token }),
      ...(typeof key.expires === 'number' ? { expires: key.expires } : {}),
    });
    const caller = callerOf(key);
    seen.who = caller.shown;
    if (
      (host !== undefined) !== (claim.service === 'execute-api') ||
      (host !== undefined && host.region !== claim.region)
    ) {
      throw new Refusal(403, 'SignatureDoesNotMatch', 'the request was signed for another service or region');
    }
    if (host !== undefined) return this.call(request, caller, seen);
    const needed = await neededFor(request, claim, accountOf(key.arn), facts);
    seen.event = (error) => trailEvent(request, claim, caller, needed, error);
    if (needed.length > 0) seen.what = needed.map(({ action, resource }) => `${action} ${resource}`).join(', ');
    judge(caller, needed, claim.region, request.origin);
    // A trail sees all that was before it is stopped.
    if (claim.service === 'cloudtrail') await this.recorded();
    return request.rawQuery === '' ? request.rawPath : `${request.rawPath}?${request.rawQuery}`;
  }

  private async call(request: WireRequest, caller: typeof ANONYMOUS, seen: { what: string }): Promise<string> {
    const { needed, region, upstreamPath } = await apiCall(request, this.options.facts);
    seen.what = `${needed.action} ${needed.resource}`;
    if (caller === ANONYMOUS && !isOpen(request, needed.on[0].api?.methods)) {
      throw new Refusal(403, 'MissingAuthenticationTokenException', 'Missing Authentication Token');
    }
    judge(caller, [needed], region, request.origin);
    return request.rawQuery === '' ? upstreamPath : `${upstreamPath}?${request.rawQuery}`;
  }

  /** The status of the answer. */
  private passOn(request: WireRequest, path: string, outgoing: ServerResponse, loseAnswer: boolean): Promise<number> {
    this.passed += 1;
    return new Promise((resolve, reject) => {
      const { origin, method } = request;
      const headers: Record<string, string> = {
        ...request.headers,
        'x-forwarded-for': origin.sourceIp,
        'x-forwarded-proto': origin.tls ? 'https' : 'http',
        'content-length': String(request.body.length),
      };
      delete headers['connection'];
      delete headers['transfer-encoding'];
      const upstream = upstreamRequest(
        { host: '127.0.0.1', port: this.options.upstreamPort, method, path, headers },
        (answer) => {
          if (loseAnswer) {
            answer.resume();
            answer.on('end', () => reject(BREAKS.before));
            return;
          }
          const status = answer.statusCode ?? 502;
          outgoing.writeHead(status, answer.headers);
          answer.pipe(outgoing);
          answer.on('end', () => resolve(status));
          answer.on('error', reject);
        },
      );
      upstream.on('error', reject);
      upstream.end(request.body);
    });
  }
}

const BREAKS = {
  /** An error that no client tries again by itself, as if whoever called had ended there. */
  before: new Refusal(400, 'BrokenOnPurpose', 'the request was broken, to see what happens then'),
  throttled: new Refusal(400, 'ThrottlingException', 'Rate exceeded'),
  out: new Refusal(503, 'ServiceUnavailable', 'the service is out, to see what happens then'),
};

const BATCH_MS = 25;

const TOKEN_PATH = '/oauth2/token';
const TOKEN_HOST = /^[a-z0-9-]+\.auth\.[a-z0-9-]+\.amazoncognito\.com$/;

/** The token endpoint of a user pool asks for the secret of a client, not for permissions: Cognito decides. */
function isTokenRequest({ method, rawPath, rawQuery, headers }: WireRequest): boolean {
  const isThere = TOKEN_HOST.test(headers['host'] ?? '') && rawPath === TOKEN_PATH && rawQuery === '';
  const isPlain = headers['x-amz-target'] === undefined && /^Basic |^$/.test(headers['authorization'] ?? '');
  return isThere && isPlain && method === 'POST';
}

/** Whether somebody without credentials could be served at all; which method it is, the engine decides. */
function isOpen(_request: WireRequest, methods: readonly { readonly authorization: string }[] | undefined): boolean {
  return methods?.some(({ authorization }) => authorization === 'NONE') === true;
}

/** STS and S3 answer in XML, all others in JSON. */
function request403(incoming: IncomingMessage): 'xml' | 'json' {
  return /\/(s3|sts)\/aws4_request/.test(incoming.headers.authorization ?? '') ? 'xml' : 'json';
}

function refuse(outgoing: ServerResponse, { status, code, message }: Refusal, form: 'xml' | 'json'): void {
  if (form === 'xml') {
    const text = message.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
    const body = `<ErrorResponse><Error><Code>${code}</Code><Message>${text}</Message></Error></ErrorResponse>`;
    outgoing.writeHead(status, { 'content-type': 'text/xml' }).end(body);
    return;
  }
  const body = JSON.stringify({ __type: code, message });
  outgoing.writeHead(status, { 'content-type': 'application/json', 'x-amzn-errortype': code }).end(body);
}
