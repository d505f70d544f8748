import { elements, holes, show } from '../../model/read';
import type { Resource, Snapshot } from '../../model/snapshot';
import { isText } from '../../model/value';
import type { Value } from '../../model/value';
import type { Rule, Violation } from '../rule';
import { example } from '../support/examples';

const permission = (SourceArn: string) =>
  example('AWS::Lambda::Permission', {
    Action: 'lambda:InvokeFunction',
    FunctionName: 'orders',
    Principal: 'apigateway.amazonaws.com',
    SourceArn,
  });

const REST = 'AWS::ApiGateway::RestApi';
const TEST_STAGE = 'test-invoke-stage';

/** A `*` in place of the stage stands for the stage of test invocations too. Only REST APIs have one. */
export const api3: Rule = {
  id: 'API3',
  title: 'The API console may test-invoke the function',
  severity: 'error',
  why: 'TestInvokeMethod runs the integration for real, past authorization, throttling and the access log, and CloudTrail does not record it. Whoever may use it calls every endpoint unseen.',
  fix: 'Remove the permission: in CDK, `new LambdaIntegration(fn, { allowTestInvoke: false })`. In place of `*`, name the stage in `SourceArn`: `<api>/prod/*/*`.',
  page: 'https://docs.aws.amazon.com/apigateway/latest/developerguide/how-to-test-method.html',
  controls: ['NIST 800-53 r5 AC-3', 'NIST 800-53 r5 AU-2'],
  types: ['AWS::Lambda::Permission'],
  check({ properties }, snapshot) {
    return elements(properties['SourceArn']).flatMap((arn): readonly Violation[] => {
      const shown = show(arn);
      const isNamed = shown.includes(`/${TEST_STAGE}/`);
      if (!isNamed && !coversTestInvocations(arn)) return [];
      const found: Violation = {
        message: `found a permission for \`${shown}\`; expected permissions for deployed stages only`,
        detail: 'SourceArn::test-invoke-stage',
        about: [properties],
      };
      const type = apiOf(arn, snapshot)?.type;
      if (isNamed || type === REST) return [found];
      if (type === 'AWS::ApiGatewayV2::Api') return [];
      return [{ ...found, certainty: 'possible', unknowns: ['whether it is a REST API'] }];
    });
  },
  examples: {
    bad: permission('arn:aws:execute-api:eu-central-1:111122223333:a1b2c3/test-invoke-stage/GET/orders'),
    good: permission('arn:aws:execute-api:eu-central-1:111122223333:a1b2c3/prod/GET/orders'),
  },
};

/** Lambda compares `SourceArn` as `ArnLike` does: a `*` also stands for slashes. */
function coversTestInvocations(arn: Value): boolean {
  const [, , service, , , ...rest] = withoutHoles(arn).split(':');
  if (service !== 'execute-api') return false;
  const [api = '', stage, ...others] = rest.join(':').split('/');
  if (stage === undefined) return api.endsWith('*');
  if (others.length > 0)
    return globMatches(stage, TEST_STAGE) && (others.length > 1 || (others[0]?.endsWith('*') ?? false));
  return stage.endsWith('*') && TEST_STAGE.startsWith(stage.slice(0, stage.search(/[*?]/)));
}

/** What is not known stands for itself: a stage that is referred to is not the one of test invocations. */
function withoutHoles(arn: Value): string {
  if (isText(arn)) return arn.parts.map((part) => (typeof part === 'string' ? part : '-')).join('');
  return typeof arn === 'string' ? arn : '';
}

function globMatches(pattern: string, text: string): boolean {
  const source = pattern
    .replace(/[^A-Za-z0-9*?]/g, '\\$&')
    .replaceAll('*', '.*')
    .replaceAll('?', '.');
  return new RegExp(`^${source}$`).test(text);
}

/** The API of the templates that an ARN is of. */
function apiOf(arn: Value, snapshot: Snapshot): Resource | undefined {
  if (!isText(arn)) return undefined;
  const named = holes(arn).flatMap(({ resource: key }) => (key === undefined ? [] : [snapshot.byKey(key)]));
  return named.find((each) => each?.type === REST || each?.type === 'AWS::ApiGatewayV2::Api');
}
