import { Lazy, Names } from 'aws-cdk-lib';
import type * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import * as iam from 'aws-cdk-lib/aws-iam';
import type * as kms from 'aws-cdk-lib/aws-kms';
import type * as lambda from 'aws-cdk-lib/aws-lambda';
import type * as logs from 'aws-cdk-lib/aws-logs';
import type * as s3 from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import type { IConstruct } from 'constructs';
import type { CredentialIntent } from '../../model/intent';
import { misuse } from '../../private/errors';
import type { IAuditVault } from '../audit/i-audit-vault';
import { compartmentOf, declareIntent } from '../intent';
import { WorkloadRole } from '../roles/workload-role';
import { checkEnvironment } from './check-environment';
import { checkConcurrency, checkDeclared } from './credential-declaration';
import type { ICredentialGrants } from './credential-grants';
import type { CredentialInventory } from './credential-inventory';
import type { CredentialProps } from './credential-props';
import { ExistingCredential } from './existing-credential';
import type { ExistingCredentialProps } from './existing-credential';
import { GuardedSecret } from './guarded-secret';
import { PublishedHalf } from './published-half';
import { register } from './registration';
import { Removal } from './removal';
import { rotateSecret } from './rotation';
import { rotationAlarm } from './rotation-alarm';
import { rotationFunction, rotationLog } from './rotation-function';
import { grantRotation } from './secret-access';
import { sourcesInWords } from './source-binding';

const ROTATED_CREDENTIAL = Symbol.for('cdk-bulkhead.RotatedCredential');

/** What every credential that rotates by a function of cdk-bulkhead declares. */
export interface RotatedCredentialProps extends CredentialProps {
  /**
   * How many calls of the rotation function can run at once: from 1. Taken from the account's concurrency, of which
   * Lambda wants 100 to be left for everything else (10 in accounts that are new). Secrets Manager tries again later
   * where it is refused.
   *
   * @default 1
   */
  readonly reservedConcurrency?: number;
  /**
   * The inventory that keeps a line of this credential, tells its owner before it ends, and ends it when it is past its
   * end.
   *
   * @default - it is in no inventory; that it is past its end shows only in a warning of the synth
   */
  readonly inventory?: CredentialInventory;
  /**
   * How long the log of the rotation is kept.
   *
   * @default RetentionDays.ONE_YEAR, or as long as `auditVault` keeps
   */
  readonly logRetention?: logs.RetentionDays;
  /**
   * The record that keeps the log of the rotation: it makes the log group, and receives it where it can.
   *
   * @default - a log group under the key of the credential, deleted with it
   */
  readonly auditVault?: IAuditVault;
}

/** What a kind of credential decides for itself. */
export interface RotatedCredentialDeclaration {
  /** The kind, as it stands in the intent: `opaque-token`. */
  readonly credentialKind: string;
  /** The name of the bundled rotation code. */
  readonly rotation: string;
  /** The settings of the rotation code. Nothing secret: everyone who may describe the function reads them. */
  readonly environment: { [name: string]: string };
  /**
   * The name of the object in which the public half stands, `jwks.json`.
   *
   * @default - the credential has no public half
   */
  readonly publishes?: string;
}

/**
 * A secret with one purpose, an owner, named readers and an end, which rotates by a function of its own.
 *
 * Two locks, each enough: the policy of the secret denies its value to everyone who is not a reader, and so does the
 * policy of its key, which no IAM policy of the account opens. The secret starts empty and the first rotation, which
 * begins with the deployment, makes its first value: for some seconds there is none to read, and no deployment, no
 * template and no person ever holds one. A change of `rotateEvery` rotates at once.
 *
 * The deployment creates, changes and deletes everything here, but cannot read or write the value, so that
 * `{{resolve:secretsmanager:…}}` does not work on it. The key of a deployed credential cannot be changed: declare
 * a new credential instead.
 *
 * A credential that is taken out of its stack, or whose stack is deleted, ends: before anything else of it goes, its
 * values stop working wherever they were introduced, and what is published of it is emptied. Where that fails, so does the
 * deletion. Whoever may rewrite both the policy of the secret and the policy of the key lets himself
 * in; CloudTrail records both.
 *
 * @see https://docs.aws.amazon.com/secretsmanager/latest/userguide/rotating-secrets.html
 */
export abstract class RotatedCredential extends Construct {
  /**
   * Declares a secret that exists, for the inventory and the rules: owner, purpose, readers and end. It is not guarded:
   * see ExistingCredential.
   */
  public static fromExisting(scope: Construct, id: string, props: ExistingCredentialProps): ExistingCredential {
    return new ExistingCredential(scope, id, props);
  }

