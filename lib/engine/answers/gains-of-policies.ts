import type { Gain, PermittedAction } from '../../model/answers';
import type { PolicyText } from '../../model/policy';
import { show } from '../../model/read';
import { actionInfo, actionsMatching } from '../actions/action-info';
import { append, serviceOf } from '../decide/target';
import { canonical } from '../match/symbolic';
import { gainedBy } from '../reach/variants';
import type { Change } from '../reach/actor';
import type { Controlled, ReachOfPrincipal } from '../reach/reach';
import { RewrittenWorlds, doubtsOf } from '../reach/rewritten-world';
import type { Target } from '../reach/target';
import type { World } from '../world/world';
import { AlikeAnswers } from './alike-answers';
import { isKnownRequest } from './known-request';
import { details } from './named';
import type { Permitted } from './permissions';
import type { Telling } from './telling';

type Asked = Omit<Permitted, 'decision'>;

/** How many decisions are made, and how many principals and policies are put together. */
const MOST_DECIDED = 40_000;
const MOST_PAIRS = 5_000;

/** What principals under control may do on the resources of which one of them writes or removes the policy. */
export function* gainsOfPolicies(from: ReachOfPrincipal, world: World, telling: Telling): Generator<Gain> {
  const rewritings = from.rewritings.filter(({ target }) => world.principal(target.resource?.key ?? '') === undefined);
  if (rewritings.length === 0) return;
  const worlds = new RewrittenWorlds(world);
  const before = new AlikeAnswers(world);
  const after = new Map<World, AlikeAnswers>();
  const { controlled } = from;
  let pairs = 0;
  const decided = (): number => [before, ...after.values()].reduce((sum, { asked }) => sum + asked, 0);
  for (const [index, each] of rewritings.entries()) {
    if (pairs > MOST_PAIRS || decided() > MOST_DECIDED) {
      telling.leftOut.push(`what ${rewritings.length - index} more policies would give that it writes or removes`);
      return;
    }
    const alike = rewritings.filter(({ rewriting }) => rewriting === each.rewriting).map(({ target }) => target);
    const changed = worlds.of(alike, each.rewriting);
    const answers = after.get(changed) ?? new AlikeAnswers(changed);
    after.set(changed, answers);
    const asked = actionsOn(each.target, changed);
    const doubts = details(doubtsOf(each));
    let isAll = false;
    for (const who of controlled) {
      for (const set of withChanges(who)) {
        const principal = who.after(set);
        pairs += 1;
        const permitted = asked.flatMap((one): readonly Permitted[] => {
          const decision = answers.decision(principal, one.action.action, one.asked, each.target);
          return decision.may ? [{ ...one, decision }] : [];
        });
        const more = permitted.filter((one) => {
          const { action } = one.action;
          if (!before.mayBeAllowed(who.principal, action, one.asked, each.target)) return true;
          const own = before.decision(who.principal, action, one.asked, each.target);
          return !own.must && !(own.may && !one.decision.must);
        });
        yield* telling.gain(who, [...gainedBy(who, set), each.gained], more, doubts);
        isAll = permitted.length === asked.length && permitted.every(({ decision }) => decision.must);
        if (isAll) break;
      }
      // Nobody else could do more.
      if (isAll && doubts.length === 0) break;
    }
  }
}

/** As it is, and with all that can be changed of it: for sure, and perhaps. A principal has one boundary at a time. */
function withChanges({ changes }: Controlled): readonly (readonly Change[])[] {
  const all = [...changes].filter(([change]) => !change.startsWith('bounded:'));
  const certain = all.filter(([, { certainty }]) => certainty === 'certain');
  const sets = [certain, all].filter((set, index) => set.length > (index === 0 ? 0 : certain.length));
  return [[], ...sets.map((set) => set.map(([change]) => change))];
}

/** All actions of the service that take the resource, or what is in it. */
function actionsOn({ resource: its, arn: own }: Target, world: World): readonly Asked[] {
  const arn = world.resourcePolicies.get(its?.key ?? '')?.arn ?? own;
  const service = serviceOf(arn);
  if (service === undefined) return [];
  const inside = append(arn, '/*');
  const asked = service === 's3' ? [arn, inside] : service === 'execute-api' ? [inside] : [arn];
  return asked.flatMap((resource) => {
    const shown = show(resource);
    return taken(service, resource, its?.key ?? '').map((action) => ({ action, asked: resource, resource: shown }));
  });
}

const takenBy = new Map<string, readonly PermittedAction[]>();

/** The same for resources whose ARNs differ in nothing but which of them it is. */
function taken(service: string, resource: PolicyText, key: string): readonly PermittedAction[] {
  const form = canonical(resource);
  const shape = `${service} ${key === '' ? form : form.replaceAll(key, '')}`;
  let found = takenBy.get(shape);
  if (found === undefined) {
    found = actionsMatching(`${service}:*`)
      .filter(({ action }) => actionInfo(action)?.resourceLevel === true && isKnownRequest(action, resource))
      .map(({ action, level }) => ({ action, level }));
    takenBy.set(shape, found);
  }
  return found;
}
