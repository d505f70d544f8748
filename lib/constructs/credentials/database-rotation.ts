import type * as ec2 from 'aws-cdk-lib/aws-ec2';
import type * as iam from 'aws-cdk-lib/aws-iam';
import type * as lambda from 'aws-cdk-lib/aws-lambda';
import type * as secretsmanager from 'aws-cdk-lib/aws-secretsmanager';
import type { Construct } from 'constructs';
import { misuse } from '../../private/errors';
import { hostedFunction } from './hosted-function';

/** How AWS's own rotation functions are run. */
export interface HostedDatabaseRotationOptions {
  /**
   * The application of AWS that changes the password: engine and strategy, such as
   * `SecretRotationApplication.POSTGRES_ROTATION_SINGLE_USER`. With one user the old password is dead as soon as the new
   * one works, and connections that are opened in between can fail. With two, `…_MULTI_USER`, each rotation gives the
   * other of them a new password, and the one before stays valid until the next.
   */
  readonly application: secretsmanager.SecretRotationApplication;
  /** The network from which the function reaches the database, and Secrets Manager by an endpoint or a NAT gateway. */
  readonly vpc: ec2.IVpc;
  /**
   * The subnets of the function.
   *
   * @default - as the VPC chooses: private ones with a way out
   */
  readonly vpcSubnets?: ec2.SubnetSelection;
  /**
   * The security group of the function; `attachTo` lets it in to the database.
   *
   * @default - a new one
   */
  readonly securityGroup?: ec2.ISecurityGroup;
  /**
   * The VPC endpoint for Secrets Manager, where it has no private DNS names.
   *
   * @default - the regional address of Secrets Manager
   */
  readonly endpoint?: ec2.IInterfaceVpcEndpoint;
  /**
   * The secret of a user who may change the passwords of others: needed for two users, refused for one. Where it is the
   * `secret` of another DatabaseCredential, the function becomes one of its readers; else its own policies must let the
   * function in.
   *
   * @default - none: the user changes its own password
   */
  readonly masterSecret?: secretsmanager.ISecret;
}

/** Who changes the password of a DatabaseCredential. */
export class DatabaseRotation {
  /**
   * A function that AWS wrote for this engine, from the Serverless Application Repository, at the version that
   * aws-cdk-lib names. It runs as a role of its own, whose name a small function looks up when it is deployed: policies
   * of secret and key name that role, and no pattern.
   *
   * Not `secretsmanager.HostedRotation`: CloudFormation makes that function after the secret, and so after the key,
   * whose policy could not name its role; CDK opens the key to the whole account instead.
   *
   * @see https://docs.aws.amazon.com/secretsmanager/latest/userguide/reference_available-rotation-templates.html
   */
  public static hosted(options: HostedDatabaseRotationOptions): DatabaseRotation {
    return new DatabaseRotation(options, undefined);
  }

  /**
   * A function of the team's own. It takes the four steps as Secrets Manager asks for them, and has the database's
   * network. What it may do with the secret and the key is granted; the way to the database is not.
   *
   * @param rotationFunction with a role that is known
   */
  public static byFunction(rotationFunction: lambda.IFunction): DatabaseRotation {
    return new DatabaseRotation(undefined, rotationFunction);
  }

  private constructor(
    private readonly hosting: HostedDatabaseRotationOptions | undefined,
    private readonly own: lambda.IFunction | undefined,
  ) {}

  /** @internal */
  public _bind(scope: Construct, excludeCharacters: string): BoundRotation {
    if (this.hosting !== undefined) {
      checkMaster(scope, this.hosting);
      return hostedFunction(scope, this.hosting, excludeCharacters);
    }
    const rotationFunction = this.own as lambda.IFunction;
    const { role } = rotationFunction;
    if (role !== undefined) {
      const securityGroups = rotationFunction.isBoundToVpc ? rotationFunction.connections.securityGroups : [];
      return { rotationFunction, role, origin: 'team', securityGroups };
    }
    throw misuse(scope, {
      code: 'BH3015',
      what: 'the rotation function has no role that is known',
      why: 'the policies of secret and key name who writes the password',
      mend: 'use a function of the app, or import it by `fromFunctionAttributes` with its role',
    });
  }
}

/** A rotation in its stack. */
export interface BoundRotation {
  readonly rotationFunction: lambda.IFunction;
  readonly role: iam.IRole;
  readonly origin: 'team' | 'aws';
  readonly securityGroups: ec2.ISecurityGroup[];
  readonly masterSecret?: secretsmanager.ISecret;
  /** What makes the function. */
  readonly application?: Construct;
}

function checkMaster(at: Construct, { application, masterSecret }: HostedDatabaseRotationOptions): void {
  const needsMaster = application.isMultiUser === true;
  if (needsMaster === (masterSecret !== undefined)) return;
  throw misuse(at, {
    code: 'BH3016',
    what: needsMaster ? 'two users need a `masterSecret`' : '`masterSecret` is of no use with one user',
    why: needsMaster
      ? 'neither of the two may change the other'
      : 'the user changes its own password, and the function would know one more',
    mend: needsMaster ? 'name the secret of a user who may' : 'leave it out, or choose an application for two users',
  });
}
