import type { PolicyText, Statement } from '../../model/policy';
import { show } from '../../model/read';
import { isText, text, unknown } from '../../model/value';
import { hasVariables } from '../conditions/variables';
import { canMeet, isExact, sameText } from '../match/symbolic';
import { Names, isPolicyText, managedPolicy } from '../world/attachments';
import { awsManaged } from '../world/managed-policy-arn';
import { awsManagedPolicies } from '../world/managed-policies';
import { accountOf, accountOfArn } from '../world/principals';
import { nameOf } from '../world/resource-name';
import type { Principal, SourcedPolicy, World } from '../world/world';
import { inPartitionOf } from './any-arn';
import { filledFor } from './boundaries';
import type { RelevantActions } from './relevant-actions';

/** A managed policy that somebody may attach. */
export interface AttachablePolicy {
  /** Unique among them; begins with `?` where it is not known what the policy says. */
  readonly id: string;
  /** In the user's words. */
  readonly name: string;
  /** As `iam:PolicyARN` has it. */
  readonly arn: PolicyText;
  readonly policy: SourcedPolicy;
}

export const POLICY_KEY = 'iam:policyarn';
const NAMING: ReadonlySet<string> = new Set(['ArnEquals', 'ArnLike', 'StringEquals', 'StringLike']);
const OTHER = 'a policy of AWS that is not known';

/**
 * The managed policies that somebody may attach who may not attach any: those that conditions on `iam:PolicyARN` name;
 * where these are patterns, or say which ones not to attach, all of the templates, all of AWS that are known, and one that
 * stands for the others of AWS. Errs on more: each is asked about. Linear in the statements of whoever attaches.
 */
export class Attachables {
  private readonly known = new Map<string, AttachablePolicy>();
  private readonly names: Names;

  constructor(
    private readonly world: World,
    private readonly relevant: RelevantActions,
  ) {
    this.names = new Names(world.snapshot);
  }

  byId(id: string): AttachablePolicy | undefined {
    return this.known.get(id);
  }

  /** What those may attach by an action whom conditions limit to certain policies. */
  anywhere(action: string): readonly AttachablePolicy[] {
    const limited = this.world.principals.filter(({ policies, boundary }) =>
      [...policies, ...(boundary === undefined ? [] : [boundary]), ...this.world.scps.flat()].some(({ document }) =>
        document.statements.some(({ conditions }) => conditions.some(({ key }) => key === POLICY_KEY)),
      ),
    );
    return [...new Set(limited.flatMap((each) => this.for(each, action)))];
  }

  /** What a principal may attach by an action, at most. */
  for(principal: Principal, action: string): readonly AttachablePolicy[] {
    const statements = principal.policies
      .flatMap(({ document }) => document.statements)
      .filter((each) => each.effect === 'Allow' && this.relevant.of(each).includes(action));
    const isOpen = principal.policies.some(({ document }) => document.unknowns.length > 0);
    const named = statements.map((each) => namedIn(each, principal));
    const exact = named
      .flatMap((each) => each ?? [])
      .filter((arn) => isAtHome(arn, principal))
      .map((arn) => this.named(arn, principal));
    const all = isOpen || named.includes(undefined) ? [...exact, ...this.all(principal)] : exact;
    return [...new Map(all.map((each) => [each.id, each])).values()];
  }

  private *all(principal: Principal): Generator<AttachablePolicy> {
    for (const each of this.world.snapshot.ofType('AWS::IAM::ManagedPolicy')) {
      const isOwn = sameText(accountOf(each.template), principal.account) !== 'no';
      if (isOwn && isPolicyText(each.arn)) yield this.named(each.arn, principal);
    }
    for (const each of awsManagedPolicies()) yield this.named(awsManaged(principal, each), principal);
    yield this.other(principal);
  }

  private named(arn: PolicyText, principal: Principal): AttachablePolicy {
    const own = this.ownBy(arn, principal);
    const policy = managedPolicy(own ?? arn, [], 'identity', this.names, principal.resource, show(arn));
    const isOfTemplate = policy.resource?.type === 'AWS::IAM::ManagedPolicy';
    const id = isOfTemplate ? policy.resource.key : `${show(arn)} in ${show(principal.account)}`;
    const name = isOfTemplate ? nameOf(policy.resource) : (/:policy\/(.+)$/.exec(show(arn))?.[1] ?? show(arn));
    return this.keep({ id: policy.document.unknowns.length > 0 ? `?${id}` : id, name, arn, policy });
  }

  /** One of the templates by a name that is written out, where partition or account are not. */
  private ownBy(arn: PolicyText, { account }: Principal): PolicyText | undefined {
    if (typeof arn !== 'string') return undefined;
    const found = this.world.snapshot
      .ofType('AWS::IAM::ManagedPolicy')
      .find(
        (each) =>
          isPolicyText(each.arn) &&
          isText(each.arn) &&
          each.arn.parts.every(
            (part) => typeof part === 'string' || part.shape === 'partition' || part.shape === 'account',
          ) &&
          sameText(accountOf(each.template), account) !== 'no' &&
          canMeet(arn, each.arn),
      );
    return found?.arn as PolicyText | undefined;
  }

  private other(principal: Principal): AttachablePolicy {
    const { resource, account } = principal;
    const begin = awsManaged(principal, '');
    const arn = text([...(isText(begin) ? begin.parts : [show(begin)]), { shape: 'any', source: OTHER }]);
    const document = { statements: [], unknowns: [unknown('managed-policy', OTHER)] };
    const policy: SourcedPolicy = { layer: 'identity', document, resource, place: OTHER };
    return this.keep({ id: `?${OTHER} in ${show(account)}`, name: OTHER, arn, policy });
  }

  private keep(found: AttachablePolicy): AttachablePolicy {
    const before = this.known.get(found.id);
    if (before !== undefined) return before;
    this.known.set(found.id, found);
    return found;
  }
}

/** Whether conditions of somebody's policies are about which policy is attached. */
export function namesPolicies({ policies, boundary }: Principal, { scps }: World): boolean {
  const all = [...policies, ...(boundary === undefined ? [] : [boundary]), ...scps.flat()];
  return all.some(({ document }) =>
    document.statements.some(({ conditions }) => conditions.some(({ key }) => key === POLICY_KEY)),
  );
}

/** Whether it is of AWS or of the principal's account, and of its partition: no other can be attached. */
function isAtHome(arn: PolicyText, principal: Principal): boolean {
  const account = accountOfArn(arn);
  const isOwn = account === undefined || account === 'aws' || sameText(account, principal.account) !== 'no';
  return isOwn && canMeet(arn, inPartitionOf(principal, 'arn:*:iam::*'));
}

/** The policies to which the conditions of an Allow limit it; `undefined` where it is not limited to certain ones. */
function namedIn({ conditions }: Statement, principal: Principal): readonly PolicyText[] | undefined {
  const naming = conditions.filter(
    ({ key, operator, ifExists, qualifier }) =>
      key === POLICY_KEY && NAMING.has(operator) && !ifExists && qualifier !== 'ForAllValues',
  );
  return naming
    .map(({ values }) => values.map((each) => filledFor(each, principal)))
    .find((values) => values.every((each) => isExact(each) && !hasVariables(each)));
}
