import { Annotations, Aspects, CfnResource, Stack } from 'aws-cdk-lib';
import type * as apigateway from 'aws-cdk-lib/aws-apigateway';
import type { IConstruct } from 'constructs';

/** The id of the warning, for who has a usage plan elsewhere. */
const WITHOUT_PLAN = 'cdk-bulkhead:api-key-without-usage-plan';

/**
 * The endpoints of an API that need a key of it. A warning says where no usage plan of the app is for its stage: no key is
 * good for it then. A plan may be of another app, so that it is no error.
 */
export class KeyedEndpoints {
  private readonly endpoints: string[] = [];

  constructor(
    private readonly at: IConstruct,
    private readonly stage: apigateway.IStage,
  ) {}

  public note(endpoint: string): void {
    // When the app is complete: the plan may be made after the endpoint.
    if (this.endpoints.length === 0) {
      Aspects.of(this.at).add({ visit: (node) => void (node === this.at && this.warn()) });
    }
    this.endpoints.push(endpoint);
  }

  private warn(): void {
    if (hasUsagePlan(this.stage)) return;
    const shown = this.endpoints.map((each) => `\`${each}\``).join(', ');
    Annotations.of(this.at).addWarningV2(
      WITHOUT_PLAN,
      `${shown}: a key of the API is needed (\`apiKeyRequired\`), and no usage plan of the app has its stage: API Gateway answers 403 to every key, and nobody can call. Make an ApiGatewayKey with the stage of this API, or a usage plan with it; acknowledge this warning where another app has one.`,
    );
  }
}

function hasUsagePlan(stage: apigateway.IStage): boolean {
  const { restApiId } = stage.restApi;
  return stage.node.root.node
    .findAll()
    .filter((each): each is apigateway.CfnUsagePlan => isUsagePlan(each))
    .some((plan) => {
      const resolve = (value: unknown): unknown => Stack.of(plan).resolve(value);
      const stages: unknown = resolve(plan.apiStages);
      // What cannot be read may be the stage.
      if (!Array.isArray(stages)) return stages !== undefined;
      const own = JSON.stringify([resolve(restApiId), resolve(stage.stageName)]);
      return stages.some(({ apiId, stage: name }) => JSON.stringify([apiId, name]) === own);
    });
}

function isUsagePlan(each: IConstruct): boolean {
  return CfnResource.isCfnResource(each) && each.cfnResourceType === 'AWS::ApiGateway::UsagePlan';
}
