import type { Condition, Guard, Statement } from '../../model/policy';
import type { Unknown } from '../../model/value';
import { conditionHolds, isOpen } from '../conditions/evaluate';
import type { Lookup } from '../conditions/known';
import { hasVariables } from '../conditions/variables';
import { anyOf } from '../match/symbolic';
import type { Tri } from '../match/symbolic';
import type { Layer, SourcedPolicy } from '../world/world';
import type { Caller, NamedAs } from './caller';
import type { CompiledStatement } from './compiled';
import { callerFact, isCallerKey } from './facts';

/** A statement that may apply to the request, or what stands in for one that is not known. */
export interface Term {
  readonly layer: Layer;
  readonly policy?: SourcedPolicy;
  readonly compiled?: CompiledStatement;
  readonly statement?: Statement;
  /** Whether all but the open conditions holds for sure. */
  readonly sure: boolean;
  /** Conditions of which only the key is open. */
  readonly open: readonly Condition[];
  readonly guards: readonly Guard[];
  /** In resource and trust policies. */
  readonly named?: NamedAs;
  /** Why it is not sure, where no statement tells. */
  readonly unknown?: Unknown;
}

const NO_CONDITIONS: readonly Condition[] = [];
const NO_GUARDS: readonly Guard[] = [];

/** What a policy that could not be read in full may hold. */
export function unknownTerm(layer: Layer, unknown: Unknown, policy?: SourcedPolicy): Term {
  const named: NamedAs = { account: 'maybe', entity: 'maybe', direct: 'maybe', anyone: 'maybe' };
  return {
    layer,
    sure: false,
    open: NO_CONDITIONS,
    guards: NO_GUARDS,
    named,
    unknown,
    ...(policy === undefined ? {} : { policy }),
  };
}

/** What stands for a layer that allows everything without a statement. */
export function assumed(layer: Layer): Term {
  const named: NamedAs = { account: 'yes', entity: 'yes', direct: 'yes', anyone: 'yes' };
  return { layer, sure: true, open: NO_CONDITIONS, guards: NO_GUARDS, named };
}

/** A statement by how it matches, as a term; `undefined` where it does not apply for sure. */
export function termOf(
  compiled: CompiledStatement,
  matched: Tri,
  layer: Layer,
  caller: Caller,
  lookup: Lookup,
  overridden: boolean,
): Term | undefined {
  const { statement, policy } = compiled;
  if (matched === 'no') return undefined;
  let sure = matched === 'yes' && policy.doubt === undefined;
  const named = statement.principals === undefined ? undefined : caller.namedIn(statement);
  if (named !== undefined && isNobody(named)) return undefined;
  let open: Condition[] | undefined;
  for (const condition of statement.conditions) {
    const tri = holds(condition, caller, lookup, overridden);
    if (tri === 'yes') continue;
    if (tri === 'no') return undefined;
    if (isOpen(condition, lookup)) (open ??= []).push(condition);
    else sure = false;
  }
  return {
    layer,
    policy,
    compiled,
    statement,
    sure,
    open: open ?? NO_CONDITIONS,
    guards: statement.guards,
    ...(named === undefined ? {} : { named }),
    ...(policy.doubt === undefined ? {} : { unknown: policy.doubt }),
  };
}

function isNobody({ account, entity, direct, anyone }: NamedAs): boolean {
  return account === 'no' && entity === 'no' && direct === 'no' && anyone === 'no';
}

/** A Deny of a resource policy concerns the caller whichever way it names it. */
export function concerns(named: NamedAs | undefined): Tri {
  return named === undefined ? 'yes' : anyOf([named.account, named.entity, named.direct, named.anyone]);
}

const byCaller = new WeakMap<Caller, Map<Condition, Tri>>();

/** Conditions on the caller alone are asked once for each caller. */
function holds(condition: Condition, caller: Caller, lookup: Lookup, overridden: boolean): Tri {
  if (overridden || !isCallerKey(condition.key)) return conditionHolds(condition, lookup);
  let known = byCaller.get(caller);
  if (known === undefined) byCaller.set(caller, (known = new Map()));
  let tri = known.get(condition);
  if (tri !== undefined) return tri;
  const fact = callerFact(condition.key, caller);
  if (fact === undefined || fact.state === 'open' || condition.values.some(hasVariables)) {
    return conditionHolds(condition, lookup);
  }
  tri = conditionHolds(condition, () => fact);
  known.set(condition, tri);
  return tri;
}
