import { ABSENT } from '../../../lib/model/value';
import type { Facts } from '../facts';
import type { Needed } from '../judge';
import { Refusal, undecided } from '../refusal';
import type { WireRequest } from '../wire-request';
import { decoded } from '../wire-request';

const INVOCATION = /^\/2015-03-31\/functions\/([^/]+)\/invocations$/;

/** What a request to Lambda needs. Only invocations of functions of the own account are decided, without qualifiers. */
export async function lambda(
  { method, rawPath, query }: WireRequest,
  account: string,
  region: string,
  facts: Facts,
): Promise<readonly Needed[]> {
  const [, encoded] = INVOCATION.exec(rawPath) ?? [];
  if (encoded === undefined || method !== 'POST' || query.size > 0) throw undecided('this request to Lambda');
  const given = decoded(encoded);
  const name = given.startsWith('arn:') ? given.split(':').slice(6).join(':') : given;
  const resource = `arn:aws:lambda:${region}:${account}:function:${name}`;
  if (!/^[\w-]+$/.test(name) || (given !== name && given !== resource)) throw undecided('a function of elsewhere');
  const found = await facts.function(account, region, name);
  if (found === null) throw new Refusal(404, 'ResourceNotFoundException', `Function not found: ${resource}`);
  return [
    {
      action: 'lambda:InvokeFunction',
      resource,
      resourceAccount: account,
      context: { 'lambda:EventSourceToken': ABSENT, 'lambda:InvokedViaFunctionUrl': 'false' },
      on: [{ type: 'AWS::Lambda::Function', arn: resource, account, region, policy: found.policy, tags: found.tags }],
    },
  ];
}
