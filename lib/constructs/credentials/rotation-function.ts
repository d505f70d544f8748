import { Duration, RemovalPolicy } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import type * as kms from 'aws-cdk-lib/aws-kms';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import * as logs from 'aws-cdk-lib/aws-logs';
import type { Construct } from 'constructs';
import { lambdaAsset } from '../../private/lambda-asset';
import type { WorkloadRole } from '../roles/workload-role';

/** What a rotation function is made of. */
export interface RotationFunctionOptions {
  /** Of the bundled code. */
  readonly asset: string;
  readonly environment: Record<string, string>;
  readonly role: WorkloadRole;
  readonly key: kms.IKey;
  readonly logRetention: logs.RetentionDays;
  readonly reservedConcurrency?: number;
}

/** The function that rotates one credential, and its log group, in which ids and decisions stand, never a value. */
export function rotationFunction(scope: Construct, options: RotationFunctionOptions): lambda.Function {
  const logGroup = new logs.LogGroup(scope, 'RotationLog', {
    encryptionKey: options.key,
    retention: options.logRetention,
    removalPolicy: RemovalPolicy.DESTROY,
  });
  const code = new lambda.Function(scope, 'RotationFunction', {
    description: `Rotates the credential ${scope.node.path}`.slice(0, 256),
    code: lambdaAsset(options.asset),
    handler: 'index.handler',
    runtime: lambda.Runtime.NODEJS_24_X,
    architecture: lambda.Architecture.ARM_64,
    memorySize: 256,
    timeout: Duration.minutes(1),
    environment: options.environment,
    role: options.role,
    logGroup,
    reservedConcurrentExecutions: options.reservedConcurrency,
  });
  new iam.Policy(scope, 'RotationLogPolicy', {
    roles: [options.role],
    statements: [
      new iam.PolicyStatement({
        actions: ['logs:CreateLogStream', 'logs:PutLogEvents'],
        resources: [logGroup.logGroupArn],
      }),
    ],
  });
  return code;
}
