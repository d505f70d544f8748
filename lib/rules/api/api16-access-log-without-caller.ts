import { member } from '../../model/read';
import { isAbsent } from '../../model/value';
import type { Value } from '../../model/value';
import type { Rule } from '../rule';
import { example } from '../support/examples';
import { about, isOpen, judge, violationOf } from '../support/property';
import type { Answer } from '../support/property';
import { STAGES, makesStage, stageSetting } from '../support/stage-settings';

/** Who called, as API Gateway found out: by the signature, or by what an authorizer says; `userAgent` is no `user`. */
const WHO = /\$context\.(identity\.(userArn|caller|user|cognitoIdentityId|accountId)(?!\w)|authorizer\.\w)/;

const format = (fields: string) =>
  example('AWS::ApiGateway::Stage', {
    RestApiId: 'a1b2c3',
    StageName: 'prod',
    AccessLogSetting: { DestinationArn: 'arn:aws:logs:eu-central-1:111122223333:log-group:api', Format: fields },
  });

export const api16: Rule = {
  id: 'API16',
  title: 'The access log cannot say who called',
  severity: 'error',
  why: 'A line with an address and a path names no caller: addresses are shared and change. After a leak nobody can tell the calls of the intruder from those of the owner.',
  fix: 'Add the caller to the format: `$context.identity.userArn` with AWS_IAM, `$context.authorizer.claims.sub` or `$context.authorizer.principalId` with an authorizer. `LeastPrivilegeRestApi` logs who, what, when and what was decided.',
  page: 'https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-mapping-template-reference.html',
  controls: ['NIST 800-53 r5 AU-3', 'NIST 800-53 r5 AU-10'],
  types: STAGES,
  check(resource) {
    if (!makesStage(resource)) return [];
    const name = resource.type === 'AWS::ApiGatewayV2::Stage' ? 'AccessLogSettings' : 'AccessLogSetting';
    const setting = stageSetting(resource, name);
    // API15 says where there is no log at all.
    if (isAbsent(member(setting, 'DestinationArn'))) return [];
    const found = violationOf(
      judge(member(setting, 'Format'), saysWho),
      `found a \`Format\` of the access log without the caller; expected \`$context.identity.userArn\`, or a field of \`$context.authorizer\``,
    );
    return about(found, setting);
  },
  examples: {
    bad: format('$context.requestId $context.identity.sourceIp $context.httpMethod $context.path'),
    good: format('$context.requestId $context.identity.userArn $context.httpMethod $context.path'),
  },
};

function saysWho(value: Value): Answer {
  if (isOpen(value)) return 'open';
  return typeof value === 'string' && WHO.test(value) ? 'holds' : 'fails';
}
