import type { Access, NamedPrincipal, Verdict, WhoCan } from '../../model/answers';
import type { Unknown } from '../../model/value';
import { actionInfo, actionsMatching } from '../actions/action-info';
import { externalMay } from '../reach/bootstrap';
import { NewAdministrators } from '../reach/new-administrator';
import type { Fact, Reach, ReachOfPrincipal, Way } from '../reach/reach';
import type { Principal, World } from '../world/world';
import { RANK, ask, inOthersHands } from './asked';
import type { Answer } from './asked';
import {
  conditionsOf,
  decidingStatement,
  decidingStatements,
  details,
  distinct,
  namedPrincipal,
  whyDenied,
} from './named';
import { outsidersAt } from './outsiders';
import { escalationSteps } from './steps';
import type { Target } from './target';
import { ChangedWays } from './ways';

/**
 * Who can do something: every role and user of the templates, and those outside of them whom the policies on the
 * resource let in. By its own permissions, by becoming somebody else first, or by changing what is in the way.
 *
 * Linear in principals, and in what each of them reaches.
 */
export function whoCan(world: World, reach: Reach, action: string, target: Target): WhoCan {
  const own = new Map(world.principals.map((each) => [each.key, ask(each, action, target, world)]));
  const changed = new ChangedWays(world, action, target);
  const outsiders = outsidersAt(target, world).flatMap(({ name, principal }) => {
    const answer = ask(principal, action, target, world);
    // Whoever is named and not let in after all is one of many.
    return answer.verdict === 'denied' ? [] : [plain({ principal: name }, answer)];
  });
  let isRefused: boolean | undefined;
  const ends: Ends = {
    taken: takenOver(own, action, target, world),
    externalMay: (name) => {
      if (!externalMay(name, action)) return false;
      isRefused ??= outsiders.length === 0 && isRefusedToAll(action, target, world);
      return !isRefused;
    },
  };
  const ofTarget = target.resource?.template.reshapedBy ?? [];
  const principals = [
    ...world.principals.map((each) =>
      unlessReshaped(accessOf(each, own, ends, changed, reach), [
        ...(each.resource.template.reshapedBy ?? []),
        ...ofTarget,
      ]),
    ),
    ...outsiders,
  ];
  const note = noteOn(action);
  return {
    action,
    resource: target.shown,
    ...(note === undefined ? {} : { note }),
    principals: principals.sort(byVerdict),
  };
}

/**
 * Where the template of a principal or of the resource is changed by what is not read here before it is deployed, nobody is
 * granted anything for sure, nor denied it but by the organization.
 */
function unlessReshaped(access: Access, unread: readonly Unknown[]): Access {
  if (unread.length === 0 || /^[sr]cp$/.test(access.denied?.layer ?? '')) return access;
  const { denied, ...rest } = access;
  const unknowns = [...new Set([...access.unknowns, ...details(unread)])];
  const asNamed = denied === undefined ? {} : { direct: true, statements: [] };
  return { ...rest, ...asNamed, decision: 'possible', unknowns };
}

function noteOn(action: string): string | undefined {
  if (/[*?]/.test(action)) {
    return `the action is a pattern: who is told may do at least one of the ${actionsMatching(action).length} actions that it matches`;
  }
  if (actionInfo(action) !== undefined) return undefined;
  return `AWS lists no action \`${action}\` in its Service Authorization Reference, as it was when this version was made; the answer is about policies alone`;
}

/** Who is allowed it of those that somebody becomes. */
interface Ends {
  readonly taken: TakenOver;
  /** Of a role outside of the templates. */
  readonly externalMay: (name: string) => boolean;
}

/** Whether the organization denies it to every principal of the accounts, whatever its own policies are. */
function isRefusedToAll(action: string, target: Target, world: World): boolean {
  if (world.scps.length + world.rcps.length === 0) return false;
  const made = new NewAdministrators();
  return [...new Set(world.principals.map((each) => made.of(each)))].every((each) => {
    const { verdict, decision } = ask(each, action, target, world);
    return verdict === 'denied' && (decision.denied?.layer === 'scp' || decision.denied?.layer === 'rcp');
  });
}

/** What a principal that somebody becomes is allowed; who does may have written its trust policy anew. */
type TakenOver = (principal: Principal) => Answer;

