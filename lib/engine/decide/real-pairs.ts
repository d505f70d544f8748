import type { PolicyText } from '../../model/policy';
import { isText, isUnknown } from '../../model/value';
import { actionInfo, actionsMatching, servicesMatching } from '../actions/action-info';
import { otherForms, resourceFormsOf, servicesNamedBy } from '../actions/resource-forms';
import type { ResourceForm } from '../actions/resource-forms';
import { patternOf, witness } from '../match/pattern';
import type { Pattern } from '../match/pattern';
import { canonical, exactPattern } from '../match/symbolic';
import type { Caller } from './caller';
import { asPattern, hasAction, isEverything, narrowest, placeOf } from './region';
import type { Region, Sample } from './region';

/** How many forms of ARNs are tried for one region. */
const MOST_FORMS = 40;
/** A resource of one form is found soon, or the patterns leave none. */
const MOST_STATES = 4000;

/**
 * Requests of a region that AWS knows: an action, and a resource of a type that it takes, `*` where it takes none. One
 * for each form of ARN, in a region of AWS where one is wanted. An action that is not in the table is taken with whatever resource it is asked about.
 */
export function* realSamples(region: Region, caller: Caller, awsRegion?: string): Generator<Sample> {
  if (region.resources.some(isUnknown)) return;
  const exact = region.actions.find((each): each is string => typeof each === 'string' && !/[*?]/.test(each));
  if (exact !== undefined && actionInfo(exact) === undefined) {
    const place = hasAction(exact, region) ? placeOf(region, true) : undefined;
    if (place?.kind === 'found') yield { action: exact, resource: place.text };
    return;
  }
  const named = servicesIn(region);
  const everything = isEverything(region);
  const tried = new Set<ResourceForm>();
  for (const service of servicesMatching(exact ?? narrowest(region))) {
    const taken = servicesNamedBy(service);
    if (!everything && !named.every((each) => taken.has(each))) continue;
    for (const { action } of actionsMatching(exact ?? inService(service, region))) {
      const forms = resourceFormsOf(action) ?? [];
      if (forms.length === 0 ? !everything : forms.every((form) => tried.has(form))) continue;
      if (!hasAction(action, region)) continue;
      if (forms.length === 0) {
        yield { action, resource: '*' };
        continue;
      }
      for (const form of [...forms].sort((a, b) => a.length - b.length)) {
        if (tried.has(form)) continue;
        tried.add(form);
        if (tried.size > MOST_FORMS) return;
        const resource = resourceOf(form, action, region, caller, awsRegion);
        if (resource !== undefined) yield { action, resource };
      }
    }
  }
}

/** A resource of the caller's account and partition where there is one. */
function resourceOf(
  form: ResourceForm,
  action: string,
  region: Region,
  caller: Caller,
  awsRegion: string | undefined,
): PolicyText | undefined {
  // An endpoint of an API of the templates says more than the form of its ARN; a parameter may hold any ARN.
  if (region.places.length > 0 || region.resources.some(isWild)) {
    const place = placeOf(region, true);
    return place.kind === 'found' ? place.text : undefined;
  }
  const needed = region.resources.filter((each) => each !== '*');
  if (!needed.every((each) => each === region.asked || mayBeOf(form, each))) return undefined;
  const others = otherForms(action, form);
  if (needed.length > 0 || region.notResources.length > 0) {
    return search(form, others, needed, region, caller, awsRegion);
  }
  // Where any resource does, it is the same one for every action that takes the same.
  let ofCaller = anyResource.get(caller);
  if (ofCaller === undefined) anyResource.set(caller, (ofCaller = new Map()));
  const key = [awsRegion, form, ...others].join(' ');
  if (!ofCaller.has(key)) ofCaller.set(key, search(form, others, needed, region, caller, awsRegion));
  return ofCaller.get(key);
}

const anyResource = new WeakMap<Caller, Map<string, PolicyText | undefined>>();

