import { actionInfo } from '../actions/action-info';
import { isKeyOfOthers, isTold } from '../actions/condition-keys';
import { resourceFormsOf } from '../actions/resource-forms';
import { compile } from '../decide/compiled';
import type { CompiledStatement } from '../decide/compiled';
import { decide } from '../decide/decide';
import type { Decision } from '../decide/decision';
import { nobodys } from '../decide/nobodys-keys';
import { isUnderRcp } from '../decide/rcp-services';
import { isRegionKey, regionSort } from '../decide/requested-region';
import { serviceOf } from '../decide/target';
import type { Principal, World } from '../world/world';

/** Where the policy of the resource has to agree, the action itself settles a key, or another one is asked for too. */
const ONE_BY_ONE = /^(?:kms|sts|execute-api):|^lambda:invokefunction/i;

/**
 * Decides about actions on `*`, and about those together that no policy tells apart: the same statements are about
 * them, and they take the same resources of one service. An administrator within a boundary, or with a Deny that may
 * apply, is asked about every action of AWS; these are some hundred questions.
 */
export class SameAnswers {
  private readonly known = new Map<string, Decision>();
  private readonly statements: readonly CompiledStatement[];
  /** Condition keys that some actions have and others do not. */
  private readonly keys: readonly string[];
  private readonly allKeys: readonly string[];
  private readonly dependsOnRegion: boolean;
  /** Services of which resources have policies: they tell actions and resources apart. */
  private readonly guarded: ReadonlySet<string | undefined>;

  constructor(
    private readonly principal: Principal,
    private readonly world: World,
  ) {
    const { policies, boundary } = principal;
    const all = [...policies, ...(boundary === undefined ? [] : [boundary]), ...world.scps.flat(), ...world.rcps];
    this.statements = all.flatMap(compile);
    const keys = this.statements.flatMap(({ statement }) => statement.conditions.map(({ key }) => key));
    this.keys = [...new Set(keys)].filter(isTold);
    this.allKeys = [...new Set(keys)];
    this.dependsOnRegion = keys.some(isRegionKey);
    this.guarded = new Set([...world.resourcePolicies.values()].map(({ arn }) => serviceOf(arn)));
  }

  /** Actions with the same one have the same decision on `*`; `undefined` of one that has its own. */
  classOf(action: string): string | undefined {
    const key = this.keyOf(action);
    return key === undefined ? undefined : key.isAboutAll ? key.signature : `${key.resources} ${key.signature}`;
  }

  decision(action: string): Decision {
    const key = this.keyOf(action);
    if (key === undefined) return this.ask(action);
    const { signature, resources, isAboutAll: isWhole } = key;
    const whole = isWhole ? this.known.get(signature) : undefined;
    if (whole !== undefined) return whole;
    const own = `${resources} ${signature}`;
    let found = this.known.get(own);
    if (found === undefined) {
      this.known.set(own, (found = this.ask(action)));
      // Where each statement is about all resources, it makes no difference of which sort they are.
      if (isWhole && (found.must || !found.may)) this.known.set(signature, found);
    }
    return found;
  }

  private ask(action: string): Decision {
    return decide({ principal: this.principal, action, resource: '*' }, this.world);
  }

  /** INVARIANT: actions with the same key have the same verdict, by the same statements and conditions. */
  private keyOf(action: string): Key | undefined {
    const service = action.slice(0, action.indexOf(':'));
    if (ONE_BY_ONE.test(action) || actionInfo(action) === undefined || this.guarded.has(undefined)) return undefined;
    if (this.guarded.has(service)) return undefined;
    const lower = action.toLowerCase();
    let signature = this.world.rcps.length === 0 ? '' : isUnderRcp(lower);
    let aboutAll = true;
    for (const each of this.statements) {
      const matched = each.matchesAction(lower);
      signature += matched.charAt(0);
      if (matched !== 'no' && !isAboutAll(each)) aboutAll = false;
    }
    for (const key of this.keys) signature += isKeyOfOthers(lower, key) ? '-' : '+';
    // Some actions choose a key, others are told what it is.
    for (const key of this.allKeys) signature += nobodys(key, lower) === undefined ? '.' : 'n';
    if (this.dependsOnRegion) signature += regionSort(lower);
    return { signature, resources: `${service} ${(resourceFormsOf(action) ?? []).join()}`, isAboutAll: aboutAll };
  }
}

/** By which statements and keys an action is decided, and on which resources. */
interface Key {
  readonly signature: string;
  readonly resources: string;
  /** Whether all of these statements are about every resource. */
  readonly isAboutAll: boolean;
}

function isAboutAll({ statement: { resources } }: CompiledStatement): boolean {
  return resources?.negated === false && resources.patterns.includes('*');
}
