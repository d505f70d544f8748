import type { DutyDefinition } from '../../model/separation';
import type { Matcher, PolicyText, Statement } from '../../model/policy';
import { show } from '../../model/read';
import { isText, isUnknown } from '../../model/value';
import { actionInfo } from '../actions/action-info';
import { details } from '../answers/named';
import { decide } from '../decide/decide';
import type { Decision } from '../decide/decision';
import { artifactBuckets } from '../facts/artifact-buckets';
import { rotatedBy } from '../facts/rotators';
import { resourcesNamed } from '../facts/lookup';
import { contains, patternOf } from '../match/pattern';
import { canMeet, canonical, isExact } from '../match/symbolic';
import { Admission } from '../reach/admission';
import { administers } from '../reach/administers';
import { PlainGrants } from '../reach/plain-grants';
import { RelevantActions } from '../reach/relevant-actions';
import { TargetIndex } from '../reach/target-index';
import { resourcesIn } from '../world/principals';
import type { Principal, ResourcePolicy, World } from '../world/world';
import { EndpointIndex } from './endpoint-index';
import { EVERY_DUTY, sentence } from './holding';
import type { Holding } from './holding';
import { instanceOf } from './instance';
import { OTHER_IDENTITY, isPattern, targetsOfKind } from './kinds';
import type { DutyTarget } from './kinds';
import { wantedBy } from './wanted';
import type { Wanted } from './wanted';

const READS_A_SECRET = 'secretsmanager:GetSecretValue';

/** What `grantReadWrite` of a bucket brings along. */
const DELETES_OBJECTS = 's3:DeleteObjectVersion';

/** What a principal has on its own. */
export interface Held {
  readonly holdings: readonly Holding[];
  /** Policies that cannot be read, and so may be any duty; empty where a boundary says what they cannot be. */
  readonly unreadable: readonly string[];
}

/**
 * Which duties principals have by their own permissions, whatever grants them: their policies, those of their groups,
 * managed ones, and the policies of resources. Asked once for each principal; a question for each resource that a
 * statement names and a duty is about.
 */
export class DirectDuties {
  private readonly wanted: ReadonlyMap<string, readonly Wanted[]>;
  private readonly relevant: RelevantActions;
  private readonly admission: Admission;
  private readonly indexes = new Map<string, Index>();
  private readonly known = new Map<Principal, Held>();

  constructor(
    readonly world: World,
    duties: readonly DutyDefinition[],
  ) {
    this.wanted = wantedBy(duties);
    this.relevant = new RelevantActions([...this.wanted.keys()]);
    this.admission = new Admission(world, this.relevant);
  }

  of(principal: Principal): Held {
    let found = this.known.get(principal);
    if (found === undefined) this.known.set(principal, (found = this.find(principal)));
    return found;
  }

  /** Not remembered: of a principal that is none of the templates'. */
  find(principal: Principal): Held {
    const { world } = this;
    const unread = principal.policies.flatMap(({ document }) => document.unknowns);
    const admin = administers({ base: principal, changes: [], principal, loose: [] }, world);
    if (admin?.technique.id === 'administrator') {
      return { holdings: [everything(admin.certainty, details(admin.unknowns))], unreadable: [] };
    }
    const asking = new Asking(principal, new PlainGrants(principal, this.relevant, world), world);
    // What is not known may be whatever the boundary lets it be.
    const { boundary } = principal;
    const isBounded = boundary !== undefined && boundary.document.unknowns.length === 0;
    const policies = unread.length > 0 && isBounded ? [...principal.policies, boundary] : principal.policies;
    for (const { document } of policies) {
      for (const statement of document.statements) {
        if (statement.effect === 'Allow') this.askStatement(statement, asking);
      }
    }
    this.askAdmitted(this.admission.of(principal) ?? new Map(), asking);
    this.askAdmitted(this.admission.open, asking);
    return { holdings: asking.holdings, unreadable: isBounded ? [] : details(unread) };
  }

  private askStatement(statement: Statement, asking: Asking): void {
    const actions = this.relevant.of(statement);
    if (actions.length === 0 || statement.resources === undefined) return;
    const patterns = patternsOf(statement.resources);
    for (const action of actions) {
      for (const { duty, on } of this.wanted.get(action) ?? []) {
        for (const pattern of patterns) {
          if (on === undefined) asking.anything(duty, action, pattern);
          else for (const kind of on) this.askKind(kind, duty, action, pattern, asking);
        }
      }
    }
  }

