import { member, show } from '../../model/read';
import { isAbsent, isUnknown } from '../../model/value';
import type { Value } from '../../model/value';
import type { Rule } from '../rule';
import { example } from '../support/examples';
import { judge, violationOf } from '../support/property';
import type { Answer } from '../support/property';
import { STAGES, makesStage, stageSetting } from '../support/stage-settings';

const stage = (properties: Readonly<Record<string, unknown>>) =>
  example('AWS::ApiGateway::Stage', { RestApiId: 'a1b2c3', StageName: 'prod', ...properties });

export const api15: Rule = {
  id: 'API15',
  title: 'A stage writes no access log',
  severity: 'error',
  why: 'Calls of an API are not in CloudTrail. Without an access log nobody can say who called what, when a credential leaked, or what an intruder took.',
  fix: 'Give the stage an access log: in CDK, `accessLogDestination` and `accessLogFormat` of `deployOptions`. `LeastPrivilegeRestApi` always has one, in the audit vault where there is one.',
  page: 'https://docs.aws.amazon.com/apigateway/latest/developerguide/set-up-logging.html',
  controls: ['NIST 800-53 r5 AU-2', 'NIST 800-53 r5 AU-12'],
  types: STAGES,
  check(resource) {
    if (!makesStage(resource)) return [];
    const name = resource.type === 'AWS::ApiGatewayV2::Stage' ? 'AccessLogSettings' : 'AccessLogSetting';
    const destination = member(stageSetting(resource, name), 'DestinationArn');
    return violationOf(
      judge(destination, isThere),
      `found \`${name}.DestinationArn\` ${show(destination)}; expected a log group or a delivery stream`,
    );
  },
  examples: {
    bad: stage({}),
    good: stage({ AccessLogSetting: { DestinationArn: 'arn:aws:logs:eu-central-1:111122223333:log-group:api' } }),
  },
};

/** An ARN that is known only later is one, and not nothing. */
function isThere(value: Value): Answer {
  if (isUnknown(value)) return 'open';
  return isAbsent(value) || value === '' ? 'fails' : 'holds';
}
