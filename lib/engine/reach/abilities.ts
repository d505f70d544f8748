import type { PolicyText, Statement } from '../../model/policy';
import { show } from '../../model/read';
import { ABSENT, isUnknown, unknown } from '../../model/value';
import type { Unknown } from '../../model/value';
import { supportsResources } from '../actions/action-info';
import { decide } from '../decide/decide';
import type { Context, Decision } from '../decide/decision';
import type { Principal, SourcedPolicy, World } from '../world/world';
import type { Actor } from './actor';
import { Admission } from './admission';
import type { Certainty } from './reach';
import { RelevantActions } from './relevant-actions';
import { ServiceTrust } from './services';
import { Shown } from './shown';
import type { Target } from './target';
import { TargetIndex } from './target-index';
import { Targets } from './targets';
import type { Ask, Need, TargetKind, Technique } from './technique';
import { TECHNIQUES } from './techniques';

/** A permission in use: what was asked and what was decided. */
export interface Grant {
  readonly action: string;
  readonly resource: PolicyText;
  readonly decision: Decision;
  /** The service to which a role is passed. */
  readonly service?: string;
}

/** One need of a technique that an actor meets. */
export interface Ability {
  readonly technique: Technique;
  /** The place of the need among those of the technique. */
  readonly need: number;
  /** Absent where the need says nothing of the target. */
  readonly target?: Target;
  readonly certainty: Certainty;
  readonly grants: readonly Grant[];
  /** Where `possible`: why. */
  readonly unknowns: readonly Unknown[];
}

interface Place {
  readonly technique: Technique;
  readonly need: number;
}

/** By the first action that a need asks for. */
const NEEDS = new Map<string, Place[]>();
for (const technique of TECHNIQUES) {
  technique.needs.forEach((asks, need) => {
    for (const action of asks[0].actions) NEEDS.set(action, [...(NEEDS.get(action) ?? []), { technique, need }]);
  });
}

type Grants = ReadonlyMap<string, readonly Statement[]>;

/** What actors can do on their own. */
export class Abilities {
  readonly targets: Targets;
  readonly relevant = new RelevantActions();
  private readonly admission: Admission;
  private readonly trust: ServiceTrust;
  private readonly shown: Shown;
  private readonly indexes = new Map<TargetKind, TargetIndex>();
  private readonly byId = new Map<TargetKind, ReadonlyMap<string, Target>>();
  private readonly eligible = new Map<Technique, Map<Target, readonly Unknown[] | undefined>>();

  constructor(private readonly world: World) {
    this.targets = new Targets(world);
    this.admission = new Admission(world, this.relevant);
    this.trust = new ServiceTrust(world);
    this.shown = new Shown(world);
  }

  of(actor: Actor): readonly Ability[] {
    return new Asking(actor, this.grantsOf(actor), this, this.world).all();
  }

