import type { Resource, Snapshot } from '../../model/snapshot';
import { TAMPERING } from '../../model/write-once';
import type { TamperingKind, TamperingPrincipal, TamperingWay, WriteOnce } from '../../model/write-once';
import { analysed } from '../analysed';
import { TRAIL, auditParts, bucketsOf } from '../facts/audit-parts';
import { BOOTSTRAP_LOOKUP } from '../reach/bootstrap';
import { nameOf } from '../world/resource-name';
import type { Principal } from '../world/world';
import { compare } from './declared';
import { DirectDuties } from './direct';
import { EVERY_DUTY } from './holding';
import { judgedOf } from './judged';
import { ReachedDuties } from './reached';
import type { Reached, ReachedHolding } from './reached';
import { TAMPERING_KINDS } from './tampering-kinds';

/** Which kind it is to get hold of a resource, other than by a permission to use it. */
const GAINS = { 'AWS::CloudTrail::Trail disable': 'stopping' };

interface Found {
  readonly writeOnce: WriteOnce;
  /** By the key of the role or user. */
  readonly byKey: ReadonlyMap<string, TamperingPrincipal>;
}

const known = new WeakMap<Snapshot, Found>();

/**
 * For every principal of the templates: no path to tampering with the audit record, or the paths. The duty
 * `audit-tampering` says who has one; only of these it is asked again which kind it is. Made once a snapshot.
 */
export function writeOnceOf(snapshot: Snapshot): WriteOnce {
  return foundIn(snapshot).writeOnce;
}

/** What one role or user could do; `undefined` where it is none, or is not judged, or where there is no record. */
export function tamperingBy({ key }: Resource, snapshot: Snapshot): TamperingPrincipal | undefined {
  return foundIn(snapshot).byKey.get(key);
}

function foundIn(snapshot: Snapshot): Found {
  let found = known.get(snapshot);
  if (found === undefined) known.set(snapshot, (found = find(snapshot)));
  return found;
}

function find(snapshot: Snapshot): Found {
  const records = snapshot.ofType(TRAIL).map((trail) => ({
    trail: nameOf(trail),
    template: trail.template.name,
    buckets: bucketsOf(trail, snapshot).map(nameOf),
  }));
  const { buckets, landings } = auditParts(snapshot);
  if (records.length + buckets.size + landings.size === 0) {
    return { writeOnce: { records, principals: [], isProved: false }, byKey: new Map() };
  }
  const { world, duties, reach } = analysed(snapshot);
  const kinds = new ReachedDuties(new DirectDuties(world, TAMPERING_KINDS), reach, GAINS);
  const byKey = new Map(
    judgedOf(world).map((each) => [each.key, judge(each, duties.of(each), kinds, outsideOf(each, snapshot))] as const),
  );
  const principals = [...byKey.values()].sort(
    (a, b) => compare(a.principal, b.principal) || compare(a.template, b.template),
  );
  const isProved = principals.every(({ ways, unreadable }) => ways.length + unreadable.length === 0);
  return { writeOnce: { records, principals, isProved }, byKey };
}

function judge(
  principal: Principal,
  reached: Reached,
  kinds: ReachedDuties,
  outside: readonly string[],
): TamperingPrincipal {
  const { resource } = principal;
  const { unreadable } = reached;
  return {
    principal: nameOf(resource),
    logicalId: resource.logicalId,
    template: resource.template.name,
    ways: mayTamper(reached) ? waysOf(kinds.of(principal)) : [],
    outside,
    unreadable,
  };
}

function mayTamper({ direct, beyond }: Reached): boolean {
  return [...direct, ...beyond].some(({ duty }) => duty === 'audit-tampering' || duty === EVERY_DUTY);
}

/** One way for each kind: a certain one before a possible one, a short one before a long one. */
function waysOf({ direct, beyond }: Reached): readonly TamperingWay[] {
  const best = new Map<string, ReachedHolding>();
  for (const each of [...direct, ...beyond]) {
    const before = best.get(each.duty);
    if (before === undefined || weight(each) < weight(before)) best.set(each.duty, each);
  }
  // Who can do everything needs no second proof.
  const every = best.get(EVERY_DUTY);
  const told = every?.certainty === 'certain' ? [every] : [...best.values()];
  return told
    .sort((a, b) => weight(a) - weight(b) || compare(a.duty, b.duty))
    .map(({ duty, certainty, steps, because, unknowns }) => ({
      kinds: duty === EVERY_DUTY ? TAMPERING : [duty as TamperingKind],
      certainty,
      trace: [
        ...steps.map(({ technique, from, to, because: why }) => `${from} -> ${to} (${technique}): ${why}`),
        because,
      ],
      unknowns,
    }));
}

function weight({ certainty, steps }: ReachedHolding): number {
  return (certainty === 'certain' ? 0 : 1000) + steps.length;
}

/** The roles of a CDK bootstrap, above all: which policies they have, no template shows. Its lookup role only reads. */
function outsideOf({ key }: Principal, snapshot: Snapshot): readonly string[] {
  const facts = analysed(snapshot).reach.from(key)?.facts ?? [];
  return [
    ...new Set(
      facts.flatMap(({ goal }) => (goal.kind === 'external' && goal.name !== BOOTSTRAP_LOOKUP ? [goal.name] : [])),
    ),
  ].sort(compare);
}
