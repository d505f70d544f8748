import type { Matcher, PolicyText, PrincipalKind, Statement } from '../../model/policy';
import type { ExternalPrincipal } from '../decide/decision';
import { accountOfArn } from '../world/principals';
import type { Principal } from '../world/world';
import { EVERYTHING, roleWith } from './lone-world';
import type { PolicyHolder } from './lone-world';

export const ALL: Matcher = { negated: false, patterns: ['*'] };

/** A Deny of what the Allow allows. */
export function asDeny(statement: Statement): Statement {
  return { ...statement, effect: 'Deny' };
}

/** As a statement of a principal's policy: an Allow of what the Deny denies, whoever asks. */
export function asAllow(statement: Statement): Statement {
  const { index, actions, resources = ALL, conditions, guards } = statement;
  return { index, effect: 'Allow', actions, resources, conditions, guards };
}

/** No account: such ids are twelve digits, but AWS gives out none of nines. */
const STRANGER = '999999999999';

/**
 * Whom to ask about a statement of a policy on a resource: those whom it names, and for everybody somebody of the own
 * account, somebody of another one and somebody without credentials; besides, who is named in conditions on
 * `aws:PrincipalArn` of either document. Who is of the own account has nothing allowed on the own side, or, where a Deny
 * is asked about or the policy of a key or role must allow first, everything.
 */
export function strangersIn(
  statements: readonly Statement[],
  about: Statement,
  holder: PolicyHolder,
  isAboutDeny: boolean,
): readonly (Principal | ExternalPrincipal)[] {
  const found = new Map<string, Principal | ExternalPrincipal>();
  const add = (id: string, who: Principal | ExternalPrincipal): void => void (found.has(id) || found.set(id, who));
  const arn = (text: string): void => {
    const account = accountOfArn(text);
    if (account !== holder.account || !/:iam::\d{12}:(role|user)\//.test(text)) {
      add(text, { kind: 'arn', arn: text, ...(account === undefined ? {} : { account }) });
      return;
    }
    const everything = isAboutDeny || holder.mustAllow === true;
    add(text, roleWith(text, holder.account, everything ? [EVERYTHING] : []));
  };
  const somebody = (account: string): void => arn(`arn:aws:iam::${account}:role/somebody`);
  const name = (kind: PrincipalKind, value: PolicyText): void => {
    if (typeof value !== 'string') return;
    if (value === '*' && (kind === '*' || kind === 'AWS')) {
      somebody(holder.account);
      somebody(STRANGER);
      add('anonymous', { kind: 'anonymous' });
    } else if (kind === 'Service') add(value, { kind: 'service', service: value });
    else if (kind === 'Federated') add(value, { kind: 'federated', provider: value });
    else if (kind === 'AWS') {
      const account = /^(?:arn:[^:]+:iam::)?(\d{12})(?::root)?$/.exec(value)?.[1];
      if (account === undefined) arn(value);
      else somebody(account);
    }
  };
  const { principals } = about;
  if (principals?.negated === true) name('*', '*');
  else for (const { kind, value } of principals?.entries ?? []) name(kind, value);
  for (const { conditions } of statements) {
    for (const { key, values } of conditions) {
      if (key !== 'aws:principalarn') continue;
      for (const each of values) if (typeof each === 'string' && !/[*?$]/.test(each)) arn(each);
    }
  }
  return [...found.values()];
}