function takenOver(own: ReadonlyMap<string, Answer>, action: string, target: Target, world: World): TakenOver {
  const rewritten = new Map<string, Answer>();
  const made = new Map<string, Answer>();
  return (principal) => {
    // Who is made on the way is none of the templates.
    let answer = principal.kind === 'role' ? own.get(principal.key) : undefined;
    answer ??= made.get(principal.key);
    if (answer === undefined) {
      made.set(principal.key, (answer = ask(inOthersHands(principal), action, target, world)));
    }
    if (answer.verdict !== 'denied' || principal.kind !== 'role') return answer;
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
  ends: Ends,
  changed: ChangedWays,
  reach: Reach,
): Access {
  const direct = own.get(principal.key) as Answer;
  const named = namedPrincipal(principal);
  if (direct.verdict === 'granted') return plain(named, direct);
  const indirect = routeFrom(principal, ends, changed, reach);
  if (indirect === undefined || RANK[indirect.verdict] <= RANK[direct.verdict]) return plain(named, direct);
  const { answer, verdict } = indirect;
  const { steps, unknowns } = indirect.way();
  return {
    ...named,
    decision: verdict,
    direct: direct.verdict !== 'denied',
    via: escalationSteps(steps),
    conditions: answer === undefined ? [] : conditionsOf(answer.decision),
    statements: distinct([
      ...(answer === undefined ? [] : decidingStatements(answer.decision)),
      ...steps.flatMap(({ evidence }) => evidence.map(decidingStatement)),
    ]),
    unknowns:
      verdict === 'possible'
        ? [...new Set(details([...unknowns, ...indirect.doubts, ...(answer?.decision.unknowns ?? [])]))]
        : [],
  };
}

interface Route {
  readonly way: () => Pick<Way, 'steps' | 'unknowns'>;
  /** What is allowed at the end of it, where it is known who is there. */
  readonly answer?: Answer;
  readonly verdict: Verdict;
  readonly doubts: readonly Unknown[];
}

/** What is only possible is looked for where nothing is granted for sure. */
function routeFrom({ key }: Principal, ends: Ends, changed: ChangedWays, reach: Reach): Route | undefined {
  const certain = reach.certainlyFrom(key);
  const sure = certain === undefined ? undefined : routeOf(certain, ends, changed);
  if (sure?.verdict === 'granted') return sure;
  const from = reach.from(key);
  return from === undefined ? undefined : bestRoute(from, ends, changed);
}

/** What an administrator does in its account is gone through where nothing else is granted. */
function bestRoute(from: ReachOfPrincipal, ends: Ends, changed: ChangedWays): Route | undefined {
  const own = routeOf(from, ends, changed);
  if (own?.verdict === 'granted' || from.asAdministrator === undefined) return own;
  const other = routeOf(from.asAdministrator, ends, changed);
  return own !== undefined && other?.verdict !== 'granted' ? own : other;
}

/** By becoming somebody, where that is granted; else the best way of all. */
function routeOf(from: ReachOfPrincipal, ends: Ends, changed: ChangedWays): Route | undefined {
  const becoming = byBecoming(from, ends);
  if (becoming?.verdict === 'granted') return becoming;
  const offer = changed.best(from);
  if (offer === undefined || (becoming !== undefined && offer.verdict === 'possible')) return becoming;
  return { ...offer, way: () => offer.way };
}

/** The way to the best verdict, the nearest of several: facts come nearest first. */
function byBecoming(from: ReachOfPrincipal, ends: Ends): Route | undefined {
  let best: { readonly fact: Fact; readonly answer?: Answer; readonly verdict: Verdict } | undefined;
  for (const fact of from.facts) {
    const found = allowedBy(fact, ends);
    if (found !== undefined && (best === undefined || RANK[found.verdict] > RANK[best.verdict])) {
      best = { ...found, fact };
    }
    if (best?.verdict === 'granted') break;
  }
  if (best === undefined) return undefined;
  const { fact, ...rest } = best;
  return { ...rest, doubts: [], way: () => ({ steps: from.trace(fact), unknowns: fact.unknowns }) };
}

function allowedBy(
  { goal, certainty }: Fact,
  ends: Ends,
): { readonly answer?: Answer; readonly verdict: Verdict } | undefined {
  if (goal.kind === 'principal' || goal.kind === 'created') {
    const answer = ends.taken(goal.principal);
    if (answer.verdict === 'denied') return undefined;
    return { answer, verdict: certainty === 'certain' ? answer.verdict : 'possible' };
  }
  if (goal.kind === 'external') return ends.externalMay(goal.name) ? { verdict: 'possible' } : undefined;
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
