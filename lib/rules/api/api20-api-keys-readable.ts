import { typesWith } from '../../engine/parse/policies-of';
import { show } from '../../model/read';
import type { Rule } from '../rule';
import { underItsConditions } from '../support/conditional';
import { controlPlaneArn, gives } from '../support/control-plane';
import { roleThatMay } from '../support/examples';
import { grantsOf } from '../support/grants';

/** The keys themselves, and those of a usage plan: both answers have the value of each key. */
const KEYS = ['/apikeys', '/apikeys/{id}', '/usageplans/{id}/keys', '/usageplans/{id}/keys/{key}'].map(controlPlaneArn);
const GET = 'apigateway:GET';

/** `*` as the action is IAM1's, as everything is in it. */
export const api20: Rule = {
  id: 'API20',
  title: 'A policy lets API keys be read',
  severity: 'error',
  why: '`apigateway:GET` on API keys shows their values where the caller asks for them, and so does one on the keys of a usage plan. Permission to look at API Gateway is then permission to call as every customer that has a key.',
  fix: 'Name what is to be looked at, such as `arn:aws:apigateway:<region>::/restapis/*`, without `/apikeys` and `/usageplans/<id>/keys`.',
  page: 'https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-control-access-using-iam-policies-to-create-and-manage-api.html',
  controls: ['NIST 800-53 r5 IA-5', 'NIST 800-53 r5 AC-6'],
  types: typesWith('identity'),
  check(resource, snapshot) {
    return grantsOf(resource, snapshot).allows.flatMap((statement) => {
      if (statement.actions.patterns.includes('*')) return [];
      const answers = KEYS.map((arn) => gives(statement, GET, arn));
      if (answers.every((each) => each === 'no')) return [];
      const shown = statement.resources?.patterns.map(show).join(', ') ?? '*';
      const isCertain = answers.includes('yes');
      return underItsConditions(statement, resource, [
        {
          message: `found ${GET} on \`${shown}\`, which reads API keys with their values; expected it without \`/apikeys\` and the keys of usage plans`,
          detail: `Resource::${shown}`,
          ...(isCertain ? {} : { certainty: 'possible', unknowns: [`what \`${shown}\` will be`] }),
        },
      ]);
    });
  },
  examples: {
    bad: roleThatMay({ Effect: 'Allow', Action: GET, Resource: 'arn:aws:apigateway:eu-central-1::/*' }),
    good: roleThatMay({ Effect: 'Allow', Action: GET, Resource: 'arn:aws:apigateway:eu-central-1::/restapis/*' }),
  },
};
