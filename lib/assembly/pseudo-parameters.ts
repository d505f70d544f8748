import { ABSENT, text, unknown } from '../model/value';
import type { HoleShape, TextPart, Value } from '../model/value';
import type { Scope } from './scope';

/** The partition of a region by its prefix; every other region is in `aws`. */
const PARTITIONS: readonly (readonly [prefix: string, partition: string, urlSuffix?: string])[] = [
  ['cn-', 'aws-cn', 'amazonaws.com.cn'],
  ['us-gov-', 'aws-us-gov', 'amazonaws.com'],
  ['us-isob-', 'aws-iso-b'],
  ['us-isof-', 'aws-iso-f'],
  ['us-iso-', 'aws-iso'],
  ['eu-isoe-', 'aws-iso-e'],
  ['eusc-', 'aws-eusc'],
];

/** The environment of a template as parts of a text: literals where they are known, else typed holes. */
export interface Environment {
  readonly partition: TextPart;
  readonly region: TextPart;
  readonly account: TextPart;
  readonly urlSuffix: TextPart;
}

export function environmentOf(scope: Scope): Environment {
  let known = ENVIRONMENTS.get(scope);
  if (known === undefined) ENVIRONMENTS.set(scope, (known = environment(scope)));
  return known;
}

const ENVIRONMENTS = new WeakMap<Scope, Environment>();

function environment(scope: Scope): Environment {
  const [, partition, urlSuffix] = PARTITIONS.find(([prefix]) => scope.region?.startsWith(prefix)) ?? [
    '',
    'aws',
    'amazonaws.com',
  ];
  const known = scope.region !== undefined;
  return {
    partition: known ? partition : hole('partition', 'AWS::Partition'),
    region: scope.region ?? hole('region', 'AWS::Region'),
    account: scope.account ?? hole('account', 'AWS::AccountId'),
    urlSuffix: (known ? urlSuffix : undefined) ?? hole('url-suffix', 'AWS::URLSuffix'),
  };
}

const KNOWN = new WeakMap<Scope, Map<string, Value>>();

/** What `Ref` of a pseudo parameter gives. */
export function pseudoParameter(name: string, scope: Scope): Value {
  let known = KNOWN.get(scope);
  if (known === undefined) KNOWN.set(scope, (known = new Map()));
  let value = known.get(name);
  if (value === undefined) known.set(name, (value = resolve(name, scope)));
  return value;
}

function resolve(name: string, scope: Scope): Value {
  const { partition, region, account, urlSuffix } = environmentOf(scope);
  const stack = scope.stackName ?? hole('stack-name', scope.key('AWS::StackName'));
  switch (name) {
    case 'AWS::AccountId':
      return text([account]);
    case 'AWS::Region':
      return text([region]);
    case 'AWS::Partition':
      return text([partition]);
    case 'AWS::URLSuffix':
      return text([urlSuffix]);
    case 'AWS::StackName':
      return text([stack]);
    case 'AWS::StackId': {
      const id = hole('segment', scope.key('AWS::StackId'));
      return text(['arn:', partition, ':cloudformation:', region, ':', account, ':stack/', stack, '/', id]);
    }
    case 'AWS::NoValue':
      return ABSENT;
    case 'AWS::NotificationARNs':
      return unknown('parameter', 'the notification topics of the stack');
    default:
      return unknown('malformed', `pseudo parameter "${name}", which CloudFormation does not have`);
  }
}

function hole(shape: HoleShape, source: string): TextPart {
  return { shape, source };
}
