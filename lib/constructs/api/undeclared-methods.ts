import type * as apigateway from 'aws-cdk-lib/aws-apigateway';
import type { Construct } from 'constructs';
import { misuse } from '../../private/errors';

/** The methods that were added to an API beside those that were declared, as BH1009. */
export function undeclaredMethods(
  at: Construct,
  restApi: apigateway.RestApi,
  declared: ReadonlySet<apigateway.Method>,
): string[] {
  return restApi.methods
    .filter((method) => !declared.has(method))
    .map((method) => {
      const endpoint = `${method.httpMethod} ${method.resource.path}`;
      return misuse(at, {
        code: 'BH1009',
        what: `method \`${endpoint}\` was added without callers`,
        why: 'the resource policy does not guard it',
        mend: `use \`addEndpoint('${endpoint}', { callers, integration })\``,
      }).message;
    });
}
