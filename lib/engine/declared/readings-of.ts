import { alternatives } from '../../model/read';
import type { EffectiveReader } from '../../model/declared';
import type { PolicyText } from '../../model/policy';
import type { Resource, Snapshot } from '../../model/snapshot';
import { isText } from '../../model/value';
import { analysed } from '../analysed';
import { details } from '../answers/named';
import { ChangedWays } from '../answers/ways';
import { decide } from '../decide/decide';
import { isJudged } from '../duties/judged';
import { resourcesNamed } from '../facts/lookup';
import { mayMeanMadeUp } from '../facts/made-up-names';
import { actionMayMatch } from '../match/action-pattern';
import { sameText } from '../match/symbolic';
import type { ReachOfPrincipal, Step } from '../reach/reach';
import { accountOf } from '../world/principals';
import type { Principal, World } from '../world/world';
import { nameOf } from '../world/resource-name';
import { AccessTo } from './access-to';
import { importedArn } from './imported-arn';

const READING = 'secretsmanager:GetSecretValue';
const DECRYPTING = 'kms:Decrypt';

/** That a principal can read the value of a declared credential: by its own permissions, by becoming somebody, or by changes. */
export interface Reading {
  readonly credential: Resource;
  /** The steps by which it comes to read; none where it reads itself. */
  readonly steps: readonly Step[];
  /** Whether it has to change something first: groups, policies, boundaries, Denies. */
  readonly byChanging?: true;
  readonly certainty: 'certain' | 'possible';
  readonly unknowns: readonly string[];
}

/** Who can read what, by all policies that AWS looks at, the policy of the key included. */
export interface Readings {
  /** The secrets that were declared as credentials. */
  readonly credentials: readonly Resource[];
  /** By the key of a role or user. */
  of(principalKey: string): readonly Reading[];
}

const known = new WeakMap<Snapshot, Readings>();

/** Computed once for all who ask. Linear in the credentials, for each principal that may read any secret at all. */
export function readingsOf(snapshot: Snapshot): Readings {
  let found = known.get(snapshot);
  if (found === undefined) known.set(snapshot, (found = new AskedReadings(snapshot)));
  return found;
}

/** Whether a role was declared to know a credential: as a reader, or as the one that writes it. */
export function isDeclaredReader({ intent, constructPath }: Resource, credential: Resource): boolean {
  if (credential.intent?.kind !== 'credential') return false;
  const { readers, rotator, deployment } = credential.intent;
  const paths = [
    ...(intent?.kind === 'role' ? [intent.path] : []),
    ...(constructPath === undefined ? [] : [constructPath, constructPath.replace(/\/Resource$/, '')]),
  ];
  return paths.some((path) => path === rotator || path === deployment || readers.includes(path));
}

/** Those who can effectively read each credential, by its key; sorted by name. */
export function effectiveReadersOf(snapshot: Snapshot): ReadonlyMap<string, readonly EffectiveReader[]> {
  const readings = readingsOf(snapshot);
  const readers = new Map(readings.credentials.map((each) => [each.key, new Map<string, EffectiveReader>()]));
  if (readers.size === 0) return new Map();
  const { world, reach } = analysed(snapshot);
  for (const principal of world.principals) {
    const { key, resource } = principal;
    const name = declaredName(resource);
    const add = (credential: Resource, by?: EffectiveReader['by']): void => {
      const found = readers.get(credential.key);
      if (found?.has(name) === false) found.set(name, by === undefined ? { name } : { name, by });
    };
    const found = readings.of(key);
    for (const { credential } of found) if (isDeclaredReader(resource, credential)) add(credential);
    // Whoever is, or becomes, administrator lifts every guard in the account.
    if (isJudged(principal, world) && isAdministrator(reach.from(key))) {
      for (const each of readings.credentials) {
        if (sameText(accountOf(each.template), principal.account) !== 'no') add(each, 'administrator');
      }
    }
    for (const { credential, byChanging } of found) add(credential, byChanging === true ? 'policies' : undefined);
  }
  return new Map([...readers].map(([key, found]) => [key, [...found.values()].sort(byName)]));
}

function byName(a: EffectiveReader, b: EffectiveReader): number {
  return a.name < b.name ? -1 : 1;
}

