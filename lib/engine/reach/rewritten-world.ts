import type { PolicyDocument, PolicyText, Statement } from '../../model/policy';
import type { Resource } from '../../model/snapshot';
import { unknown } from '../../model/value';
import type { Unknown } from '../../model/value';
import { append } from '../decide/target';
import { isPolicyText } from '../world/attachments';
import { accountOf } from '../world/principals';
import type { Principal, ResourcePolicy, SourcedPolicy, World } from '../world/world';
import type { Rewritten } from './reach';
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

const BY_ACCOUNT = unknown('attribute', 'whether somebody of another account helps: this call lets in accounts only');
const NARROW_GRANT = unknown(
  'attribute',
  'whether a grant as the conditions on kms:CreateGrant ask for is one for this',
);

/** Why it is not sure that whoever writes a policy lets itself in: a right to make grants can be one for certain grants. */
export function doubtsOf({ rewriting, gained }: Rewritten): readonly Unknown[] {
  if (rewriting === 'add-account') return [BY_ACCOUNT];
  const isNarrow = gained.used.some(({ ability }) =>
    ability.grants.some(({ decision }) => decision.conditions.some(({ key }) => key.startsWith('kms:grant'))),
  );
  return rewriting === 'grant' && isNarrow ? [NARROW_GRANT] : [];
}

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

const TRUST = written('the trust policy, written anew', ['sts:*']);

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

/** Worlds in which policies of resources, or the trust of a role, were written by who is under control; each made once. */
export class RewrittenWorlds {
  private readonly known = new Map<string, World>();

  constructor(private readonly world: World) {}

  /** With each of the targets rewritten in one way. */
  of(targets: readonly Target[], rewriting: Rewriting): World {
    const id = [rewriting, ...targets.map((each) => each.id)].join('\u0000');
    let found = this.known.get(id);
    if (found === undefined) this.known.set(id, (found = this.make(targets, rewriting)));
    return found;
  }

  private make(targets: readonly Target[], rewriting: Rewriting): World {
    const { world } = this;
    const resourcePolicies = new Map(world.resourcePolicies);
    const roles = new Map<string, Principal>();
    for (const { resource } of targets) {
      if (resource === undefined) continue;
      const { key } = resource;
      const role = world.principal(key);
      if (role !== undefined) roles.set(key, { ...role, trust: { ...TRUST, layer: 'trust' } });
      const after = role === undefined ? this.policyAfter(resource, rewriting) : undefined;
      if (after !== undefined && after.policies.length > 0) resourcePolicies.set(key, after);
      else resourcePolicies.delete(key);
    }
    if (roles.size === 0) return { ...world, resourcePolicies };
    const principals = world.principals.map((each) => roles.get(each.key) ?? each);
    return { ...world, resourcePolicies, principals, principal: (key) => roles.get(key) ?? world.principal(key) };
  }

  private policyAfter(resource: Resource, rewriting: Rewriting): ResourcePolicy | undefined {
    const { key } = resource;
    const before = this.world.resourcePolicies.get(key);
    const arn = before?.arn ?? this.world.apis.get(key)?.arnPrefix ?? resource.arn;
    if (!isPolicyText(arn)) return before;
    const { publicAccessBlock: block, ...rest } = before ?? {
      key,
      resource,
      arn,
      account: accountOf(resource.template),
    };
    // A policy that names who is under control is not public.
    const isBlocked = block !== undefined && rewriting !== 'replace';
    const policies = policiesAfter(rewriting, before?.policies ?? [], arn);
    return { ...rest, policies, ...(isBlocked ? { publicAccessBlock: block } : {}) };
  }
}
