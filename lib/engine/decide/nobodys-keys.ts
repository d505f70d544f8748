import { ABSENT_KEY, GIVEN, UNLIKELY, known, oneOf } from '../conditions/known';
import type { Known } from '../conditions/known';

/** Condition keys of which whoever asks does not choose the value, with what is known of it all the same. */
interface NobodysKeys {
  readonly why: string;
  /** In lower case. */
  readonly keys: RegExp;
  /** Requests that say themselves what the key says: there it is chosen. Actions in lower case. */
  readonly chosenBy?: RegExp;
  readonly is: Known;
}

/** A call that no service makes for somebody says `false`, or nothing. */
const NOT_SO: Known = { state: 'open', choices: [oneOf(known('false'), ABSENT_KEY)] };

/**
 * The one table of service keys that describe the resource, the credentials or a service's doing, and not the request.
 * Keys that are not here say what the request asks for.
 * @see https://docs.aws.amazon.com/service-authorization/latest/reference/reference_policies_actions-resources-contextkeys.html
 */
const TABLE: readonly NobodysKeys[] = [
  {
    why: 'on whose behalf a service asks: who asks directly is without it',
    keys: /^(?:aws:calledvia(?:first|last|awsmcp)?|aws:chatbotsourcearn|aws:assumedroot|[a-z0-9]+:fisactionid|[a-z0-9]+:fistargetarns)$/,
    is: UNLIKELY,
  },
  {
    why: 'whether a service asks for somebody: who asks directly is not one',
    keys: /^(?:kms:grantisforawsresource|aws:viaawsmcpservice|events:eventbusinvocation)$/,
    is: NOT_SO,
  },
  {
    why: 'where the credentials were made, which are bound to it',
    keys: /^(?:lambda:sourcefunctionarn|(?:ec2|ssm):sourceinstancearn|aws:ec2instancesource[a-z0-9]+|codebuild:(?:build|project)arn|drs:ec2instancearn|ssm:node(?:account|org)id|glue:(?:roleassumedby|credentialissuingservice)|identitystore:userid)$/,
    is: GIVEN,
  },
  {
    why: 'by which metadata service credentials come, if from an instance: the second one, who can choose',
    keys: /^ec2:roledelivery$/,
    is: { state: 'open', choices: [oneOf(known('2.0'), ABSENT_KEY)] },
  },
  {
    why: 'what the key is',
    keys: /^kms:(?:keyspec|keyusage|keyorigin|multiregion|multiregionkeytype|customermasterkey(?:spec|usage)|resourcealiases|trailingdayswithoutkeyusage)$/,
    chosenBy: /^kms:createkey$/,
    is: GIVEN,
  },
  {
    why: 'by which alias of the key a request comes: without one, who likes',
    keys: /^kms:requestalias$/,
    is: UNLIKELY,
  },
  {
    why: 'how the URL authenticates, what an event source is',
    keys: /^lambda:(?:functionurlauthtype|eventsourcetoken)$/,
    chosenBy: /^lambda:(?:(?:create|update)functionurlconfig|(?:add|remove)permission)$/,
    is: GIVEN,
  },
  {
    why: 'of which function an event source mapping is',
    keys: /^lambda:functionarn$/,
    chosenBy: /^lambda:(?:create|update)eventsourcemapping$/,
    is: GIVEN,
  },
  {
    why: 'what the instance, volume, network or image is',
    keys: /^ec2:(?!attribute|createaction|newinstanceprofile|add\/|remove\/|quantity$|instancecount$|islaunchtemplate|launchtemplate$|region$|osuser$|targetinstancecount$|roledelivery$|location$|snapshotlock|snapshotcool|volumeinit|kmskeyid$|resourcetag\/|fis|(?:destination|source)capacityreservationid|source)/,
    chosenBy: /^(?!ec2:)|^ec2:(?:run|create|request|allocate|purchase|import|copy|register|export|describe|get)/,
    is: GIVEN,
  },
  {
    why: 'what the database is',
    keys: /^rds:(?:backuptarget|databaseclass|databaseengine|databasename|endpointtype|managemasteruserpassword|multiaz|piops|publiclyaccessible|storageencrypted|storagesize|vpc)$/,
    chosenBy: /^rds:(?:create|restore|modify|copy|add|start)/,
    is: GIVEN,
  },
  { why: 'tags of the resource', keys: /^(?:rds|dms):(?!req-)[a-z-]+-tag\//, is: GIVEN },
  {
    why: 'what the service or task is',
    keys: /^ecs:(?:enable-[a-z-]+|task-definition|capacity-provider|namespace|subnet|auto-assign-public-ip|task-cpu|task-memory|propagate-tags)$/,
    chosenBy: /^ecs:(?:create|run|start|update|register)/,
    is: GIVEN,
  },
  {
    why: 'what the job or bucket is',
    keys: /^s3:(?:existingjoboperation|existingjobpriority|jobsuspendedcause|(?:bucket|accesspoint)tag\/.*)$/,
    is: GIVEN,
  },
  {
    why: 'by which access point a request comes: of how many there are, and whose, nothing is known',
    keys: /^s3:(?:dataaccesspoint(?:account|arn)|accesspointnetworkorigin)$/,
    chosenBy: /^s3:create/,
    is: UNLIKELY,
  },
  {
    why: 'what is there before the request changes it',
    keys: /^(?:apigateway|secretsmanager):resource\/|^secretsmanager:secretprimaryregion$|^rbin:attribute\/|^events:(?:managedby|creatoraccount)$|^ssm:document(?:type|categories)$/,
    chosenBy: /^(?:secretsmanager:createsecret|ssm:createdocument)$/,
    is: GIVEN,
  },
  {
    why: 'within which boundary the principal is',
    keys: /^iam:permissionsboundary$/,
    chosenBy: /^(?!iam:)|^iam:(?:create(?:role|user)|put(?:role|user)permissionsboundary)$/,
    is: GIVEN,
  },
];

/** Global keys that requests have; the names of others go on after a slash. */
const GLOBAL: ReadonlySet<string> = new Set(
  `assumedroot calledvia calledviaawsmcp calledviafirst calledvialast chatbotsourcearn currenttime
   ec2instancesourceprivateipv4 ec2instancesourcevpc epochtime federatedprovider multifactorauthage
   multifactorauthpresent principalaccount principalarn principalisawsservice principalorgid principalorgpaths
   principalservicename principalservicenameslist principaltype referer requestedregion resourceaccount resourceorgid
   resourceorgpaths securetransport signinsessionarn sourceaccount sourcearn sourceidentity sourceip sourceorgid
   sourceorgpaths sourceowner sourcevpc sourcevpcarn sourcevpce tagkeys tokenissuetime useragent userid username
   viaawsmcpservice viaawsservice vpceaccount vpceorgid vpceorgpaths vpcsourceip`
    .split(/\s+/)
    .map((name) => `aws:${name}`),
);

/** Whether AWS has no such global key, as far as is known: another one may have come since. */
export function isNoGlobalKey(key: string): boolean {
  return key.startsWith('aws:') && !key.includes('/') && !GLOBAL.has(key);
}

const found = new Map<string, Known | undefined>();

/**
 * What is known of a key that nobody chooses; `undefined` for all others. Both in lower case.
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html
 */
export function nobodys(key: string, action: string): Known | undefined {
  const id = `${key} ${action}`;
  if (found.has(id)) return found.get(id);
  const row = TABLE.find(({ keys, chosenBy }) => keys.test(key) && chosenBy?.test(action) !== true);
  const is = row?.is ?? (isNoGlobalKey(key) ? UNLIKELY : undefined);
  found.set(id, is);
  return is;
}
