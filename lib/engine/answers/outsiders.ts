import type { PolicyText, PrincipalMatcher } from '../../model/policy';
import { show } from '../../model/read';
import { unknown } from '../../model/value';
import type { ExternalPrincipal } from '../decide/decision';
import { accountOfArn } from '../world/principals';
import type { SourcedPolicy, World } from '../world/world';
import type { Target } from './target';

/** Someone outside of the templates whom a policy names. */
export interface Outsider {
  readonly name: string;
  readonly principal: ExternalPrincipal;
}

const ANYONE: readonly Outsider[] = [
  { name: 'anyone, without credentials', principal: { kind: 'anonymous' } },
  {
    name: 'anyone of any AWS account',
    principal: { kind: 'arn', arn: unknown('import', 'principals outside of the templates') },
  },
];

/**
 * Those outside of the templates whom the policies on a resource let in by name: other accounts, services, identity
 * providers, everyone. The account of the resource itself is none of them: naming it leaves the decision to the
 * identity policies of its principals.
 */
export function outsidersAt(target: Target, world: World): readonly Outsider[] {
  const found = new Map<string, Outsider>();
  for (const { document } of policiesAt(target, world)) {
    for (const { effect, principals } of document.statements) {
      if (effect !== 'Allow' || principals === undefined) continue;
      for (const outsider of named(principals, world)) found.set(outsider.name, outsider);
    }
  }
  return [...found.values()];
}

function policiesAt({ resource }: Target, world: World): readonly SourcedPolicy[] {
  if (resource === undefined) return [];
  const trust = world.principal(resource.key)?.trust;
  return [...(trust === undefined ? [] : [trust]), ...(world.resourcePolicies.get(resource.key)?.policies ?? [])];
}

function named({ negated, entries }: PrincipalMatcher, world: World): readonly Outsider[] {
  if (negated) return ANYONE;
  return entries.flatMap(({ kind, value }): readonly Outsider[] => {
    if (value === '*') return ANYONE;
    switch (kind) {
      case 'Service':
        return typeof value === 'string'
          ? [{ name: value, principal: { kind: 'service', service: value } }]
          : [{ name: show(value), principal: { kind: 'arn', arn: value } }];
      case 'Federated':
        return [{ name: show(value), principal: { kind: 'federated', provider: value } }];
      default:
        return isOwn(value, world) ? [] : [{ name: show(value), principal: { kind: 'arn', arn: value } }];
    }
  });
}

/** A principal of the templates, who is asked by itself, or an account of the templates as a whole. */
function isOwn(value: PolicyText, { principals }: World): boolean {
  const shown = show(value);
  if (principals.some(({ arn }) => show(arn) === shown)) return true;
  const account = /^\d{12}$/.test(shown) || !shown.includes('arn:') ? shown : show(accountOfArn(value) ?? shown);
  const isAccount = account === shown || shown.endsWith(':root');
  return isAccount && principals.some((each) => show(each.account) === account);
}
