import type { Becoming, Permission, PermittedAction, WhatCan } from '../../model/answers';
import { show } from '../../model/read';
import { decide } from '../decide/decide';
import type { Decision } from '../decide/decision';
import type { Fact, Reach, ReachOfPrincipal } from '../reach/reach';
import type { Principal, World } from '../world/world';
import { askedOfIdentity, askedOfResources } from './asked-pairs';
import { conditionsOf, details, namedPrincipal } from './named';
import { PlainlyAllowed } from './plainly-allowed';
import { SameAnswers } from './same-answers';
import { escalationSteps } from './steps';

/**
 * What one principal can do: its own permissions after every policy that AWS looks at, and whom it can become.
 * Linear in the actions that its policies and those on resources name, patterns expanded.
 */
export function whatCan(world: World, reach: Reach, principal: Principal): WhatCan {
  const found = new Permissions();
  const plainly = new PlainlyAllowed(principal, world);
  const same = new SameAnswers(principal, world);
  for (const { actions, resource, shown } of askedOfIdentity(principal)) {
    for (const each of actions) {
      const decision =
        resource === '*'
          ? (plainly.decision(each.action) ?? same.decision(each.action))
          : decide({ principal, action: each.action, resource }, world);
      if (decision.may) found.add(shown, each, decision);
    }
  }
  for (const { actions, resource, shown } of askedOfResources(world)) {
    for (const each of actions) {
      const decision = decide({ principal, action: each.action, resource }, world);
      // What the identity policies allow was asked already.
      if (decision.may && decision.allows.every(({ layer }) => layer === 'resource')) found.add(shown, each, decision);
    }
  }
  const from = reach.from(principal.key);
  const admin = from?.admin;
  return {
    ...namedPrincipal(principal),
    services: found.byService(),
    becomes: from === undefined ? [] : from.facts.flatMap((fact) => becoming(fact, from)),
    ...(from === undefined || admin === undefined
      ? {}
      : { admin: { certainty: admin.certainty, steps: escalationSteps(from.trace(admin)) } }),
    unknowns: details(principal.policies.flatMap(({ document }) => document.unknowns)),
  };
}

function becoming(fact: Fact, from: ReachOfPrincipal): readonly Becoming[] {
  const { goal, certainty } = fact;
  if (goal.kind !== 'principal' && goal.kind !== 'external' && goal.kind !== 'created') return [];
  const named =
    goal.kind === 'principal'
      ? namedPrincipal(goal.principal)
      : goal.kind === 'created'
        ? { principal: goal.principal.resource.logicalId }
        : { principal: goal.arn === undefined ? goal.name : show(goal.arn) };
  return [{ ...named, certainty, steps: escalationSteps(from.trace(fact)) }];
}

/** Actions with the same answer on the same resource stand together. */
class Permissions {
  private readonly decisions = new Map<Decision, Said>();
  private readonly services = new Map<string, Map<string, Group>>();

  public add(resource: string, action: PermittedAction, decision: Decision): void {
    const said = this.said(decision);
    const { decision: verdict, conditions, unknowns } = said;
    const service = action.action.split(':')[0] ?? action.action;
    const groups = this.services.get(service) ?? new Map<string, Group>();
    this.services.set(service, groups);
    const key = `${resource} ${said.form}`;
    const group: Group = groups.get(key) ?? { resource, decision: verdict, conditions, unknowns, named: new Map() };
    groups.set(key, group);
    group.named.set(action.action.toLowerCase(), action);
  }

  /** Many actions have the same decision. */
  private said(decision: Decision): Said {
    let found = this.decisions.get(decision);
    if (found === undefined) {
      const parts = {
        decision: decision.must ? ('granted' as const) : ('possible' as const),
        conditions: conditionsOf(decision),
        unknowns: decision.must ? [] : details(decision.unknowns),
      };
      this.decisions.set(decision, (found = { ...parts, form: JSON.stringify(parts) }));
    }
    return found;
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

type Said = Pick<Permission, 'decision' | 'conditions' | 'unknowns'> & { readonly form: string };
type Group = Omit<Permission, 'actions'> & { readonly named: Map<string, PermittedAction> };
