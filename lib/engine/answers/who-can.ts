import type { Access, NamedPrincipal, Verdict, WhoCan } from '../../model/answers';
import type { PolicyText } from '../../model/policy';
import { decide } from '../decide/decide';
import type { Decision, ExternalPrincipal } from '../decide/decision';
import type { Fact, Reach, ReachOfPrincipal } from '../reach/reach';
import type { Principal, World } from '../world/world';
import {
  conditionsOf,
  decidingStatement,
  decidingStatements,
  details,
  distinct,
  namedPrincipal,
  whyDenied,
} from './named';
import { isKnownRequest, noSuchRequest } from './known-request';
import { outsidersAt } from './outsiders';
import { escalationSteps } from './steps';
import type { Target } from './target';

/**
 * Who can do something: every role and user of the templates, and those outside of them whom the policies on the
 * resource let in. By its own permissions, or by becoming somebody else first.
 *
 * Linear in principals, and in what each of them reaches.
 */
export function whoCan(world: World, reach: Reach, action: string, target: Target): WhoCan {
  const own = new Map(world.principals.map((each) => [each.key, ask(each, action, target, world)]));
  const taken = takenOver(own, action, target, world);
  const principals = [
    ...world.principals.map((each) => accessOf(each, own, taken, reach, world)),
    ...outsidersAt(target, world).flatMap(({ name, principal }) => {
      const answer = ask(principal, action, target, world);
      // Whoever is named and not let in after all is one of many.
      return answer.verdict === 'denied' ? [] : [plain({ principal: name }, answer)];
    }),
  ];
  return { action, resource: target.shown, principals: principals.sort(byVerdict) };
}

interface Answer {
  readonly verdict: Verdict;
  /** The decision on the ARN by which the verdict comes. */
  readonly decision: Decision;
}

const RANK: Readonly<Record<Verdict, number>> = { granted: 2, possible: 1, denied: 0 };

function verdictOf({ may, must }: Decision): Verdict {
  return must ? 'granted' : may ? 'possible' : 'denied';
}

/** The best answer for any of the ARNs. */
function ask(principal: Principal | ExternalPrincipal, action: PolicyText, { arns }: Target, world: World): Answer {
  const [first, ...rest] = arns.map((resource): Answer => {
    const found = decide({ principal, action, resource }, world);
    const decision =
      typeof action !== 'string' || isKnownRequest(action, resource) ? found : noSuchRequest(found, action);
    return { verdict: verdictOf(decision), decision };
  });
  return rest.reduce((best, each) => (RANK[each.verdict] > RANK[best.verdict] ? each : best), first);
}

/** What a principal that somebody becomes is allowed; who does may have written its trust policy anew. */
type TakenOver = (principal: Principal) => Answer | undefined;

function takenOver(own: ReadonlyMap<string, Answer>, action: string, target: Target, world: World): TakenOver {
  const rewritten = new Map<string, Answer>();
  return (principal) => {
    const answer = own.get(principal.key);
    if (answer === undefined || answer.verdict !== 'denied' || principal.kind !== 'role') return answer;
    let found = rewritten.get(principal.key);
    if (found === undefined) {
      found = ask({ ...principal, mayBeRewritten: true }, action, target, world);
      rewritten.set(principal.key, found);
    }
    return found;
  };
}

function accessOf(
  principal: Principal,
  own: ReadonlyMap<string, Answer>,
  taken: TakenOver,
  reach: Reach,
  world: World,
): Access {
  const direct = own.get(principal.key) as Answer;
  const named = namedPrincipal(principal);
  if (direct.verdict === 'granted') return plain(named, direct);
  const from = reach.from(principal.key);
  const indirect = from === undefined ? undefined : bestWay(from, taken, world);
  if (from === undefined || indirect === undefined || RANK[indirect.verdict] <= RANK[direct.verdict]) {
    return plain(named, direct);
  }
  const { fact, answer, verdict } = indirect;
  const trace = from.trace(fact);
  return {
    ...named,
    decision: verdict,
    direct: direct.verdict !== 'denied',
    via: escalationSteps(trace),
    conditions: answer === undefined ? [] : conditionsOf(answer.decision),
    statements: distinct([
      ...(answer === undefined ? [] : decidingStatements(answer.decision)),
      ...trace.flatMap(({ evidence }) => evidence.map(decidingStatement)),
    ]),
    unknowns:
      verdict === 'possible'
        ? [...new Set([...details(fact.unknowns), ...details(answer?.decision.unknowns ?? [])])]
        : [],
  };
}

interface Way {
  readonly fact: Fact;
  /** What the one it becomes is allowed; an administrator is asked nothing. */
  readonly answer?: Answer;
  readonly verdict: Verdict;
}

/** The way to the best verdict, the nearest of several: facts come nearest first. */
function bestWay(from: ReachOfPrincipal, taken: TakenOver, world: World): Way | undefined {
  let best: Way | undefined;
  for (const fact of from.facts) {
    const way = wayBy(fact, taken, world);
    if (way !== undefined && (best === undefined || RANK[way.verdict] > RANK[best.verdict])) best = way;
    if (best?.verdict === 'granted') return best;
  }
  return best;
}

function wayBy(fact: Fact, taken: TakenOver, { scps, rcps }: World): Way | undefined {
  const { goal, certainty } = fact;
  if (goal.kind === 'principal' || goal.kind === 'created') {
    const answer = taken(goal.principal);
    if (answer === undefined || answer.verdict === 'denied') return undefined;
    return { fact, answer, verdict: certainty === 'certain' ? answer.verdict : 'possible' };
  }
  // Whoever rewrites every policy of an account is stopped by nothing in it; maybe by one of its organization.
  if (goal.kind === 'admin') {
    return {
      fact,
      verdict: certainty === 'certain' && scps.length === 0 && rcps.length === 0 ? 'granted' : 'possible',
    };
  }
  return undefined;
}

function plain(named: NamedPrincipal, { verdict, decision }: Answer): Access {
  const denied = whyDenied(decision);
  return {
    ...named,
    decision: verdict,
    direct: verdict !== 'denied',
    via: [],
    conditions: verdict === 'denied' ? [] : conditionsOf(decision),
    statements: decidingStatements(decision),
    ...(denied === undefined ? {} : { denied }),
    unknowns: verdict === 'possible' ? details(decision.unknowns) : [],
  };
}

function byVerdict(a: Access, b: Access): number {
  return RANK[b.decision] - RANK[a.decision] || (a.principal < b.principal ? -1 : Number(a.principal > b.principal));
}
