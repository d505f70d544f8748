import { elements, member, show } from '../../model/read';
import type { Rule } from '../rule';
import { example } from '../support/examples';

const PLAN = 'AWS::ApiGateway::UsagePlan';
const plan = (...apis: readonly string[]) =>
  example(PLAN, { ApiStages: apis.map((ApiId) => ({ ApiId, Stage: 'prod' })) });

export const sec10: Rule = {
  id: 'SEC10',
  title: 'A usage plan makes its keys valid for several APIs',
  severity: 'error',
  why: 'A key of API Gateway opens every API of its usage plan. One that was handed out for the one API is a key to all of them, those included that are added to the plan later.',
  fix: 'Make a usage plan for each API, with keys of its own, as `ApiGatewayKey` does.',
  page: 'https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-api-usage-plans.html',
  controls: ['NIST 800-53 r5 AC-6', 'NIST 800-53 r5 IA-5'],
  types: [PLAN],
  check({ properties }) {
    const apis = new Set(elements(properties['ApiStages']).map((stage) => show(member(stage, 'ApiId'))));
    if (apis.size < 2) return [];
    return [{ message: `found the APIs ${[...apis].join(', ')} in one usage plan; expected one API` }];
  },
  examples: { bad: plan('orders', 'billing'), good: plan('orders') },
};
