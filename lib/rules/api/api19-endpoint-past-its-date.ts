import { INTENT_KEY } from '../../model/intent';
import type { Rule, Violation } from '../rule';

const endpoint = (reviewBy: string) => ({
  Resources: {
    Example: {
      Type: 'AWS::ApiGateway::Method',
      Properties: { RestApiId: 'a1b2c3', ResourceId: 'd4e5f6', HttpMethod: 'GET', AuthorizationType: 'AWS_IAM' },
      Metadata: {
        [INTENT_KEY]: {
          kind: 'endpoint',
          api: 'Orders/Api',
          endpoint: 'GET /orders',
          callers: ['Orders/Clerk'],
          highValue: false,
          reviewBy,
        },
      },
    },
  },
});

/** The day comes from whoever runs the rules. On the date itself there is no finding yet. */
export const api19: Rule = {
  id: 'API19',
  title: 'An endpoint or a stage is past its date',
  severity: 'error',
  why: 'Somebody said until when the endpoint and its callers, or the API and its stage, are known to be right, or when its last day is. After that it is an address that nobody answers for.',
  fix: 'Review callers and purpose of the endpoint, or of the API, and set a new `reviewBy`; or remove an endpoint whose `lastDay` is over.',
  page: 'https://docs.aws.amazon.com/wellarchitected/latest/security-pillar/sec_permissions_continuous_reduction.html',
  controls: ['NIST 800-53 r5 AC-2', 'NIST 800-53 r5 CM-7', 'NIST 800-53 r5 SA-22'],
  types: ['AWS::ApiGateway::Method', 'AWS::ApiGatewayV2::Route', 'AWS::ApiGateway::RestApi', 'AWS::ApiGatewayV2::Api'],
  check({ intent }, _snapshot, { today }) {
    if (intent?.kind === 'api') {
      return past(
        intent.reviewBy,
        today,
        'reviewBy',
        `expected the API and its stage \`${intent.stage}\` to be reviewed by then`,
      );
    }
    if (intent?.kind !== 'endpoint') return [];
    const { reviewBy, lastDay, replacedBy } = intent;
    const instead = replacedBy === undefined ? '' : `, as \`${replacedBy}\` has taken its place`;
    return [
      ...past(reviewBy, today, 'reviewBy', `expected \`${intent.endpoint}\` to be reviewed by then`),
      ...past(lastDay, today, 'lastDay', `expected \`${intent.endpoint}\` to be removed${instead}`),
    ];
  },
  examples: { bad: endpoint('2020-01-31'), good: endpoint('2999-12-31') },
};

function past(
  date: string | undefined,
  today: string | undefined,
  name: string,
  expected: string,
): readonly Violation[] {
  if (date === undefined || (today !== undefined && date >= today)) return [];
  return [
    {
      message: `found \`${name}\` ${date}${today === undefined ? '' : `, and today is ${today}`}; ${expected}`,
      detail: name,
      // Not the day of this run: tomorrow it is the same finding.
      parts: [date],
      ...(today === undefined ? { certainty: 'possible', unknowns: ['the day of this run'] } : {}),
    },
  ];
}
