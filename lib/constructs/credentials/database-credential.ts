import { Lazy, Names, Stack } from 'aws-cdk-lib';
import type * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import type * as iam from 'aws-cdk-lib/aws-iam';
import type * as kms from 'aws-cdk-lib/aws-kms';
import type * as lambda from 'aws-cdk-lib/aws-lambda';
import * as secretsmanager from 'aws-cdk-lib/aws-secretsmanager';
import { Construct } from 'constructs';
import { misuse } from '../../private/errors';
import { declareIntent } from '../intent';
import { checkDeclared, checkThere } from './credential-declaration';
import type { CredentialProps } from './credential-props';
import type { IDatabaseCredentialGrants } from './database-credential-grants';
import type { BoundRotation, DatabaseRotation } from './database-rotation';
import { deploymentRole } from './deployment-role';
import { ExistingCredential } from './existing-credential';
import type { ExistingCredentialProps } from './existing-credential';
import { GuardedSecret } from './guarded-secret';
import { rotateSecret } from './rotation';
import { rotationAlarm } from './rotation-alarm';
import { grantRotation } from './secret-access';
import { sourcesInWords } from './source-binding';

const DATABASE_CREDENTIAL = Symbol.for('cdk-bulkhead.DatabaseCredential');

/** What breaks quoting in shells, addresses and the engines' own rules. */
const EXCLUDED = ' %+~`#$&*()|[]{}:;<>?!\'/@"\\';

/** Properties of a DatabaseCredential. */
export interface DatabaseCredentialProps extends CredentialProps {
  /** The name of the user in the database, 1 to 63 letters, digits and `_`. */
  readonly username: string;
  /** Who changes the password. */
  readonly rotation: DatabaseRotation;
  /**
   * The database of the engine that the user signs in to.
   *
   * @default - what the engine takes without one
   */
  readonly databaseName?: string;
  /**
   * The role that the stack is deployed by: it makes the first password, hands it to the database and writes the address
   * of the database into the secret. So it reads and writes the value, as a reader and the rotation do, at every time.
   *
   * @default - the role that CloudFormation acts as, of the CDK's bootstrap
   */
  readonly deploymentRole?: iam.IRole;
}

/**
 * User and password for a database of RDS, Redshift or DocumentDB, rotated by a function of AWS's own or of the team's.
 *
 * Stored as Secrets Manager wants it: JSON with `username`, `password`, `engine`, `host`, `port` and more. Two locks, as
 * for every credential: the policies of secret and key admit the declared readers, the rotation and the deployment, by
 * the ARNs of their roles, and nobody else.
 *
 * Weaker than the other kinds, by what a database needs: the deployment reads the value; the function is AWS's code, with
 * a role of AWS's making, without our queue, concurrency and boundary; and Secrets Manager may call it for a secret of
 * anybody. For the master user of RDS, `manageMasterUserPassword` needs none of this.
 *
 * @see https://docs.aws.amazon.com/secretsmanager/latest/userguide/rotating-secrets_strategies.html
 */
export class DatabaseCredential extends Construct implements ec2.IConnectable {
  /**
   * Declares a secret that exists, for the inventory and the rules: owner, purpose, readers and end. It is not guarded:
   * see ExistingCredential.
   */
  public static fromExisting(scope: Construct, id: string, props: ExistingCredentialProps): ExistingCredential {
    return new ExistingCredential(scope, id, props);
  }

  /** Whether this is a DatabaseCredential. Works across copies of the library. */
  public static isDatabaseCredential(x: any): x is DatabaseCredential {
    return x !== null && typeof x === 'object' && DATABASE_CREDENTIAL in x;
  }

  /** The team that answers for the credential. */
  public readonly owner: string;
  /** What the credential is for. */
  public readonly purpose: string;
  /** The last day on which the credential is needed, an ISO date. */
  public readonly expiresOn: string;
  /** The full ARN of the secret. */
  public readonly secretArn: string;
  /** The name of the secret. */
  public readonly secretName: string;
  /**
   * The secret, for constructs that make the database: `rds.Credentials.fromSecret(credential.secret)`. Its own grants
   * are not declared, and do not open it: use `grants.read`.
   */
  public readonly secret: secretsmanager.ISecret;
  /** The key that encrypts the credential. */
  public readonly encryptionKey: kms.IKey;
  /** The function that rotates the credential. */
  public readonly rotationFunction: lambda.IFunction;
  /** The role of the rotation function. */
  public readonly rotatorRole: iam.IRole;
  /** Goes off when a rotation fails. */
  public readonly rotationAlarm: cloudwatch.Alarm;
  /** The network of the rotation function; empty where it is in none. */
  public readonly connections: ec2.Connections;
  /** Declares further readers, and who may rotate at once. */
  public readonly grants: IDatabaseCredentialGrants;

  private readonly schedule: secretsmanager.CfnRotationSchedule;
  private readonly guarded: GuardedSecret;
  private readonly rotateGrants = new Map<iam.IRole, iam.Grant>();
  private isAttached = false;

