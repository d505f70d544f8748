import type { Call, Service } from './call';

/** A client and the commands of one service of the SDK, which the Lambda runtime has. */
type Sdk = Readonly<Record<string, new (input: object) => unknown>>;
interface Client {
  send(command: unknown): Promise<Readonly<Record<string, unknown>>>;
}

/** Each is loaded when it is first asked. */
const MODULES: Readonly<Record<Service, readonly [client: string, load: () => Sdk]>> = {
  'api-gateway': ['APIGatewayClient', () => require('@aws-sdk/client-api-gateway')],
  apigatewayv2: ['ApiGatewayV2Client', () => require('@aws-sdk/client-apigatewayv2')],
  'cloudwatch': ['CloudWatchClient', () => require('@aws-sdk/client-cloudwatch')],
  'cloudwatch-logs': ['CloudWatchLogsClient', () => require('@aws-sdk/client-cloudwatch-logs')],
  'lambda': ['LambdaClient', () => require('@aws-sdk/client-lambda')],
  'sns': ['SNSClient', () => require('@aws-sdk/client-sns')],
  cloudformation: ['CloudFormationClient', () => require('@aws-sdk/client-cloudformation')],
  cloudtrail: ['CloudTrailClient', () => require('@aws-sdk/client-cloudtrail')],
  eventbridge: ['EventBridgeClient', () => require('@aws-sdk/client-eventbridge')],
  iam: ['IAMClient', () => require('@aws-sdk/client-iam')],
  kms: ['KMSClient', () => require('@aws-sdk/client-kms')],
  s3: ['S3Client', () => require('@aws-sdk/client-s3')],
  'secrets-manager': ['SecretsManagerClient', () => require('@aws-sdk/client-secrets-manager')],
  securityhub: ['SecurityHubClient', () => require('@aws-sdk/client-securityhub')],
};

/** Throttling is waited out: a review is in no hurry, and asks a service often. */
const PATIENCE = { maxAttempts: 10, retryMode: 'adaptive' };

/** Calls by the SDK. */
export function sdkCall(): Call {
  const clients = new Map<Service, Client>();
  return async (service, operation, input) => {
    const [name, load] = MODULES[service];
    const sdk = load();
    let client = clients.get(service);
    if (client === undefined) clients.set(service, (client = new sdk[name](PATIENCE) as Client));
    const Command = sdk[`${operation}Command`];
    return client.send(new Command(input));
  };
}