/** A policy that nobody can read here makes no administrator. */
function isAdministrator(reached: ReachOfPrincipal | undefined): boolean {
  if (reached?.admin === undefined) return false;
  return reached.trace(reached.admin).every(({ technique }) => technique !== 'unknown-policy');
}

/** As `readers` names it, where it was declared. */
function declaredName(resource: Resource): string {
  return resource.intent?.kind === 'role' ? resource.intent.path : nameOf(resource);
}

class AskedReadings implements Readings {
  readonly credentials: readonly Resource[];
  private readonly own = new Map<string, readonly Reading[]>();
  private readonly answers = new Map<string, readonly Reading[]>();
  private readonly doors = new Map<Resource, readonly AccessTo[]>();
  private readonly ways = new Map<Resource, ChangedWays>();

  constructor(private readonly snapshot: Snapshot) {
    this.credentials = snapshot.resources.filter(({ intent }) => intent?.kind === 'credential');
  }

  of(principalKey: string): readonly Reading[] {
    if (this.credentials.length === 0) return [];
    let answer = this.answers.get(principalKey);
    if (answer === undefined) {
      const others = [...this.ownOf(principalKey), ...this.byBecoming(principalKey)];
      answer = [...others, ...this.byChanging(principalKey, new Set(others.map(({ credential }) => credential)))];
      this.answers.set(principalKey, answer);
    }
    return answer;
  }

  private ownOf(principalKey: string): readonly Reading[] {
    let answer = this.own.get(principalKey);
    if (answer === undefined) {
      const { world } = analysed(this.snapshot);
      const principal = world.principal(principalKey);
      answer = principal === undefined || !mayReadAny(principal) ? [] : this.ask(principal, world);
      this.own.set(principalKey, answer);
    }
    return answer;
  }

  private ask(principal: Principal, world: World): readonly Reading[] {
    return this.credentials.flatMap((credential): readonly Reading[] => {
      const read = secretsOf(credential)
        .map((resource) => decide({ principal, action: READING, resource }, world))
        .find(
          ({ may, must, allows }) =>
            may && (must || allows.some(({ statement }) => mayMeanMadeUp(statement, credential, this.snapshot))),
        );
      if (read === undefined || !this.mayDecrypt(principal, credential, world)) return [];
      const unknowns = [...read.unknowns.map(({ detail }) => detail), ...notSeen(credential)];
      return [
        { credential, steps: [], certainty: read.must && !isElsewhere(credential) ? 'certain' : 'possible', unknowns },
      ];
    });
  }

  /** The key is a second door, where it is among the templates: it can only shut out. */
  private mayDecrypt(principal: Principal, credential: Resource, world: World): boolean {
    const keys = resourcesNamed(credential.properties['KmsKeyId'], 'AWS::KMS::Key', credential, this.snapshot);
    const arns = keys.flatMap(arnsOf);
    return arns.length === 0 || arns.some((resource) => decide({ principal, action: DECRYPTING, resource }, world).may);
  }

  private byBecoming(principalKey: string): readonly Reading[] {
    const reached = analysed(this.snapshot).reach.from(principalKey);
    if (reached === undefined) return [];
    const known = new Set(this.ownOf(principalKey).map(({ credential }) => credential));
    return reached.facts.flatMap((fact) => {
      if (fact.goal.kind !== 'principal') return [];
      const others = this.ownOf(fact.goal.principal.key).filter(({ credential }) => !known.has(credential));
      if (others.length === 0) return [];
      const steps = reached.trace(fact);
      const unread = steps.flatMap(({ unknowns }) => unknowns.map(({ detail }) => detail));
      return others.map(({ credential, certainty, unknowns }): Reading => {
        known.add(credential);
        const both = fact.certainty === 'certain' ? certainty : 'possible';
        return { credential, steps, certainty: both, unknowns: [...new Set([...unknowns, ...unread])] };
      });
    });
  }

