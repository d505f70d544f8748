import { ABSENT, isText, isUnknown, text, unknown } from '../../model/value';
import type { TextPart } from '../../model/value';
import { decide } from '../decide/decide';
import type { Context, Decision } from '../decide/decision';
import type { Principal, World } from '../world/world';

const FEDERATED: ReadonlySet<string> = new Set(['cognito-identity.amazonaws.com']);

/** By which name a service stands in the ARNs of what it acts for, where the page on it says so. */
const IN_ARNS: Readonly<Record<string, string>> = {
  'cloudformation.amazonaws.com': 'cloudformation',
  'codebuild.amazonaws.com': 'codebuild',
  'ecs-tasks.amazonaws.com': 'ecs',
  'events.amazonaws.com': 'events',
  'pipes.amazonaws.com': 'pipes',
  'sagemaker.amazonaws.com': 'sagemaker',
  'scheduler.amazonaws.com': 'scheduler',
  'ssm.amazonaws.com': 'ssm',
  'states.amazonaws.com': 'states',
};

/** Whether roles trust services. Each is asked once. */
export class ServiceTrust {
  private readonly known = new Map<Principal, Map<string, Decision>>();

  constructor(private readonly world: World) {}

  /** Whether a service may take on a role. */
  admits(role: Principal, service: string): Decision {
    let ofRole = this.known.get(role);
    if (ofRole === undefined) this.known.set(role, (ofRole = new Map()));
    let found = ofRole.get(service);
    if (found === undefined) ofRole.set(service, (found = this.ask(role, service)));
    return found;
  }

  /**
   * A service acts for a resource of the account of whoever set it up, and says so in keys that nobody chooses. Not all
   * services do, and no page lists them: what needs the keys to be absent is possible.
   * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/confused-deputy.html
   */
  private ask(role: Principal, service: string): Decision {
    if (FEDERATED.has(service)) {
      const principal = { kind: 'federated', provider: service } as const;
      return decide({ principal, action: 'sts:AssumeRoleWithWebIdentity', resource: role.arn }, this.world);
    }
    const asked = (context: Context): Decision =>
      decide(
        { principal: { kind: 'service', service }, action: 'sts:AssumeRole', resource: role.arn, context },
        this.world,
      );
    const found = asked(sourceIn(role, service));
    if (found.must && found.unconditional) return found;
    const silent = found.may ? found : asked(NO_SOURCE);
    if (!silent.may) return found;
    const doubts = silent.must ? [] : silent.unknowns;
    const { resource } = role;
    const doubt = unknown('attribute', `whether ${service} meets the conditions of the trust of ${resource.logicalId}`);
    const { allows, denies, conditions } = silent;
    const unknowns = doubts.length > 0 ? doubts : [doubt];
    return { may: true, must: false, unconditional: false, allows, denies, conditions, unknowns };
  }
}

const NO_SOURCE: Context = { 'aws:SourceAccount': ABSENT, 'aws:SourceArn': ABSENT };

/** What a service says of the resource of the role's account for which it acts. */
function sourceIn({ arn, account }: Principal, service: string): Context {
  if (isUnknown(account)) return {};
  const own = isText(account) ? account.parts : [account];
  const [first, second] = isText(arn) ? arn.parts : [isUnknown(arn) ? '' : arn];
  const literal = typeof first === 'string' ? /^arn:([^:]+):/.exec(first)?.[1] : undefined;
  const hole = (shape: 'partition' | 'region' | 'segment' | 'physical-id'): TextPart => ({
    shape,
    source: `the ${shape} of what ${service} acts for`,
  });
  return {
    'aws:SourceAccount': account,
    'aws:SourceArn': text([
      'arn:',
      literal ?? (typeof second === 'object' && second.shape === 'partition' ? second : hole('partition')),
      ':',
      Object.hasOwn(IN_ARNS, service) ? IN_ARNS[service] : hole('segment'),
      ':',
      hole('region'),
      ':',
      ...own,
      ':',
      hole('physical-id'),
    ]),
  };
}
