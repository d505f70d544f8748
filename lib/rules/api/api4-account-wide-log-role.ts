import { show } from '../../model/read';
import { isAbsent } from '../../model/value';
import type { Rule } from '../rule';
import { example } from '../support/examples';

export const api4: Rule = {
  id: 'API4',
  title: 'The stack sets the API Gateway logging role of the whole account',
  severity: 'warning',
  why: 'There is one such role an account and region. The last stack that sets it wins, all other APIs log through its role from then on, and when it is deleted their logs stop.',
  fix: 'Set the role once, in a stack of the platform team: in CDK, `cloudWatchRole: false` on every other API. Every API that writes access or execution logs then uses that one role.',
  page: 'https://docs.aws.amazon.com/apigateway/latest/developerguide/set-up-logging.html',
  controls: ['NIST 800-53 r5 AU-9', 'NIST 800-53 r5 CM-5'],
  types: ['AWS::ApiGateway::Account'],
  check({ properties }) {
    const role = properties['CloudWatchRoleArn'];
    if (isAbsent(role)) return [];
    return [
      {
        message: `found \`CloudWatchRoleArn\` set to \`${show(role)}\` for every API of the account and region; expected a stack to configure its own APIs only`,
      },
    ];
  },
  examples: {
    bad: example('AWS::ApiGateway::Account', { CloudWatchRoleArn: 'arn:aws:iam::111122223333:role/api-logs' }),
    good: example('AWS::ApiGateway::Account', {}),
  },
};