  private askKind(kind: string, duty: string, action: string, pattern: PolicyText, asking: Asking): void {
    if (kind === OTHER_IDENTITY) {
      if (!asking.isItself(pattern)) asking.anything(duty, action, pattern);
    } else if (isPattern(kind)) {
      // A name that CloudFormation makes up is no name that a pattern means.
      if (resourcesNamedIn(pattern).length === 0 && canMeet(pattern, kind)) asking.pattern(duty, action, pattern, kind);
    } else for (const target of this.index(kind).matching(pattern)) asking.target(duty, action, target as DutyTarget);
  }

  /** What the policies of resources grant by themselves. */
  private askAdmitted(admitted: ReadonlyMap<string, readonly string[]>, asking: Asking): void {
    for (const [action, keys] of admitted) {
      for (const { duty, on } of this.wanted.get(action) ?? []) {
        const guarding = keys.flatMap((key) => this.world.resourcePolicies.get(key) ?? []);
        if (on === undefined) for (const each of guarding) asking.guarded(duty, action, each);
        for (const kind of on ?? []) {
          if (kind === OTHER_IDENTITY || isPattern(kind)) continue;
          const those = new Set(keys);
          for (const target of this.index(kind).targets as readonly DutyTarget[]) {
            if (those.has(target.guardedBy)) asking.target(duty, action, target);
          }
        }
      }
    }
  }

  private index(kind: string): Index {
    let found = this.indexes.get(kind);
    if (found === undefined) {
      const targets = targetsOfKind(kind, this.world);
      found = kind.endsWith('-endpoint') ? new EndpointIndex(targets, this.world) : new TargetIndex(targets);
      this.indexes.set(kind, found);
    }
    return found;
  }
}

type Index = Pick<TargetIndex, 'targets' | 'matching'>;

/** The questions about one principal, and what came out. A duty over something is asked until it is certain. */
class Asking {
  private readonly found = new Map<string, Holding>();
  private readonly asked = new Set<string>();

  constructor(
    private readonly principal: Principal,
    private readonly plain: PlainGrants,
    private readonly world: World,
  ) {}

  get holdings(): readonly Holding[] {
    return [...this.found.values()];
  }

  isItself(pattern: PolicyText): boolean {
    return canonical(pattern) === canonical(this.principal.arn) || show(pattern).endsWith(':user/${aws:username}');
  }

  anything(duty: string, action: string, named: PolicyText): void {
    if (!fits(action, named)) return;
    const resource = actionInfo(action)?.resourceLevel === false ? '*' : named;
    const [key] = resourcesNamedIn(resource);
    if (action === DELETES_OBJECTS && key !== undefined && this.isOfArtifacts(key, resource)) {
      const { template } = this.world.snapshot.byKey(key) ?? {};
      this.ask(duty, action, { over: key, resource, shown: show(resource), ofArtifacts: true }, template?.name);
      return;
    }
    const template = key === undefined ? undefined : this.world.snapshot.byKey(key)?.template.name;
    this.ask(duty, action, { over: template ?? '', resource, shown: show(resource) }, template);
  }

  /** That bucket or its objects, and not those of others whose name begins like it. */
  private isOfArtifacts(key: string, named: PolicyText): boolean {
    if (!artifactBuckets(this.world.snapshot).has(key) || !isText(named)) return false;
    const { parts } = named;
    const at = parts.findIndex((part) => typeof part !== 'string' && part.resource === key);
    const [next] = parts.slice(at + 1);
    const ends = next === undefined || (typeof next === 'string' && next.startsWith('/'));
    return ends && !parts.slice(0, at).some((part) => typeof part === 'string' && part.includes('*'));
  }

  /** About what a statement names of a kind: the narrower of both, since wildcards on both sides are dear to compare. */
  pattern(duty: string, action: string, named: PolicyText, kind: string): void {
    const resource = named === '*' || isUnknown(named) || contains(patternOf(named), patternOf(kind)) ? kind : named;
    this.ask(duty, action, { over: '', resource, shown: show(resource) }, undefined);
  }

  guarded(duty: string, action: string, { key, arn, resource }: ResourcePolicy): void {
    const template = resource?.template.name;
    this.ask(
      duty,
      action,
      { over: template ?? '', resource: arn, shown: resource === undefined ? key : show(arn) },
      template,
    );
  }

  target(duty: string, action: string, { id, name, arn, resource, guardedBy }: DutyTarget): void {
    const reads = action === READS_A_SECRET;
    const ofRotation = reads && rotatedBy(this.principal.key, this.world.snapshot).has(id);
    const key = reads ? this.keyOf(resource) : undefined;
    const isDenied = this.denies(guardedBy);
    const asked = { over: id, resource: arn, shown: name, ...(key === undefined ? {} : { key }), ofRotation, isDenied };
    this.ask(duty, action, asked, resource.template.name);
  }

