import type { PolicyText } from '../../model/policy';
import { unknown } from '../../model/value';
import type { Known, Lookup } from '../conditions/known';
import { canonical, sameText } from '../match/symbolic';
import type { Tri } from '../match/symbolic';
import type { World } from '../world/world';
import { SessionKeys, canCall, isAssuming, neededBy } from './assuming';
import type { Caller } from './caller';
import { contextOf } from './context-of';
import type { Context, Question } from './decision';
import { lookupOf } from './facts';
import { gather, literalMatching, openTerm } from './gather';
import { pathsOf } from './paths';
import type { Path } from './paths';
import { BY_URL } from './function-urls';
import { isWithoutResource, targetsOf } from './target';
import type { Target } from './target';
import { unknownTerm } from './term';
import type { Term } from './term';
import { verdictOf } from './verdict';
import type { Verdict } from './verdict';

/** What is known of one request, or of all that match a pattern. */
export interface Answer {
  readonly verdict: Verdict;
  /** What the target's own facts leave open. */
  readonly openTerms: readonly Term[];
  /** The request, where it is one. */
  readonly action?: string;
  readonly resource?: PolicyText;
}

/**
 * URLs made since October 2025 ask for both permissions. AWS asked owners of older ones to grant both until November
 * 2026; no page says that it has ended their exception.
 * @see https://docs.aws.amazon.com/lambda/latest/dg/urls-auth.html
 */
const OLD_URL = unknownTerm(
  'resource',
  unknown(
    'attribute',
    'whether the URL was made before October 2025: since then lambda:InvokeFunction is asked for too',
  ),
);
const NOTHING_OPEN: readonly Term[] = [];

/** Decides one request: an action and a resource without wildcards. */
export function decideLiteral(
  question: Question,
  actionName: string,
  asked: PolicyText,
  caller: Caller,
  world: World,
): Answer {
  const action = actionName.toLowerCase();
  const resource = isWithoutResource(action) ? '*' : asked;
  const form = canonical(resource);
  const targets = targetsOf(action, resource, world);
  const forTarget = (target: Target): Answer => decideAt(target, question, action, resource, form, caller, world);
  /** A call by a URL is one of the function too, with the same values. */
  const withInvocation = (found: Answer, target: Target): Answer => {
    const { verdict } = found;
    if (!verdict.must) return found;
    const context = { ...question.context, ...contextOf(verdict.values), 'lambda:InvokedViaFunctionUrl': 'true' };
    const called = { ...question, context };
    const also = decideAt(target, called, 'lambda:invokefunction', resource, form, caller, world).verdict;
    if (!also.must) return { verdict: notSure(verdict), openTerms: [OLD_URL] };
    const values = new Map([...verdict.values, ...also.values]);
    const unconditional = verdict.unconditional && also.unconditional;
    return { ...found, verdict: { ...verdict, allows: [...verdict.allows, ...also.allows], values, unconditional } };
  };
  if (targets.length === 1) {
    const found = forTarget(targets[0]);
    const { verdict, openTerms } = action === BY_URL ? withInvocation(found, targets[0]) : found;
    return { verdict, openTerms, action: actionName, resource };
  }
  return { ...together(targets.map(forTarget)), action: actionName, resource };
}

/** The verdict for one target. `action` in lower case, `form` the canonical one of the resource. */
export function decideAt(
  target: Target,
  question: Question,
  action: string,
  resource: PolicyText,
  form: string,
  caller: Caller,
  world: World,
): Answer {
  const plain = lookupOf(question, caller, target, world, { action, resource });
  const decideBy = (lookup: Lookup): Answer => {
    const matching = literalMatching(target, resource, form, lookup);
    const { allows, denies } = gather(question, caller, target, world, lookup, action, matching);
    const by = (same: boolean): readonly Path[] => pathsOf(allows, caller, target, same, action);
    return answer(question, caller, target, lookup, denies, by);
  };
  if (!isAssuming(action)) return decideBy(plain);
  const given = question.context ?? {};
  const also = (needed: string, context: Context = given): Verdict =>
    decideAt(target, { ...question, context }, needed, resource, form, caller, world).verdict;
  const keys = new SessionKeys(plain, also);
  const found = decideBy(keys.lookup);
  if (!canCall(caller, action)) return { ...found, verdict: refused(found.verdict) };
  if (!keys.wereAsked) return found;
  // What a question gives is taken as allowed; what is chosen for it must be.
  const values = new Map([...keys.absent, ...found.verdict.values]);
  const chosen = contextOf(values);
  const isSure =
    !found.verdict.must || [...neededBy(chosen)].every((needed) => also(needed, { ...given, ...chosen }).must);
  return { ...found, verdict: isSure ? { ...found.verdict, values, unconditional: false } : notSure(found.verdict) };
}

function refused(verdict: Verdict): Verdict {
  return { ...notSure(verdict), may: false, missing: 'trust' };
}

/** The verdict for one target, by its account and the caller's. */
export function answer(
  question: Question,
  caller: Caller,
  target: Target,
  lookup: Lookup,
  denies: readonly Term[],
  paths: (sameAccount: boolean) => readonly Path[],
  decideBy: typeof verdictOf = verdictOf,
): Answer {
  const given = caller.principal?.resource.guards ?? [];
  const same = isSameAccount(question, caller, target);
  const one = (sameAccount: boolean): Verdict => decideBy(paths(sameAccount), denies, lookup, given);
  const verdict = same === 'maybe' ? either(one(true), one(false)) : one(same === 'yes');
  const open = openTerm(target);
  if (open === undefined) return { verdict, openTerms: NOTHING_OPEN };
  return { verdict: notSure(verdict), openTerms: [open] };
}

export function notSure(verdict: Verdict): Verdict {
  return { ...verdict, must: false, unconditional: false };
}

function isSameAccount(question: Question, caller: Caller, target: Target): Tri {
  const account = question.resourceAccount ?? target.account;
  if (caller.account === undefined) return caller.kind === 'arn' ? 'maybe' : 'no';
  // Of a resource that says nothing of its account, the caller's is meant.
  return account === undefined ? 'yes' : sameText(account, caller.account);
}

/** Of two possible worlds: allowed for sure in both, or perhaps in one. */
function either(one: Verdict, other: Verdict): Verdict {
  const shown = one.may ? one : other;
  const must = one.must && other.must && sameValues(one.values, other.values);
  return { ...shown, may: one.may || other.may, must, unconditional: must && one.unconditional && other.unconditional };
}

function sameValues(one: ReadonlyMap<string, Known>, other: ReadonlyMap<string, Known>): boolean {
  return one.size === other.size && [...one].every(([key, value]) => other.get(key) === value || one.size === 0);
}

function together(answers: readonly Answer[]): Answer {
  const verdicts = answers.map(({ verdict }) => verdict);
  const must = verdicts.every((each) => each.must && each.values.size === 0);
  return {
    verdict: {
      ...(verdicts.find(({ may }) => may) ?? verdicts[0]),
      may: verdicts.some(({ may }) => may),
      must,
      unconditional: must && verdicts.every(({ unconditional }) => unconditional),
    },
    openTerms: answers.flatMap(({ openTerms }) => openTerms),
  };
}
