import type { Principal } from '../world/world';
import type { Actor, Change } from './actor';
import { attachments } from './attaching';
import type { Attacher } from './attaching';
import type { Derivation, Gained } from './gained';
import type { Node } from './node';
import { isLiftable } from './shown';
import type { Shared } from './shared';
import type { Target } from './target';
import type { Gain } from './technique';

interface State {
  isControlled: boolean;
  control?: Gained;
  readonly changes: Map<Change, Gained>;
}

/**
 * Who is under control, and the changes that can be made to principals: each is told as something gained, and each who
 * comes under control, or is changed there, as somebody who acts from now on.
 */
export class Control {
  private readonly states = new Map<Principal, State>();
  private readonly groups = new Map<string, Gained>();
  /** Managed policies that can be rewritten, by key. */
  private readonly rewritten = new Map<string, Derivation>();
  /** Managed policies and groups whose policies can be written, by key. */
  private readonly writable = new Map<string, Derivation>();
  /** Who may attach policies, by the key of the principal or group. */
  private readonly attachers = new Map<string, Attacher[]>();

  constructor(
    private readonly shared: Shared,
    private readonly gained: Gained[],
    private readonly act: (node: Node) => void,
    /** Keeps for later what is possible only. */
    private readonly defer: (gain: () => void) => void,
  ) {}

  begin(source: Principal): void {
    this.stateOf(source).isControlled = true;
    this.spawn(source);
  }

  /** What is gained of principals by a technique; `false` where it gains something else. */
  gain(gain: Gain, target: Target, derivation: Derivation): boolean {
    switch (gain) {
      case 'become':
        for (const principal of target.principals) this.become(principal, derivation);
        return true;
      case 'create':
        for (const principal of target.principals) this.create(principal, derivation);
        return true;
      case 'exchange-boundary': {
        const { boundary } = target;
        if (boundary === undefined) return true;
        for (const principal of target.principals) this.change(principal, `bounded:${boundary.id}`, derivation);
        return true;
      }
      case 'write-policies':
        this.rewriteBoundary(target, derivation);
        for (const principal of target.principals) this.rewrite(principal, target, derivation);
        this.rewriteBrought(target, derivation);
        return true;
      case 'attach-policy':
        this.attach(target, derivation);
        return true;
      case 'lift-boundary':
        for (const principal of target.principals) this.change(principal, 'unbounded', derivation);
        return true;
      case 'lift-inline-denies':
      case 'lift-managed-denies':
        for (const principal of target.principals) {
          for (const index of principal.policies.keys()) {
            if (isLiftable(principal, index, gain, target.resource))
              this.change(principal, `freed:${index}`, derivation);
          }
        }
        return true;
      case 'leave-group':
        for (const principal of target.principals) this.change(principal, `left:${target.id}`, derivation);
        return true;
      case 'join-group':
        this.join(target, derivation);
        return true;
      default:
        return false;
    }
  }

  /** The changes that can be made to somebody, in the order in which they were found. */
  changesOf(principal: Principal): ReadonlyMap<Change, Gained> {
    return this.states.get(principal)?.changes ?? NO_CHANGES;
  }

  /** Whether a principal, if it was under control, would be more than it is now. */
  widens(principal: Principal): boolean {
    if (principal.kind === 'user' && this.groups.size > 0) return true;
    if ([principal.key, ...principal.groups].some((each) => this.attachers.has(each))) return true;
    return (this.states.get(principal)?.changes.size ?? 0) > 0;
  }

  /** Of those who were made within it. */
  private rewriteBoundary({ resource }: Target, derivation: Derivation): void {
    if (resource?.type !== 'AWS::IAM::ManagedPolicy' || this.rewritten.has(resource.key)) return;
    this.rewritten.set(resource.key, derivation);
    for (const [principal, { control }] of this.states) {
      const isWithin = principal.boundary?.resource?.key === resource.key;
      if (isWithin && control?.what.kind === 'created') this.change(principal, 'unbounded', derivation);
    }
  }

  /** For those whom it was attached to, or who joined the group, on the way. */
  private rewriteBrought({ id, resource }: Target, derivation: Derivation): void {
    const isShared = resource?.type === 'AWS::IAM::ManagedPolicy' || resource?.type === 'AWS::IAM::Group';
    if (!isShared || this.writable.has(id)) return;
    this.writable.set(id, derivation);
    for (const [principal, { isControlled }] of this.states) if (isControlled) this.writeBrought(principal);
  }

  private writeBrought(principal: Principal): void {
    if (this.writable.size === 0) return;
    const { changes, control } = this.stateOf(principal);
    const isNew = control?.what.kind === 'created';
    const brought = [...changes].flatMap(([change, gained]) => {
      const keys = this.shared.actors.policiesOf(change).map(({ resource }) => resource?.key ?? '');
      return [...keys, change.replace(/^joined:/, '')].map((key) => ({ key, premises: [gained] }));
    });
    const own = isNew ? [...principal.groups, ...principal.policies.map(({ resource }) => resource?.key ?? '')] : [];
    for (const { key, premises } of [...brought, ...own.map((each) => ({ key: each, premises: [] }))]) {
      const derivation = this.writable.get(key);
      if (derivation === undefined) continue;
      const isSure = [derivation, ...premises].every(({ certainty }) => certainty === 'certain');
      this.change(principal, 'written', {
        ...derivation,
        certainty: isSure ? 'certain' : 'possible',
        premises: [...derivation.premises, ...premises],
      });
      return;
    }
  }

