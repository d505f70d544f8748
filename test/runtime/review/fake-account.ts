import type { Stack } from 'aws-cdk-lib';
import type { Answer, Call, Service } from '../../../lib/runtime/review/call';
import { ApiGateway } from './account/api-gateway';
import { ApiGatewayV2 } from './account/apigatewayv2';
import { CloudFormation } from './account/cloudformation';
import { CloudTrail } from './account/cloudtrail';
import { CloudWatch } from './account/cloudwatch';
import { CloudWatchLogs } from './account/cloudwatch-logs';
import { EventBridge } from './account/eventbridge';
import { Iam } from './account/iam';
import { Kms } from './account/kms';
import { Lambda } from './account/lambda';
import { awsError } from './account/raw';
import type { OfType, Raw } from './account/raw';
import { S3 } from './account/s3';
import { SecretsManager } from './account/secrets-manager';
import { SecurityHub } from './account/security-hub';
import { Sns } from './account/sns';

export { ACCOUNT, REGION } from './account/raw';

/**
 * An account into which the stacks of an app were deployed, as the services show it: each is a class in `account`, whose
 * state can be changed behind the back of CloudFormation.
 */
export class FakeAccount {
  public readonly cloudFormation: CloudFormation;
  public readonly iam: Iam;
  public readonly apiGateway: ApiGateway;
  public readonly apiGatewayV2: ApiGatewayV2;
  public readonly cloudTrail: CloudTrail;
  public readonly kms: Kms;
  public readonly s3: S3;
  public readonly secretsManager: SecretsManager;
  public readonly securityHub = new SecurityHub();
  public readonly eventBridge: EventBridge;
  public readonly cloudWatch: CloudWatch;
  public readonly cloudWatchLogs: CloudWatchLogs;
  public readonly lambda: Lambda;
  public readonly sns: Sns;
  /** `iam:GetRole`: operations that are refused. */
  public readonly refused = new Set<string>();
  public readonly calls: { service: string; operation: string; input: Raw }[] = [];
  private readonly services: Readonly<Record<Service, object>>;

  constructor(stacks: readonly Stack[]) {
    this.cloudFormation = new CloudFormation(stacks);
    const resources = this.cloudFormation.resources();
    const ofType: OfType = (type) => resources.filter((each) => each.type === type);
    this.services = {
      'api-gateway': (this.apiGateway = new ApiGateway(ofType)),
      'apigatewayv2': (this.apiGatewayV2 = new ApiGatewayV2(ofType)),
      'cloudformation': this.cloudFormation,
      'cloudtrail': (this.cloudTrail = new CloudTrail(ofType)),
      'cloudwatch': (this.cloudWatch = new CloudWatch(ofType)),
      'cloudwatch-logs': (this.cloudWatchLogs = new CloudWatchLogs(ofType)),
      'eventbridge': (this.eventBridge = new EventBridge(ofType)),
      'iam': (this.iam = new Iam(ofType)),
      'kms': (this.kms = new Kms(ofType)),
      'lambda': (this.lambda = new Lambda(ofType)),
      's3': (this.s3 = new S3(ofType)),
      'secrets-manager': (this.secretsManager = new SecretsManager(ofType)),
      'securityhub': this.securityHub,
      'sns': (this.sns = new Sns(ofType)),
    };
  }

  /** The one whose name or ARN has the text in it. */
  public static of<T>(map: ReadonlyMap<string, T>, part: string): T {
    const found = [...map].filter(([key]) => key.includes(part));
    if (found.length !== 1) throw new Error(`${found.length} have ${part}: ${[...map.keys()].join()}`);
    return found[0][1];
  }

  public readonly call: Call = async (service, operation, input) => {
    this.calls.push({ service, operation, input });
    if (this.refused.has(`${service}:${operation}`)) throw awsError('AccessDeniedException');
    const asked = this.services[service] as Record<string, (input: Raw) => Answer>;
    if (asked[operation] === undefined) throw new Error(`the fake has no ${service}:${operation}`);
    // As over the wire.
    const given = asked[operation](structuredClone(input) as Raw);
    return service === 's3' && operation === 'GetObject' ? given : structuredClone(given);
  };
}
