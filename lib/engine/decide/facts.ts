import type { PolicyText } from '../../model/policy';
import type { Resource } from '../../model/snapshot';
import { CALLS_TAG } from '../../model/tags';
import { isAbsent, isText, isUnknown, text, unknown } from '../../model/value';
import type { TextPart, Value } from '../../model/value';
import { actionInfo } from '../actions/action-info';
import { isKeyOfOthers } from '../actions/condition-keys';
import { ABSENT_KEY, GIVEN, OPEN, UNLIKELY, known, oneOf } from '../conditions/known';
import type { Known, Lookup } from '../conditions/known';
import { canonical } from '../match/symbolic';
import { tagsOf } from '../world/principals';
import type { Principal, World } from '../world/world';
import type { Caller } from './caller';
import type { ContextValue, Question, Request } from './decision';
import { effectiveCaller } from './effective-caller';
import { BY_URL, urlsOf } from './function-urls';
import { givenFact } from './given-keys';
import { nobodys } from './nobodys-keys';
import { isRegionKey, requestedRegion, requestedRegionOfAll } from './requested-region';
import { resourceFact } from './resource-facts';
import { mfaOf, sessionsOf, sourceIdentityOf } from './session-facts';
import type { Target } from './target';

/** Keys of which the caller decides alone; what a condition says of them is the same for every resource. */
export function isCallerKey(key: string): boolean {
  return key.startsWith('aws:principal') || key === 'aws:username' || key === 'aws:userid' || CALLER_KEYS.has(key);
}

const CALLER_KEYS = new Set(['aws:sourcearn', 'aws:sourceaccount', 'aws:sourceorgid', 'aws:sourceorgpaths']);

/**
 * What is known of the condition keys of a question: what it says itself, what is known of the caller, of the resource.
 * A tag that the template does not give may come with the stack or the session: it is not known, and nobody's to
 * choose. `request` where it is one.
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html
 */
export function lookupOf(question: Question, caller: Caller, target: Target, world: World, request?: Request): Lookup {
  const given = givenOf(question);
  const action = request?.action;
  const acting = effectiveCaller(caller, target);
  return (key) => {
    const own = given?.get(key);
    if (own !== undefined) return own;
    const found =
      callerFact(key, acting) ??
      urlFact(key, action, target, world) ??
      actionFact(key, action) ??
      targetFact(key, question, caller, target, world) ??
      regionFact(key, request, question, caller, target, world);
    if (found !== undefined) return found;
    const isOfOthers = action !== undefined && isKeyOfOthers(action, key);
    const told = action === undefined || isOfOthers ? undefined : toldOf(key, action, target, world);
    if (told !== undefined) return told;
    if (question.closed === true) return ABSENT_KEY;
    const nobody = givenFact(key, acting, world);
    if (nobody !== undefined) return nobody;
    if (isOfOthers) return UNLIKELY;
    return (request === undefined ? undefined : nobodysFact(key, request)) ?? OPEN;
  };
}

function regionFact(
  key: string,
  request: Request | undefined,
  question: Question,
  caller: Caller,
  target: Target,
  world: World,
): Known | undefined {
  if (!isRegionKey(key)) return undefined;
  if (request === undefined) return requestedRegionOfAll(key, question, caller);
  return requestedRegion(key, request, question, caller, target, world);
}

/** What the template tells of a key that describes the resource. */
function toldOf(key: string, action: string, target: Target, world: World): Known | undefined {
  if (target.resource === undefined || nobodys(key, action) === undefined) return undefined;
  const resource = world.snapshot.byKey(target.resource);
  return resource === undefined ? undefined : resourceFact(key, resource, world);
}

/** A request by the ARN of an access point says by which it comes; any other one comes by none if it likes. */
function nobodysFact(key: string, { action, resource }: Request): Known | undefined {
  const isByPoint = key.startsWith('s3:') && canonical(resource).includes(':accesspoint/');
  const found = nobodys(key, action);
  return found !== undefined && isByPoint ? GIVEN : found;
}

const givenByContext = new WeakMap<object, ReadonlyMap<string, Known>>();