  /** Whether this is a rotated credential of cdk-bulkhead. Works across copies of the library. */
  public static isRotatedCredential(x: any): x is RotatedCredential {
    return x !== null && typeof x === 'object' && ROTATED_CREDENTIAL in x;
  }

  /** The team that answers for the credential. */
  public readonly owner: string;
  /** What the credential is for. */
  public readonly purpose: string;
  /** The last day on which the credential is needed, an ISO date. */
  public readonly expiresOn: string;
  /**
   * The full ARN of the secret. A stack of readers cannot have it in its settings: secret and key name their roles, which
   * would make a cycle of stacks. It can have the name, where `secretName` is declared.
   */
  public readonly secretArn: string;
  /** The name of the secret. */
  public readonly secretName: string;
  /** The key that encrypts the credential and the log of its rotation. */
  public readonly encryptionKey: kms.IKey;
  /** The function that rotates the credential. */
  public readonly rotationFunction: lambda.Function;
  /** The role of the rotation function: the only one that can write the value. */
  public readonly rotatorRole: WorkloadRole;
  /** Goes off when a rotation fails. */
  public readonly rotationAlarm: cloudwatch.Alarm;
  /** Declares further readers, verifiers, and who may rotate and revoke at once. */
  public readonly grants: ICredentialGrants;
  /** The bucket of the public half, which only the rotation can write. `undefined` where there is none. */
  public readonly publishedBucket?: s3.IBucket;
  /** The key of the object in `publishedBucket`. */
  public readonly publishedKey?: string;

  private readonly verifyGrants = new Map<iam.IRole, iam.Grant>();
  private readonly rotateGrants = new Map<iam.IRole, iam.Grant>();
  private readonly secret: GuardedSecret;
  private readonly published?: PublishedHalf;
  private readonly schedule: IConstruct;
  private readonly removal: Removal;

  /**
   * @throws BH3001 where owner or purpose is empty, BH3002 without a reader, BH3003 where the interval and BH3004 where
   * the end is not as described, BH3006 where a word does not fit into a tag, BH3007 where the reader is of another
   * account, BH3008 where the name and BH3009 where the key is not as described, BH3011 where no call could run,
   * BH3013 where the source is not as described, BH3025 where the inventory is of another account or region.
   */
  protected constructor(
    scope: Construct,
    id: string,
    props: RotatedCredentialProps,
    declared: RotatedCredentialDeclaration,
  ) {
    super(scope, id);
    Object.defineProperty(this, ROTATED_CREDENTIAL, { value: true });
    const { owner, purpose, expiresOn, hours, name, source } = checkDeclared(this, props);
    this.owner = owner;
    this.purpose = purpose;
    this.expiresOn = expiresOn;

    this.rotatorRole = new WorkloadRole(this, 'RotatorRole', {
      owner: this.owner,
      purpose: `rotates ${this.node.path}`,
      assumedBy: new iam.ServicePrincipal('lambda.amazonaws.com'),
    });
    const secret = new GuardedSecret(this, {
      name,
      encryptionKey: props.encryptionKey,
      rotator: () => this.rotatorRole,
      keepsLogs: true,
    });
    this.secret = secret;
    const { resource } = secret;
    this.secretArn = resource.ref;
    this.secretName = secret.name;
    this.encryptionKey = secret.key;

    if (declared.publishes !== undefined) {
      this.published = new PublishedHalf(this, compartmentOf(this), declared.publishes, this.rotatorRole);
      this.publishedBucket = this.published.bucket;
      this.publishedKey = this.published.key;
    }
    const environment = {
      ...declared.environment,
      CREDENTIAL_PATH: this.node.path,
      // What it works on, and until when: nobody who calls it can name another secret or another end.
      SECRET_ARN: this.secretArn,
      EXPIRES_ON: expiresOn,
      ...(this.published === undefined
        ? {}
        : { PUBLISHED_BUCKET: this.published.bucket.bucketName, PUBLISHED_KEY: this.published.key }),
    };
    this.rotationFunction = rotationFunction(this, {
      asset: declared.rotation,
      environment,
      role: this.rotatorRole,
      logGroup: rotationLog(this, this.encryptionKey, props),
      reservedConcurrency: checkConcurrency(this, props.reservedConcurrency ?? 1),
    });
    this.rotationAlarm = rotationAlarm(this, this.rotationFunction, props.alarmTopic ?? props.inventory?.ownersTopic);
    this.schedule = rotateSecret(this, {
      secret,
      rotationFunction: this.rotationFunction,
      rotator: this.rotatorRole,
      readers: secret.readers,
      everyHours: hours,
      source,
    });
    this.removal = new Removal(this, {
      asset: declared.rotation,
      environment,
      role: this.rotatorRole,
      rotation: this.rotationFunction,
      secretArn: this.secretArn,
    });
    // INVARIANT: when the credential is removed, the schedule goes first, so that nothing new is made, and what the
    // function is allowed goes last.
    this.schedule.node.addDependency(this.removal.resource);
    for (const id of ['RotationLogPolicy', 'RotatorPolicy']) {
      this.removal.resource.node.addDependency(this.node.findChild(id));
    }
    if (this.published !== undefined) this.letRotation('PublishPolicy', ...this.published.writing);
    this.grants = {
      read: (role) => secret.declareReader(role),
      verify: (role) => this.declareVerifier(role),
      rotate: (role) => this.declareOperator(role),
    };
    this.grants.read(props.reader);
    secret.tag(this, this.rotationFunction);
    if (props.inventory !== undefined) this.enter(props.inventory, declared.credentialKind, hours);
    declareIntent(resource, {
      kind: 'credential',
      credentialKind: declared.credentialKind as CredentialIntent['credentialKind'],
      path: this.node.path,
      owner: this.owner,
      purpose: this.purpose,
      expiresOn: this.expiresOn,
      rotateEveryDays: hours / 24,
      readers: Lazy.list({ produce: () => secret.readers.map((role) => role.node.path) }),
      rotator: this.rotatorRole.node.path,
      operators: Lazy.list({ produce: () => this.operators(props.inventory) }, { omitEmpty: true }),
      ...(source === undefined ? {} : { sources: sourcesInWords(source) }),
      ...(this.published === undefined
        ? {}
        : { verifiers: Lazy.list({ produce: () => [...this.verifyGrants.keys()].map((role) => role.node.path) }) }),
    });
  }

