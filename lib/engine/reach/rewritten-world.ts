import type { PolicyDocument, PolicyText, Statement } from '../../model/policy';
import { unknown } from '../../model/value';
import type { Unknown } from '../../model/value';
import { append } from '../decide/target';
import { isPolicyText } from '../world/attachments';
import { accountOf } from '../world/principals';
import type { Principal, ResourcePolicy, SourcedPolicy, World } from '../world/world';
import type { Target } from './target';
import type { Rewriting } from './technique';

/**
 * What a grant can be for.
 * @see https://docs.aws.amazon.com/kms/latest/developerguide/grants.html#terms-grant-operations
 */
const GRANTED = [
  'Decrypt',
  'DeriveSharedSecret',
  'DescribeKey',
  'Encrypt',
  'GenerateDataKey*',
  'GenerateMac',
  'GetPublicKey',
  'ReEncryptFrom',
  'ReEncryptTo',
  'RetireGrant',
  'Sign',
  'Verify',
  'VerifyMac',
].map((each) => `kms:${each}`);

/** Why it is not sure that whoever writes it can let itself in. */
export const REWRITING_DOUBTS: Readonly<Partial<Record<Rewriting, Unknown>>> = {
  'add-account': unknown('attribute', 'whether somebody of another account helps: this call lets in accounts only'),
};

const LET_IN = 'LetInByTheAttacker';

/** One statement that names whoever asks: somebody under control, its role and its session. */
function written(place: string, actions: readonly string[], arn?: PolicyText): SourcedPolicy {
  const statement: Statement = {
    index: 0,
    sid: LET_IN,
    effect: 'Allow',
    actions: { negated: false, patterns: actions },
    // In full, so that a question by pattern finds it.
    resources: { negated: false, patterns: arn === undefined ? ['*'] : [arn, append(arn, '/*'), append(arn, ':*')] },
    principals: { negated: false, entries: [{ kind: 'Caller', value: '*' }] },
    conditions: [],
    guards: [],
  };
  return {
    layer: 'resource',
    document: { statements: [statement], unknowns: [] },
    place,
  };
}

/** The policies of a resource after somebody wrote them. What an ACL says stays. */
function policiesAfter(
  rewriting: Rewriting,
  before: readonly SourcedPolicy[],
  arn: PolicyText,
): readonly SourcedPolicy[] {
  const anything = (): SourcedPolicy => written('the policy of the resource, written anew', ['*'], arn);
  const stays = before.filter(({ acl }) => acl !== undefined);
  switch (rewriting) {
    case 'replace':
      return [...stays, anything()];
    case 'remove':
      return stays;
    case 'unlabel':
      return before.map((each) => (each.acl === undefined ? { ...each, document: unlabelled(each.document) } : each));
    case 'grant':
      return [...before, written('a grant on the key', GRANTED, arn)];
    default:
      return [...before, anything()];
  }
}

/** Whoever takes statements out by their labels takes the Denies. */
function unlabelled({ statements, unknowns }: PolicyDocument): PolicyDocument {
  return { statements: statements.filter(({ effect, sid }) => effect === 'Allow' || sid === undefined), unknowns };
}

/** Worlds in which the policy of one resource, or the trust of one role, was written by who is under control. */
export class RewrittenWorlds {
  private readonly known = new Map<string, World>();

  constructor(private readonly world: World) {}

  /** `undefined` where there is no such resource among the templates. */
  of({ resource }: Target, rewriting: Rewriting): World | undefined {
    if (resource === undefined) return undefined;
    const { key } = resource;
    const id = `${rewriting} ${key}`;
    let found = this.known.get(id);
    if (found !== undefined) return found;
    const role = this.world.principal(key);
    if (role !== undefined) {
      found = withTrust(this.world, {
        ...role,
        trust: { ...written('the trust policy, written anew', ['sts:*']), layer: 'trust' },
      });
      this.known.set(id, found);
      return found;
    }
    const before = this.world.resourcePolicies.get(key);
    const arn = before?.arn ?? this.world.apis.get(key)?.arnPrefix ?? resource.arn;
    if (!isPolicyText(arn)) return undefined;
    const policies = policiesAfter(rewriting, before?.policies ?? [], arn);
    const { publicAccessBlock: block, ...rest } = before ?? {
      key,
      resource,
      arn,
      account: accountOf(resource.template),
    };
    // A policy that names who is under control is not public.
    const isBlocked = block !== undefined && rewriting !== 'replace';
    const after: ResourcePolicy = { ...rest, policies, ...(isBlocked ? { publicAccessBlock: block } : {}) };
    const resourcePolicies = new Map(this.world.resourcePolicies);
    if (policies.length === 0) resourcePolicies.delete(key);
    else resourcePolicies.set(key, after);
    found = { ...this.world, resourcePolicies };
    this.known.set(id, found);
    return found;
  }
}

function withTrust(world: World, role: Principal): World {
  const principals = world.principals.map((each) => (each.key === role.key ? role : each));
  return { ...world, principals, principal: (key) => (key === role.key ? role : world.principal(key)) };
}