function givenOf({ context }: Question): ReadonlyMap<string, Known> | undefined {
  if (context === undefined) return undefined;
  let found = givenByContext.get(context);
  if (found === undefined) {
    found = new Map(Object.entries(context).map(([key, value]) => [key.toLowerCase(), knownOf(value)]));
    givenByContext.set(context, found);
  }
  return found;
}

function knownOf(value: ContextValue): Known {
  if (Array.isArray(value)) return value.length === 0 ? ABSENT_KEY : { state: 'known', values: value as PolicyText[] };
  return isGone(value) ? ABSENT_KEY : known(value as PolicyText);
}

function isGone(value: Value): boolean {
  return isAbsent(value);
}

/** What is known of the caller; `undefined` for a key that is not the caller's, or that it may not have. */
export function callerFact(key: string, caller: Caller): Known | undefined {
  const mfa = caller.kind === 'service' ? mfaOf(key, 'service') : caller.principal && mfaOf(key, caller.principal);
  if (mfa !== undefined) return mfa;
  if (key === 'aws:sourceidentity' && caller.principal !== undefined) return sourceIdentityOf(caller.principal);
  if (!isCallerKey(key)) return undefined;
  const { who, principal } = caller;
  // Only services that call on behalf of a resource have these.
  if (CALLER_KEYS.has(key)) return who.kind === 'service' ? OPEN : ABSENT_KEY;
  if (key === 'aws:userid') return userId(caller);
  if (who.kind === 'anonymous' || who.kind === 'federated') {
    return key === 'aws:principaltype' ? known('Anonymous') : ABSENT_KEY;
  }
  if (who.kind === 'service') {
    if (key === 'aws:principalisawsservice') return known('true');
    if (key === 'aws:principalservicename') return known(who.service);
    return key.startsWith('aws:principalorg') ? GIVEN : key === 'aws:principalservicenameslist' ? OPEN : ABSENT_KEY;
  }
  switch (key) {
    case 'aws:principalarn':
      return caller.arn === undefined ? OPEN : principalArn(caller);
    case 'aws:principalaccount':
      return caller.account === undefined ? OPEN : known(caller.account);
    case 'aws:principalisawsservice':
      return known('false');
    case 'aws:principalservicename':
    case 'aws:principalservicenameslist':
      return ABSENT_KEY;
    case 'aws:principaltype':
      return principal === undefined ? OPEN : known(principal.kind === 'role' ? 'AssumedRole' : 'User');
    case 'aws:username':
      if (principal === undefined) return OPEN;
      return principal.kind === 'user' ? known(principal.name) : ABSENT_KEY;
  }
  if (key.startsWith('aws:principaltag/') && principal !== undefined) return principalTag(key, principal);
  return undefined;
}

/**
 * Of a session the id of its role and its name, of a user its id. Ids are made up with the role, and nobody's to choose.
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html#principaltable
 */
function userId({ kind, principal, session }: Caller): Known {
  if (kind === 'anonymous') return known('anonymous');
  if (principal === undefined)
    return known(unknown('attribute', 'the unique id of a principal outside of the templates'));
  const { key } = principal;
  const id = (attribute: string): TextPart => ({
    shape: 'segment',
    source: `${key}.${attribute}`,
    resource: key,
    attribute,
  });
  if (kind === 'user') return known(text([id('UserId')]));
  const name = session.name ?? text([{ shape: 'segment', source: `the session of ${key}` }]);
  if (isUnknown(name)) return known(name);
  return known(text([id('RoleId'), ':', ...(isText(name) ? name.parts : [name])]));
}

/** The ARN of the role, whichever session it is; of one by session ARN, the path of the role is not known. */
function principalArn({ arn, principal }: Caller): Known {
  if (principal === undefined && typeof arn === 'string' && arn.includes(':assumed-role/')) {
    return known(unknown('attribute', `the role of the session ${arn}`));
  }
  return known(arn as PolicyText);
}

function principalTag(key: string, principal: Principal): Known {
  const name = key.slice('aws:principaltag/'.length);
  const sessionTags = principal.kind === 'role' && sessionsOf(principal).mayBring(name) !== 'no';
  const tag = tagNamed(principal.tags, name);
  if (principal.tagsAreChosen === true && !sessionTags) return OPEN;
  if (tag !== undefined && !sessionTags) return known(tag);
  const some = known(unknown('attribute', `the tag ${name} of ${principal.resource.logicalId}`));
  // Whoever deploys with such a tag on the whole stack writes the templates, too.
  if (tag === undefined && !sessionTags && name.startsWith(CALLS_TAG) && principal.unknownTags === undefined) {
    return ABSENT_KEY;
  }
  // A session has the tags of its role, or others by these names.
  return tag === undefined ? oneOf(some, ABSENT_KEY) : some;
}

