import { ABSENT_KEY, known, oneOf } from '../conditions/known';
import type { Known } from '../conditions/known';
import type { Statement } from '../../model/policy';
import { unknown } from '../../model/value';
import { matches } from '../match/glob';
import type { Principal } from '../world/world';
import { compile } from './compiled';

/** What the trust policy of a role tells of its sessions. */
interface Sessions {
  /** Whether a session may bring a tag of its own by this name, in lower case. */
  readonly mayBring: (name: string) => boolean;
  /** Whether none but services starts one. */
  readonly areOfServices: boolean;
}

const found = new WeakMap<Principal, Sessions>();

export function sessionsOf(role: Principal): Sessions {
  let known = found.get(role);
  if (known === undefined) found.set(role, (known = read(role)));
  return known;
}

function read({ trust }: Principal): Sessions {
  if (trust === undefined || trust.document.unknowns.length > 0) return { mayBring: () => true, areOfServices: false };
  const allows = compile(trust).filter(({ statement }) => statement.effect === 'Allow');
  const tagging = allows.filter((each) => each.matchesAction('sts:tagsession') !== 'no');
  return {
    mayBring: (name) => tagging.some(({ statement }) => !isForOthers(statement, name)),
    areOfServices:
      allows.length > 0 &&
      allows.every(
        ({ statement: { principals } }) =>
          principals?.negated === false && principals.entries.every(({ kind }) => kind === 'Service'),
      ),
  };
}

/**
 * Whether an Allow is for other tags alone: its conditions list the names that a session may bring, and this is none. A
 * Deny of a name keeps nobody out: names are not case-sensitive, and patterns of them are.
 */
function isForOthers({ conditions }: Statement, name: string): boolean {
  return conditions.some(
    ({ key, operator, qualifier, values }) =>
      key === 'aws:tagkeys' &&
      qualifier === 'ForAllValues' &&
      POSITIVE.has(operator) &&
      values.every((each) => typeof each === 'string' && !each.includes('$') && !matches(each.toLowerCase(), name)),
  );
}

const POSITIVE: ReadonlySet<string> = new Set(['StringEquals', 'StringEqualsIgnoreCase', 'StringLike']);

/** Whoever asks for credentials gives the MFA code, and a service has none: the one key is `false` or absent, so is the other. */
const WITHOUT_MFA: Readonly<Record<string, Known>> = {
  'aws:multifactorauthpresent': oneOf(ABSENT_KEY, known('false')),
  'aws:multifactorauthage': ABSENT_KEY,
};

const MAYBE_MFA: Readonly<Record<string, Known>> = {
  'aws:multifactorauthpresent': oneOf(ABSENT_KEY, known('false'), known('true')),
  'aws:multifactorauthage': oneOf(ABSENT_KEY, known(unknown('attribute', 'how long ago the MFA code was given'))),
};

/**
 * The MFA keys of a service, or of a session that only services start; `undefined` for all other keys and callers.
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_mfa_configure-api-require.html
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html#condition-keys-multifactorauthpresent
 */
export function mfaOf(key: string, caller: Principal | 'service'): Known | undefined {
  if (!Object.hasOwn(WITHOUT_MFA, key)) return undefined;
  if (caller === 'service') return WITHOUT_MFA[key];
  if (caller.kind !== 'role' || !sessionsOf(caller).areOfServices) return undefined;
  return caller.mayBeRewritten === true ? MAYBE_MFA[key] : WITHOUT_MFA[key];
}
