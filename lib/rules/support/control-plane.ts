import { arnMayMatch, arnMustMatch } from '../../engine/match/arn-pattern';
import type { PolicyText, Statement } from '../../model/policy';
import { text } from '../../model/value';
import { coversAction } from './coverage';
import type { Coverage } from './coverage';

/** An ARN of the control plane of API Gateway in any region: `/apikeys/<id>`, braces for what is not known. */
export function controlPlaneArn(path: string): PolicyText {
  const written = path
    .split(/(\{[^}]*\})/)
    .map((part) => (part.startsWith('{') ? ({ shape: 'segment', source: `apigateway ${part}` } as const) : part));
  return text([
    'arn:',
    { shape: 'partition', source: 'AWS::Partition' },
    ':apigateway:',
    { shape: 'region', source: 'AWS::Region' },
    '::',
    ...written,
  ]);
}

/** Whether an Allow gives this action on such an ARN; `open` where a value known only later decides. */
export function gives({ actions, resources }: Statement, action: string, arn: PolicyText): Coverage {
  const ofAction = coversAction(actions, action);
  if (ofAction === 'no' || resources === undefined) return 'no';
  const { negated, patterns } = resources;
  const must = patterns.some((pattern) => (negated ? arnMayMatch : arnMustMatch)(pattern, arn));
  const may = patterns.some((pattern) => (negated ? arnMustMatch : arnMayMatch)(pattern, arn));
  if (negated ? may : !may) return 'no';
  return ofAction === 'yes' && (negated ? !must : must) ? 'yes' : 'open';
}
