import type { PolicyText, Statement } from '../../model/policy';
import type { Resource } from '../../model/snapshot';
import { ABSENT, isText, isUnknown, text, unknown } from '../../model/value';
import type { TextPart, Unknown } from '../../model/value';
import { supportsResources } from '../actions/action-info';
import { decide } from '../decide/decide';
import type { Context, Question } from '../decide/decision';
import { isExact } from '../match/symbolic';
import { arnInAccount, awsManaged } from '../world/managed-policy-arn';
import type { Principal, SourcedPolicy, World } from '../world/world';
import type { Ability, Grant } from './ability';
import type { Actor } from './actor';
import { BOUNDARY_KEY } from './boundaries';
import { clusterOf } from './compute';
import { keptOut } from './entering';
import { PlainGrants } from './plain-grants';
import type { RelevantActions } from './relevant-actions';
import { Retagged } from './retagged';
import { inCommon } from './same-thing';
import { TAGGING, agree, together } from './tags';
import type { TagReaders } from './tags';
import type { Target } from './target';
import type { TargetIndex } from './target-index';
import type { Ask, Besides, Need, TargetKind, Technique } from './technique';
import { TECHNIQUES } from './techniques';

interface Place {
  readonly technique: Technique;
  readonly need: number;
}

/** By the first action that a need asks for. */
const NEEDS = new Map<string, Place[]>();
for (const technique of TECHNIQUES) {
  // Nobody writes a tag but for what it opens: see `mayTag`.
  if (technique.gain === 'tag' || technique.gain === 'untag') continue;
  technique.needs.forEach((asks, need) => {
    for (const action of asks[0].actions) NEEDS.set(action, [...(NEEDS.get(action) ?? []), { technique, need }]);
  });
}

/** The Allows that may apply to an action; of a boundary where it can be read in full. */
export type Grants = ReadonlyMap<string, readonly Statement[]>;

/** What is known of the world, whoever asks. */
export interface Ground {
  readonly relevant: RelevantActions;
  /** The keys of resources that admit a principal, or may, by their own policies. */
  admitted(principal: Principal, action: string): readonly string[];
  admittedActions(principal: Principal): Iterable<string>;
  index(kind: TargetKind): TargetIndex;
  target(kind: TargetKind, id: string): Target | undefined;
  doubts(technique: Technique, target: Target | undefined): readonly Unknown[] | undefined;
  servicesOf(technique: Technique, role: Principal): readonly string[];
  readonly tags: TagReaders;
}

/** Whose tags are what: as the templates give them, or as whoever acts would like. */
type Tags = 'given' | 'chosen';

/** The questions about one actor. The same question is asked once. */
export class Asking {
  private readonly answers = new Map<string, Grant | undefined>();
  private readonly principal: Principal;
  private readonly plain: PlainGrants;
  private readonly retagged: Retagged;
  private readonly readsTags: boolean;
  /** Of the question in hand: whose tags are what, and the resource that is asked about. */
  private tags: Tags = 'given';
  private about: Resource | undefined;

  constructor(
    private readonly actor: Actor,
    private readonly grants: Grants,
    private readonly limits: Grants | undefined,
    private readonly ground: Ground,
    private readonly world: World,
  ) {
    this.principal = actor.principal;
    this.retagged = new Retagged(actor.principal, world);
    this.readsTags = ground.tags.any && ground.tags.isReader(actor.principal);
    this.plain = new PlainGrants(actor.principal, ground.relevant, world);
  }

  all(): readonly Ability[] {
    const found: Ability[] = [];
    const places = new Set<Place>();
    for (const action of new Set([...this.grants.keys(), ...this.ground.admittedActions(this.principal)])) {
      for (const place of NEEDS.get(action) ?? []) places.add(place);
    }
    for (const place of places) this.meet(place, found);
    return found;
  }

  /** Whether a statement allows it on everything, where nothing could be in the way. */
  isPlain({ actions }: Ask): boolean {
    return actions.some((action) => this.plain.decision(action) !== undefined);
  }

