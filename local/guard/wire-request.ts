import type { IncomingMessage } from 'node:http';
import { Refusal } from './refusal';

/** Where a connection counts as coming from. Told by the port it comes in by, never by what the client says. */
export interface Origin {
  readonly sourceIp: string;
  readonly tls: boolean;
  /** Of the connection: `1.3`. */
  readonly tlsVersion?: string;
}

/** A request as it came over the wire, before anything is believed of it. */
export interface WireRequest {
  readonly method: string;
  /** As sent: nothing decoded, nothing normalized. */
  readonly rawPath: string;
  readonly rawQuery: string;
  readonly query: ReadonlyMap<string, readonly string[]>;
  /** In lower case. A header that came twice is refused. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
  readonly origin: Origin;
}

const MOST_BYTES = 10 * 1024 * 1024;

export async function readRequest(incoming: IncomingMessage, origin: Origin): Promise<WireRequest> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of incoming as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > MOST_BYTES) throw new Refusal(413, 'RequestTooLarge', 'the request has more than 10 MB');
    chunks.push(chunk);
  }
  const url = incoming.url ?? '/';
  const mark = url.indexOf('?');
  const rawQuery = mark < 0 ? '' : url.slice(mark + 1);
  return {
    method: incoming.method ?? 'GET',
    rawPath: mark < 0 ? url : url.slice(0, mark),
    rawQuery,
    query: queryOf(rawQuery),
    headers: headersOf(incoming.rawHeaders),
    body: Buffer.concat(chunks),
    origin,
  };
}

function headersOf(raw: readonly string[]): Readonly<Record<string, string>> {
  const headers: Record<string, string> = {};
  for (let at = 0; at < raw.length; at += 2) {
    const name = raw[at].toLowerCase();
    // Which of the two is signed, and which is served, are questions that an attacker would like to be asked.
    if (Object.hasOwn(headers, name)) throw new Refusal(400, 'BadRequest', `the header ${name} came twice`);
    headers[name] = raw[at + 1];
  }
  return headers;
}

function queryOf(raw: string): ReadonlyMap<string, readonly string[]> {
  const found = new Map<string, string[]>();
  for (const pair of raw.split('&')) {
    if (pair === '') continue;
    const [key, ...rest] = pair.split('=');
    const name = decoded(key);
    const values = found.get(name);
    if (values === undefined) found.set(name, [decoded(rest.join('='))]);
    else values.push(decoded(rest.join('=')));
  }
  return found;
}

export function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    throw new Refusal(400, 'BadRequest', 'the address is not well-formed');
  }
}