  /**
   * Lets the rotation do more than it does with the secret: for kinds whose value has to be made known to a service.
   *
   * @param id of the policy that grants it
   * @param statements what it may do, with resources that are named exactly and do not name the rotator back
   */
  protected letRotation(id: string, ...statements: iam.PolicyStatement[]): void {
    this.rotatorRole.extendBoundary(...statements);
    const policy = new iam.Policy(this, id, {
      roles: [this.rotatorRole],
      statements: statements.map((each) => each.copy()),
    });
    // The first rotation begins with the schedule, and the removal must be able to take away what it made.
    for (const after of [this.schedule, this.removal.resource]) after.node.addDependency(policy);
  }

  /** A setting of the rotation that is known later than the credential. Nothing secret. */
  protected configureRotation(name: string, value: string): void {
    for (const code of [this.rotationFunction, this.removal.function]) code.addEnvironment(name, value);
  }

  private enter(inventory: CredentialInventory, kind: string, rotateEveryHours: number): void {
    checkEnvironment(this, inventory);
    const { path } = this.node;
    const { owner, purpose, expiresOn, secretArn, rotationFunction: code, rotatorRole: rotator, removal } = this;
    register(
      this,
      inventory,
      { path, kind, owner, purpose, expiresOn, rotateEveryHours },
      { readers: () => this.secret.readers, secretArn, rotationFunction: code, removal, rotator },
    );
  }

  /** Who may call the rotation function. */
  private operators(inventory: CredentialInventory | undefined): string[] {
    return [...this.rotateGrants.keys(), ...(inventory === undefined ? [] : [inventory.sweeperRole])].map(
      (role) => role.node.path,
    );
  }

  private declareOperator(role: iam.IRole): iam.Grant {
    const id = `RotateBy${Names.nodeUniqueId(role.node)}`;
    const grant = this.rotateGrants.get(role) ?? grantRotation(this, id, role, this.secret, this.rotationFunction);
    this.rotateGrants.set(role, grant);
    return grant;
  }

  private declareVerifier(role: iam.IRole): iam.Grant {
    if (this.published !== undefined) {
      const grant = this.verifyGrants.get(role) ?? this.published.grantRead(role);
      this.verifyGrants.set(role, grant);
      return grant;
    }
    throw misuse(this, {
      code: 'BH3010',
      what: 'the credential has nothing that verifiers could read',
      why: 'it has no public half',
      mend: 'declare the verifier as a reader with `grants.read`, or let the credential publish its hashes or keys',
    });
  }
}
