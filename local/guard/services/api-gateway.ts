import type { Context } from '../../../lib/engine/decide/decision';
import { ABSENT } from '../../../lib/model/value';
import type { Facts, Tag } from '../facts';
import type { Needed } from '../judge';
import { Refusal, undecided } from '../refusal';
import type { WireRequest } from '../wire-request';

const PLAN_KEYS = /^\/usageplans\/([a-z0-9]+)\/keys$/;
const KEY = /^\/apikeys\/([a-z0-9]+)$/;

/**
 * What a request to the management of API Gateway needs: keys and the keys of usage plans, nothing else. Its permissions
 * are called after the method, on the path as a resource.
 *
 * @see https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonapigatewaymanagement.html
 */
export async function apiGateway(
  { method, rawPath, query, body }: WireRequest,
  input: { readonly tags?: Readonly<Record<string, string>> },
  account: string,
  region: string,
  facts: Facts,
): Promise<readonly Needed[]> {
  const asked = (path: string, context: Context, verb = method): Needed => ({
    action: `apigateway:${verb}`,
    resource: `arn:aws:apigateway:${region}::${path}`,
    resourceAccount: account,
    context,
    on: [],
  });
  const isPlainQuery = [...query.keys()].every((each) => each === 'limit' || each === 'position');
  if (PLAN_KEYS.test(rawPath) && isPlainQuery && (method === 'GET' || method === 'POST')) {
    return [asked(rawPath, NO_TAGS)];
  }
  if (query.size > 0) throw undecided('this request to API Gateway');
  if (rawPath === '/apikeys' && method === 'POST') {
    const tags = Object.entries(input.tags ?? {}).map(([Key, Value]) => ({ Key, Value }));
    const context = { ...NO_TAGS, ...tagContext('RequestTag', tags) };
    if (tags.length === 0) return [asked(rawPath, context)];
    const made = { ...context, 'aws:TagKeys': tags.map((tag) => tag.Key) };
    // That which is made with tags asks for the right to tag it, too.
    return [asked(rawPath, made), asked(`/tags/arn%3Aaws%3Aapigateway%3A${region}%3A%3A%2Fapikeys%2Fnew`, made, 'PUT')];
  }
  const [, id] = KEY.exec(rawPath) ?? [];
  if (id !== undefined && (method === 'PATCH' || method === 'DELETE')) {
    if (method === 'DELETE' && body.length > 0) throw undecided('a deletion with a body');
    const tags = await facts.apiKeyTags(account, region, id);
    if (tags === null) throw new Refusal(404, 'NotFoundException', 'Invalid API Key identifier specified');
    return [asked(rawPath, { ...NO_TAGS, ...tagContext('ResourceTag', tags) })];
  }
  throw undecided('this request to API Gateway');
}

const NO_TAGS: Context = { 'aws:TagKeys': ABSENT };

function tagContext(sort: string, tags: readonly Tag[]): Context {
  return Object.fromEntries(tags.map(({ Key, Value }) => [`aws:${sort}/${Key}`, Value]));
}
