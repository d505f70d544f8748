import type { PolicyText, PrincipalMatcher } from '../../model/policy';
import { show } from '../../model/read';
import { isUnknown, unknown } from '../../model/value';
import { decide } from '../decide/decide';
import { canonical } from '../match/symbolic';
import { accountOfArn } from '../world/principals';
import type { SourcedPolicy, World } from '../world/world';
import type { Ability, Grant } from './ability';
import type { Abilities } from './abilities';
import type { Outsider } from './outsider';
import type { RelevantActions } from './relevant-actions';
import type { Ask, Technique } from './technique';
import { TECHNIQUES } from './techniques';
import { ENTER } from './techniques/assume';

const ANYONE: Outsider = {
  key: 'outside *',
  name: 'anyone of any AWS account',
  outside: { kind: 'arn', arn: unknown('import', 'principals outside of the templates') },
};

/** What is settled of a call by conditions that hardly a resource has. */
const ALIKE: ReadonlySet<string> = new Set(['let-in', 'layer']);

/** Needs that somebody can meet who has nothing in the account: by the word of the target's own policy. */
const OPEN_NEEDS: readonly { readonly technique: Technique; readonly need: number }[] = [
  ...TECHNIQUES,
  ...ENTER,
].flatMap((technique) =>
  technique.needs.flatMap((asks, need) =>
    asks.every(({ on, about }) => on === 'target' && (about === undefined || ALIKE.has(about)))
      ? [{ technique, need }]
      : [],
  ),
);

/**
 * Those whom trust policies and other resource policies let in from outside. A service is none of them: what it does
 * in an account, it does for somebody who was allowed to set it up there. Everyone is one of them, as somebody of an
 * unknown account. Linear in the statements of these policies.
 */
export class Outsiders {
  private readonly byKey = new Map<
    string,
    { readonly outsider: Outsider; readonly admitted: Map<string, Set<string>> }
  >();
  private readonly own: ReadonlySet<string>;
  private readonly accounts: ReadonlySet<string>;

  constructor(
    private readonly world: World,
    private readonly abilities: Abilities,
    private readonly relevant: RelevantActions,
  ) {
    this.own = new Set(world.principals.map(({ arn }) => canonical(arn)));
    this.accounts = new Set(world.principals.map(({ account }) => show(account)));
    for (const { key, trust } of world.principals) if (trust !== undefined) this.read(key, trust);
    for (const { key, policies } of world.resourcePolicies.values()) {
      for (const policy of policies) this.read(key, policy);
    }
  }

  /** In the order in which the policies name them. */
  get all(): readonly Outsider[] {
    return [...this.byKey.values()].map(({ outsider }) => outsider);
  }

  /** What one can do with nothing but what these policies allow. */
  abilitiesOf(outsider: Outsider): readonly Ability[] {
    const admitted = this.byKey.get(outsider.key)?.admitted ?? new Map<string, Set<string>>();
    return OPEN_NEEDS.flatMap(({ technique, need }) => {
      const [first, ...rest] = technique.needs[need].map((ask) => keysFor(ask, admitted));
      return [...first]
        .filter((key) => rest.every((other) => other.has(key)))
        .flatMap((key) => this.ability(outsider, technique, need, key) ?? []);
    });
  }

  private ability({ outside }: Outsider, technique: Technique, need: number, key: string): Ability | undefined {
    const target = this.abilities.target(technique.target, key);
    const doubts = target === undefined ? undefined : this.abilities.doubts(technique, target);
    if (target === undefined || doubts === undefined) return undefined;
    const grants: Grant[] = [];
    for (const { actions } of technique.needs[need]) {
      const each = actions
        .map(
          (action): Grant => ({
            action,
            resource: target.arn,
            decision: decide({ principal: outside, action, resource: target.arn }, this.world),
          }),
        )
        .filter(({ decision }) => decision.may);
      const grant = each.find(({ decision }) => decision.must) ?? each[0];
      if (grant === undefined) return undefined;
      grants.push(grant);
    }
    const isSure = doubts.length === 0 && grants.every(({ decision }) => decision.must);
    const open = grants.flatMap(({ decision }) => (decision.must ? [] : decision.unknowns));
    return {
      technique,
      need,
      target,
      certainty: isSure ? 'certain' : 'possible',
      grants,
      unknowns: isSure ? [] : [...open, ...doubts],
    };
  }

  private read(key: string, { document }: SourcedPolicy): void {
    for (const statement of document.statements) {
      if (statement.effect !== 'Allow' || statement.principals === undefined) continue;
      const actions = this.relevant.of(statement);
      if (actions.length === 0) continue;
      for (const outsider of this.named(statement.principals)) {
        let known = this.byKey.get(outsider.key);
        if (known === undefined) this.byKey.set(outsider.key, (known = { outsider, admitted: new Map() }));
        for (const action of actions) {
          const keys = known.admitted.get(action);
          if (keys === undefined) known.admitted.set(action, new Set([key]));
          else keys.add(key);
        }
      }
    }
  }

  private named({ negated, entries }: PrincipalMatcher): readonly Outsider[] {
    if (negated) return [ANYONE];
    return entries.flatMap(({ kind, value }): readonly Outsider[] => {
      if (value === '*') return [ANYONE];
      if (kind === 'Service' || kind === 'CanonicalUser') return [];
      const key = `outside ${kind} ${canonical(value)}`;
      if (isUnknown(value))
        return [
          {
            key: `${key} ${value.detail}`,
            name: `whoever is named by ${value.detail}`,
            outside: { kind: 'arn', arn: value },
          },
        ];
      const name = show(value);
      if (kind === 'Federated') return [{ key, name, outside: { kind: 'federated', provider: value } }];
      return this.isOwn(value, name) ? [] : [{ key, name, outside: { kind: 'arn', arn: arnOf(value) } }];
    });
  }

  /** A principal of the templates, who is a source of its own, or one of their accounts as a whole. */
  private isOwn(value: PolicyText, name: string): boolean {
    if (this.own.has(canonical(value)) || this.accounts.has(name)) return true;
    const account = name.endsWith(':root') ? accountOfArn(value) : undefined;
    return account !== undefined && this.accounts.has(show(account));
  }
}

/** An account stands for everybody in it. */
function arnOf(value: PolicyText): PolicyText {
  return typeof value === 'string' && /^\d{12}$/.test(value) ? `arn:aws:iam::${value}:root` : value;
}

function keysFor({ actions }: Ask, admitted: ReadonlyMap<string, ReadonlySet<string>>): ReadonlySet<string> {
  const [only, ...others] = actions;
  const first = admitted.get(only) ?? new Set<string>();
  return others.length === 0
    ? first
    : new Set([...first, ...others.flatMap((each) => [...(admitted.get(each) ?? [])])]);
}
