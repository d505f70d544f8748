import { arnMayMatch, arnMustMatch } from '../../engine/match/arn-pattern';
import type { PolicyText, Statement } from '../../model/policy';
import { isText, text } from '../../model/value';
import type { TextPart } from '../../model/value';
import { coversAction } from './coverage';
import type { Coverage } from './coverage';

/** Where an ARN of API Gateway lies. */
interface Place {
  readonly partition: TextPart;
  readonly region: TextPart;
}

const ANYWHERE: Place = {
  partition: { shape: 'partition', source: 'AWS::Partition' },
  region: { shape: 'region', source: 'AWS::Region' },
};

/** An ARN of the control plane of API Gateway, in any region by default: `/apikeys/<id>`, braces for what is not known. */
export function controlPlaneArn(path: string, { partition, region }: Place = ANYWHERE): PolicyText {
  const written = path
    .split(/(\{[^}]*\})/)
    .map((part) => (part.startsWith('{') ? ({ shape: 'segment', source: `apigateway ${part}` } as const) : part));
  return text(['arn:', partition, ':apigateway:', region, '::', ...written]);
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

/** The partitions and regions that the resources of a statement name; what they leave open may be any. */
export function placesOf({ resources }: Statement): readonly Place[] {
  if (resources === undefined || resources.negated) return [ANYWHERE];
  const places = resources.patterns.map((pattern): Place => {
    const [, partition = [], , region = []] = segmentsOf(pattern);
    return { partition: named(partition) ?? ANYWHERE.partition, region: named(region) ?? ANYWHERE.region };
  });
  const idOf = ({ partition, region }: Place) => JSON.stringify([partition, region]);
  return [...new Map(places.map((place) => [idOf(place), place])).values()];
}

/** What stands between the colons of an ARN. */
function segmentsOf(pattern: PolicyText): readonly TextPart[][] {
  const parts = typeof pattern === 'string' ? [pattern] : isText(pattern) ? pattern.parts : [];
  const segments: TextPart[][] = [[]];
  for (const part of parts) {
    const [first, ...rest] = typeof part === 'string' ? part.split(':') : [part];
    if (first !== '') segments[segments.length - 1].push(first);
    segments.push(...rest.map((each) => (each === '' ? [] : [each])));
  }
  return segments;
}

function named(segment: readonly TextPart[]): TextPart | undefined {
  const [part, ...more] = segment;
  if (part === undefined || more.length > 0) return undefined;
  const isOne = typeof part === 'string' ? !/[*?]/.test(part) : part.shape === 'partition' || part.shape === 'region';
  return isOne ? part : undefined;
}
