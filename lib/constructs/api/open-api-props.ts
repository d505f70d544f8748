import type * as apigateway from 'aws-cdk-lib/aws-apigateway';
import type * as iam from 'aws-cdk-lib/aws-iam';
import type { LeastPrivilegeRestApiProps } from './least-privilege-rest-api-props';

/** Properties of an API that is made from an OpenAPI document. */
export interface OpenApiProps extends LeastPrivilegeRestApiProps {
  /** For each operation, by its `operationId`, the roles that may call it. Every operation must be listed, and no other. */
  readonly callersByOperation: { [operationId: string]: iam.IRole[] };
  /**
   * What answers an operation, by its `operationId`.
   *
   * @default - `integration`
   */
  readonly integrationByOperation?: { [operationId: string]: apigateway.Integration };
  /**
   * What answers the operations that `integrationByOperation` does not list.
   *
   * @default - none: each must be listed
   */
  readonly integration?: apigateway.Integration;
  /**
   * Whether bodies are checked by the schemas of the document, as models of API Gateway. Keywords that it does not take
   * (`oneOf`, `anyOf`, `discriminator`, `exclusiveMinimum` and others) are refused then. Notes, such as `example` and
   * `readOnly`, are left out. A body that is not JSON is not looked at.
   *
   * @default true
   */
  readonly validateBodies?: boolean;
}