  /** By what it is sure to change: its groups, policies, boundary or Denies, or the policy of the secret. */
  private byChanging(principalKey: string, known: ReadonlySet<Resource>): readonly Reading[] {
    const { reach, world } = analysed(this.snapshot);
    const from = reach.from(principalKey);
    if (from === undefined || from.admin?.certainty === 'certain') return [];
    if (from.rewritings.length === 0 && from.controlled.every(({ changes }) => changes.size === 0)) return [];
    return this.credentials.flatMap((credential): readonly Reading[] => {
      if (known.has(credential)) return [];
      const offer = this.waysTo(credential, world).best(
        from,
        (each) => each.way.certainty === 'certain' && this.mayDecrypt(each.principal, credential, each.world),
      );
      if (offer === undefined) return this.byBothDoors(principalKey, credential);
      const unknowns = [...details([...offer.doubts, ...offer.answer.decision.unknowns]), ...notSeen(credential)];
      const isCertain = offer.verdict === 'granted' && !isElsewhere(credential);
      const certainty = isCertain ? 'certain' : 'possible';
      return [{ credential, steps: offer.way.steps, byChanging: true, certainty, unknowns }];
    });
  }

  /** By changing what keeps it out of the key, too: the secret and the key are asked about one by one. */
  private byBothDoors(principalKey: string, credential: Resource): readonly Reading[] {
    const { world } = analysed(this.snapshot);
    const [secret, ...keys] = this.doorsOf(credential);
    if (secret === undefined || keys.length === 0) return [];
    const read = secret.of(principalKey, 'by any way');
    const opened =
      read === undefined ? undefined : keys.map((each) => each.of(principalKey, 'by any way')).find(Boolean);
    if (read?.certainty !== 'certain' || opened?.certainty !== 'certain') return [];
    const steps = [...read.steps, ...opened.steps];
    // Of two roles that it becomes, one of which reads and the other decrypts, none is a reader.
    const isChanging = steps.some(({ toKey = '' }) => toKey !== principalKey && world.principal(toKey) === undefined);
    if (!isChanging) return [];
    const distinct = new Map(steps.map((each) => [`${each.technique} ${each.from} ${each.to}`, each]));
    return [{ credential, steps: [...distinct.values()], byChanging: true, certainty: 'certain', unknowns: [] }];
  }

  /** The secret, and its keys among the templates; nothing of one that is in no template. */
  private doorsOf(credential: Resource): readonly AccessTo[] {
    let found = this.doors.get(credential);
    if (found === undefined) {
      const keys = resourcesNamed(credential.properties['KmsKeyId'], 'AWS::KMS::Key', credential, this.snapshot);
      const asked = [[READING, credential] as const, ...keys.map((key) => [DECRYPTING, key] as const)];
      found = isElsewhere(credential)
        ? []
        : asked.map(([action, each]) => new AccessTo(this.snapshot, action, each, arnsOf(each)));
      this.doors.set(credential, found);
    }
    return found;
  }

  private waysTo(credential: Resource, world: World): ChangedWays {
    let found = this.ways.get(credential);
    if (found === undefined) {
      const target = { shown: credential.key, arns: secretsOf(credential), resource: credential };
      this.ways.set(credential, (found = new ChangedWays(world, READING, target)));
    }
    return found;
  }
}

/** Whether any statement of it may allow to read secrets at all: most principals need not be asked further. */
function mayReadAny({ policies }: Principal): boolean {
  return policies.some(
    ({ document }) =>
      document.unknowns.length > 0 ||
      document.statements.some(
        ({ effect, actions: { negated, patterns } }) =>
          effect === 'Allow' && (negated || patterns.some((pattern) => actionMayMatch(pattern, READING))),
      ),
  );
}

/** A secret that is in no template is declared at a policy, by its ARN. */
function isElsewhere({ intent }: Resource): boolean {
  return intent?.kind === 'credential' && intent.secretArn !== undefined;
}

function notSeen(credential: Resource): readonly string[] {
  return isElsewhere(credential) ? ['the policies of the secret and of its key, which are in no template'] : [];
}

function secretsOf(credential: Resource): readonly PolicyText[] {
  const { intent } = credential;
  if (intent?.kind !== 'credential' || intent.secretArn === undefined) return arnsOf(credential);
  // What stands for the six characters that Secrets Manager adds: any will do, for all policies name them by pattern.
  return [importedArn(intent.secretArn.replace(/-\?{6}$/, '-AbCdEf'), credential.template)];
}

function arnsOf({ arn }: Resource): readonly PolicyText[] {
  return alternatives(arn).filter((each): each is PolicyText => typeof each === 'string' || isText(each));
}