  /** What the identity policies may allow, by action, as far as the boundary may let it. */
  private grantsOf({ principal }: Actor): Grants {
    const { boundary } = principal;
    const limits =
      boundary === undefined || boundary.document.unknowns.length > 0 ? undefined : this.allowed([boundary]);
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

/** The questions about one actor. The same question is asked once. */
class Asking {
  private readonly answers = new Map<string, Grant | undefined>();
  private readonly principal: Principal;

  constructor(
    private readonly actor: Actor,
    private readonly grants: Grants,
    private readonly abilities: Abilities,
    private readonly world: World,
  ) {
    this.principal = actor.principal;
  }

  all(): readonly Ability[] {
    const found: Ability[] = [];
    const places = new Set<Place>();
    for (const action of new Set([...this.grants.keys(), ...this.abilities.admittedActions(this.principal)])) {
      for (const place of NEEDS.get(action) ?? []) places.add(place);
    }
    for (const place of places) this.meet(place, found);
    return found;
  }

  private meet({ technique, need }: Place, found: Ability[]): void {
    const asks = technique.needs[need];
    if (!asks.every((ask) => this.hasAny(ask))) return;
    const pivot = asks.find((ask) => ask.on === 'target');
    if (pivot === undefined) {
      const ability = this.ability({ technique, need }, asks, undefined);
      if (ability !== undefined) found.push(ability);
      return;
    }
    for (const target of this.candidates(technique.target, pivot)) {
      const ability = this.ability({ technique, need }, asks, target);
      if (ability !== undefined) found.push(ability);
    }
  }

  private hasAny({ actions }: Ask): boolean {
    return actions.some(
      (action) => this.grants.has(action) || this.abilities.admitted(this.principal, action).length > 0,
    );
  }

  private candidates(kind: TargetKind, { actions }: Ask): Iterable<Target> {
    const found = new Set<Target>();
    const index = this.abilities.index(kind);
    for (const action of actions) {
      for (const { resources } of this.grants.get(action) ?? []) {
        const patterns: readonly PolicyText[] =
          resources === undefined || resources.negated ? ['*'] : resources.patterns;
        for (const pattern of patterns) for (const target of index.matching(pattern)) found.add(target);
      }
      for (const key of this.abilities.admitted(this.principal, action)) {
        const target = this.abilities.target(kind, key);
        if (target !== undefined) found.add(target);
      }
    }
    return found;
  }

  private ability({ technique, need }: Place, asks: Need, target: Target | undefined): Ability | undefined {
    const isOnlySelf = target?.principals.length === 1 && target.principals[0] === this.actor.base;
    if (technique.gain === 'become' && isOnlySelf && target.unknownRole === undefined) return undefined;
    // Whether the technique works on a target is asked where its needs name the target.
    const doubts = target === undefined ? [] : this.abilities.doubts(technique, target);
    if (doubts === undefined) return undefined;
    const grants: Grant[] = [];
    for (const ask of asks) {
      const grant = this.answer(ask, technique, target);
      if (grant === undefined) return undefined;
      grants.push(grant);
    }
    const isSure = grants.every(({ decision }) => decision.must) && doubts.length === 0;
    return {
      technique,
      need,
      ...(target === undefined ? {} : { target }),
      certainty: isSure ? 'certain' : 'possible',
      grants,
      unknowns: isSure
        ? []
        : [...grants.flatMap(({ decision }) => (decision.must ? [] : decision.unknowns)), ...doubts],
    };
  }

  private answer(ask: Ask, technique: Technique, target: Target | undefined): Grant | undefined {
    const services = ask.about === 'pass' ? (technique.services ?? []).join() : '';
    const id = [ask.on, ask.about ?? '', services, ask.actions.join(), ask.on === 'target' ? target?.id : ''].join(' ');
    if (this.answers.has(id)) return this.answers.get(id);
    const found = best([...ask.actions].map((action) => () => this.permission(action, ask, technique, target)));
    this.answers.set(id, found);
    return found;
  }

  private permission(action: string, ask: Ask, technique: Technique, target: Target | undefined): Grant | undefined {
    if (!this.grants.has(action) && this.abilities.admitted(this.principal, action).length === 0) return undefined;
    if (ask.on === 'some-role') return this.passToAny(action, technique);
    const resource = ask.on === 'target' && target !== undefined ? target.arn : anythingOf(action);
    if (ask.about === 'pass') return this.pass(action, resource, technique, target);
    const context = ask.on === 'target' && target !== undefined ? ofPrincipal(action, target) : {};
    switch (ask.about) {
      case 'attach-administrator':
        return this.attach(action, resource, ask.on === 'anything' ? { [BOUNDARY]: ABSENT } : context);
      case 'replace-boundary':
        return this.ask(action, resource, { [BOUNDARY]: ADMINISTRATOR });
      case 'no-boundary':
        return this.ask(action, resource, { [BOUNDARY]: ABSENT });
      default:
        return this.ask(action, resource, context);
    }
  }

  private pass(
    action: string,
    resource: PolicyText,
    technique: Technique,
    target: Target | undefined,
  ): Grant | undefined {
    const role = target?.principals[0];
    const services = role === undefined ? (technique.services ?? []) : this.abilities.servicesOf(technique, role);
    return best(
      services.map((service) => () => {
        const grant = this.ask(action, resource, { 'iam:passedtoservice': service });
        return grant === undefined ? undefined : { ...grant, service };
      }),
    );
  }

  private passToAny(action: string, technique: Technique): Grant | undefined {
    const roles = [...this.candidates('role', { actions: [action], on: 'target' })];
    return best(roles.map((role) => () => this.pass(action, role.arn, technique, role)));
  }

  /** Attaches an administrator's policy, or else one of its own making under a name that may be attached. */
  private attach(action: string, resource: PolicyText, context: Context): Grant | undefined {
    if (!/Attach/.test(action)) return this.ask(action, resource, context);
    const direct = best(
      [ADMINISTRATOR, IAM_FULL].map((policy) => () => this.ask(action, resource, { ...context, [POLICY]: policy })),
    );
    if (direct !== undefined) return direct;
    const open = this.ask(action, resource, context);
    if (open === undefined || !open.decision.must) return open;
    const policy = Object.entries(open.decision.witness?.context ?? {}).find(
      ([key]) => key.toLowerCase() === POLICY,
    )?.[1];
    if (policy === undefined || typeof policy !== 'string' || /:iam::aws:policy\//.test(policy)) return undefined;
    return this.ask('iam:CreatePolicy', policy, {})?.decision.must === true ? open : undefined;
  }

  private ask(action: string, resource: PolicyText, context: Context): Grant | undefined {
    const decision = decide({ principal: this.principal, action, resource, context }, this.world);
    return decision.may ? { action, resource, decision } : undefined;
  }
}

const BOUNDARY = 'iam:permissionsboundary';
const POLICY = 'iam:policyarn';
const ADMINISTRATOR = 'arn:aws:iam::aws:policy/AdministratorAccess';
const IAM_FULL = 'arn:aws:iam::aws:policy/IAMFullAccess';

/** The first that is sure, else the first at all. */
function best(grants: readonly (() => Grant | undefined)[]): Grant | undefined {
  let found: Grant | undefined;
  for (const each of grants) {
    const grant = each();
    if (grant?.decision.must === true) return grant;
    found ??= grant;
  }
  return found;
}

/** Every resource of the service of an action; `*` where the action takes no resource. */
function anythingOf(action: string): PolicyText {
  return supportsResources(action) === false ? '*' : `arn:*:${action.split(':')[0]}:*`;
}

/** The boundary that a principal has is a condition key of the calls that change it. */
function ofPrincipal(action: string, { principals, resource }: Target): Context {
  if (!action.startsWith('iam:') || principals.length !== 1 || resource?.key !== principals[0].key) return {};
  const { boundary } = principals[0];
  if (boundary === undefined) return { [BOUNDARY]: ABSENT };
  const arn = boundary.resource?.type === 'AWS::IAM::ManagedPolicy' ? boundary.resource.arn : boundary.place;
  return typeof arn === 'string' && !arn.startsWith('arn:')
    ? {}
    : { [BOUNDARY]: (arn ?? unknownBoundary(boundary)) as PolicyText };
}

function unknownBoundary({ place }: SourcedPolicy): Unknown {
  return unknown('attribute', `the ARN of the boundary in ${place}`);
}

/** For messages. */
export function shownResource(resource: PolicyText): string {
  return isUnknown(resource) ? 'a resource that is not known' : show(resource);
}
