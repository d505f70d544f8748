import type { PolicyText } from '../../model/policy';
import { show } from '../../model/read';
import { isText, isUnknown, unknown } from '../../model/value';
import { OPEN, known } from '../conditions/known';
import { fillVariables, hasVariables } from '../conditions/variables';
import { patternOf, witness } from '../match/pattern';
import { canMeet, canonical, isExact } from '../match/symbolic';
import { Names, isPolicyText, managedPolicy } from '../world/attachments';
import { accountOf } from '../world/principals';
import { awsManaged } from '../world/managed-policy-arn';
import { nameOf } from '../world/resource-name';
import type { Principal, SourcedPolicy, World } from '../world/world';
import type { Newcomer } from './newcomers';

/** A managed policy that somebody may be told to use as a boundary. */
export interface NamedBoundary {
  /** Unique among them. */
  readonly id: string;
  /** In the user's words. */
  readonly name: string;
  /** As `iam:PermissionsBoundary` has it. */
  readonly arn: PolicyText;
  /** What it allows. Of one that is in no template: unknown. */
  readonly policy: SourcedPolicy;
  /** Of the account whose principals it bounds. */
  readonly account: PolicyText;
}

export const BOUNDARY_KEY = 'iam:permissionsboundary';
/** Where a condition leaves the choice of a boundary, somebody takes the widest. */
const WIDEST = 'AdministratorAccess';

/**
 * The boundaries that conditions on `iam:PermissionsBoundary` name: with one of them a principal must be made, or may
 * be left. Linear in statements; a value with wildcards is compared with each managed policy.
 */
export class Boundaries {
  private found?: ReadonlyMap<string, NamedBoundary>;

  constructor(private readonly world: World) {}

  get all(): Iterable<NamedBoundary> {
    this.found ??= this.find();
    return this.found.values();
  }

  byId(id: string): NamedBoundary | undefined {
    this.found ??= this.find();
    return this.found.get(id);
  }

  /** Who is new within a boundary, its policies written by whoever made it. */
  newcomer(kind: Principal['kind'], within: NamedBoundary): Newcomer {
    const { arn, policy, account } = within;
    const [holder] = this.world.principals;
    return {
      kind,
      within,
      boundary: policy,
      account,
      near: arn,
      template: (policy.resource ?? holder.resource).template,
      guards: policy.resource?.type === 'AWS::IAM::ManagedPolicy' ? policy.resource.guards : [],
    };
  }

  private find(): ReadonlyMap<string, NamedBoundary> {
    const found = new Map<string, NamedBoundary>();
    const names = new Names(this.world.snapshot);
    const put = (arn: PolicyText, policy: SourcedPolicy, principal: Principal): void => {
      const own = policy.resource?.type === 'AWS::IAM::ManagedPolicy' ? policy.resource : undefined;
      const account = own === undefined ? principal.account : accountOf(own.template);
      const id = own?.key ?? `${show(arn)} in ${show(account)}`;
      if (!found.has(id))
        found.set(id, { id, name: own === undefined ? show(arn) : nameOf(own), arn, policy, account });
    };
    const seen = new Set<string>();
    const widened = new Set<string>();
    for (const principal of this.world.principals) {
      for (const value of this.valuesFor(principal)) {
        const once = `${canonical(value)} ${canonical(principal.account)}`;
        if (seen.has(once)) continue;
        if (!widened.has(canonical(principal.account))) {
          widened.add(canonical(principal.account));
          const widest = awsManaged(principal, WIDEST);
          put(widest, managedPolicy(widest, [], 'boundary', names, principal.resource, WIDEST), principal);
        }
        seen.add(once);
        for (const [arn, policy] of this.named(value, names, principal)) put(arn, policy, principal);
      }
    }
    return found;
  }

  /** What the conditions on a principal compare the key with. */
  private *valuesFor({ policies, boundary }: Principal): Generator<PolicyText> {
    for (const { document } of [...policies, ...(boundary === undefined ? [] : [boundary]), ...this.world.scps.flat()])
      for (const { conditions } of document.statements)
        for (const { key, values } of conditions) if (key === BOUNDARY_KEY) yield* values;
  }

  private named(
    value: PolicyText,
    names: Names,
    principal: Principal,
  ): readonly (readonly [PolicyText, SourcedPolicy])[] {
    if (isUnknown(value)) return [];
    const arn = filledFor(value, principal);
    if (!/^arn:|\*/.test(canonical(arn)) && !isText(arn)) return [];
    if (isExact(arn)) return [[arn, managedPolicy(arn, [], 'boundary', names, principal.resource, BOUNDARY_KEY)]];
    const inside = this.world.snapshot
      .ofType('AWS::IAM::ManagedPolicy')
      .flatMap((each) => (isPolicyText(each.arn) && canMeet(arn, each.arn) ? [each.arn] : []))
      .map((each) => [each, managedPolicy(each, [], 'boundary', names, principal.resource, BOUNDARY_KEY)] as const);
    const other = witness({ all: [patternOf(arn), patternOf('arn:aws:iam::?*:policy/?*')], none: [] });
    if (other.kind !== 'found') return inside;
    const cause = unknown('managed-policy', `the managed policies that ${show(arn)} matches`);
    const outside: SourcedPolicy = {
      layer: 'boundary',
      document: { statements: [], unknowns: [cause] },
      place: show(other.text),
    };
    return [...inside, [other.text, outside]];
  }
}

/** With the account filled in; any other policy variable may be anything. */
export function filledFor(value: PolicyText, { account }: Principal): PolicyText {
  if (!hasVariables(value)) return value;
  const filled = fillVariables(value, (key) => (key === 'aws:principalaccount' ? known(account) : OPEN));
  if (typeof filled !== 'string') return filled.text;
  return typeof value === 'string' ? value.replaceAll(/\$\{[^{}]*\}/g, '*') : value;
}
