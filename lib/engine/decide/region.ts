import type { PolicyText, Statement } from '../../model/policy';
import { isText, isUnknown } from '../../model/value';
import { actionInfo, actionsMatching } from '../actions/action-info';
import { hasVariables } from '../conditions/variables';
import { actionMayMatch, actionMustMatch } from '../match/action-pattern';
import { patternOf, witness } from '../match/pattern';
import type { Pattern } from '../match/pattern';
import { canMeet, exactPattern } from '../match/symbolic';
import { show } from '../../model/read';
import { isWithoutResource } from './target';

/** Requests: all whose action and resource match all of these and none of those. */
export interface Region {
  readonly actions: readonly PolicyText[];
  readonly notActions: readonly PolicyText[];
  readonly resources: readonly PolicyText[];
  /** The one of them that was asked about: its wildcards cross colons, whatever those of policies do. */
  readonly asked: PolicyText;
  /** Patterns that are no policy text, such as the paths of an endpoint. */
  readonly places: readonly Pattern[];
  readonly notResources: readonly Pattern[];
}

/** A request of a region. An action without resource has `*`. */
export interface Sample {
  readonly action: string;
  readonly resource: PolicyText;
}

/** `none` for sure; `unknown` where the search ended first. */
export type Sampled = Sample | 'none' | 'unknown';

export function asPattern(source: PolicyText, certain: boolean): Pattern {
  return patternOf(source, certain && source !== '*' ? { segments: 5 } : {});
}

/** A request that may be one of the region; of the actions that AWS has where there is one. */
export function sampleOf(region: Region): Sampled {
  const place = placeOf(region, false);
  const found = actionOf(region, place.kind === 'found');
  if (found === undefined) return place.kind === 'none' ? 'none' : actionWitness(region, place);
  if (isWithoutResource(found.toLowerCase())) return { action: found, resource: '*' };
  if (place.kind !== 'found') return place.kind;
  return { action: found, resource: plausible(region, found) ?? place.text };
}

/** Where any resource does, one of the action's service. */
function plausible({ resources, places, notResources }: Region, action: string): PolicyText | undefined {
  if (places.length > 0 || resources.some((each) => each !== '*')) return undefined;
  const [service] = action.split(':');
  const search = (): PolicyText | undefined => {
    const found = witness({ all: [patternOf(`arn:aws:${service}:*:*:?*`)], none: notResources });
    return found.kind === 'found' ? found.text : undefined;
  };
  if (notResources.length > 0) return search();
  if (!anyOf.has(service)) anyOf.set(service, search());
  return anyOf.get(service);
}

const anyOf = new Map<string, PolicyText | undefined>();

type Place = ReturnType<typeof witness>;

/** A resource of the region; the same one each time that it is asked for. */
export function placeOf(region: Region, certain: boolean): Place {
  const known = certain ? certainPlaces : possiblePlaces;
  let found = known.get(region);
  if (found === undefined) known.set(region, (found = findPlace(region, certain)));
  return found;
}

const certainPlaces = new WeakMap<Region, Place>();
const possiblePlaces = new WeakMap<Region, Place>();

function findPlace({ resources, places, notResources }: Region, certain: boolean): Place {
  if (resources.length === 1 && places.length === 0 && notResources.length === 0 && isLiteral(resources[0])) {
    return { kind: 'found', text: resources[0] as string };
  }
  const needed = resources.filter((each) => each !== '*' && !isUnknown(each));
  if (certain && needed.length < resources.filter((each) => each !== '*').length) return { kind: 'unknown' };
  const all = [...places, ...needed.map((each) => asPattern(each, certain))];
  if (all.length === 0 && notResources.length === 0) return (anywhere ??= witness({ all: [ANYTHING], none: [] }));
  const [only, ...others] = all;
  // Twice, so that a hole stays the hole it is: a Deny may name the same resource by it.
  if (only !== undefined && others.length === 0) return witness({ all: [only, only], none: notResources });
  return witness({ all: all.length === 0 ? [ANYTHING] : all, none: notResources });
}

let anywhere: Place | undefined;
const ANYTHING = patternOf('arn:?*:?*:*:*:?*');

function isLiteral(source: PolicyText): boolean {
  return typeof source === 'string' && !/[*?$]/.test(source);
}

/** A known action of the region; one without resource only where the region has what is asked of everything. */
function actionOf(region: Region, anyPlace: boolean): string | undefined {
  const everything = isEverything(region);
  const fits = (action: string): boolean =>
    (isWithoutResource(action.toLowerCase()) ? everything : anyPlace) && hasAction(action, region);
  for (const each of region.actions) {
    if (typeof each === 'string' && !/[*?]/.test(each))
      return fits(each) ? (actionInfo(each)?.action ?? each) : undefined;
  }
  return actionsMatching(narrowest(region)).find(({ action }) => fits(action))?.action;
}

/** Whether requests of an action are in the region. */
export function hasAction(action: string, { actions, notActions }: Region): boolean {
  return (
    actions.every((each) => actionMayMatch(each, action)) && !notActions.some((each) => actionMustMatch(each, action))
  );
}

/** Whether what is asked of everything is part of a region. */
export function isEverything({ resources, places, notResources }: Region): boolean {
  return resources.every((each) => each === '*') && places.length === 0 && notResources.length === 0;
}

