import { ArnFormat, Names, RemovalPolicy, Stack, Token } from 'aws-cdk-lib';
import * as apigateway from 'aws-cdk-lib/aws-apigateway';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as logs from 'aws-cdk-lib/aws-logs';
import type { Construct } from 'constructs';
import { misuse } from '../../private/errors';
import type { IAuditVault } from '../audit/i-audit-vault';
import { keyAdministration } from '../key-administration';

/**
 * One JSON object a call: who, from where, what, how it was decided, and the ids that lead to the other logs. The
 * client can choose `requestId`, never `extendedRequestId`. Of tokens what a `JwtAuthorizer` says of them, never the token.
 *
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-variables-for-access-logging.html
 */
const FIELDS: Readonly<Record<string, string>> = {
  extendedRequestId: '$context.extendedRequestId',
  requestId: '$context.requestId',
  traceId: '$context.xrayTraceId',
  time: '$context.requestTime',
  timeEpoch: '$context.requestTimeEpoch',
  apiId: '$context.apiId',
  stage: '$context.stage',
  method: '$context.httpMethod',
  path: '$context.path',
  resourcePath: '$context.resourcePath',
  callerArn: '$context.identity.userArn',
  caller: '$context.identity.caller',
  callerAccount: '$context.identity.accountId',
  tokenIssuer: '$context.authorizer.iss',
  tokenSubject: '$context.authorizer.sub',
  tokenClient: '$context.authorizer.client_id',
  tokenAudience: '$context.authorizer.aud',
  sourceIp: '$context.identity.sourceIp',
  authenticateStatus: '$context.authenticate.status',
  authenticateError: '$context.authenticate.error',
  authorizeStatus: '$context.authorize.status',
  authorizeError: '$context.authorize.error',
  authorizerError: '$context.authorizer.error',
  errorType: '$context.error.responseType',
  errorMessage: '$context.error.message',
  status: '$context.status',
  integrationStatus: '$context.integration.status',
  integrationRequestId: '$context.integration.requestId',
  integrationLatency: '$context.integration.latency',
  responseLatency: '$context.responseLatency',
  responseLength: '$context.responseLength',
};

/** What authorizers of others leave: those of user pools, and other functions. */
const OTHER_AUTHORIZERS: Readonly<Record<string, string>> = {
  poolSubject: '$context.authorizer.claims.sub',
  poolClient: '$context.authorizer.claims.client_id',
  poolAudience: '$context.authorizer.claims.aud',
  authorizerPrincipal: '$context.authorizer.principalId',
};

/** The format of the access log. */
export function accessLogFormat(): apigateway.AccessLogFormat {
  return apigateway.AccessLogFormat.custom(JSON.stringify(FIELDS));
}

/** The same for an API that was made elsewhere, whose authorizers are any. */
export function existingAccessLogFormat(): string {
  return JSON.stringify({ ...FIELDS, ...OTHER_AUTHORIZERS });
}

/** Where the access log goes. */
export interface AccessLogProps {
  readonly auditVault?: IAuditVault;
  readonly logEncryptionKey?: kms.IKey;
  readonly logRetention?: logs.RetentionDays;
}

/**
 * The log group of an API's access log: encrypted, with an end, and kept when the stack goes.
 *
 * @throws BH1017 where vault and own settings contradict each other
 */
export function accessLogGroup(scope: Construct, props: AccessLogProps): logs.LogGroup {
  if (props.auditVault === undefined) return ownLogGroup(scope, props);
  if (props.logEncryptionKey === undefined && props.logRetention === undefined) {
    return props.auditVault.createLogGroup(scope, 'AccessLog');
  }
  throw misuse(scope, {
    code: 'BH1017',
    what: `\`auditVault\` is given together with \`${props.logRetention === undefined ? 'logEncryptionKey' : 'logRetention'}\``,
    why: 'the access log of a vault has the key and the retention of the vault',
    mend: 'leave out one of them',
  });
}

/** Its name is fixed, so that the key can name it before it exists; a reference would be a cycle. */
function ownLogGroup(scope: Construct, props: AccessLogProps): logs.LogGroup {
  const name = logGroupName(scope);
  const stack = Stack.of(scope);
  const key =
    props.logEncryptionKey ??
    new kms.Key(scope, 'AccessLogKey', {
      description: `Access log of ${scope.node.path}`,
      enableKeyRotation: true,
      removalPolicy: RemovalPolicy.RETAIN,
      policy: new iam.PolicyDocument({ statements: [keyAdministration(scope, { mayBeDeleted: true })] }),
    });
  // No effect on an imported key: its owner has to allow the same.
  key.addToResourcePolicy(
    new iam.PolicyStatement({
      sid: 'AccessLog',
      principals: [new iam.ServicePrincipal(`logs.${stack.region}.amazonaws.com`)],
      actions: ['kms:Encrypt', 'kms:Decrypt', 'kms:ReEncrypt*', 'kms:GenerateDataKey*', 'kms:DescribeKey'],
      resources: ['*'],
      conditions: {
        ArnEquals: {
          'kms:EncryptionContext:aws:logs:arn': stack.formatArn({
            service: 'logs',
            resource: 'log-group',
            resourceName: name,
            arnFormat: ArnFormat.COLON_RESOURCE_NAME,
          }),
        },
      },
    }),
  );
  return new logs.LogGroup(scope, 'AccessLog', {
    logGroupName: name,
    encryptionKey: key,
    retention: props.logRetention ?? logs.RetentionDays.ONE_YEAR,
    removalPolicy: RemovalPolicy.RETAIN,
  });
}

/** At most 512 characters; tells stages and stacks of one account apart. */
function logGroupName(scope: Construct): string {
  const { stackName } = Stack.of(scope);
  const unique = Names.uniqueResourceName(scope, { maxLength: 256, separator: '-' });
  return ['/cdk-bulkhead/access', ...(Token.isUnresolved(stackName) ? [] : [stackName]), unique].join('/');
}
