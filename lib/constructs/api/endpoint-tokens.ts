import type { IConstruct } from 'constructs';
import type { GuardToken } from '../../model/guard-policy';
import { misuse } from '../../private/errors';
import type { EndpointOptions } from './endpoint-options';

/**
 * The tokens that an endpoint is called with; none where it asks for AWS_IAM.
 *
 * @throws BH1063 where it names callers and tokens, or an authorizer without scopes, or scopes without one; BH1061 where
 * the scopes are malformed
 */
export function tokensOf(at: IConstruct, endpoint: string, options: EndpointOptions): readonly GuardToken[] {
  const { callers, partners = [], jwtAuthorizer, scopes } = options;
  if (jwtAuthorizer === undefined && scopes === undefined) return [];
  if (jwtAuthorizer === undefined || scopes === undefined || callers.length + partners.length > 0) {
    const both = callers.length + partners.length > 0;
    throw misuse(at, {
      code: 'BH1063',
      what: `endpoint \`${endpoint}\` has ${both ? 'callers and tokens' : '`jwtAuthorizer` without `scopes`, or `scopes` without it'}`,
      why: 'a method of API Gateway has one kind of authorization, and which scopes a token needs has to be said',
      mend: both ? 'declare two endpoints' : 'give both; `scopes: []` where every token of the issuer does',
    });
  }
  return [jwtAuthorizer._admit(endpoint, scopes)];
}