  /** On which resources it may be allowed at most. */
  patternsOf({ actions }: Ask): readonly PolicyText[] {
    if (this.principal.policies.some(({ document }) => document.unknowns.length > 0)) return ['*'];
    const statements = actions.flatMap((action) => this.grants.get(action) ?? []);
    const found = statements.flatMap(({ resources }) =>
      resources === undefined || resources.negated ? ['*'] : resources.patterns,
    );
    // Nothing says more than everything.
    return found.includes('*') ? ['*', ...new Set(found.filter((each) => each !== '*'))] : [...new Set(found)];
  }

  /** The permission on one resource of those that do not exist yet. */
  permits(ask: Ask, technique: Technique, resource: PolicyText, target?: Target): Grant | undefined {
    return best(ask.actions.map((action) => () => this.permission(action, ask, technique, target, resource)));
  }

  private meet({ technique, need }: Place, found: Ability[]): void {
    const asks = technique.needs[need];
    if (!asks.every((ask) => this.hasAny(ask))) return;
    const pivot = asks.find((ask) => ask.on === 'target');
    const isBound = asks.some(({ about }) => about === 'within-boundary');
    if (pivot === undefined && isBound) {
      // Who can make principals without a boundary needs none within one.
      if (technique.needs.flat().every((ask) => this.isUnbound(ask))) return;
      for (const target of this.ground.index(technique.target).targets) {
        this.add({ technique, need }, asks, target, found);
      }
      return;
    }
    if (pivot === undefined) return this.add({ technique, need }, asks, undefined, found);
    for (const target of this.candidates(technique.target, pivot)) this.add({ technique, need }, asks, target, found);
  }

  /** As the tags are and, where that is not certain, as they could be made. */
  private add(place: Place, asks: Need, target: Target | undefined, found: Ability[]): void {
    const given = this.ability(place, asks, target, 'given');
    if (given !== undefined) found.push(given);
    if (!this.readsTags || given?.certainty === 'certain') return;
    const chosen = this.ability(place, asks, target, 'chosen');
    if (chosen === undefined || (given !== undefined && chosen.certainty === 'possible')) return;
    if (chosen.tags !== undefined) found.push(chosen);
  }

  private isUnbound({ about, actions }: Ask): boolean {
    if (about !== 'within-boundary') return true;
    return actions.some(
      (action) => this.ask(action, anythingOf(action), { [BOUNDARY]: ABSENT })?.decision.must === true,
    );
  }

  private hasAny({ actions }: Ask): boolean {
    return actions.some((action) => this.grants.has(action) || this.ground.admitted(this.principal, action).length > 0);
  }

  private candidates(kind: TargetKind, { actions }: Ask): Iterable<Target> {
    const found = new Set<Target>();
    const index = this.ground.index(kind);
    for (const action of actions) {
      const within = this.limits === undefined ? undefined : new Set(named(this.limits.get(action), index));
      for (const target of named(this.grants.get(action), index)) if (within?.has(target) !== false) found.add(target);
      for (const key of this.ground.admitted(this.principal, action)) {
        const target = this.ground.target(kind, key);
        if (target !== undefined) found.add(target);
      }
    }
    return found;
  }

  private ability({ technique, need }: Place, asks: Need, target: Target | undefined, tags: Tags): Ability | undefined {
    const isOnlySelf = target?.principals.length === 1 && target.principals[0] === this.actor.base;
    if (technique.gain === 'become' && isOnlySelf && target.unknownRole === undefined) return undefined;
    // Whether the technique works on a target is asked where its needs name the target.
    const doubts = target === undefined ? [] : this.ground.doubts(technique, target);
    if (doubts === undefined) return undefined;
    const grants: Grant[] = [];
    for (const ask of asks) {
      const given = this.answer(ask, technique, target, 'given');
      const isGiven = tags === 'given' || given?.decision.must === true;
      const grant = isGiven ? given : (this.answer(ask, technique, target, 'chosen') ?? given);
      if (grant === undefined) return undefined;
      grants.push(grant);
    }
    const needed = together(grants.flatMap((grant) => grant.tags ?? []));
    const open = [...doubts, ...grants.flatMap(({ doubt }) => doubt ?? []), ...(agree(needed) ? [] : [ONE_VALUE])];
    const isSure = grants.every(({ decision }) => decision.must) && open.length === 0;
    return {
      technique,
      need,
      ...(target === undefined ? {} : { target }),
      certainty: isSure ? 'certain' : 'possible',
      grants,
      ...(needed.length === 0 ? {} : { tags: needed }),
      unknowns: isSure ? [] : [...grants.flatMap(({ decision }) => (decision.must ? [] : decision.unknowns)), ...open],
    };
  }

