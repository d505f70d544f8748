import { ABSENT_KEY, known, oneOf } from '../conditions/known';
import type { Known } from '../conditions/known';
import type { PolicyText, Statement } from '../../model/policy';
import { unknown } from '../../model/value';
import { matches } from '../match/glob';
import { anyOf, canonical, isExact } from '../match/symbolic';
import type { Tri } from '../match/symbolic';
import type { Principal } from '../world/world';
import { compile } from './compiled';

/** What the trust policy of a role tells of its sessions. */
interface Sessions {
  /** Whether a session may bring a tag of its own by this name, in lower case. */
  readonly mayBring: (name: string) => Tri;
  /** Whether none but services, or sessions of other roles, start one. */
  readonly areWithoutPeople: boolean;
  /** Whether who starts one may give it a source identity. */
  readonly mayHaveSource: boolean;
}

const found = new WeakMap<Principal, Sessions>();

export function sessionsOf(role: Principal): Sessions {
  let known = found.get(role);
  if (known === undefined) found.set(role, (known = read(role)));
  return known;
}

function read({ trust }: Principal): Sessions {
  if (trust === undefined || trust.document.unknowns.length > 0) {
    return { mayBring: () => 'maybe', areWithoutPeople: false, mayHaveSource: true };
  }
  const all = compile(trust);
  const allows = all.filter(({ statement }) => statement.effect === 'Allow');
  const tagging = allows.filter((each) => each.matchesAction('sts:tagsession') !== 'no');
  const isKeptOut = all.some(
    (each) => each.matchesAction('sts:tagsession') === 'yes' && isForEverybody(each.statement),
  );
  return {
    mayBring: (name) => {
      if (isKeptOut) return 'no';
      return anyOf(
        tagging.map((each) => {
          if (isForOthers(each.statement, name)) return 'no';
          const { conditions, guards } = each.statement;
          return conditions.length + guards.length > 0 ? 'maybe' : each.matchesAction('sts:tagsession');
        }),
      );
    },
    mayHaveSource: allows.some((each) => each.matchesAction('sts:setsourceidentity') !== 'no'),
    areWithoutPeople:
      allows.length > 0 &&
      allows.every(
        ({ statement: { principals } }) =>
          principals?.negated === false &&
          principals.entries.every(({ kind, value }) => kind === 'Service' || (kind === 'AWS' && isRole(value))),
      ),
  };
}

/**
 * Whether an Allow is for other tags alone: its conditions list the names that a session may bring, and this is none. A
 * Deny of a name keeps nobody out: names are not case-sensitive, and patterns of them are. Pods of EKS bring tags about
 * themselves, the names of which are fixed.
 *
 * @see https://docs.aws.amazon.com/eks/latest/userguide/pod-id-abac.html
 */
function isForOthers({ conditions, principals }: Statement, name: string): boolean {
  const isOfPods =
    principals?.negated === false &&
    principals.entries.every(({ kind, value }) => kind === 'Service' && value === 'pods.eks.amazonaws.com');
  if (isOfPods && !/^(?:eks-cluster|kubernetes)-/.test(name)) return true;
  return conditions.some(
    ({ key, operator, qualifier, values }) =>
      key === 'aws:tagkeys' &&
      qualifier === 'ForAllValues' &&
      POSITIVE.has(operator) &&
      values.every((each) => typeof each === 'string' && !each.includes('$') && !matches(each.toLowerCase(), name)),
  );
}

function isForEverybody({ effect, conditions, guards, principals }: Statement): boolean {
  const isSure = effect === 'Deny' && conditions.length + guards.length === 0 && principals?.negated === false;
  return isSure && principals.entries.some(({ kind, value }) => value === '*' && kind === '*');
}

const POSITIVE: ReadonlySet<string> = new Set(['StringEquals', 'StringEqualsIgnoreCase', 'StringLike']);

/** One role, or one session of it: what it assumes is chained. */
function isRole(value: PolicyText): boolean {
  // A colon inside of a hole's symbol is none of the ARN.
  const form = canonical(value).replaceAll(/\u0001[^\u0002]*\u0002/g, 'x');
  return isExact(value) && /^arn:[^:]*:(?:iam|sts)::[^:]*:(?:assumed-)?role\//.test(form);
}

/** Whoever asks for credentials gives the MFA code; services and sessions of roles have none to give: the one key is `false` or absent, so is the other. */
const WITHOUT_MFA: Readonly<Record<string, Known>> = {
  'aws:multifactorauthpresent': oneOf(ABSENT_KEY, known('false')),
  'aws:multifactorauthage': ABSENT_KEY,
};

const MAYBE_MFA: Readonly<Record<string, Known>> = {
  'aws:multifactorauthpresent': oneOf(ABSENT_KEY, known('false'), known('true')),
  'aws:multifactorauthage': oneOf(ABSENT_KEY, known(unknown('attribute', 'how long ago the MFA code was given'))),
};

/**
 * The MFA keys of a service, of a session that only services and other roles start, or of a user whom somebody else took
 * over, who might be able to register a device; `undefined` for all other keys and callers.
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_mfa_configure-api-require.html
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html#condition-keys-multifactorauthpresent
 */
export function mfaOf(key: string, caller: Principal | 'service'): Known | undefined {
  if (!Object.hasOwn(WITHOUT_MFA, key)) return undefined;
  if (caller === 'service') return WITHOUT_MFA[key];
  if (caller.kind === 'user') return caller.isTakenOver === true ? MAYBE_MFA[key] : undefined;
  if (caller.kind !== 'role' || !sessionsOf(caller).areWithoutPeople) return undefined;
  return caller.mayBeRewritten === true ? MAYBE_MFA[key] : WITHOUT_MFA[key];
}

/** Users have no source identity, and sessions of roles one that whoever assumes the role may set. */
export function sourceIdentityOf(caller: Principal): Known | undefined {
  const maySet = caller.kind === 'role' && (caller.mayBeRewritten === true || sessionsOf(caller).mayHaveSource);
  return maySet ? undefined : ABSENT_KEY;
}
