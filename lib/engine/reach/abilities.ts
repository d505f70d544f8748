import type { Statement } from '../../model/policy';
import type { Unknown } from '../../model/value';
import { Names, attachedPolicies } from '../world/attachments';
import type { Attached } from '../world/attachments';
import type { Principal, SourcedPolicy, World } from '../world/world';
import type { Actor } from './actor';
import type { Ability } from './ability';
import { Admission } from './admission';
import { Attachables } from './attachable';
import { Asking } from './asking';
import { Boundaries } from './boundaries';
import type { Grants, Ground } from './ground';
import { Newcomers } from './newcomers';
import { RelevantActions } from './relevant-actions';
import { ServiceTrust } from './services';
import { Shown } from './shown';
import { TagReaders } from './tags';
import type { Target } from './target';
import { TargetIndex } from './target-index';
import { Targets } from './targets';
import type { TargetKind, Technique } from './technique';

/** What actors can do on their own. */
export class Abilities implements Ground {
  readonly targets: Targets;
  readonly boundaries: Boundaries;
  readonly attachables: Attachables;
  readonly newcomers = new Newcomers();
  private attached?: Attached;
  readonly relevant = new RelevantActions();
  readonly tags: TagReaders;
  private readonly admission: Admission;
  private readonly trust: ServiceTrust;
  private readonly shown: Shown;
  private readonly indexes = new Map<TargetKind, TargetIndex>();
  private readonly byId = new Map<TargetKind, ReadonlyMap<string, Target>>();
  private readonly eligible = new Map<Technique, Map<Target, readonly Unknown[] | undefined>>();

  constructor(private readonly world: World) {
    this.boundaries = new Boundaries(world);
    this.attachables = new Attachables(world, this.relevant);
    this.targets = new Targets(world, this.boundaries, this.newcomers, this.attachables, (key) =>
      this.policiesOfGroup(key),
    );
    this.admission = new Admission(world, this.relevant);
    this.trust = new ServiceTrust(world);
    this.shown = new Shown(world);
    this.tags = new TagReaders(world);
  }

  policiesOfGroup(key: string): readonly SourcedPolicy[] {
    const { snapshot } = this.world;
    this.attached ??= attachedPolicies(snapshot, new Names(snapshot));
    return this.attached.get(key) ?? [];
  }

  of(actor: Actor, isAsked?: (technique: Technique) => boolean): readonly Ability[] {
    return this.asking(actor).all(isAsked);
  }

  /** What policies of resources give an actor by naming it. */
  admittedTo(actor: Actor): readonly Ability[] {
    const limits = this.limitsOf(actor);
    return new Asking(actor, NOTHING, limits, this, this.world).all();
  }

  /** In a world and on a ground other than those of the templates, where they are given. */
  asking(actor: Actor, world: World = this.world, ground: Ground = this): Asking {
    const limits = this.limitsOf(actor);
    return new Asking(actor, this.grantsOf(actor, limits), limits, ground, world);
  }

  /** What the boundary may allow, where there is one and all of it can be read. */
  private limitsOf({ principal: { boundary } }: Actor): Grants | undefined {
    return boundary === undefined || boundary.document.unknowns.length > 0 ? undefined : this.allowed([boundary]);
  }

  /** What the identity policies may allow, by action, as far as the boundary may let it. */
  private grantsOf({ principal }: Actor, limits: Grants | undefined): Grants {
    const unreadable = principal.policies.some(({ document }) => document.unknowns.length > 0);
    // What is not known may allow whatever the boundary does. Without one it may allow everything: that is told once.
    if (unreadable && limits !== undefined) return limits;
    const allowed = this.allowed(principal.policies);
    if (limits === undefined) return allowed;
    return new Map([...allowed].filter(([action]) => limits.has(action)));
  }

  private allowed(policies: readonly SourcedPolicy[]): Grants {
    const found = new Map<string, Statement[]>();
    for (const { document } of policies) {
      for (const statement of document.statements) {
        if (statement.effect !== 'Allow') continue;
        for (const action of this.relevant.of(statement)) {
          const list = found.get(action);
          if (list === undefined) found.set(action, [statement]);
          else list.push(statement);
        }
      }
    }
    return found;
  }

  admitted(principal: Principal, action: string): readonly string[] {
    const own = this.admission.of(principal)?.get(action) ?? [];
    const open = this.admission.open.get(action) ?? [];
    return open.length === 0 ? own : [...own, ...open];
  }

  admittedActions(principal: Principal): Iterable<string> {
    const own = this.admission.of(principal)?.keys() ?? [];
    return new Set([...own, ...this.admission.open.keys()]);
  }

  index(kind: TargetKind): TargetIndex {
    let found = this.indexes.get(kind);
    if (found === undefined) this.indexes.set(kind, (found = new TargetIndex(this.targets.of(kind))));
    return found;
  }

  target(kind: TargetKind, id: string): Target | undefined {
    let found = this.byId.get(kind);
    if (found === undefined) {
      this.byId.set(kind, (found = new Map(this.targets.of(kind).map((each) => [each.id, each]))));
    }
    return found.get(id);
  }

  /** Why a technique may not work on a target; empty where it does, `undefined` where it does not for sure. */
  doubts(technique: Technique, target: Target | undefined): readonly Unknown[] | undefined {
    if (target === undefined) return this.shown.doubts(technique, undefined);
    let known = this.eligible.get(technique);
    if (known === undefined) this.eligible.set(technique, (known = new Map()));
    if (!known.has(target)) known.set(target, this.judge(technique, target));
    return known.get(target);
  }

  private judge(technique: Technique, target: Target): readonly Unknown[] | undefined {
    const found = this.shown.doubts(technique, target);
    if (found === undefined || technique.services === undefined || technique.target !== 'role') return found;
    const [role] = target.principals;
    if (technique.profile === true && role.instanceProfiles.length === 0) return undefined;
    const services = this.servicesOf(technique, role);
    if (services.length === 0) return undefined;
    if (services.some((service) => this.trust.admits(role, service).must)) return found;
    return [...found, ...services.flatMap((service) => this.trust.admits(role, service).unknowns)];
  }

  /** The services of a technique that a role may trust, those first that it trusts for sure. */
  servicesOf({ services = [] }: Technique, role: Principal): readonly string[] {
    const may = services.filter((service) => this.trust.admits(role, service).may);
    return may.length < 2 ? may : may.sort((a, b) => this.rank(role, b) - this.rank(role, a));
  }

  private rank(role: Principal, service: string): number {
    return this.trust.admits(role, service).must ? 1 : 0;
  }
}

const NOTHING: Grants = new Map();
