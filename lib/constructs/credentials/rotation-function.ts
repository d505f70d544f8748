import { Duration, RemovalPolicy } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import type * as kms from 'aws-cdk-lib/aws-kms';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import * as logs from 'aws-cdk-lib/aws-logs';
import * as sqs from 'aws-cdk-lib/aws-sqs';
import type { Construct } from 'constructs';
import { lambdaAsset } from '../../private/lambda-asset';
import { misuse } from '../../private/errors';
import type { IAuditVault } from '../audit/i-audit-vault';
import type { WorkloadRole } from '../roles/workload-role';

/** What a rotation function is made of. */
export interface RotationFunctionOptions {
  /** Of the bundled code. */
  readonly asset: string;
  readonly environment: Record<string, string>;
  readonly role: WorkloadRole;
  /** In which ids and decisions stand, never a value. */
  readonly logGroup: logs.ILogGroup;
  readonly reservedConcurrency: number;
}

/**
 * The log group of a rotation: in the record, or one that goes with the credential.
 *
 * @throws BH3021 where vault and own retention contradict each other
 */
export function rotationLog(
  scope: Construct,
  key: kms.IKey,
  { auditVault, logRetention }: { readonly auditVault?: IAuditVault; readonly logRetention?: logs.RetentionDays },
): logs.LogGroup {
  if (auditVault === undefined) {
    return new logs.LogGroup(scope, 'RotationLog', {
      encryptionKey: key,
      retention: logRetention ?? logs.RetentionDays.ONE_YEAR,
      removalPolicy: RemovalPolicy.DESTROY,
    });
  }
  if (logRetention === undefined) return auditVault.createLogGroup(scope, 'RotationLog');
  throw misuse(scope, {
    code: 'BH3021',
    what: '`auditVault` is given together with `logRetention`',
    why: 'the log of a vault has the retention of the vault',
    mend: 'leave out one of them',
  });
}

/** The function that rotates one credential, and the queue of what it could not do: events, which hold ids only. */
export function rotationFunction(scope: Construct, options: RotationFunctionOptions): lambda.Function {
  const { logGroup } = options;
  const failed = new sqs.Queue(scope, 'RotationFailures', {
    encryption: sqs.QueueEncryption.SQS_MANAGED,
    enforceSSL: true,
    retentionPeriod: Duration.days(14),
    removalPolicy: RemovalPolicy.DESTROY,
  });
  const code = new lambda.Function(scope, 'RotationFunction', {
    description: `Rotates the credential ${scope.node.path}`.slice(0, 256),
    code: lambdaAsset(options.asset),
    handler: 'index.handler',
    runtime: lambda.Runtime.NODEJS_24_X,
    architecture: lambda.Architecture.ARM_64,
    // Processor time comes with memory, and an RSA key takes some.
    memorySize: 512,
    timeout: Duration.minutes(1),
    environment: options.environment,
    role: options.role,
    logGroup,
    reservedConcurrentExecutions: options.reservedConcurrency,
  });
  // By the L1: the property of the L2 grants through the role.
  const resource = code.node.defaultChild as lambda.CfnFunction;
  resource.deadLetterConfig = { targetArn: failed.queueArn };
  const toQueue = new iam.PolicyStatement({ actions: ['sqs:SendMessage'], resources: [failed.queueArn] });
  options.role.extendBoundary(toQueue);
  const policy = new iam.Policy(scope, 'RotationLogPolicy', {
    roles: [options.role],
    statements: [
      new iam.PolicyStatement({
        actions: ['logs:CreateLogStream', 'logs:PutLogEvents'],
        resources: [logGroup.logGroupArn],
      }),
      toQueue.copy(),
    ],
  });
  // Lambda asks at creation whether the role may send.
  resource.node.addDependency(policy);
  return code;
}
