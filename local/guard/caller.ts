import type { Context, ExternalPrincipal, SessionFacts } from '../../lib/engine/decide/decision';
import { parsePolicy } from '../../lib/engine/parse/policy-document';
import { ABSENT } from '../../lib/model/value';
import type { Value } from '../../lib/model/value';
import type { KeyFact, PrincipalFact } from './facts';
import { Refusal, undecided } from './refusal';
import { accountOf } from './world';

/** Whoever asks, once its signature holds. */
export interface Caller {
  /** As shown: the ARN of the session or user. */
  readonly shown: string;
  /** A role or user with its policies; or somebody who has none here. */
  readonly principal: PrincipalFact | ExternalPrincipal;
  readonly session?: SessionFacts;
  /** The condition keys that the caller alone decides. */
  readonly context: Context;
}

export const ANONYMOUS: Caller = {
  shown: 'anonymous',
  principal: { kind: 'anonymous' },
  context: { 'aws:TokenIssueTime': ABSENT },
};

export function isFact(principal: PrincipalFact | ExternalPrincipal): principal is PrincipalFact {
  return !('kind' in principal);
}

/** The role or user behind an access key, with the policies that it has now. */
export function callerOf(key: KeyFact): Caller {
  const { principal } = key;
  const [, , service, , , resource] = key.arn.split(':');
  if (service === 'sts' && resource.startsWith('assumed-role/')) {
    const [, , name] = resource.split('/');
    if (principal === null) throw new Refusal(403, 'InvalidClientTokenId', 'the role of the session is gone');
    return { shown: key.arn, principal, session: sessionOf(key, name), context: contextOf(key, principal) };
  }
  if (service === 'iam' && resource.startsWith('user/')) {
    if (principal === null) throw new Refusal(403, 'InvalidClientTokenId', 'the user is gone');
    return { shown: key.arn, principal, context: { ...contextOf(key, principal), 'aws:TokenIssueTime': ABSENT } };
  }
  throw undecided(`what ${key.arn} may do`);
}

function sessionOf({ policies }: KeyFact, name: string): SessionFacts {
  if ((policies?.PolicyArns ?? []).length > 0) throw undecided('a session with managed session policies');
  const inline = policies?.Policy;
  if (inline === undefined || inline === null || inline === '') return { name };
  return { name, policies: [parsePolicy(JSON.parse(inline) as Value)] };
}

function contextOf(key: KeyFact, principal: PrincipalFact): Context {
  const tags = [...principal.tags, ...(key.tags ?? [])];
  return {
    ...Object.fromEntries(tags.map(({ Key, Value }) => [`aws:PrincipalTag/${Key}`, Value])),
    'aws:PrincipalAccount': accountOf(principal.arn),
    'aws:SourceIdentity': key.sourceIdentity ?? ABSENT,
    ...(typeof key.issued === 'number' ? { 'aws:TokenIssueTime': new Date(key.issued * 1000).toISOString() } : {}),
  };
}
