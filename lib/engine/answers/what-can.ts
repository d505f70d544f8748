import type { Becoming, WhatCan } from '../../model/answers';
import { show } from '../../model/read';
import { BOOTSTRAP } from '../reach/bootstrap';
import type { Fact, Reach, ReachOfPrincipal } from '../reach/reach';
import type { Principal, World } from '../world/world';
import { gainsOf } from './gains';
import { details, namedPrincipal } from './named';
import { Permissions, permittedTo } from './permissions';
import { escalationSteps } from './steps';

/**
 * What one principal can do: its own permissions after every policy that AWS looks at, whom it can become, and what
 * it gains besides.
 * Linear in the actions that its policies and those on resources name, patterns expanded.
 */
export function whatCan(world: World, reach: Reach, principal: Principal): WhatCan {
  const found = new Permissions();
  for (const each of permittedTo(principal, world)) found.add(each);
  const from = reach.from(principal.key);
  // By its default policies, the bootstrap of the CDK is one.
  const admin = from?.admin ?? from?.facts.find(({ goal }) => goal.kind === 'external' && goal.name === BOOTSTRAP);
  const { gains, leftOut } = from === undefined ? { gains: [], leftOut: [] } : gainsOf(from, world);
  return {
    ...namedPrincipal(principal),
    services: found.byService(),
    becomes: from === undefined ? [] : from.facts.flatMap((fact) => becoming(fact, from)),
    gains,
    ...(from === undefined || admin === undefined
      ? {}
      : { admin: { certainty: admin.certainty, steps: escalationSteps(from.trace(admin)) } }),
    unknowns: [
      ...details(principal.policies.flatMap(({ document }) => document.unknowns)),
      ...details(principal.resource.template.reshapedBy ?? []),
      ...leftOut,
    ],
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