  /** A managed policy may be attached, may be the boundary, and may hold the Denies. */
  private rewrite(principal: Principal, target: Target, derivation: Derivation): void {
    const key = target.resource?.key;
    if (target.resource?.type === 'AWS::IAM::ManagedPolicy') {
      if (principal.boundary?.resource?.key === key) this.change(principal, 'unbounded', derivation);
      const own = [...principal.policies.entries()].filter(([, { resource }]) => resource?.key === key);
      if (own.length === 0) return;
      for (const [index, { document }] of own) {
        if (document.statements.some(({ effect }) => effect === 'Deny'))
          this.change(principal, `freed:${index}`, derivation);
      }
    }
    this.change(principal, 'written', derivation);
  }

  private create(principal: Principal, derivation: Derivation): void {
    this.become(principal, derivation, 'created');
    this.writeBrought(principal);
    const key = principal.boundary?.resource?.key;
    const rewritten = key === undefined ? undefined : this.rewritten.get(key);
    if (rewritten !== undefined) this.change(principal, 'unbounded', rewritten);
  }

  private become(principal: Principal, derivation: Derivation, kind: 'principal' | 'created' = 'principal'): void {
    const state = this.stateOf(principal);
    if (state.isControlled) return;
    const gained: Gained = { ...derivation, what: { kind, principal } };
    state.isControlled = true;
    state.control = gained;
    this.gained.push(gained);
    this.spawn(principal);
    if (principal.kind === 'user') for (const joined of this.groups.values()) this.joined(principal, joined);
    for (const key of [principal.key, ...principal.groups]) {
      for (const attacher of this.attachers.get(key) ?? []) this.attached(principal, attacher, []);
    }
    if (state.changes.size > 0) this.spawn(principal, state.changes);
  }

  private attach(target: Target, attacher: Attacher): void {
    const before = this.attachers.get(target.id);
    if (before === undefined) this.attachers.set(target.id, [attacher]);
    else before.push(attacher);
    for (const [principal, { isControlled, changes }] of this.states) {
      if (!isControlled) continue;
      const joined = changes.get(`joined:${target.id}`);
      if (joined === undefined && ![principal.key, ...principal.groups].includes(target.id)) continue;
      this.attached(principal, attacher, joined === undefined ? [] : [joined]);
    }
  }

  /** All that it can be given by one who attaches, at once. */
  private attached(principal: Principal, attacher: Attacher, premises: readonly Gained[]): void {
    const found = attachments(principal, attacher, premises, this.changesOf(principal), this.shared);
    const add = (some: typeof found): void => {
      const state = this.stateOf(principal);
      const before = state.changes.size;
      for (const { change, derivation } of some) this.record(principal, change, derivation);
      if (state.changes.size === before) return;
      this.spawn(principal, state.changes);
      this.writeBrought(principal);
    };
    add(found.filter(({ isSure }) => isSure));
    const others = found.filter(({ isSure }) => !isSure);
    if (others.length === 0) return;
    if (attacher.certainty === 'possible') add(others);
    else this.defer(() => add(others));
  }

  private change(principal: Principal, change: Change, derivation: Derivation): void {
    const state = this.stateOf(principal);
    if (this.record(principal, change, derivation) && state.isControlled) this.spawn(principal, state.changes);
  }

  private record(principal: Principal, change: Change, derivation: Derivation): boolean {
    const { changes } = this.stateOf(principal);
    if (changes.has(change)) return false;
    const gained: Gained = { ...derivation, what: { kind: 'change', principal, change } };
    changes.set(change, gained);
    this.gained.push(gained);
    return true;
  }

  private join(group: Target, derivation: Derivation): void {
    if (this.groups.has(group.id)) return;
    const gained: Gained = { ...derivation, what: { kind: 'group', group } };
    this.groups.set(group.id, gained);
    for (const [principal, { isControlled }] of this.states) {
      if (isControlled && principal.kind === 'user') this.joined(principal, gained);
    }
  }

  private joined(principal: Principal, gained: Gained): void {
    if (gained.what.kind !== 'group') return;
    const { group } = gained.what;
    const state = this.stateOf(principal);
    const change: Change = `joined:${group.id}`;
    if (state.changes.has(change) || principal.groups.includes(group.id)) return;
    const own: Gained = { ...gained, what: { kind: 'change', principal, change } };
    state.changes.set(change, own);
    this.gained.push(own);
    for (const attacher of this.attachers.get(group.id) ?? []) this.attached(principal, attacher, [own]);
    this.spawn(principal, state.changes);
    this.writeBrought(principal);
  }

  /**
   * A principal has one boundary at a time: with each that it can be given, and with its own. What is not known of a policy
   * may allow and deny anything: with those alone, and without.
   */
  private spawn(principal: Principal, changes?: ReadonlyMap<Change, Gained>): void {
    const { control } = this.stateOf(principal);
    const all = [...(changes ?? [])];
    const boundaries = all.filter(([change]) => isExchange(change));
    const others = all.filter(([change]) => !isExchange(change));
    const { actors } = this.shared;
    const known = others.filter(([change]) => actors.isKnown(change));
    const unknown = others.filter(([change]) => !actors.isKnown(change) || actors.policiesOf(change).length === 0);
    const sets = known.length < others.length && known.length > 0 ? [known, unknown] : [others];
    for (const each of sets.flatMap((set) => [set, ...boundaries.map((one) => [...set, one])])) {
      const premises = [...(control === undefined ? [] : [control]), ...each.map(([, gained]) => gained)];
      const names = each.map(([change]) => change);
      const actor: Actor = this.shared.actors.of(principal, names);
      this.act({ actor, premises });
    }
  }

  private stateOf(principal: Principal): State {
    let state = this.states.get(principal);
    if (state === undefined) this.states.set(principal, (state = { isControlled: false, changes: new Map() }));
    return state;
  }
}

function isExchange(change: Change): boolean {
  return change.startsWith('bounded:');
}

const NO_CHANGES: ReadonlyMap<Change, Gained> = new Map();
