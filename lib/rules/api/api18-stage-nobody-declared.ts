import { alternatives, member, referencedResources, show } from '../../model/read';
import type { Resource, Snapshot } from '../../model/snapshot';
import { isAbsent } from '../../model/value';
import type { Value } from '../../model/value';
import type { Rule, Violation } from '../rule';
import { apiOfPart } from '../support/api-parts';
import { isTextEqual, judge, violationOf } from '../support/property';
import type { Answer } from '../support/property';
import { makesStage } from '../support/stage-settings';
import { INTENT_KEY } from '../../model/intent';

const DEPLOYMENTS = ['AWS::ApiGateway::Deployment', 'AWS::ApiGatewayV2::Deployment'];

const staged = (StageName: string) => ({
  Resources: {
    Api: {
      Type: 'AWS::ApiGateway::RestApi',
      Properties: { Name: 'orders' },
      Metadata: { [INTENT_KEY]: { kind: 'api', path: 'Orders/Api', stage: 'prod' } },
    },
    Example: { Type: 'AWS::ApiGateway::Stage', Properties: { RestApiId: { Ref: 'Api' }, StageName } },
  },
});

/**
 * Of an API that was declared with cdk-bulkhead, every stage but its own; of any API, a stage that a deployment makes
 * by the way beside the stages that are resources, and one of a deployment that is not among the templates. A deployment by
 * a parameter or an import may be that of another template: of a declared API alone is it possible that it is not.
 */
export const api18: Rule = {
  id: 'API18',
  title: 'A stage is left over',
  severity: 'error',
  why: 'Each stage is an address of its own, with its own, older deployment: endpoints, policies and throttles of back then. Nobody looks after it, and it answers.',
  fix: 'Remove the stage, or have it follow the deployment of its API (`Ref` of the `AWS::ApiGateway::Deployment`). Deploy another environment as an API of its own, in its own account.',
  page: 'https://docs.aws.amazon.com/apigateway/latest/developerguide/how-to-deploy-api.html',
  controls: ['NIST 800-53 r5 CM-7', 'NIST 800-53 r5 CM-8', 'NIST 800-53 r5 SA-22'],
  types: ['AWS::ApiGateway::Stage', 'AWS::ApiGateway::Deployment', 'AWS::ApiGatewayV2::Stage'],
  check(resource, snapshot) {
    if (!makesStage(resource)) return [];
    const api = apiOfPart(resource, snapshot);
    if (api === undefined) return [];
    return [...strange(resource, api, snapshot), ...orphaned(resource, api, snapshot)];
  },
  examples: { bad: staged('test'), good: staged('prod') },
};

function strange(resource: Resource, api: Resource, snapshot: Snapshot): readonly Violation[] {
  const name = resource.properties['StageName'];
  if (api.intent?.kind === 'api') {
    const { stage } = api.intent;
    return violationOf(
      judge(name, isTextEqual(stage)),
      `found the stage \`${show(name)}\`; expected \`${stage}\` only, which is the one that was declared`,
    );
  }
  const others = resource.type === 'AWS::ApiGateway::Deployment' ? stagesBeside(resource, api, snapshot) : [];
  if (others.length === 0) return [];
  return [
    {
      message: `found the stage \`${show(name)}\`, which the deployment makes beside ${others.map((other) => `\`${other}\``).join(', ')}; expected stages as resources only`,
    },
  ];
}

/** The deployment of a stage, and that of a canary release, which answers a share of its calls. */
function orphaned({ type, properties }: Resource, api: Resource, snapshot: Snapshot): readonly Violation[] {
  if (type === 'AWS::ApiGateway::Deployment') return [];
  const places: readonly (readonly [string, Value | undefined])[] = [
    ['DeploymentId', properties['DeploymentId']],
    ['CanarySetting.DeploymentId', member(properties['CanarySetting'], 'DeploymentId')],
  ];
  return places.flatMap(([place, value]) => {
    if (alternatives(value).every(isAbsent)) return [];
    return violationOf(
      judge(value, (one) => followsTemplates(one, api, snapshot)),
      `found \`${place}\` ${show(value)}, which is no deployment of the API among the templates; expected one, so that the stage answers what they say`,
      `${place}::${show(value)}`,
    );
  });
}

function followsTemplates(deployment: Value, api: Resource, snapshot: Snapshot): Answer {
  if (isAbsent(deployment)) return 'holds';
  if (typeof deployment === 'string') return 'fails';
  const known = referencedResources(deployment).flatMap((key) => snapshot.byKey(key) ?? []);
  const deployments = known.filter(({ type }) => DEPLOYMENTS.includes(type));
  if (deployments.length > 0) {
    return deployments.every((each) => (apiOfPart(each, snapshot) ?? api) === api) ? 'holds' : 'fails';
  }
  return api.intent?.kind === 'api' ? 'open' : 'holds';
}

/** The names of the stages that are resources, where the deployment's is not among them. */
function stagesBeside({ properties }: Resource, api: Resource, snapshot: Snapshot): readonly string[] {
  const names = snapshot
    .referencing(api.key)
    .filter((part) => part.type === 'AWS::ApiGateway::Stage' && !isAbsent(part.properties['StageName']))
    .map((part) => show(part.properties['StageName']));
  return names.includes(show(properties['StageName'])) ? [] : names;
}
