import type { Caller } from './caller';
import { isFact } from './caller';
import type { Needed } from './judge';
import type { Claim } from './signature';
import type { WireRequest } from './wire-request';

/** An event of CloudTrail, as far as rules, selectors and filters ask for it. */
export interface TrailEvent {
  readonly account: string;
  readonly region: string;
  readonly event: Readonly<Record<string, unknown>>;
}

/** Operations that CloudTrail calls data events: what is done with the content of a resource. */
const DATA = /^(dynamodb:(?!Describe)|lambda:Invoke|s3:[A-Z][a-z]+Object|s3:BypassGovernance|sns:Publish)/;
/** What CloudTrail calls otherwise than the permission. */
const EVENT_NAMES: Readonly<Record<string, string>> = {
  DeleteObjectVersion: 'DeleteObject',
  GetObjectVersion: 'GetObject',
  PutLifecycleConfiguration: 'PutBucketLifecycle',
};
/** Members of a request that name something. Values of secrets and texts never come into a record. */
const NAMING = /^(Name|Rule|KeyId|SecretId|UserPoolId|ClientId|\w+Name|\w+A[Rr][Nn])$/;

/**
 * What CloudTrail would record of a request whose signature held: of a refused one, too.
 *
 * @see https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference-record-contents.html
 */
export function trailEvent(
  request: WireRequest,
  { service, region, accessKeyId }: Claim,
  caller: Caller,
  [needed]: readonly Needed[],
  error: string | undefined,
): TrailEvent | undefined {
  if (needed === undefined || !isFact(caller.principal)) return undefined;
  const [, permission] = needed.action.split(':');
  const name = service === 'apigateway' ? apiGatewayName(request) : (EVENT_NAMES[permission] ?? permission);
  const account = needed.resourceAccount ?? caller.principal.arn.split(':')[4];
  const isData = DATA.test(needed.action);
  return {
    account,
    region,
    event: {
      eventVersion: '1.11',
      userIdentity: {
        type: caller.session === undefined ? 'IAMUser' : 'AssumedRole',
        arn: caller.shown,
        accountId: caller.principal.arn.split(':')[4],
        accessKeyId,
        sessionContext: { sessionIssuer: { type: 'Role', arn: caller.principal.arn, userName: caller.principal.name } },
      },
      eventSource: `${service}.amazonaws.com`,
      eventName: name,
      awsRegion: region,
      sourceIPAddress: request.origin.sourceIp,
      requestParameters: parametersOf(request, service),
      ...(error === undefined ? {} : { errorCode: error }),
      eventType: 'AwsApiCall',
      eventCategory: isData ? 'Data' : 'Management',
      managementEvent: !isData,
      readOnly: /^(Get|List|Describe|Head|BatchGet|Query|Scan)/.test(name),
      recipientAccountId: account,
      ...(isData && service === 's3' ? { resources: [{ type: 'AWS::S3::Object', ARN: needed.resource }] } : {}),
    },
  };
}

function parametersOf({ rawPath, body }: WireRequest, service: string): Readonly<Record<string, string>> {
  if (service === 's3') {
    const [, bucketName, ...key] = rawPath.split('/');
    return key.length === 0 ? { bucketName } : { bucketName, key: key.join('/') };
  }
  const text = body.toString();
  const members: readonly [string, unknown][] = text.startsWith('{')
    ? Object.entries(JSON.parse(text) as object)
    : [...new URLSearchParams(text)];
  return Object.fromEntries(
    members.flatMap(([name, value]) =>
      NAMING.test(name) && typeof value === 'string' ? [[name[0].toLowerCase() + name.slice(1), value]] : [],
    ),
  );
}

function apiGatewayName({ method, rawPath }: WireRequest): string {
  const what = rawPath.startsWith('/usageplans') ? 'UsagePlanKey' : 'ApiKey';
  return `${{ DELETE: 'Delete', PATCH: 'Update', POST: 'Create' }[method] ?? 'Get'}${what}${method === 'GET' ? 's' : ''}`;
}