  /**
   * @throws BH3001 to BH3013 as for every credential; BH3014 where the deployment's role is not known, BH3015 where that
   * of the function is not, BH3016 where a master secret is missing or too much, BH3017 where the user's name is not as
   * described, BH3021 without a rotation.
   */
  constructor(scope: Construct, id: string, props: DatabaseCredentialProps) {
    super(scope, id);
    Object.defineProperty(this, DATABASE_CREDENTIAL, { value: true });
    const { owner, purpose, expiresOn, hours, name, source } = checkDeclared(this, props);
    checkThere(this, 'rotation', props.rotation);
    checkUsername(this, props.username);
    this.owner = owner;
    this.purpose = purpose;
    this.expiresOn = expiresOn;

    const deployment = props.deploymentRole ?? deploymentRole(this, 'DeploymentRole');
    const bound = props.rotation._bind(this, EXCLUDED);
    this.rotationFunction = bound.rotationFunction;
    this.rotatorRole = bound.role;
    const { masterSecret, securityGroups } = bound;
    this.connections = new ec2.Connections({ securityGroups });
    const secret = new GuardedSecret(this, {
      name,
      encryptionKey: props.encryptionKey,
      rotator: () => this.rotatorRole,
      deployment,
      keepsLogs: false,
      generate: {
        secretStringTemplate: Stack.of(this).toJsonString({
          username: props.username,
          ...(props.databaseName === undefined ? {} : { dbname: props.databaseName }),
          ...(masterSecret === undefined ? {} : { masterarn: masterSecret.secretArn }),
        }),
        generateStringKey: 'password',
        passwordLength: 32,
        excludeCharacters: EXCLUDED,
      },
    });
    this.guarded = secret;
    this.secretArn = secret.resource.ref;
    this.secretName = secret.name;
    this.encryptionKey = secret.key;
    this.secret = secretsmanager.Secret.fromSecretAttributes(this, 'Imported', {
      secretCompleteArn: this.secretArn,
      encryptionKey: this.encryptionKey,
    });
    this.rotationAlarm = rotationAlarm(this, this.rotationFunction, props.alarmTopic);
    this.schedule = rotateSecret(this, {
      secret,
      rotationFunction: this.rotationFunction,
      rotator: this.rotatorRole,
      readers: secret.readers,
      everyHours: hours,
      source,
      deployment,
      origin: bound.origin,
    });
    this.readMaster(bound);
    this.grants = { read: (role) => secret.declareReader(role), rotate: (role) => this.declareOperator(role) };
    this.grants.read(props.reader);
    const made = bound.application === undefined ? [] : [bound.application];
    this.schedule.node.addDependency(...made);
    secret.tag(this, ...made);
    declareIntent(secret.resource, {
      kind: 'credential',
      credentialKind: 'database',
      path: this.node.path,
      owner,
      purpose,
      expiresOn,
      rotateEveryDays: hours / 24,
      readers: Lazy.list({ produce: () => secret.readers.map((role) => role.node.path) }),
      rotator: this.rotatorRole.node.path,
      deployment: deployment.node.path,
      ...(source === undefined ? {} : { sources: sourcesInWords(source) }),
    });
    this.node.addValidation({ validate: () => (this.isAttached ? [] : [this.notAttached()]) });
  }

  /**
   * Writes the address of a database into the secret, and lets the rotation function in to it: an instance, a cluster or
   * a proxy. To be called once, after the database has been made, with this credential or another one.
   *
   * @param database `rds.DatabaseInstance`, `rds.DatabaseCluster`, …
   * @throws BH3018 where it is called again
   */
  public attachTo(database: secretsmanager.ISecretAttachmentTarget): void {
    if (this.isAttached) {
      throw misuse(this, {
        code: 'BH3018',
        what: 'the credential is attached to a database already',
        why: 'a secret holds the address of one',
        mend: 'declare another credential for the other database',
      });
    }
    this.isAttached = true;
    // A database that was made with the secret has attached it itself, and a secret takes one attachment.
    const attachment = this.secret.node.tryFindChild('Attachment') ?? this.secret.attach(database);
    // The rotation needs the address, and the database its first password.
    this.schedule.node.addDependency(attachment);
    const { connections } = database as unknown as Partial<ec2.IConnectable>;
    if (this.connections.securityGroups.length > 0) connections?.allowDefaultPortFrom(this, 'Rotation of a credential');
  }

  private readMaster({ masterSecret, role }: BoundRotation): void {
    if (masterSecret === undefined) return;
    const owner = masterSecret.node.scope;
    if (DatabaseCredential.isDatabaseCredential(owner)) owner.grants.read(role);
    else masterSecret.grantRead(role);
  }

  private declareOperator(role: iam.IRole): iam.Grant {
    const id = `RotateBy${Names.nodeUniqueId(role.node)}`;
    const grant = this.rotateGrants.get(role) ?? grantRotation(this, id, role, this.guarded, this.rotationFunction);
    this.rotateGrants.set(role, grant);
    return grant;
  }

  private notAttached(): string {
    return misuse(this, {
      code: 'BH3019',
      what: 'the credential is attached to no database',
      why: 'its rotation would not know which one to change',
      mend: 'call `attachTo` with the database',
    }).message;
  }
}

function checkUsername(at: Construct, username: string): void {
  if (username !== undefined && /^\w{1,63}$/.test(username)) return;
  throw misuse(at, {
    code: 'BH3017',
    what: `\`username\` must have 1 to 63 letters, digits and \`_\`, got \`${username}\``,
    why: 'the functions of AWS put it into statements of SQL, and other engines take less',
    mend: 'choose another name',
  });
}
