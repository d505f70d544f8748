import type { PolicyText } from '../../model/policy';
import { holes } from '../../model/read';
import { isUnknown, text, unknown } from '../../model/value';
import { actionsMatching } from '../actions/action-info';
import { resourceFormsOf } from '../actions/resource-forms';
import { GIVEN, known } from '../conditions/known';
import type { Known } from '../conditions/known';
import { canonical } from '../match/symbolic';
import type { World } from '../world/world';
import type { Caller } from './caller';
import type { Question, Request } from './decision';
import type { Target } from './target';

/** Services with one endpoint for all regions of a partition, which is in us-east-1 where the partition is `aws`. */
const GLOBAL: ReadonlySet<string> = new Set(['iam', 'organizations', 'cloudfront', 'route53']);

/** Calls on a resource of one region that are sent to another one, or of which AWS asks as part of another call. */
const ELSEWHERE =
  /^(?:iam:passrole|cloudtrail:(?:get|list|describe|lookup).*|bedrock.*:.*|events:putevents|code(?:star-)?conn[a-z]*:(?:use|pass)connection|s3:createbucket|[a-z0-9-]+:(?!restoreobject).*(?:copy|replica|peering|restore|crossregion|multiregion|global).*)$/;

/** Whether a key, in lower case, says to which region a request goes. */
export function isRegionKey(key: string): boolean {
  return key === 'aws:requestedregion' || key === 'ec2:region';
}

/**
 * The region to which a request goes: a resource answers in its own. Whoever asks chooses it where the request names no
 * resource, and for STS, which answers everywhere; that of a bucket outside of the templates is not known.
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_examples_aws_deny-requested-region.html
 */
export function requestedRegion(
  key: string,
  { action, resource }: Request,
  question: Question,
  caller: Caller,
  target: Target,
  world: World,
): Known | undefined {
  const service = serviceIn(action);
  if (key === 'ec2:region' && service !== 'ec2') return undefined;
  if (GLOBAL.has(service)) return ELSEWHERE.test(action) ? GIVEN : known(homeOf(resource, caller));
  if (service === 'sts' || resource === '*') return undefined;
  if (ELSEWHERE.test(action)) return GIVEN;
  const region = regionOfArn(resource);
  if (region !== undefined) return known(region);
  const own = target.resource === undefined ? undefined : world.snapshot.byKey(target.resource);
  if (own?.type === 'AWS::S3::Bucket') return known(own.template.region ?? REGION);
  return ANY_BUCKET.test(canonical(question.resource)) ? undefined : GIVEN;
}

/** Whoever asks about all buckets chooses one of the region that is wanted. */
const ANY_BUCKET = /^(?:\*|arn:[^:]*:s3:::[^/]*[*?].*)$/;
const REGION = text([{ shape: 'region', source: 'AWS::Region' }]);

/**
 * The same for all requests of a pattern: where the resource is of one region, and no action of the pattern goes
 * elsewhere. `undefined` where requests of the pattern may differ, or whoever asks chooses.
 */
export function requestedRegionOfAll(key: string, { action, resource }: Question, caller: Caller): Known | undefined {
  if (typeof action !== 'string') return undefined;
  const service = serviceIn(action.toLowerCase());
  if (service === '' || /[*?]/.test(service) || service === 'sts') return undefined;
  if ((key === 'ec2:region' && service !== 'ec2') || mayGoElsewhere(action)) return undefined;
  if (GLOBAL.has(service)) return known(homeOf(resource, caller));
  const region = regionOfArn(resource);
  return region === undefined ? undefined : known(region);
}

const elsewhere = new Map<string, boolean>();

function mayGoElsewhere(pattern: string): boolean {
  let found = elsewhere.get(pattern);
  if (found === undefined) {
    found = [pattern, ...actionsMatching(pattern).map((each) => each.action)].some((each) =>
      ELSEWHERE.test(each.toLowerCase()),
    );
    elsewhere.set(pattern, found);
  }
  return found;
}

/**
 * What tells actions on `*` apart where a condition is on the region.
 * @param action in lower case
 */
export function regionSort(action: string): string {
  const service = serviceIn(action);
  if (GLOBAL.has(service)) return ELSEWHERE.test(action) ? 'elsewhere' : 'global';
  const forms = resourceFormsOf(action) ?? [];
  if (forms.length === 0 || service === 'sts') return 'chosen';
  if (ELSEWHERE.test(action)) return 'elsewhere';
  const isRegional = (form: string): boolean => form.split(':')[3] === '*';
  if (service === 's3' && !forms.every(isRegional)) return 's3';
  return forms.some(isRegional) ? 'regional' : 'elsewhere';
}

function serviceIn(action: string): string {
  return action.slice(0, Math.max(0, action.indexOf(':')));
}

/** Where the one endpoint of a global service is: of the partition of the resource, or else of the caller. */
function homeOf(resource: PolicyText, { arn }: Caller): PolicyText {
  const partition = partOf(resource, 1) ?? (arn === undefined ? undefined : partOf(arn, 1));
  return partition === 'aws' ? 'us-east-1' : unknown('attribute', 'the region in which the service answers');
}

/** The region in an ARN: literal, or the one hole that it is. `undefined` where there is none, or it is not known. */
function regionOfArn(arn: PolicyText): PolicyText | undefined {
  const part = partOf(arn, 3);
  if (part === undefined || part === '' || !part.includes('\u0001')) return part === '' ? undefined : part;
  if (isUnknown(arn) || typeof arn === 'string') return undefined;
  const hole = holes(arn).find(
    (each) => each.shape === 'region' && canonical(text([each])).replaceAll(':', '\u0005') === part,
  );
  return hole === undefined ? undefined : text([hole]);
}

/** Wildcards, variables, and holes that may have colons in them. */
const OPEN_ENDED = /[*?$\u0004]|\u0001physical-id\u0001/;

/** A part of an ARN in canonical form, where no wildcard before its end leaves open where it is. */
function partOf(arn: PolicyText, place: number): string | undefined {
  if (isUnknown(arn)) return undefined;
  const form =
    typeof arn === 'string'
      ? arn
      : canonical(arn).replaceAll(/\u0001[^\u0002]*\u0002/g, (symbol) => symbol.replaceAll(':', '\u0005'));
  const parts = form.split(':', place + 1);
  if (parts.length <= place || parts[0] !== 'arn') return undefined;
  return parts.some((part) => OPEN_ENDED.test(part)) ? undefined : parts[place];
}
