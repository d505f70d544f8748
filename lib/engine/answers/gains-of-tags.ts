import type { Gain } from '../../model/answers';
import type { PolicyText } from '../../model/policy';
import { show } from '../../model/read';
import type { Resource } from '../../model/snapshot';
import { compile } from '../decide/compiled';
import type { CompiledStatement } from '../decide/compiled';
import { decide } from '../decide/decide';
import { canMeet, canonical } from '../match/symbolic';
import type { Gained } from '../reach/gained';
import type { ReachOfPrincipal, Tagged } from '../reach/reach';
import { tagKeysIn, taggingOf } from '../reach/tags';
import { gainedBy } from '../reach/variants';
import { isPolicyText } from '../world/attachments';
import type { Principal, World } from '../world/world';
import { askedOfIdentity, askedOfResources } from './asked-pairs';
import type { AskedPair } from './asked-pairs';
import { isKnownRequest } from './known-request';
import type { Permitted } from './permissions';
import { SameAnswers } from './same-answers';
import type { Telling } from './telling';

/** How many questions are asked: each takes some decisions, with the tags as they could be. */
const MOST_ASKED = 5_000;

/** What tags open that somebody under control may write: those of principals under control, and those of resources. */
export function* gainsOfTags(from: ReachOfPrincipal, world: World, telling: Telling): Generator<Gain> {
  if (!from.canTag) return;
  const places = new Places(world);
  let left = MOST_ASKED;
  for (const who of from.controlled) {
    const certain = [...who.changes].filter(([, { certainty }]) => certainty === 'certain').map(([change]) => change);
    for (const set of certain.length === 0 ? [[]] : [[], certain]) {
      const principal = who.after(set);
      const opened = new Map<string, Opened>();
      for (const { actions, asked, about } of questionsOf(principal, world, places)) {
        const [{ action }] = actions;
        left -= 1;
        if (left < 0) {
          telling.leftOut.push('what more tags would open that can be written');
          return;
        }
        const before = decide({ principal: who.principal, action, resource: asked }, world);
        if (before.must) continue;
        const found = from.tagged(principal, { action, resource: asked }, about);
        if (found === undefined || (before.may && !found.decision.must)) continue;
        const id = found.gained.map(idOf).join(' ');
        const group = opened.get(id) ?? { gained: found.gained, permitted: [] };
        opened.set(id, group);
        const { decision } = found;
        group.permitted.push(...actions.map((each) => ({ action: each, asked, resource: show(asked), decision })));
      }
      for (const { gained, permitted } of opened.values()) {
        yield* telling.gain(who, [...gainedBy(who, set), ...gained], permitted);
      }
    }
  }
}

/** What certain tags open. */
interface Opened {
  readonly gained: Tagged['gained'];
  readonly permitted: Permitted[];
}

/** Actions that nothing tells apart, on one resource or pattern. */
interface TagQuestion {
  readonly actions: Permitted['action'][];
  readonly asked: PolicyText;
  readonly about: Resource | undefined;
}

/** The permissions that some statement names, and that a statement about tags may have to do with. */
function questionsOf(principal: Principal, world: World, places: Places): Iterable<TagQuestion> {
  const found = new Map<string, TagQuestion>();
  const readers = readersOf(principal, world);
  if (readers.length === 0) return [];
  const same = new SameAnswers(principal, world);
  for (const pair of [...askedOfIdentity(principal), ...askedOfResources(world)]) {
    for (const action of pair.actions) {
      const lower = action.action.toLowerCase();
      const reading = readers.filter((each) => each.matchesAction(lower) !== 'no');
      if (reading.length === 0) continue;
      const ofResources = reading.some(({ statement }) => tagKeysIn(statement).resource.length > 0);
      for (const place of places.of(pair, action.action, ofResources)) {
        const alike = place.asked === '*' ? (same.classOf(action.action) ?? lower) : lower;
        const id = `${alike} ${canonical(place.asked)}`;
        const known = found.get(id);
        if (known === undefined) found.set(id, { ...place, actions: [action] });
        else if (!known.actions.some((each) => each.action === action.action)) known.actions.push(action);
      }
    }
  }
  return found.values();
}

class Places {
  private readonly tagged: readonly Resource[];
  private readonly byForm: ReadonlyMap<string, Resource>;

  constructor({ snapshot }: World) {
    this.tagged = snapshot.resources.filter((each) => taggingOf(each).length > 0);
    this.byForm = new Map(
      snapshot.resources.flatMap((each): readonly [string, Resource][] =>
        isPolicyText(each.arn) ? [[canonical(each.arn), each]] : [],
      ),
    );
  }

  /** What a statement names and, where tags of resources count, each resource of the templates among that. */
  of({ resource }: AskedPair, action: string, ofResources: boolean): readonly Omit<TagQuestion, 'actions'>[] {
    const about = this.byForm.get(canonical(resource));
    if (about !== undefined || !ofResources) return [{ asked: resource, about }];
    const among = this.tagged.flatMap((each): readonly Omit<TagQuestion, 'actions'>[] => {
      const { arn } = each;
      const isAmong = isPolicyText(arn) && canMeet(resource, arn) && isKnownRequest(action, arn);
      return isAmong ? [{ asked: arn, about: each }] : [];
    });
    return [{ asked: resource, about }, ...among];
  }
}

/** The statements that are about tags, of every policy that may have a say. */
function readersOf(
  { policies, boundary }: Principal,
  { resourcePolicies, scps, rcps }: World,
): readonly CompiledStatement[] {
  const ofResources = [...resourcePolicies.values()].flatMap((each) => each.policies);
  const all = [...policies, ...(boundary === undefined ? [] : [boundary]), ...scps.flat(), ...rcps, ...ofResources];
  return all.flatMap(compile).filter(({ statement }) => {
    const { principal, resource } = tagKeysIn(statement);
    return principal.length + resource.length > 0;
  });
}

function idOf({ technique, target, what }: Gained): string {
  const value = what.kind === 'tag' ? [what.name, what.value] : [];
  return JSON.stringify([technique.id, target?.id, value]);
}
