import { CustomResource, Duration } from 'aws-cdk-lib';
import type { CfnResource } from 'aws-cdk-lib';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import type { Construct } from 'constructs';
import { lambdaAsset } from '../../private/lambda-asset';
import type { WorkloadRole } from '../roles/workload-role';

/** What the removal of a credential is made of. */
export interface RemovalOptions {
  /** Of the bundled code: that of the rotation. */
  readonly asset: string;
  readonly environment: Record<string, string>;
  /** Of the rotation: what it introduced, it takes away. */
  readonly role: WorkloadRole;
  readonly rotation: lambda.Function;
  readonly secretArn: string;
}

/**
 * Ends a credential that is taken out of its stack: when CloudFormation deletes the resource, the function makes the
 * values stop working, and where it cannot, the deletion fails.
 *
 * It is another function than that of the rotation, which operators may call: nobody but the deployment calls this one.
 */
export class Removal {
  public readonly function: lambda.Function;
  public readonly resource: CustomResource;

  constructor(scope: Construct, { asset, environment, role, rotation, secretArn }: RemovalOptions) {
    this.function = new lambda.Function(scope, 'RemovalFunction', {
      description: `Ends the credential ${scope.node.path} when it is removed`.slice(0, 256),
      code: lambdaAsset(asset),
      handler: 'index.removed',
      runtime: lambda.Runtime.NODEJS_24_X,
      architecture: lambda.Architecture.ARM_64,
      memorySize: 256,
      timeout: Duration.minutes(1),
      environment,
      role,
      logGroup: rotation.logGroup,
    });
    this.resource = new CustomResource(scope, 'Removal', {
      resourceType: 'Custom::BulkheadCredential',
      serviceToken: this.function.functionArn,
      serviceTimeout: Duration.minutes(5),
      properties: { SecretId: secretArn },
    });
  }

  /** With a change of it, the line of the inventory changes. */
  public follow(line: string): void {
    (this.resource.node.defaultChild as CfnResource).addPropertyOverride('Line', line);
  }
}
