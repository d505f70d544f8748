import type { Permission, PermittedAction, WhatCan } from '../../model/answers';
import type { PolicyText } from '../../model/policy';
import { decide } from '../decide/decide';
import type { Decision } from '../decide/decision';
import type { Principal, World } from '../world/world';
import { askedOfIdentity, askedOfResources } from './asked-pairs';
import type { AskedPair } from './asked-pairs';
import { conditionsOf, decidingStatements, details } from './named';
import { PlainlyAllowed } from './plainly-allowed';
import { SameAnswers } from './same-answers';

/** A permission of one principal: one action on one resource or pattern. */
export interface Permitted {
  readonly action: PermittedAction;
  readonly asked: PolicyText;
  /** In words. */
  readonly resource: string;
  readonly decision: Decision;
}

/**
 * What a principal may do after every policy that AWS looks at, and perhaps may: of what its own policies name, then of
 * what policies on resources do.
 */
export function* permittedTo(
  principal: Principal,
  world: World,
  pairs: readonly AskedPair[] = askedOfIdentity(principal),
): Generator<Permitted> {
  const plainly = new PlainlyAllowed(principal, world);
  const same = new SameAnswers(principal, world);
  for (const { actions, resource, shown } of pairs) {
    for (const action of actions) {
      const decision =
        resource === '*'
          ? (plainly.decision(action.action) ?? same.decision(action.action))
          : decide({ principal, action: action.action, resource }, world);
      if (decision.may) yield { action, asked: resource, resource: shown, decision };
    }
  }
  for (const { actions, resource, shown } of askedOfResources(world)) {
    for (const action of actions) {
      const decision = decide({ principal, action: action.action, resource }, world);
      // What the identity policies allow was asked already.
      const isNew = decision.may && decision.allows.every(({ layer }) => layer === 'resource');
      if (isNew) yield { action, asked: resource, resource: shown, decision };
    }
  }
}

/** Actions with the same answer on the same resource stand together. */
export class Permissions {
  private readonly decisions = new Map<Decision, Said>();
  private readonly services = new Map<string, Map<string, Group>>();

  /** @param doubts why it is not sure, whatever the decision says */
  public add({ resource, action, decision }: Permitted, doubts: readonly string[] = []): void {
    const said = this.said(decision, doubts);
    const { decision: verdict, conditions, statements, unknowns } = said;
    const service = action.action.split(':')[0] ?? action.action;
    const groups = this.services.get(service) ?? new Map<string, Group>();
    this.services.set(service, groups);
    const key = `${resource} ${said.form}`;
    const group: Group = groups.get(key) ?? {
      resource,
      decision: verdict,
      conditions,
      statements,
      unknowns,
      named: new Map(),
    };
    groups.set(key, group);
    group.named.set(action.action.toLowerCase(), action);
  }

  /** Many actions have the same decision. */
  private said(decision: Decision, doubts: readonly string[]): Said {
    let found = this.decisions.get(decision);
    if (found === undefined) {
      const parts = {
        decision: decision.must && doubts.length === 0 ? ('granted' as const) : ('possible' as const),
        conditions: conditionsOf(decision),
        statements: decidingStatements(decision),
        unknowns: [...new Set([...doubts, ...(decision.must ? [] : details(decision.unknowns))])],
      };
      this.decisions.set(decision, (found = { ...parts, form: JSON.stringify(parts) }));
    }
    return found;
  }

  public get isEmpty(): boolean {
    return this.services.size === 0;
  }

  public byService(): WhatCan['services'] {
    return [...this.services]
      .sort(([a], [b]) => (a < b ? -1 : Number(a > b)))
      .map(([service, groups]) => ({
        service,
        permissions: [...groups.values()].map(({ named, ...permission }) => ({
          ...permission,
          actions: [...named.values()].sort((a, b) => (a.action < b.action ? -1 : Number(a.action > b.action))),
        })),
      }));
  }
}

type Said = Pick<Permission, 'decision' | 'conditions' | 'statements' | 'unknowns'> & { readonly form: string };
type Group = Omit<Permission, 'actions'> & { readonly named: Map<string, PermittedAction> };
