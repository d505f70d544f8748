import { Annotations, Match } from 'aws-cdk-lib/assertions';
import * as apigateway from 'aws-cdk-lib/aws-apigateway';
import { describe, expect, it } from 'vitest';
import { integration, newApi } from './support';

const WARNING = Match.stringLikeRegexp(
  '`GET /metered`: .*no usage plan of the app has its stage.*ApiGatewayKey.*without-usage-plan',
);

/** An API with an endpoint that needs a key, and what else there is. */
function keyed(more: (made: ReturnType<typeof newApi>) => void = () => {}) {
  const made = newApi();
  made.api.addEndpoint('GET /metered', { callers: [made.reader], integration, apiKeyRequired: true });
  more(made);
  return Annotations.fromStack(made.stack);
}

describe('an endpoint that needs a key of the API', () => {
  it('is warned of where nobody can have one', () => {
    keyed().hasWarning('/Orders/Api', WARNING);
  });

  it('is warned of where the usage plan is of another stage', () => {
    keyed(({ stack }) => {
      const other = new apigateway.RestApi(stack, 'Other', { cloudWatchRole: false });
      other.root.addMethod('GET');
      other.addUsagePlan('Plan', { apiStages: [{ stage: other.deploymentStage }] });
    }).hasWarning('/Orders/Api', WARNING);
  });

  it.each<[string, (made: ReturnType<typeof newApi>) => void]>([
    [
      'a plan with the stage',
      ({ stack, api }) => {
        new apigateway.UsagePlan(stack, 'Plan', { apiStages: [{ stage: api.stage }] });
      },
    ],
    [
      'a stage added to a plan later',
      ({ stack, api }) => {
        new apigateway.UsagePlan(stack, 'Plan').addApiStage({ stage: api.stage });
      },
    ],
  ])('is not where there is %s', (_, more) => {
    keyed(more).hasNoWarning('*', WARNING);
  });

  it('is the only one that is', () => {
    const { stack, api, reader } = newApi();
    api.addEndpoint('GET /orders', { callers: [reader], integration });
    Annotations.fromStack(stack).hasNoWarning('*', WARNING);
    expect(api.accessMatrix()).toHaveLength(1);
  });
});
