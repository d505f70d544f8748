import type { Condition, PolicyText } from '../../model/policy';
import { show } from '../../model/read';
import { isUnknown } from '../../model/value';
import { accountPart } from './principals';
import { mayBeAnything, unknownsOf } from './property';

/** Whether conditions keep strangers out; `open` where a value known only later decides. */
export interface Bond {
  readonly holds: 'yes' | 'no' | 'open';
  readonly unknowns: readonly string[];
}

const EXACT = new Set(['StringEquals', 'StringEqualsIgnoreCase']);
const PATTERN = new Set(['StringLike', 'ArnLike', 'ArnEquals']);

/** Keys that say who is calling, and how a value of theirs must look for it to leave strangers out. */
const KEYS: Readonly<Record<string, (value: PolicyText) => boolean>> = {
  'aws:principalaccount': hasNoWildcard,
  'aws:principalarn': namesAccount,
  'aws:principalorgid': hasNoWildcard,
  'aws:principalorgpaths': (value) => /^o-[a-z0-9]+\//.test(show(value)),
  'aws:sourceaccount': hasNoWildcard,
  'aws:sourcearn': namesAccountOrBucket,
  'aws:sourceorgid': hasNoWildcard,
  'aws:sourcevpc': hasNoWildcard,
  'aws:sourcevpce': hasNoWildcard,
  'aws:userid': (value) => /^[^*?]{12,}/.test(show(value)),
  'kms:calleraccount': hasNoWildcard,
};

/**
 * Whether a statement's conditions bind it to known accounts, organisations, principals or private networks. What the
 * caller can choose does not: a principal tag, a session name, an external id, an address. Nor does an operator that
 * is true when the key is missing, or a value that anybody's ARN matches.
 */
export function bond(conditions: readonly Condition[], keys: readonly string[] = Object.keys(KEYS)): Bond {
  const unknowns: string[] = [];
  for (const condition of conditions) {
    const answer = binds(condition, keys);
    if (answer === 'yes') return { holds: 'yes', unknowns: [] };
    if (answer === 'open') unknowns.push(...condition.values.flatMap(unknownsOf));
  }
  return { holds: unknowns.length > 0 ? 'open' : 'no', unknowns: [...new Set(unknowns)] };
}

function binds({ operator, ifExists, qualifier, key, values }: Condition, keys: readonly string[]): Bond['holds'] {
  // A condition that could not be read.
  if (operator === '') return 'open';
  // ForAllValues is true for a missing key, and so is IfExists.
  if (ifExists || qualifier === 'ForAllValues') return 'no';
  const isExact = EXACT.has(operator);
  if ((!isExact && !PATTERN.has(operator)) || !keys.includes(key) || values.length === 0) return 'no';
  // Values are alternatives: each of them must bind.
  const answers = values.map((value): Bond['holds'] => {
    if (isUnknown(value) || mayBeAnything(value)) return isExact ? 'yes' : 'open';
    if (isExact) return 'yes';
    return KEYS[key]?.(value) ? 'yes' : 'no';
  });
  if (answers.includes('no')) return 'no';
  return answers.includes('open') ? 'open' : 'yes';
}

function hasNoWildcard(value: PolicyText): boolean {
  return !/[*?]/.test(show(value));
}

function namesAccount(value: PolicyText): boolean {
  const account = accountPart(value);
  return account === undefined ? hasNoWildcard(value) : account !== '' && !/[*?]/.test(account);
}

/** The ARN of a bucket has no account, but its name is unique in the world. */
function namesAccountOrBucket(value: PolicyText): boolean {
  if (accountPart(value) !== '') return namesAccount(value);
  return /:::[^*?]{3,}/.test(show(value));
}
