import type { PolicyDocument, PolicyText } from '../../model/policy';
import type { Lookup } from '../conditions/known';
import { allOf } from '../match/symbolic';
import type { Tri } from '../match/symbolic';
import type { Layer, Principal, SourcedPolicy, World } from '../world/world';
import type { Caller } from './caller';
import { compile, hitsOf } from './compiled';
import type { CompiledStatement } from './compiled';
import type { Question } from './decision';
import { effectiveCaller } from './effective-caller';
import type { Allows } from './paths';
import { isUnderRcp } from './rcp-services';
import type { Target } from './target';
import { concerns, termOf, unknownTerm } from './term';
import type { Term } from './term';

/** All statements that may have a say about a request, or about the requests of a pattern. */
export interface Gathered {
  readonly allows: Allows;
  readonly denies: readonly Term[];
}

/** How a statement is compared with action and resource; `no` leaves it out. */
export type Matching = (compiled: CompiledStatement, action: Tri) => Tri;

/** `action` in lower case, or `undefined` where a pattern is asked about: then `matching` does all. */
export function gather(
  question: Question,
  asking: Caller,
  target: Target,
  world: World,
  lookup: Lookup,
  action: string | undefined,
  matching: Matching,
): Gathered {
  const caller = effectiveCaller(asking, target);
  const overridden = question.context !== undefined;
  const denies: Term[] = [];
  const terms = (policies: readonly SourcedPolicy[], layer: Layer): readonly Term[] => {
    const found: Term[] = [];
    const hits =
      action === undefined
        ? policies.flatMap(compile).map((compiled) => ({ compiled, action: 'yes' as Tri }))
        : hitsOf(policies, action);
    for (const hit of hits) {
      const matched = matching(hit.compiled, hit.action);
      if (matched === 'no') continue;
      const term = termOf(hit.compiled, matched, layer, caller, lookup, overridden);
      if (term === undefined) continue;
      if (hit.compiled.statement.effect === 'Allow') found.push(term);
      else denies.push(concerning(term));
    }
    for (const policy of policies) {
      for (const each of policy.document.unknowns) {
        const term = unknownTerm(layer, each, policy);
        found.push(term);
        denies.push(term);
      }
    }
    return found;
  };
  const { principal } = caller;
  const ours = principal !== undefined;
  const resource = terms(target.policies, target.rules === 'trust' ? 'trust' : 'resource');
  const allows: Allows = {
    identity: ours ? terms(principal.policies, 'identity') : [],
    ...(principal?.boundary === undefined ? {} : { boundary: terms(boundaries(principal), 'boundary') }),
    session: ours ? sessionPolicies(question).map((policies) => terms(policies, 'session')) : [],
    scp: ours ? world.scps.map((level) => terms(level, 'scp')) : [],
    resource: target.lacksPolicy === undefined ? resource : [...resource, unknownTerm('resource', target.lacksPolicy)],
  };
  if (world.rcps.length > 0) {
    const named = action ?? (typeof question.action === 'string' ? question.action.toLowerCase() : '');
    const guarded = isUnderRcp(named);
    const before = denies.length;
    if (guarded !== 'no') terms(world.rcps, 'rcp');
    if (guarded === 'maybe') {
      for (let at = before; at < denies.length; at += 1) denies[at] = { ...denies[at], sure: false };
    }
  }
  return { allows, denies };
}

/** A Deny concerns the caller whichever way it names it. */
function concerning(term: Term): Term {
  return !term.sure || concerns(term.named) === 'yes' ? term : { ...term, sure: false };
}

const boundaryLists = new WeakMap<Principal, readonly SourcedPolicy[]>();

function boundaries(principal: Principal): readonly SourcedPolicy[] {
  let found = boundaryLists.get(principal);
  if (found === undefined) {
    found = principal.boundary === undefined ? [] : [principal.boundary];
    boundaryLists.set(principal, found);
  }
  return found;
}

const sessions = new WeakMap<PolicyDocument, readonly SourcedPolicy[]>();

function sessionPolicies({ session }: Question): readonly (readonly SourcedPolicy[])[] {
  const documents = session?.policies ?? [];
  if (documents.length === 0) return [];
  return [
    documents.flatMap((document, index) => {
      let found = sessions.get(document);
      if (found === undefined) {
        found = [{ layer: 'session', document, place: `session policy ${index}` }];
        sessions.set(document, found);
      }
      return found;
    }),
  ];
}

const matchedByTarget = new WeakMap<Target, Map<CompiledStatement, Tri>>();

/**
 * Compares with one action and one resource. What the policies of the resource say of it is the same for every caller:
 * it is asked once for each target, which is one for each action and resource.
 */
export function literalMatching(target: Target, resource: PolicyText, form: string, lookup: Lookup): Matching {
  let matched = matchedByTarget.get(target);
  if (matched === undefined) matchedByTarget.set(target, (matched = new Map()));
  return (compiled, action) => {
    const ofTarget = compiled.statement.principals !== undefined && !compiled.hasVariables;
    let tri = ofTarget ? matched.get(compiled) : undefined;
    if (tri === undefined) {
      tri = compiled.matchesResource(resource, form, lookup);
      if (ofTarget) matched.set(compiled, tri);
    }
    return tri === 'yes' ? action : tri === 'no' ? tri : allOf([action, tri]);
  };
}

/** What the resource's own facts leave open. */
export function openTerm({ unknown: cause, rules }: Target): Term | undefined {
  return cause === undefined ? undefined : unknownTerm(rules === 'trust' ? 'trust' : 'resource', cause);
}
