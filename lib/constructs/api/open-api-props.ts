import type * as apigateway from 'aws-cdk-lib/aws-apigateway';
import type * as iam from 'aws-cdk-lib/aws-iam';
import type { JwtAuthorizer } from './jwt-authorizer';
import type { LeastPrivilegeRestApiProps } from './least-privilege-rest-api-props';

/** Properties of an API that is made from an OpenAPI document. */
export interface OpenApiProps extends LeastPrivilegeRestApiProps {
  /**
   * For each operation, by its `operationId`, the roles that may call it. Every operation must be listed, and no other;
   * one that is called with tokens with an empty list. Where `x-cdk-bulkhead` of the document names callers too, they must
   * be the same: a document alone lets nobody in.
   */
  readonly callersByOperation: { [operationId: string]: iam.IRole[] };
  /**
   * Roles of other accounts that may call, by `operationId`: see `partners` of an endpoint. Where `x-cdk-bulkhead` of the
   * document names partners, they must be the same.
   *
   * @default - none
   */
  readonly partnersByOperation?: { [operationId: string]: iam.IRole[] };
  /**
   * What answers an operation, by its `operationId`.
   *
   * @default - what `x-amazon-apigateway-integration` of the operation says: a mock, HTTP, a function as a proxy by its
   * literal ARN, or a service of AWS with `credentials`. Other parts of it are refused.
   */
  readonly integrationByOperation?: { [operationId: string]: apigateway.Integration };
  /**
   * What answers the operations that `integrationByOperation` does not list, and that have no integration in the document.
   *
   * @default - none: each must be listed
   */
  readonly integration?: apigateway.Integration;
  /**
   * Who decides on tokens, for the operations whose `x-cdk-bulkhead` has `scopes`.
   *
   * @default - none: such operations are refused
   */
  readonly jwtAuthorizer?: JwtAuthorizer;
  /**
   * Whether bodies are checked by the schemas of the document, as models of API Gateway. Keywords that it does not take
   * (`oneOf`, `anyOf`, `discriminator`, `exclusiveMinimum` and others) are refused then. Notes, such as `example` and
   * `readOnly`, are left out. A body that is not JSON is not looked at.
   *
   * @default true
   */
  readonly validateBodies?: boolean;
}
