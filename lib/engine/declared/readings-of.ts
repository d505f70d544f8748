import { alternatives } from '../../model/read';
import type { PolicyText } from '../../model/policy';
import type { Resource, Snapshot } from '../../model/snapshot';
import { isText } from '../../model/value';
import { analysed } from '../analysed';
import { details } from '../answers/named';
import { ChangedWays } from '../answers/ways';
import { decide } from '../decide/decide';
import { resourcesNamed } from '../facts/lookup';
import { mayMeanMadeUp } from '../facts/made-up-names';
import { actionMayMatch } from '../match/action-pattern';
import type { Step } from '../reach/reach';
import type { Principal, World } from '../world/world';
import { nameOf } from '../world/resource-name';
import { importedArn } from './imported-arn';

const READING = 'secretsmanager:GetSecretValue';
const DECRYPTING = 'kms:Decrypt';

/** That a principal can read the value of a declared credential: by its own permissions, by becoming somebody, or by changes. */
export interface Reading {
  readonly credential: Resource;
  /** The steps by which it comes to read; none where it reads itself. */
  readonly steps: readonly Step[];
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

/** Names of those who can effectively read each credential, by its key; sorted. */
export function effectiveReadersOf(snapshot: Snapshot): ReadonlyMap<string, readonly string[]> {
  const readings = readingsOf(snapshot);
  const names = new Map<string, Set<string>>(readings.credentials.map(({ key }) => [key, new Set()]));
  if (names.size === 0) return new Map();
  for (const { key, resource } of analysed(snapshot).world.principals) {
    for (const { credential } of readings.of(key)) names.get(credential.key)?.add(declaredName(resource));
  }
  return new Map([...names].map(([key, found]) => [key, [...found].sort()]));
}

/** As `readers` names it, where it was declared. */
function declaredName(resource: Resource): string {
  return resource.intent?.kind === 'role' ? resource.intent.path : nameOf(resource);
}

class AskedReadings implements Readings {
  readonly credentials: readonly Resource[];
  private readonly own = new Map<string, readonly Reading[]>();
  private readonly answers = new Map<string, readonly Reading[]>();
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
      if (offer === undefined) return [];
      const unknowns = [...details([...offer.doubts, ...offer.answer.decision.unknowns]), ...notSeen(credential)];
      const isCertain = offer.verdict === 'granted' && !isElsewhere(credential);
      return [{ credential, steps: offer.way.steps, certainty: isCertain ? 'certain' : 'possible', unknowns }];
    });
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