  private answer(ask: Ask, technique: Technique, target: Target | undefined, tags: Tags): Grant | undefined {
    const services = ask.about === 'pass' ? (technique.services ?? []).join() : '';
    const place = typeof ask.on === 'object' ? ask.on.arns.join() : ask.on;
    const id = [tags, place, ask.about ?? '', services, ask.actions.join(), isAbout(ask) ? target?.id : ''].join(' ');
    if (this.answers.has(id)) return this.answers.get(id);
    this.tags = tags;
    this.about = ask.on === 'target' ? taggedIn(technique, target) : undefined;
    const found = best([...ask.actions].map((action) => () => this.permission(action, ask, technique, target)));
    this.tags = 'given';
    this.answers.set(id, found);
    return found;
  }

  private permission(
    action: string,
    ask: Ask,
    technique: Technique,
    target: Target | undefined,
    other = anythingOf(action),
  ): Grant | undefined {
    const grant = this.granted(action, ask, technique, target, other);
    if (grant === undefined || grant.doubt !== undefined || !ENTERED.test(action)) return grant;
    const doubt = keptOut(this.principal, this.entered(grant, target), this.world);
    return doubt === undefined ? grant : { ...grant, doubt };
  }

  /** The role that is to be assumed: the target, or the new one. */
  private entered({ decision }: Grant, target: Target | undefined): Pick<Principal, 'arn' | 'account'> {
    const [role] = target?.principals ?? [];
    if (role !== undefined && target?.boundary === undefined) return role;
    const arn = decision.witness?.resource;
    const { account } = this.principal;
    return { arn: arn !== undefined && isExact(arn) ? arn : arnInAccount(this.principal, 'role/a-new-role'), account };
  }

  private granted(
    action: string,
    ask: Ask,
    technique: Technique,
    target: Target | undefined,
    other: PolicyText,
  ): Grant | undefined {
    if (!this.grants.has(action) && this.ground.admitted(this.principal, action).length === 0) return undefined;
    if (ask.on === 'some-role') return this.passToAny(action, technique);
    if (typeof ask.on === 'object') return this.besides(ask, ask.on);
    if (ask.on === 'cluster') return this.onCluster(action, target);
    const resource = ask.on === 'target' && target !== undefined ? target.arn : other;
    if (ask.about === 'pass') return this.pass(action, resource, technique, target);
    const context = ask.on === 'target' && target !== undefined ? ofPrincipal(action, target) : {};
    switch (ask.about) {
      case 'attach-administrator':
        return this.attach(action, resource, ask.on === 'anything' ? { [BOUNDARY]: ABSENT } : context);
      case 'replace-boundary':
        return this.ask(action, resource, { [BOUNDARY]: awsManaged(this.principal, 'AdministratorAccess') });
      case 'within-boundary': {
        const within: Context = target?.boundary === undefined ? {} : { [BOUNDARY]: target.boundary.arn };
        return /Attach/.test(action) ? this.attach(action, resource, within) : this.ask(action, resource, within);
      }
      case 'grant':
        // Said of calls by services only, which make grants for what they do themselves.
        return this.ask(action, resource, { 'kms:grantisforawsresource': 'false' });
      case 'no-boundary':
        return this.ask(action, resource, { [BOUNDARY]: ABSENT });
      default:
        return DETACH.test(action) && target !== undefined
          ? this.detach(action, resource, target, context)
          : this.ask(action, resource, context);
    }
  }