function search(
  form: ResourceForm,
  others: readonly ResourceForm[],
  needed: readonly PolicyText[],
  region: Region,
  caller: Caller,
  awsRegion: string | undefined,
): PolicyText | undefined {
  const asked = needed.map((each) => asPattern(each, each !== region.asked));
  const none = [...region.notResources, ...others.map((each) => patternOf(each))];
  const wanted =
    awsRegion === undefined ? [] : [newPattern(form, caller, awsRegion), newPattern(form, undefined, awsRegion)];
  for (const own of [...wanted, formPattern(form, caller), formPattern(form)]) {
    // Twice, so that a hole stays the hole it is.
    const all = [own, ...asked].flatMap((each) => (hasHole(each) ? [each, each] : [each]));
    let found = witness({ all, none }, { budget: MOST_STATES });
    // A path is no name; only objects and endpoints end so.
    if (found.kind === 'found' && canonical(found.text).endsWith('/') && !ENDS_OPEN.test(form)) {
      found = witness({ all, none: [...none, patternOf('*/')] }, { budget: MOST_STATES });
    }
    if (found.kind === 'found') return found.text;
  }
  return undefined;
}

const ENDS_OPEN = /^arn:\*:(s3:::\*\/\*|execute-api:.*)$/;

function isWild(resource: PolicyText): boolean {
  return isText(resource) && resource.parts.some((part) => typeof part === 'object' && part.shape === 'any');
}

/** Whether a pattern may be of a form, by the parts of its ARN in which nothing is open. Saves most searches. */
function mayBeOf(form: ResourceForm, resource: PolicyText): boolean {
  const parts = canonical(resource)
    .replaceAll(/\u0001[^\u0002]*\u0002/g, '\u0001')
    .split(':');
  if (parts.length < 6) return true;
  return form
    .split(':')
    .slice(0, 5)
    .every((own, at) => /[*?$\u0001]/.test(parts[at]) || (own === '*' ? parts[at] !== '' : own === parts[at]));
}

function hasHole({ tokens }: Pattern): boolean {
  return tokens.some(({ kind }) => kind === 'hole');
}

const forms = new WeakMap<Caller, Map<ResourceForm, Pattern>>();
const formsOfAnyone = new Map<ResourceForm, Pattern>();

/** Each variable of the form is one or more characters, without colons up to the resource. */
function formPattern(form: ResourceForm, caller?: Caller): Pattern {
  let known = caller === undefined ? formsOfAnyone : forms.get(caller);
  if (known === undefined) forms.set(caller as Caller, (known = new Map()));
  let found = known.get(form);
  if (found === undefined) known.set(form, (found = newPattern(form, caller)));
  return found;
}

function newPattern(form: ResourceForm, caller?: Caller, awsRegion?: string): Pattern {
  const parts = form.split(':');
  const own = caller === undefined ? [] : [...ownParts(caller)];
  own[3] = awsRegion;
  const tokens = parts.flatMap((part, index): Pattern['tokens'] => {
    const literal = own[index];
    const text = part === '*' && literal !== undefined ? exactPattern(literal).tokens : starsOf(part, form);
    return index === 0 ? text : [...exactPattern(':').tokens, ...text];
  });
  return { tokens, segments: 5 };
}

function starsOf(part: string, form: ResourceForm): Pattern['tokens'] {
  return patternOf(part).tokens.map((token, index, all) => {
    // The path of an endpoint may be empty.
    const mayBeEmpty = form.startsWith('arn:*:execute-api:') && index === all.length - 1;
    return token.kind === 'many' && !mayBeEmpty ? { kind: 'some' } : token;
  });
}

/** What stands in the ARNs of the caller's own resources: partition and account. */
function ownParts({ arn, account }: Caller): readonly (PolicyText | undefined)[] {
  const first = isText(arn) ? arn.parts[1] : undefined;
  const literal = typeof arn === 'string' || isText(arn) ? /^arn:([a-z-]+):/.exec(canonical(arn))?.[1] : undefined;
  const hole = isText(arn) && typeof first === 'object' && first.shape === 'partition' ? first : undefined;
  const partition = literal ?? (isText(arn) && hole !== undefined ? { ...arn, parts: [hole] } : 'aws');
  return [
    undefined,
    partition,
    undefined,
    undefined,
    account === undefined || isUnknown(account) ? undefined : account,
  ];
}

/** The services that the resources of a region name. */
function servicesIn({ resources }: Region): readonly string[] {
  return resources.flatMap((each) => {
    const service = /^arn:(?:[^:*?\u0001\u0004]*|\u0001[^\u0002]*\u0002|\*):([a-z0-9-]+):/.exec(canonical(each))?.[1];
    return service === undefined ? [] : [service];
  });
}

function inService(service: string, region: Region): PolicyText {
  const pattern = narrowest(region);
  return typeof pattern === 'string' && pattern.startsWith(`${service}:`) ? pattern : `${service}:*`;
}
