import type { PolicyText } from '../../model/policy';
import { alternatives, holes, show } from '../../model/read';
import type { Resource } from '../../model/snapshot';
import { isText, isUnknown, text } from '../../model/value';
import type { TextPart } from '../../model/value';
import { arnMayMatch } from '../match/arn-pattern';
import { nameOf } from '../world/resource-name';
import type { Api, ApiMethod, World } from '../world/world';
import { resourceNamed } from './lookup';
import type { Lookup } from './lookup';
import { stageOf } from './stage-of';

/** What was asked about: one resource, one endpoint, or all that a pattern of ARNs matches. */
export interface Target {
  /** As shown to people. */
  readonly shown: string;
  /** Requests for any of these are what is asked about. */
  readonly arns: readonly PolicyText[];
  /** The resource of the templates, where it is one. */
  readonly resource?: Resource;
}

const ENDPOINT = /^(?:(\S.*) )?([A-Z]+) (\/\S*)$/;

/**
 * What a person means by a resource: an ARN or a pattern of ARNs, an endpoint such as `GET /orders/{id}` with the API
 * before it where there are several, or a resource of the templates by construct path or logical id.
 */
export function targetOf(name: string, action: string, world: World): Lookup<Target> {
  if (name.startsWith('arn:') || /^\*+$/.test(name)) return { ok: true, found: targetOfArn(name, world) };
  const [, api, verb, path] = ENDPOINT.exec(name) ?? [];
  if (verb !== undefined && path !== undefined) return endpoint({ api, verb, path }, world);
  const named = resourceNamed(name, world.snapshot.resources);
  if (!named.ok) return named;
  const arns = arnsFor(named.found, action, world);
  if (arns.length === 0) return { ok: false, reason: 'without-arn', candidates: [] };
  return { ok: true, found: { shown: arns.map(show).join(', '), arns, resource: named.found } };
}

/** Stands in the ARN of a request for whatever a caller puts there; no policy names it. */
const SOME_OBJECT = '/*';

function arnsFor(resource: Resource, action: string, world: World): readonly PolicyText[] {
  const api = world.apis.get(resource.key);
  if (api !== undefined && !action.toLowerCase().startsWith('apigateway:')) return [append(api.arnPrefix, '/*')];
  const own = alternatives(resource.arn).filter(
    (each): each is PolicyText => typeof each === 'string' || isText(each) || isUnknown(each),
  );
  if (resource.type !== 'AWS::S3::Bucket') return own;
  const objects = own.map((arn) => append(arn, SOME_OBJECT));
  if (/[*?]/.test(action)) return [...own, ...objects];
  return namesObjects(action) ? objects : own;
}

const OBJECT_ACTION =
  /object|^(?:abortmultipartupload|bypassgovernanceretention|initiatereplication|listmultipartuploadparts|replicatedelete|replicatetags)$/;

/**
 * Whether requests for an action of S3 name an object instead of its bucket.
 *
 * @see https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazons3.html
 */
export function namesObjects(action: string): boolean {
  const name = action.toLowerCase().replace(/^s3:/, '');
  return OBJECT_ACTION.test(name) && !/^(?:get|put)bucket|accesspoint/.test(name);
}

/**
 * The ARN as it was given; where it is that of a resource of the templates, as the templates write it, so that it is
 * the same text as in their policies.
 */
function targetOfArn(arn: string, { snapshot }: World): Target {
  if (/[*?]/.test(arn)) return { shown: arn, arns: [arn] };
  for (const rest of endings(arn)) {
    for (const resource of snapshot.resources) {
      const own = resource.arn;
      if (typeof own === 'string' ? own + rest === arn : isText(own) && isPlaced(own) && matches(own, rest, arn)) {
        return { shown: arn, arns: [append(own as PolicyText, rest)], resource };
      }
    }
  }
  return { shown: arn, arns: [arn] };
}

/** Whether nothing is open but where it is deployed. */
function isPlaced(arn: PolicyText): boolean {
  return isText(arn) && holes(arn).every(({ shape }) => ['account', 'region', 'partition'].includes(shape));
}

function matches(own: PolicyText, rest: string, arn: string): boolean {
  return arnMayMatch(append(own, rest), arn);
}

/** `''`, and each part of the ARN's resource that can stand behind the ARN of another one. */
function endings(arn: string): readonly string[] {
  const resource = arn.split(':').slice(5).join(':');
  const found = [''];
  for (let at = resource.length - 1; at > 0; at--) {
    if (resource[at] === '/' || resource[at] === ':') found.push(resource.slice(at));
  }
  return found;
}

interface AskedEndpoint {
  readonly api: string | undefined;
  readonly verb: string;
  readonly path: string;
}

function endpoint(asked: AskedEndpoint, world: World): Lookup<Target> {
  const resources = [...world.apis.values()].map(({ resource }) => resource);
  const named = asked.api === undefined ? undefined : resourceNamed(asked.api, resources);
  if (named?.ok === false) return named;
  const apis = [...world.apis.values()].filter(({ resource }) => named === undefined || resource === named.found);
  const serving = apis.filter(({ methods }) => methods.some((method) => serves(method, asked)));
  const [found, ...others] = serving;
  if (found === undefined) return { ok: false, reason: 'unknown', candidates: apis.flatMap(endpointsOf).slice(0, 20) };
  if (others.length > 0) {
    const candidates = serving.map(({ resource }) => `${nameOf(resource)} ${asked.verb} ${asked.path}`);
    return { ok: false, reason: 'ambiguous', candidates };
  }
  // A parameter stays as it is written: a value that no policy names, and that no literal sibling has.
  const arn = append(found.arnPrefix, '/', ...stageOf(found, world), `/${asked.verb}${asked.path}`);
  return { ok: true, found: { shown: show(arn), arns: [arn], resource: found.resource } };
}

function serves({ verb, path }: ApiMethod, asked: AskedEndpoint): boolean {
  return (verb === asked.verb || verb === '*') && path === asked.path;
}

function endpointsOf({ resource, methods }: Api): readonly string[] {
  return methods.map(({ verb, path }) => `${nameOf(resource)} ${show(verb)} ${show(path)}`);
}

function append(to: PolicyText, ...more: readonly TextPart[]): PolicyText {
  if (isUnknown(to)) return to;
  return text([...(isText(to) ? to.parts : [to]), ...more]);
}