  private ask(duty: string, action: string, asked: Asked, template: string | undefined): void {
    const id = `${duty}\u0000${asked.over}`;
    const before = this.found.get(id);
    if (before?.certainty === 'certain') return;
    const question = `${id}\u0000${action}\u0000${canonical(asked.resource)}`;
    if (this.asked.has(question)) return;
    this.asked.add(question);
    const decision = this.decide(action, asked.resource, asked.isDenied === true);
    if (!decision.may) return;
    const key = asked.key === undefined ? undefined : this.decrypts(asked.key);
    if (key?.may === false) return;
    const isSure = decision.must && key?.must !== false;
    if (before !== undefined && !isSure) return;
    this.found.set(id, {
      duty,
      over: asked.over,
      ...(template === undefined ? {} : { template }),
      certainty: isSure ? 'certain' : 'possible',
      unknowns: isSure ? [] : details([...decision.unknowns, ...(key?.unknowns ?? [])]),
      because: sentence(action, asked.shown, decision),
      ...(asked.ofRotation === true ? { ofRotation: true } : {}),
      ...(asked.ofArtifacts === true ? { ofArtifacts: true } : {}),
    });
  }

  /** A pattern is asked about by one of its ARNs first: a question by pattern costs a search. */
  private decide(action: string, resource: PolicyText, isDenied: boolean): Decision {
    const { principal, world } = this;
    if (!isExact(resource)) {
      const plain = isDenied ? undefined : this.plain.decision(action);
      if (plain !== undefined) return plain;
      const instance = instanceOf(resource, principal.account);
      const found = instance === undefined ? undefined : decide({ principal, action, resource: instance }, world);
      if (found?.must === true || (found !== undefined && isDeniedAll(found, resource))) return found;
    }
    return decide({ principal, action, resource }, world);
  }

  /** Whether the policy of a resource denies anything: then what is allowed on everything is no answer. */
  private denies(key: string): boolean {
    const policies = this.world.resourcePolicies.get(key)?.policies ?? [];
    return policies.some(({ document }) => document.statements.some(({ effect }) => effect === 'Deny'));
  }

  private decrypts(resource: PolicyText): Decision {
    return decide({ principal: this.principal, action: 'kms:Decrypt', resource }, this.world);
  }

  /** The key of ours that a secret is encrypted with: who may not decrypt does not read. */
  private keyOf(secret: DutyTarget['resource']): PolicyText | undefined {
    const [key, ...others] = resourcesNamed(
      secret.properties['KmsKeyId'],
      'AWS::KMS::Key',
      secret,
      this.world.snapshot,
    );
    const arn = others.length === 0 ? key?.arn : undefined;
    return arn === undefined ? undefined : (arn as PolicyText);
  }
}

/** Whether a Deny that applies to one ARN of a pattern for sure applies to all of them: it names the whole pattern. */
function isDeniedAll({ may, denies }: Decision, pattern: PolicyText): boolean {
  if (may) return false;
  const asked = patternOf(pattern);
  return denies.some(
    ({ certainty, statement: { resources } }) =>
      certainty === 'certain' &&
      resources?.negated === false &&
      resources.patterns.some((each) => contains(patternOf(each), asked)),
  );
}

interface Asked {
  readonly over: string;
  readonly resource: PolicyText;
  readonly shown: string;
  readonly key?: PolicyText;
  readonly ofRotation?: boolean;
  /** The policy of the resource denies something. */
  readonly isDenied?: boolean;
  readonly ofArtifacts?: boolean;
}

function everything(certainty: Holding['certainty'], unknowns: readonly string[]): Holding {
  return {
    duty: EVERY_DUTY,
    over: '',
    certainty,
    unknowns,
    because: 'is administrator by its own policies: nothing keeps it from anything',
  };
}

function resourcesNamedIn(pattern: PolicyText): readonly string[] {
  return isUnknown(pattern) ? [] : resourcesIn(pattern);
}

function patternsOf({ negated, patterns }: Matcher): readonly PolicyText[] {
  return negated ? ['*'] : patterns;
}

/** Nobody deploys a function through the ARN of a queue: an ARN is about the service that it names. */
function fits(action: string, resource: PolicyText): boolean {
  if (resource === '*' || isUnknown(resource)) return true;
  if (actionInfo(action)?.resourceLevel === false) return false;
  const service = /^arn:[^*?]*?:([a-z0-9-]+):/.exec(show(resource).replaceAll('AWS::', ''))?.[1];
  const own = action.split(':')[0];
  return service === undefined || service === own || own === 'backup' || own === 'organizations' || own === 'sso';
}
