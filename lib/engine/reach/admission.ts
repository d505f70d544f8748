import type { PolicyText, Statement } from '../../model/policy';
import { show } from '../../model/read';
import { isUnknown } from '../../model/value';
import type { Principal, SourcedPolicy, World } from '../world/world';
import type { RelevantActions } from './relevant-actions';
import type { Target } from './target';
import { TargetIndex } from './target-index';

/** Permissions by the resource's own word, by action: the keys of the resources. */
export type Admitted = ReadonlyMap<string, readonly string[]>;

/**
 * Whom trust policies and other resource policies name themselves. Such a principal needs no permission of its own
 * in the same account, so that its own policies do not lead there.
 */
export class Admission {
  private readonly byPrincipal = new Map<string, Map<string, string[]>>();
  /** What everybody is admitted to, or may be. */
  readonly open = new Map<string, string[]>();
  private readonly index: TargetIndex;

  constructor(
    world: World,
    private readonly relevant: RelevantActions,
  ) {
    this.index = new TargetIndex(
      world.principals.map((each): Target => ({ id: each.key, name: each.key, arn: each.arn, principals: [each] })),
    );
    for (const { key, trust } of world.principals) if (trust !== undefined) this.read(key, trust, true);
    for (const { key, policies } of world.resourcePolicies.values()) {
      for (const policy of policies) this.read(key, policy, false);
    }
  }

  of(principal: Principal): Admitted | undefined {
    return this.byPrincipal.get(principal.key);
  }

  private read(key: string, { document }: SourcedPolicy, trust: boolean): void {
    // Of other policies the unreadable parts are told where the resource is asked about.
    if (trust && document.unknowns.length > 0) put(this.open, 'sts:AssumeRole', key);
    for (const statement of document.statements) {
      if (statement.effect !== 'Allow') continue;
      const actions = this.relevant.of(statement);
      if (actions.length === 0) continue;
      const admitted = this.named(statement);
      for (const action of actions) {
        if (admitted === 'everybody') put(this.open, action, key);
        else for (const principal of admitted) put(this.mapOf(principal), action, key);
      }
    }
  }

  private named({ principals }: Statement): readonly Principal[] | 'everybody' {
    if (principals === undefined) return [];
    if (principals.negated) return 'everybody';
    const found: Principal[] = [];
    for (const { kind, value } of principals.entries) {
      if (kind !== '*' && kind !== 'AWS') continue;
      if (value === '*' || isUnknown(value)) return 'everybody';
      const arn = roleOf(value);
      if (isAccount(arn)) continue;
      for (const target of this.index.matching(arn)) found.push(...target.principals);
    }
    return found;
  }

  private mapOf(principal: Principal): Map<string, string[]> {
    let known = this.byPrincipal.get(principal.key);
    if (known === undefined) this.byPrincipal.set(principal.key, (known = new Map()));
    return known;
  }
}

/** A whole account is named: then the principal's own policies must allow it too. */
function isAccount(value: PolicyText): boolean {
  const shown = show(value);
  return shown.endsWith(':root') || /^(\d{12}|\$\{AWS::AccountId\})$/.test(shown);
}

/** Of a session its role. Only the name is in it, not the path. */
function roleOf(value: PolicyText): PolicyText {
  if (typeof value !== 'string') return value;
  const [, before, account, name] = /^(arn:[^:]*):sts::([^:]*):assumed-role\/([^/]+)\//.exec(value) ?? [];
  return name === undefined ? value : `${before}:iam::${account}:role/*${name}`;
}

function put(map: Map<string, string[]>, action: string, key: string): void {
  const list = map.get(action);
  if (list === undefined) map.set(action, [key]);
  else list.push(key);
}