  private besides(ask: Ask, { arns, orElse }: Besides): Grant | undefined {
    const found = best(arns.map((each) => () => this.onSome(ask, each)));
    if (found?.decision.must === true || orElse === undefined) return found;
    const { on, doubt } = orElse;
    const other = on === undefined ? NOTHING_NEEDED : this.onSome(ask, on);
    return found ?? (other === undefined ? undefined : { ...other, doubt: unknown('attribute', doubt) });
  }

  /**
   * The permission on something of a form: certain with one ARN of those that a statement and the form have in common,
   * of which wildcards stay within their part.
   */
  private onSome(ask: Ask, form: string): Grant | undefined {
    const [action] = ask.actions;
    const arns = this.patternsOf(ask).slice(0, MOST_PATTERNS);
    const common = arns.map((each) => inCommon(this.inPartition(form), each)).filter(({ kind }) => kind !== 'none');
    if (common.length === 0) return undefined;
    const resource = /[/:]\?\*$/.test(form) ? '*' : this.inPartition(form);
    for (const each of common) {
      const grant = each.kind === 'found' ? this.ask(action, each.text, {}) : undefined;
      if (grant?.decision.must === true) return { ...grant, resource };
    }
    const wide = best(somethingOf(this.inPartition(form)).map((each) => () => this.ask(action, each, {})));
    if (wide === undefined) return undefined;
    return { ...wide, resource, doubt: unknown('attribute', `which resources of the form ${form} it may name`) };
  }

  /** In that of the principal: what a form leaves open as `arn:*:`. */
  private inPartition(form: string): PolicyText {
    const { arn } = this.principal;
    const [first, second] = isText(arn) ? arn.parts : [isUnknown(arn) ? '' : arn];
    const literal = typeof first === 'string' ? /^arn:([^:]+):/.exec(first)?.[1] : undefined;
    const part = literal ?? (typeof second === 'object' && second.shape === 'partition' ? second : '*');
    return text(['arn:', part, form.slice('arn:*'.length)]);
  }

  private onCluster(action: string, target: Target | undefined): Grant | undefined {
    const resource = target?.resource;
    const cluster = resource === undefined ? undefined : clusterOf(resource);
    if (cluster !== undefined) return this.ask(action, cluster, {});
    const found = best(
      somethingOf(this.inPartition('arn:*:ecs:*:*:cluster/?*')).map((each) => () => this.ask(action, each, {})),
    );
    return found === undefined
      ? undefined
      : { ...found, doubt: unknown('attribute', `the cluster of ${resource?.logicalId ?? 'the service'}`) };
  }

  /** Detaches the managed policies that deny; where not all of them can be detached for sure, it is possible. */
  private detach(action: string, resource: PolicyText, target: Target, context: Context): Grant | undefined {
    const denying = target.principals.flatMap(({ policies }) => policies.filter(mayDeny).map(arnOfManaged));
    if (denying.length === 0) return this.ask(action, resource, context);
    const grants = denying.map((policy) => this.ask(action, resource, { ...context, [POLICY]: policy }));
    const found = grants.find((grant) => grant !== undefined);
    if (found === undefined || !grants.includes(undefined)) {
      return grants.find((grant) => grant?.decision.must === false) ?? found;
    }
    return { ...found, doubt: unknown('attribute', 'whether the policies that can be detached are those that deny') };
  }