/** The pattern of actions that says most. */
export function narrowest({ actions }: Region): PolicyText {
  return [...actions].sort((a, b) => weight(b) - weight(a))[0] ?? '*';
}

/** How much of a pattern stands before its first wildcard. */
function weight(pattern: PolicyText): number {
  return typeof pattern === 'string' ? pattern.search(/[*?]/) : -1;
}

/** An action that is not known to AWS today, where patterns leave room for one. */
function actionWitness({ actions, notActions }: Region, place: Place): Sampled {
  if (actions.some((each) => typeof each === 'string' && !/[*?]/.test(each))) return 'none';
  const pattern = (each: PolicyText): Pattern => patternOf(each, { caseless: true, variables: false });
  const found = witness({ all: [pattern('?*:?*'), ...actions.map(pattern)], none: notActions.map(pattern) });
  if (found.kind !== 'found') return found.kind;
  if (place.kind !== 'found') return place.kind;
  return { action: show(found.text), resource: place.text };
}

/** The parts of a region to which a statement applies; an empty list where there is none. */
export function partsOf(region: Region, statement: Statement, certain: boolean): readonly Region[] {
  const byAction: readonly Pick<Region, 'actions' | 'notActions'>[] = statement.actions.negated
    ? [{ actions: region.actions, notActions: [...region.notActions, ...statement.actions.patterns] }]
    : statement.actions.patterns
        .filter(
          (each) => (!certain || !isUnknown(each)) && region.actions.every((other) => actionMayMatch(each, other)),
        )
        .map((each) => ({ actions: with_(region.actions, each), notActions: region.notActions }));
  const matcher = statement.resources;
  const byResource: readonly Pick<Region, 'resources' | 'notResources'>[] =
    matcher === undefined
      ? [{ resources: region.resources, notResources: region.notResources }]
      : matcher.negated
        ? [
            {
              resources: region.resources,
              notResources: [...region.notResources, ...excluded(matcher.patterns, !certain)],
            },
          ]
        : nearest(matcher.patterns, region.resources)
            .filter((each) => !certain || !hasVariables(each))
            .filter((each) => region.resources.every((other) => canMeet(each, other)))
            .map((each) => ({ resources: with_(region.resources, each), notResources: region.notResources }));
  return byAction.flatMap((actions) => byResource.map((resources) => ({ ...region, ...actions, ...resources })));
}

/**
 * Those first that leave a region as it is: what is asked about is most often what a statement names, and what it has in
 * common with the other patterns of the statement takes a search each.
 */
function nearest(patterns: readonly PolicyText[], resources: readonly PolicyText[]): readonly PolicyText[] {
  const isNear = (each: PolicyText): boolean => each === '*' || resources.includes(each);
  if (patterns.length < 2 || !patterns.some(isNear)) return patterns;
  return [...patterns.filter(isNear), ...patterns.filter((each) => !isNear(each))];
}

/** What is left of a region where a Deny does not apply: by another action, or by another resource. */
export function outsideOf(region: Region, statement: Statement, certain: boolean): readonly Region[] {
  const { actions, resources } = statement;
  const otherAction: readonly Region[] = actions.negated
    ? actions.patterns.map((each) => ({ ...region, actions: with_(region.actions, each) }))
    : actions.patterns.includes('*')
      ? []
      : [{ ...region, notActions: [...region.notActions, ...actions.patterns] }];
  if (resources === undefined || (!resources.negated && resources.patterns.includes('*'))) return otherAction;
  const otherResource: readonly Region[] = resources.negated
    ? resources.patterns.map((each) => ({ ...region, resources: with_(region.resources, each) }))
    : [{ ...region, notResources: [...region.notResources, ...excluded(resources.patterns, !certain)] }];
  return [...otherAction, ...otherResource];
}

/**
 * Patterns that are kept out. Where what they match for sure is kept out, their wildcards do not cross colons and
 * holes match themselves only; an unknown keeps out nothing.
 */
function excluded(patterns: readonly PolicyText[], sure: boolean): readonly Pattern[] {
  return patterns
    .filter(
      (each) =>
        !isUnknown(each) &&
        !(isText(each) && each.parts.some((part) => typeof part !== 'string' && part.shape === 'any')),
    )
    .map((each) => {
      if (typeof each === 'string' && !/[*?$]/.test(each)) return exactPattern(each);
      return asPattern(sure ? each : widened(each), sure);
    });
}

/** With a wildcard for each variable that has no value: it may have any. */
function widened(source: PolicyText): PolicyText {
  if (isUnknown(source) || !hasVariables(source)) return source;
  const widen = (part: string): string => part.replaceAll(/\$\{(?![*?$]\})[^{}]*\}/g, '*');
  if (typeof source === 'string') return widen(source);
  return { ...source, parts: source.parts.map((part) => (typeof part === 'string' ? widen(part) : part)) };
}

function with_(patterns: readonly PolicyText[], more: PolicyText): readonly PolicyText[] {
  if (more === '*' || patterns.includes(more)) return patterns;
  return patterns.length === 1 && patterns[0] === '*' ? [more] : [...patterns, more];
}
