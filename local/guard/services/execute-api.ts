import type { Facts } from '../facts';
import type { Needed } from '../judge';
import { Refusal, undecided } from '../refusal';
import type { WireRequest } from '../wire-request';
import { decoded } from '../wire-request';

const HOST = /^([a-z0-9]+)\.execute-api\.([a-z0-9-]+)\.amazonaws\.com(?::\d+)?$/;

/** A call of an API, as its host names it. */
export interface ApiCall {
  readonly needed: Needed;
  readonly region: string;
  readonly account: string;
  /** Where the emulator serves it. */
  readonly upstreamPath: string;
}

/** The API and region of a host; `undefined` for any other host. */
export function apiHost(host: string | undefined): { readonly id: string; readonly region: string } | undefined {
  const match = HOST.exec(host ?? '');
  return match === null ? undefined : { id: match[1], region: match[2] };
}

/**
 * What a call of an API needs. Only addresses that can be read in one way are decided: what the guard decides on and
 * what the emulator serves must be the same path.
 */
export async function apiCall(request: WireRequest, facts: Facts): Promise<ApiCall> {
  const host = apiHost(request.headers['host']);
  const api = host === undefined ? null : await facts.api(host.id);
  if (host === undefined || api === null || api.region !== host.region) throw forbidden();
  if (request.headers['x-http-method-override'] !== undefined) {
    throw undecided('a call whose method a header overrides');
  }
  if (request.headers['x-amz-target'] !== undefined)
    throw undecided('a call that names an operation of another service');
  const [, stage, ...segments] = request.rawPath.split('/');
  const path = segments.map(plain);
  if (!api.stages.includes(stage)) throw forbidden();
  const arn = `arn:aws:execute-api:${api.region}:${api.account}:${api.id}`;
  return {
    region: api.region,
    account: api.account,
    upstreamPath: `/_aws/execute-api/${api.id}/${stage}/${segments.join('/')}`,
    needed: {
      action: 'execute-api:Invoke',
      resource: `${arn}/${stage}/${request.method}/${path.join('/')}`,
      resourceAccount: api.account,
      on: [
        { type: 'AWS::ApiGateway::RestApi', arn, account: api.account, region: api.region, policy: api.policy, api },
      ],
    },
  };
}

/** A segment that means the same before and after decoding, and that no pattern could be mistaken for. */
function plain(segment: string): string {
  const text = decoded(segment);
  // A control character, a separator, a wildcard or a variable; and the segments that other software takes away.
  if (/[\u0000-\u001f\u007f/\\*?$]/.test(text) || text === '' || text === '.' || text === '..') {
    throw undecided('a path with empty, dotted or encoded separators, or with wildcards');
  }
  return text;
}

/** What AWS answers for a stage or an API that is not there. */
function forbidden(): Refusal {
  return new Refusal(403, 'ForbiddenException', 'Forbidden');
}