function tagNamed(tags: ReadonlyMap<string, PolicyText>, name: string): PolicyText | undefined {
  for (const [key, value] of tags) if (key.toLowerCase() === name) return value;
  return undefined;
}

/** The tag that the template gives a resource, by its name in lower case, where requests have it. */
export function givenTag(resource: Resource, name: string): PolicyText | undefined {
  return TAGGED.has(resource.type) ? tagNamed(tagsOf(resource).tags, name) : undefined;
}

/** Types whose tags are `aws:ResourceTag` in requests. */
const TAGGED: ReadonlySet<string> = new Set([
  'AWS::KMS::Key',
  'AWS::KMS::ReplicaKey',
  'AWS::SecretsManager::Secret',
  'AWS::SQS::Queue',
  'AWS::Lambda::Function',
  'AWS::DynamoDB::Table',
  'AWS::IAM::Role',
  'AWS::IAM::User',
  'AWS::SSM::Parameter',
  'AWS::EC2::Instance',
  'AWS::StepFunctions::StateMachine',
]);
const RESOURCE_TAG = /^[a-z0-9-]+:resourcetag\/(.*)$/;

/** The tag of the resource that a condition key is about, in lower case. */
export function resourceTagIn(key: string): string | undefined {
  return RESOURCE_TAG.exec(key)?.[1];
}

/** The only requests that tell how long a credential lasts; those that assume a role do not. */
const WITH_DURATION: ReadonlySet<string> = new Set(['sts:getservicebearertoken', 'sts:getwebidentitytoken']);

/** @see https://docs.aws.amazon.com/service-authorization/latest/reference/list_awssecuritytokenservice.html */
function actionFact(key: string, action: string | undefined): Known | undefined {
  if (key !== 'sts:durationseconds' || action === undefined || actionInfo(action) === undefined) return undefined;
  return WITH_DURATION.has(action) ? undefined : ABSENT_KEY;
}

/** A request by URL tells how the URL authenticates; a call of the function, whether it came by one, if there is one. */
function urlFact(key: string, action: string | undefined, { urls, resource }: Target, world: World): Known | undefined {
  if (action === 'lambda:invokefunction' && key === 'lambda:invokedviafunctionurl') {
    const has = resource !== undefined && urlsOf(resource, world).isThere;
    return has ? DIRECT_OR_BY_URL : DIRECT;
  }
  if (action !== BY_URL || key !== 'lambda:functionurlauthtype' || urls?.authType === undefined) return undefined;
  return known(urls.authType);
}

/** A direct call says `false`, or nothing. */
const DIRECTLY = oneOf(known('false'), ABSENT_KEY);
const DIRECT: Known = { state: 'open', choices: [DIRECTLY] };
const DIRECT_OR_BY_URL: Known = { state: 'open', choices: [known('true'), DIRECTLY] };

function targetFact(key: string, question: Question, caller: Caller, target: Target, world: World): Known | undefined {
  if (key === 'aws:resourceaccount' || key === 's3:resourceaccount') {
    // Of a resource that says nothing of its account, the caller's is meant, here as in the verdict.
    const account = question.resourceAccount ?? target.account ?? caller.account;
    return known(account ?? unknown('attribute', 'the account of the resource'));
  }
  if (key === 'kms:calleraccount') return caller.account === undefined ? undefined : known(caller.account);
  const tag = RESOURCE_TAG.exec(key)?.[1];
  if (tag === undefined || target.resource === undefined) return undefined;
  const resource = world.snapshot.byKey(target.resource);
  if (resource === undefined) return undefined;
  if (question.resourceTags === 'chosen') return undefined;
  const found = question.resourceTags === undefined ? givenTag(resource, tag) : undefined;
  if (found !== undefined) return known(found);
  return oneOf(known(unknown('attribute', `the tag ${tag} of ${resource.logicalId}`)), ABSENT_KEY);
}
