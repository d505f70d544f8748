import { CfnResource } from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';
import { INTENT_KEY } from '../../model/intent';
import { misuse } from '../../private/errors';

/** What API and list have apart. */
export function differs(api: IConstruct, endpoint: string, what: string): string {
  return misuse(api, {
    code: 'BH1032',
    what: `method \`${endpoint}\` ${what}`,
    why: 'a guard that leaves a method out is none',
    mend: 'list every method with its callers, have it ask for AWS_IAM, and call `guard` after all were added',
  }).message;
}

/** Without a type checker it can be anything. @throws BH1003 where it is no map */
export function checkCallerLists(api: IConstruct, callers: unknown): void {
  if (typeof callers === 'object' && callers !== null && !Array.isArray(callers)) return;
  throw misuse(api, {
    code: 'BH1003',
    what: 'the API is guarded without callers',
    why: 'nobody could call it',
    mend: "give the roles by endpoint: `{ 'GET /orders/{id}': [role] }`",
  });
}

/** @throws BH1031 where callers of the API were declared already */
export function notGuarded<Api extends IConstruct>(api: Api): Api {
  const resource = api.node.defaultChild;
  const isDeclared = CfnResource.isCfnResource(resource) && resource.getMetadata(INTENT_KEY) !== undefined;
  if (!isDeclared && api.node.tryFindChild('Bulkhead') === undefined) return api;
  throw misuse(api, {
    code: 'BH1031',
    what: 'the callers of the API are declared already',
    why: 'of two lists, each would deny what the other one allows',
    mend: 'call `guard` once, with all endpoints; those of an API of cdk-bulkhead are added with `addEndpoint`',
  });
}

/** BH1011 */
export function withoutStage(api: IConstruct, mend: string): Error {
  return misuse(api, {
    code: 'BH1011',
    what: 'the API has no stage that is known here',
    why: 'the policies name the stage',
    mend: `make the API with ${mend}`,
  });
}
