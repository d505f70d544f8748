import { Caller } from './caller';
import type { Target } from './target';

const ANONYMOUS = new Caller({ kind: 'anonymous' });

/**
 * What acts for a method without IAM: nobody that a policy could name, signed or not. API Gateway does not look at a
 * signature there.
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-authorization-flow.html
 */
export function effectiveCaller(caller: Caller, { rules }: Target): Caller {
  return rules === 'open' || rules === 'authorizer' ? ANONYMOUS : caller;
}
