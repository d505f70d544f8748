import { ABSENT_KEY, known, oneOf } from '../conditions/known';
import type { Known } from '../conditions/known';
import { unknown } from '../../model/value';
import type { Principal } from '../world/world';
import { compile } from './compiled';

/** What the trust policy of a role tells of its sessions. */
interface Sessions {
  /** Whether a session may bring tags of its own. */
  readonly mayBeTagged: boolean;
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
  if (trust === undefined || trust.document.unknowns.length > 0) return { mayBeTagged: true, areOfServices: false };
  const allows = compile(trust).filter(({ statement }) => statement.effect === 'Allow');
  return {
    mayBeTagged: allows.some((each) => each.matchesAction('sts:tagsession') !== 'no'),
    areOfServices:
      allows.length > 0 &&
      allows.every(
        ({ statement: { principals } }) =>
          principals?.negated === false && principals.entries.every(({ kind }) => kind === 'Service'),
      ),
  };
}

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
