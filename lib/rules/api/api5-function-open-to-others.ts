import { alternatives, show } from '../../model/read';
import type { Resource } from '../../model/snapshot';
import { isAbsent, isChoice } from '../../model/value';
import type { Value } from '../../model/value';
import type { Rule, Violation } from '../rule';
import { example } from '../support/examples';
import { mayBeAnything, unknownsOf } from '../support/property';
import { isOfAnybody } from '../support/source-arn';

const permission = (properties: Readonly<Record<string, unknown>>) =>
  example('AWS::Lambda::Permission', { Action: 'lambda:InvokeFunction', FunctionName: 'orders', ...properties });

/** What says on whose behalf a service or a stranger calls. */
const SOURCES = ['SourceArn', 'SourceAccount', 'PrincipalOrgID'] as const;

export const api5: Rule = {
  id: 'API5',
  title: 'A function can be invoked on behalf of anybody',
  severity: 'error',
  why: 'Behind a guarded API stands a function, and whoever invokes it directly gets past authorization, validation and the access log, with any event. A permission for `*` lets every account in. One for a service without a source lets everybody in who can make that service call: the confused deputy.',
  fix: 'Name the API, rule, topic or bucket in `SourceArn`, and for S3 the account in `SourceAccount`. For accounts of your organisation give `PrincipalOrgID`. `FunctionIntegration` names API and stage.',
  page: 'https://docs.aws.amazon.com/lambda/latest/dg/access-control-resource-based.html',
  controls: ['NIST 800-53 r5 AC-3', 'NIST 800-53 r5 AC-4', 'NIST 800-53 r5 AC-6'],
  types: ['AWS::Lambda::Permission'],
  check(resource) {
    const sources = SOURCES.map((name) => resource.properties[name]);
    if (sources.some(isGiven)) return [];
    return alternatives(resource.properties['Principal']).flatMap((principal) => judge(principal, resource, sources));
  },
  examples: {
    bad: permission({ Principal: '*' }),
    good: permission({
      Principal: 'apigateway.amazonaws.com',
      SourceArn: 'arn:aws:execute-api:eu-central-1:111122223333:a1b2c3/prod/GET/orders',
    }),
  },
};

function judge(
  principal: Value,
  { properties }: Resource,
  sources: readonly (Value | undefined)[],
): readonly Violation[] {
  const shown = show(principal);
  const isService = /\.amazonaws\.com(\.cn)?$/.test(shown);
  const isOpen = mayBeAnything(principal);
  // An account, a role or an ARN says who it is.
  if (shown !== '*' && !isService && !isOpen) return [];
  const unknowns = [...(isOpen ? unknownsOf(principal) : []), ...sources.flatMap(unknownsOf)];
  const conditional = isChoice(properties['Principal']) ? unknownsOf(properties['Principal']) : [];
  const open = [...new Set([...unknowns, ...conditional])];
  return [
    {
      message: `found a permission for \`${shown}\` without a source; expected \`${SOURCES.join('`, `')}\` to say on whose behalf it calls`,
      detail: `Principal::${shown}`,
      parts: [properties],
      ...(open.length > 0 ? { certainty: 'possible' as const, unknowns: open } : {}),
    },
  ];
}

/** In every branch, and neither a wildcard nor an ARN of things of anybody. */
function isGiven(value: Value | undefined): boolean {
  return alternatives(value).every((one) => !isAbsent(one) && !isOfAnybody(one) && show(one) !== '');
}
