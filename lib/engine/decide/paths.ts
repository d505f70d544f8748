import type { PolicyText } from '../../model/policy';
import { unknown } from '../../model/value';
import { anyOf } from '../match/symbolic';
import type { Tri } from '../match/symbolic';
import type { Caller, NamedAs } from './caller';
import type { Target } from './target';
import { assumed, unknownTerm } from './term';
import type { Term } from './term';
import { takesUnsigned } from './unsigned';
import type { Layer } from '../world/world';

/** The Allows that may apply, by where they stand. */
export interface Allows {
  readonly identity: readonly Term[];
  /** Absent where there is no boundary. */
  readonly boundary?: readonly Term[];
  /** One list for each session policy. */
  readonly session: readonly (readonly Term[])[];
  /** One list for each level of the organization. */
  readonly scp: readonly (readonly Term[])[];
  readonly resource: readonly Term[];
}

/** The Allows of one layer, of which one must apply. */
export interface Slot {
  readonly layer: Layer;
  readonly terms: readonly Term[];
}

/** A way to be allowed: in each of these slots one Allow applies. */
export type Path = readonly Slot[];

/**
 * The ways to be allowed, for a caller and a resource of the same account or of two.
 *
 * Same account: identity policy or resource policy. What a resource policy grants to the role is still within boundary
 * and session policies; what it grants to the session or to a user is not; of what it grants to everyone it is not
 * said. An account named in it hands the decision on to identity policies, which decide anyway, except where a key or
 * trust policy must allow first. Across accounts: both.
 *
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic_policy-eval-denyallow.html
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic-cross-account.html
 * @see https://docs.aws.amazon.com/kms/latest/developerguide/key-policies.html
 */
export function pathsOf(
  allows: Allows,
  caller: Caller,
  { rules, policies, foreign, urls, abroad: restricted }: Target,
  sameAccount: boolean,
  action: PolicyText,
): readonly Path[] {
  const layer = rules === 'trust' ? 'trust' : 'resource';
  const abroad = (...ways: readonly (keyof NamedAs)[]): Slot => {
    const cause = foreign?.();
    const named = as(allows.resource, ways);
    const terms = restricted === undefined ? named : restricted(named, caller.kind);
    return { layer, terms: cause === undefined ? terms : [...terms, unknownTerm(layer, cause)] };
  };
  const by = (...ways: readonly (keyof NamedAs)[]): Slot => ({
    layer,
    terms: as(allows.resource, ways).map(withinAccount),
  });
  if (rules === 'open') return [[policies.length === 0 ? { layer, terms: [assumed(layer)] } : by('anyone')]];
  if (rules === 'authorizer') return [[{ layer, terms: [assumed(layer)] }]];
  const shared = rules === 'general' || rules === 'signed';
  if (!caller.isOurs) {
    if (caller.kind === 'anonymous') return [[unsigned(abroad('direct', 'entity', 'anyone'), rules, action, urls)]];
    if (caller.kind !== 'arn') return [[abroad('direct', 'entity', 'anyone')]];
    if (!sameAccount) return [[abroad('direct', 'entity', 'anyone', 'account')]];
    const own: Slot = { layer: 'identity', terms: [unknownTerm('identity', OWN_SIDE)] };
    return [[by('direct', 'entity', 'anyone')], shared ? [own] : [by('account'), own]];
  }
  const around = [
    ...(allows.boundary === undefined ? [] : [{ layer: 'boundary' as const, terms: allows.boundary }]),
    ...allows.session.map((terms): Slot => ({ layer: 'session', terms })),
  ];
  const scps = allows.scp.map((terms): Slot => ({ layer: 'scp', terms }));
  const own: Path = [{ layer: 'identity', terms: allows.identity }, ...around, ...scps];
  if (!sameAccount) return [[abroad('account', 'entity', 'direct', 'anyone'), ...own]];
  const beyond: Slot =
    around.length === 0 ? by('direct') : { layer, terms: [...by('direct').terms, ...unsure(by('anyone').terms)] };
  return [shared ? own : [by('account'), ...own], [by('entity', 'anyone'), ...around, ...scps], [beyond, ...scps]];
}

/** What is left to a caller without credentials. */
function unsigned(slot: Slot, rules: Target['rules'], action: PolicyText, urls: Target['urls']): Slot {
  const taken = rules === 'signed' ? 'no' : (urls?.takesUnsigned ?? takesUnsigned(action));
  if (taken === 'yes') return slot;
  if (taken === 'no') return { layer: slot.layer, terms: [] };
  return { layer: slot.layer, terms: slot.terms.map((term) => ({ ...term, sure: false, unknown: NOT_SIGNED })) };
}

/** Whether the owner of a bucket must let its own principals use what an ACL grants to all, no page of AWS says. */
function withinAccount(term: Term): Term {
  return term.policy?.acl === undefined ? term : { ...term, sure: false, unknown: term.unknown ?? OWN_ACL };
}

const OWN_ACL = unknown('attribute', 'whether an ACL for all is enough for a principal of the own account');
const NOT_SIGNED = unknown('attribute', 'whether the service takes requests without a signature');
const OWN_SIDE = unknown('attribute', 'the identity policies of a principal outside of the templates');

/** The Allows that name the caller in one of these ways. */
function as(terms: readonly Term[], ways: readonly (keyof NamedAs)[]): readonly Term[] {
  return terms.flatMap((term) => {
    const { named } = term;
    const tri: Tri = named === undefined ? 'maybe' : anyOf(ways.map((way) => named[way]));
    if (tri === 'no') return [];
    return tri === 'yes' || !term.sure ? [term] : [{ ...term, sure: false }];
  });
}

function unsure(terms: readonly Term[]): readonly Term[] {
  return terms.map((term) => (term.sure ? { ...term, sure: false } : term));
}

/** Whether there is a layer of a path in which nothing allows. */
export function isBlocked(path: Path): boolean {
  return path.some(({ terms }) => terms.length === 0);
}
