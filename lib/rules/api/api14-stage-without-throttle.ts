import { alternatives, member } from '../../model/read';
import type { Resource } from '../../model/snapshot';
import { isAbsent, isUnknown } from '../../model/value';
import type { Value } from '../../model/value';
import type { Rule } from '../rule';
import { example } from '../support/examples';
import { unknownsOf } from '../support/property';
import { STAGES, isForAll, makesStage, methodSettings, stageSetting } from '../support/stage-settings';

const stage = (properties: Readonly<Record<string, unknown>>) =>
  example('AWS::ApiGateway::Stage', { RestApiId: 'a1b2c3', StageName: 'prod', ...properties });

export const api14: Rule = {
  id: 'API14',
  title: 'A stage has no throttle of its own',
  severity: 'warning',
  why: 'It shares the limit of the account with every other API: one caller who asks too often takes them all down, and a leaked credential reads as fast as AWS lets it.',
  fix: 'Set rate and burst for all methods of the stage: in CDK, `throttlingRateLimit` and `throttlingBurstLimit` of `deployOptions`; of an HTTP API, `throttle` of the stage.',
  page: 'https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-request-throttling.html',
  controls: ['NIST 800-53 r5 SC-5'],
  types: STAGES,
  check(resource) {
    if (!makesStage(resource)) return [];
    const settings = settingsOf(resource);
    if (settings.some((each) => isLimited(each))) return [];
    const open = settings.flatMap(unknownsOf);
    return [
      {
        message: 'found no `ThrottlingRateLimit` for all methods of the stage; expected one',
        // Of single methods there may be one, and be gone later.
        about: [...settings, resource.properties['MethodSettings'], resource.properties['RouteSettings']],
        ...(settings.some(isUnknown) ? { certainty: 'possible', unknowns: open } : {}),
      },
    ];
  },
  examples: {
    bad: stage({}),
    good: stage({ MethodSettings: [{ HttpMethod: '*', ResourcePath: '/*', ThrottlingRateLimit: 100 }] }),
  },
};

/** The settings for all methods of the stage. */
function settingsOf(resource: Resource): readonly Value[] {
  if (resource.type === 'AWS::ApiGatewayV2::Stage') return alternatives(resource.properties['DefaultRouteSettings']);
  const whole = stageSetting(resource, 'ThrottlingRateLimit');
  const ofAll = methodSettings(resource).filter((each) => isUnknown(each) || isForAll(each));
  return isAbsent(whole) ? ofAll : [...ofAll, { ThrottlingRateLimit: whole as Value }];
}

function isLimited(setting: Value): boolean {
  const rate = member(setting, 'ThrottlingRateLimit');
  return !isUnknown(setting) && !isAbsent(rate) && rate !== -1;
}