  private pass(
    action: string,
    resource: PolicyText,
    technique: Technique,
    target: Target | undefined,
  ): Grant | undefined {
    const role = target?.principals[0];
    const services = role === undefined ? (technique.services ?? []) : this.ground.servicesOf(technique, role);
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
      ['AdministratorAccess', 'IAMFullAccess'].map(
        (name) => () => this.ask(action, resource, { ...context, [POLICY]: awsManaged(this.principal, name) }),
      ),
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
    const plain = isAnything(resource) ? this.plain.decision(action) : undefined;
    if (plain !== undefined) return { action, resource, decision: plain };
    // Which resource of many it would be is not said: each has tags of its own.
    const question = { action, resource, context, ...(isAnything(resource) ? UNKNOWN_TAGS : {}) };
    if (this.tags === 'chosen') return this.retagged.grant(question, this.about);
    const decision = decide({ ...question, principal: this.principal }, this.world);
    return decision.may ? { action, resource, decision } : undefined;
  }

  /** Whether it may write tags of anything: whether it is worth asking for each. */
  get canTag(): boolean {
    return this.ground.tags.any && TAGGING.some((action) => this.hasAny({ actions: [action], on: 'target' }));
  }
}

const MOST_PATTERNS = 64;
const NOTHING_NEEDED: Grant = {
  action: '',
  resource: '*',
  decision: { may: true, must: true, unconditional: true, allows: [], denies: [], conditions: [], unknowns: [] },
};
const UNKNOWN_TAGS: Pick<Question, 'resourceTags'> = { resourceTags: 'unknown' };
const ONE_VALUE = unknown('attribute', 'whether one value of a tag does for all that is needed at once');

const BOUNDARY = BOUNDARY_KEY;
const POLICY = 'iam:policyarn';
/** What makes a role that trusts whom the caller says. */
const ENTERED = /^iam:(?:UpdateAssumeRolePolicy|CreateRole)$/;
const DETACH = /^iam:Detach(?:Role|User)Policy$/;

function mayDeny({ document, resource, place }: SourcedPolicy): boolean {
  const isManaged = resource?.type === 'AWS::IAM::ManagedPolicy' || place.startsWith('arn:');
  return isManaged && (document.unknowns.length > 0 || document.statements.some(({ effect }) => effect === 'Deny'));
}

function arnOfManaged({ resource, place }: SourcedPolicy): PolicyText {
  if (resource?.type !== 'AWS::IAM::ManagedPolicy') return place;
  return (resource.arn ?? unknown('attribute', `the ARN of ${resource.logicalId}`)) as PolicyText;
}

/** The targets that statements may name. */
function* named(statements: readonly Statement[] = [], index: TargetIndex): Generator<Target> {
  for (const { resources } of statements) {
    const patterns: readonly PolicyText[] = resources === undefined || resources.negated ? ['*'] : resources.patterns;
    for (const pattern of patterns) yield* index.matching(pattern);
  }
}

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

/** Whether the answer is another one for each target. */
function isAbout({ on, about }: Ask): boolean {
  return on === 'target' || on === 'cluster' || about === 'within-boundary';
}

/** Something of a form of which nothing else is known, of some account or, as what AWS provides, of none. */
function somethingOf(form: PolicyText): readonly PolicyText[] {
  if (isUnknown(form)) return [];
  const shapes = ['region', 'account', 'segment'] as const;
  const made = (withAccount: boolean): PolicyText => {
    let at = 0;
    return text(
      (isText(form) ? form.parts : [form]).flatMap((part): readonly TextPart[] => {
        if (typeof part !== 'string') return [part];
        return part.split(/(\?\*|\*)/).flatMap((piece): readonly TextPart[] => {
          if (piece !== '*' && piece !== '?*') return [piece];
          const shape = shapes[Math.min(at, 2)];
          at += 1;
          return shape === 'account' && !withAccount ? [] : [{ shape, source: `some ${shape} ${at}` }];
        });
      }),
    );
  };
  return [made(true), made(false)];
}

/** The resource whose tags a target has. */
function taggedIn({ target: kind }: Technique, target: Target | undefined): Resource | undefined {
  return target?.runs === undefined && kind !== 'api-method' ? target?.resource : undefined;
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

/** Whether every resource of a service is meant. */
function isAnything(resource: PolicyText): boolean {
  return typeof resource === 'string' && /^(?:\*|arn:\*:[^:]*:\*)$/.test(resource);
}
