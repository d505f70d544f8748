import { ArnFormat, Aws, CfnMapping, CustomResource, Duration, Names, RemovalPolicy, Stack } from 'aws-cdk-lib';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import * as logs from 'aws-cdk-lib/aws-logs';
import { CfnApplication } from 'aws-cdk-lib/aws-sam';
import type { SecretRotationApplication } from 'aws-cdk-lib/aws-secretsmanager';
import { Construct } from 'constructs';
import { lambdaAsset } from '../../private/lambda-asset';
import { WorkloadRole } from '../roles/workload-role';
import type { BoundRotation, HostedDatabaseRotationOptions } from './database-rotation';
import { masterPattern } from './master-pattern';

const PARTITIONS = ['aws', 'aws-cn', 'aws-us-gov'];

/**
 * A rotation function of AWS, and its role.
 *
 * INVARIANT: nothing here refers to the secret or its key. They name the role, so that the function comes first; what it
 * may do with them is granted afterwards, by the name of the role.
 */
export function hostedFunction(
  scope: Construct,
  options: HostedDatabaseRotationOptions,
  excludeCharacters: string,
): BoundRotation {
  const { application, vpc, masterSecret } = options;
  const stack = Stack.of(scope);
  const securityGroup = options.securityGroup ?? new ec2.SecurityGroup(scope, 'RotationSecurityGroup', { vpc });
  const name = Names.uniqueResourceName(scope, { maxLength: 64, separator: '-' });
  const versions = versionsOf(scope, application);
  const hosted = new CfnApplication(scope, 'HostedRotation', {
    location: {
      applicationId: versions.findInMap(Aws.PARTITION, 'applicationId'),
      semanticVersion: versions.findInMap(Aws.PARTITION, 'semanticVersion'),
    },
    parameters: {
      endpoint: `https://${options.endpoint === undefined ? '' : `${options.endpoint.vpcEndpointId}.`}secretsmanager.${stack.region}.${stack.urlSuffix}`,
      functionName: name,
      vpcSubnetIds: vpc.selectSubnets(options.vpcSubnets).subnetIds.join(','),
      vpcSecurityGroupIds: securityGroup.securityGroupId,
      excludeCharacters,
      ...(masterSecret === undefined ? {} : { masterSecretArn: masterPattern(masterSecret) }),
    },
  });
  hosted.applyRemovalPolicy(RemovalPolicy.DESTROY);
  // Its ARN is known: it has a name. What it outputs is asked only where that makes sure that it is there.
  const arn = functionArn(stack, name);
  return {
    rotationFunction: lambda.Function.fromFunctionArn(scope, 'RotationFunction', arn),
    role: roleOf(scope, arn, hosted.getAtt('Outputs.RotationLambdaARN').toString()),
    origin: 'aws',
    securityGroups: [securityGroup],
    masterSecret,
    application: hosted,
  };
}

/** What AWS publishes of it in each partition; where there is nothing, the deployment fails. */
function versionsOf(scope: Construct, application: SecretRotationApplication): CfnMapping {
  const mapping: Record<string, Record<string, string>> = {};
  for (const partition of PARTITIONS) {
    try {
      mapping[partition] = {
        applicationId: application.applicationArnForPartition(partition),
        semanticVersion: application.semanticVersionForPartition(partition),
      };
    } catch {
      // Not published there.
    }
  }
  return new CfnMapping(scope, 'HostedRotationVersions', { mapping });
}

/** Its template tells the ARN of the function and nothing of its role: that is asked of Lambda at deployment. */
function roleOf(scope: Construct, arn: string, output: string): iam.IRole {
  const lookup = new Construct(scope, 'RotatorLookup');
  const logGroup = new logs.LogGroup(lookup, 'Log', {
    retention: logs.RetentionDays.ONE_YEAR,
    removalPolicy: RemovalPolicy.DESTROY,
  });
  const role = new WorkloadRole(lookup, 'Role', {
    owner: 'cdk-bulkhead',
    purpose: `finds the role that rotates ${scope.node.path}`,
    assumedBy: new iam.ServicePrincipal('lambda.amazonaws.com'),
  });
  const toAsk = new iam.PolicyStatement({
    actions: ['lambda:GetFunctionConfiguration'],
    resources: [arn],
  });
  role.extendBoundary(toAsk);
  const policy = new iam.Policy(lookup, 'Policy', {
    roles: [role],
    statements: [
      toAsk.copy(),
      new iam.PolicyStatement({
        actions: ['logs:CreateLogStream', 'logs:PutLogEvents'],
        resources: [logGroup.logGroupArn],
      }),
    ],
  });
  const code = new lambda.Function(lookup, 'Function', {
    description: `Finds the role that rotates ${scope.node.path}, when it is deployed`.slice(0, 256),
    code: lambdaAsset('find-execution-role'),
    handler: 'index.handler',
    runtime: lambda.Runtime.NODEJS_24_X,
    architecture: lambda.Architecture.ARM_64,
    timeout: Duration.minutes(1),
    role,
    logGroup,
  });
  const found = new CustomResource(lookup, 'Found', {
    resourceType: 'Custom::BulkheadExecutionRole',
    serviceToken: code.functionArn,
    serviceTimeout: Duration.minutes(5),
    properties: { FunctionArn: output },
  });
  found.node.addDependency(policy);
  return iam.Role.fromRoleName(scope, 'RotatorRole', found.getAttString('RoleName'));
}

function functionArn(stack: Stack, name: string): string {
  const arnFormat = ArnFormat.COLON_RESOURCE_NAME;
  return stack.formatArn({ service: 'lambda', resource: 'function', resourceName: name, arnFormat });
}
