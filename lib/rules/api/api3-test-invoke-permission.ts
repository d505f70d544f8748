import { elements, show } from '../../model/read';
import type { Rule } from '../rule';
import { example } from '../support/examples';

const permission = (SourceArn: string) =>
  example('AWS::Lambda::Permission', {
    Action: 'lambda:InvokeFunction',
    FunctionName: 'orders',
    Principal: 'apigateway.amazonaws.com',
    SourceArn,
  });

export const api3: Rule = {
  id: 'API3',
  title: 'The API console may test-invoke the function',
  severity: 'error',
  why: 'TestInvokeMethod runs the integration for real, past authorization, throttling and the access log, and CloudTrail does not record it. Whoever may use it calls every endpoint unseen.',
  fix: 'Remove the permission: in CDK, `new LambdaIntegration(fn, { allowTestInvoke: false })`.',
  page: 'https://docs.aws.amazon.com/apigateway/latest/developerguide/how-to-test-method.html',
  controls: ['NIST 800-53 r5 AC-3', 'NIST 800-53 r5 AU-2'],
  types: ['AWS::Lambda::Permission'],
  check({ properties }) {
    return elements(properties['SourceArn'])
      .map((arn) => show(arn))
      .filter((arn) => arn.includes('/test-invoke-stage/'))
      .map((arn) => ({
        message: `found a permission for \`${arn}\`; expected permissions for deployed stages only`,
        detail: 'SourceArn::test-invoke-stage',
        about: [properties],
      }));
  },
  examples: {
    bad: permission('arn:aws:execute-api:eu-central-1:111122223333:a1b2c3/test-invoke-stage/GET/orders'),
    good: permission('arn:aws:execute-api:eu-central-1:111122223333:a1b2c3/prod/GET/orders'),
  },
};
