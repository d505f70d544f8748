import { mapOf } from './json';
import type { JsonMap } from './json';

/**
 * Headers by which a request asks to be taken for another method. API Gateway documents that it follows the first; web
 * frameworks, which may stand behind the guard, follow any of them.
 *
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-known-issues.html
 */
const OVERRIDES = new Set(['x-http-method-override', 'x-http-method', 'x-method-override']);

/** Whether a request has such a header, in any case of letters and with any value: the same method is no reason for one. */
export function overridesMethod({ headers, multiValueHeaders }: JsonMap): boolean {
  const names = [headers, multiValueHeaders].flatMap((each) => Object.keys(mapOf(each)));
  return names.some((name) => OVERRIDES.has(name.trim().toLowerCase()));
}
