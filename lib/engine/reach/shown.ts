import { member } from '../../model/read';
import { isAbsent, isMap, unknown } from '../../model/value';
import type { Unknown } from '../../model/value';
import { decide } from '../decide/decide';
import type { World } from '../world/world';
import type { Target } from './target';
import type { Technique } from './technique';

/** Types that call a function that they name, or start a build or a state machine. */
const TRIGGERS: ReadonlySet<string> = new Set([
  'AWS::Lambda::Permission',
  'AWS::Lambda::EventSourceMapping',
  'AWS::Lambda::Url',
  'AWS::Lambda::EventInvokeConfig',
  'AWS::CloudFormation::CustomResource',
  'AWS::SecretsManager::RotationSchedule',
  'AWS::Scheduler::Schedule',
  'AWS::Events::Rule',
  'AWS::CodePipeline::Pipeline',
  'AWS::Pipes::Pipe',
]);

/** What the role of a function needs for an event source. @see https://docs.aws.amazon.com/lambda/latest/dg/invocation-eventsourcemapping.html */
const POLLING = ['sqs:ReceiveMessage', 'kinesis:GetRecords', 'dynamodb:GetRecords'];
const ANY_SOURCE = 'arn:*:*:*:*:?*';

/** What the templates show of a target, on which the certainty of a technique depends. */
export class Shown {
  constructor(private readonly world: World) {}

  /** What is not shown; `undefined` where it is shown that the technique does not work. */
  doubts(technique: Technique, target: Target | undefined): readonly Unknown[] | undefined {
    const found: Unknown[] = [];
    const { doubt, exists, shown } = technique;
    if (doubt !== undefined) found.push(unknown('attribute', doubt));
    if (exists !== undefined && this.world.snapshot.ofType(exists).length === 0) {
      found.push(unknown('attribute', `whether there is an ${exists} outside of these templates`));
    }
    if (target === undefined) return found;
    for (const { condition, holds } of target.resource?.guards ?? []) {
      found.push(unknown('parameter', `whether condition ${condition} is ${holds ? 'met' : 'not met'}`));
    }
    if (target.unknownRole !== undefined) found.push(target.unknownRole);
    if (shown !== undefined) {
      const more = this.judge(shown, target);
      if (more === undefined) return undefined;
      found.push(...more);
    }
    return this.applies(technique, target) ? found : undefined;
  }

  private judge(
    shown: NonNullable<Technique['shown']>,
    { resource, principals }: Target,
  ): readonly Unknown[] | undefined {
    if (resource === undefined) return [];
    switch (shown) {
      case 'triggered':
        return this.isTriggered(resource.key)
          ? []
          : [unknown('attribute', `whether ${resource.logicalId} is ever invoked`)];
      case 'batch':
        return isAbsent(member(resource.properties, 'BuildBatchConfig'))
          ? [unknown('attribute', `whether ${resource.logicalId} may run batches`)]
          : [];
      case 'no-password':
        // A second one is refused; it may be deleted first, or by the time.
        return isAbsent(member(resource.properties, 'LoginProfile'))
          ? []
          : [unknown('attribute', `whether the password of ${resource.logicalId} was deleted`)];
      case 'password': {
        const profile = member(resource.properties, 'LoginProfile');
        // One that no template gives may have been made by hand; without one, AWS finds nothing to update.
        return isMap(profile) && !isAbsent(profile)
          ? []
          : [unknown('attribute', `whether ${resource.logicalId} has a password`)];
      }
      case 'exec-enabled': {
        const enabled = member(resource.properties, 'EnableExecuteCommand');
        if (isAbsent(enabled) || enabled === false || enabled === 'false') return undefined;
        return enabled === true || enabled === 'true'
          ? []
          : [unknown('parameter', `whether ${resource.logicalId} enables ECS Exec`)];
      }
      case 'polls':
        // Lambda refuses a source that the role of the function may not read.
        return principals.some((principal) =>
          POLLING.some((action) => decide({ principal, action, resource: ANY_SOURCE }, this.world).must),
        )
          ? []
          : [unknown('attribute', `whether ${resource.logicalId} may read a source of events`)];
      default:
        return principals.some(
          (principal) => decide({ principal, action: 'ssm:UpdateInstanceInformation', resource: '*' }, this.world).must,
        )
          ? []
          : [unknown('attribute', `whether ${resource.logicalId} is managed by Systems Manager`)];
    }
  }

  private isTriggered(key: string): boolean {
    return this.world.snapshot
      .referencing(key)
      .some(({ type }) => TRIGGERS.has(type) || type.startsWith('Custom::') || type.startsWith('AWS::ApiGateway'));
  }

  private applies({ gain, target: kind }: Technique, { principals, resource }: Target): boolean {
    const [principal] = principals;
    switch (gain) {
      case 'lift-boundary':
        return principal.boundary !== undefined;
      case 'remove-policy':
        // Nothing else is gained by it but what a Deny keeps.
        return (this.world.resourcePolicies.get(resource?.key ?? '')?.policies ?? []).some(
          ({ document }) => document.unknowns.length > 0 || document.statements.some(({ effect }) => effect === 'Deny'),
        );
      case 'lift-inline-denies':
      case 'lift-managed-denies':
      case 'leave-group':
        return principals.some((each) => each.policies.some((_, index) => isLiftable(each, index, gain, resource)));
      case 'become':
        return kind !== 'AWS::IAM::SAMLProvider' && kind !== 'AWS::IAM::OIDCProvider' ? true : principals.length > 0;
      default:
        return true;
    }
  }
}

/**
 * Whether one of the policies of a principal denies something and can be taken off by the technique: from the principal
 * itself, or from the group with which it comes.
 */
export function isLiftable(
  { policies }: Target['principals'][number],
  index: number,
  gain: 'lift-inline-denies' | 'lift-managed-denies' | 'leave-group',
  from: Target['resource'],
): boolean {
  const { document, resource, group } = policies[index];
  if (group !== (from?.type === 'AWS::IAM::Group' ? from.key : undefined)) return false;
  if (!document.statements.some(({ effect }) => effect === 'Deny')) return false;
  const isManaged = resource === undefined || resource.type === 'AWS::IAM::ManagedPolicy';
  return gain === 'leave-group' || isManaged === (gain === 'lift-managed-denies');
}
