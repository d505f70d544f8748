import { Fn, Lazy, Names, Stack, Tags } from 'aws-cdk-lib';
import type * as iam from 'aws-cdk-lib/aws-iam';
import type * as kms from 'aws-cdk-lib/aws-kms';
import { CfnSecret } from 'aws-cdk-lib/aws-secretsmanager';
import type { CfnSecretProps } from 'aws-cdk-lib/aws-secretsmanager';
import type { Construct, IConstruct } from 'constructs';
import { COMPARTMENT_TAG, EXPIRES_ON_TAG, OWNER_TAG, PURPOSE_TAG } from '../../model/tags';
import { compartmentOf } from '../intent';
import { checkReader } from './credential-declaration';
import { credentialKey, keyUse, logKeeping } from './credential-key';
import { grantAccess } from './secret-access';
import type { EncryptedSecret } from './secret-access';
import { SecretAddress } from './secret-address';

const READER_ACCESS = { secretActions: ['DescribeSecret', 'GetSecretValue'], keyActions: ['Decrypt'] };

/** What a credential's secret is made with. */
export interface GuardedSecretOptions {
  readonly name: string | undefined;
  readonly encryptionKey: kms.IKey | undefined;
  /** Asked when the template is written. */
  readonly rotator: () => iam.IRole;
  /** Makes the first value, and hands it on. @default - nobody but the rotator writes */
  readonly deployment?: iam.IRole;
  /** Whether the key also encrypts logs of the rotation. */
  readonly keepsLogs: boolean;
  /** How the first value is made. @default - there is none until the first rotation */
  readonly generate?: CfnSecretProps['generateSecretString'];
}

/** The secret of a credential, its key, and its readers, who grow until the template is written. */
export class GuardedSecret implements EncryptedSecret {
  public readonly resource: CfnSecret;
  public readonly address: SecretAddress;
  public readonly name: string;
  public readonly key: kms.IKey;
  public readonly readers: iam.IRole[] = [];
  private readonly isOwnKey: boolean;
  private readonly grants = new Map<iam.IRole, iam.Grant>();

  constructor(
    private readonly scope: Construct,
    private readonly options: GuardedSecretOptions,
  ) {
    const { name, encryptionKey, keepsLogs, rotator, deployment } = options;
    // Not CDK's `Secret`: it would let the whole account use the key through Secrets Manager, and have the deployment
    // generate the first value of every kind.
    this.resource = new CfnSecret(scope, 'Secret', {
      name,
      kmsKeyId: Lazy.string({ produce: () => this.key.keyArn }),
      generateSecretString: options.generate,
    });
    this.name = name ?? generatedNameIn(this.resource.ref);
    this.address = SecretAddress.made(this.resource, name, scope);
    const users = () => ({ readers: this.readers, rotator: rotator(), deployment });
    this.key = encryptionKey ?? credentialKey(scope, 'Key', this.address, users, keepsLogs);
    this.isOwnKey = encryptionKey === undefined;
    if (!this.isOwnKey && keepsLogs) this.openForeignKey(logKeeping(scope));
  }

  /** Once for each role. @throws BH3002 without a role, BH3007 where it is of another account. */
  public declareReader(role: iam.IRole): iam.Grant {
    checkReader(this.scope, role);
    const before = this.grants.get(role);
    if (before !== undefined) return before;
    const grant = grantAccess(this.scope, `ReadBy${Names.nodeUniqueId(role.node)}`, role, READER_ACCESS, this);
    this.grants.set(role, grant);
    this.readers.push(role);
    // Where the key belongs to another stack, naming a role of this one there could make a cycle of stacks.
    if (!this.isOwnKey && Stack.of(this.key) === Stack.of(this.scope)) {
      const { rotator, deployment } = this.options;
      this.openForeignKey(...keyUse({ readers: [role], rotator: rotator(), deployment }, this.address));
    }
    return grant;
  }

  /** What belongs to the credential carries who answers for it, what it is for, and until when. */
  public tag(
    declared: { readonly owner: string; readonly purpose: string; readonly expiresOn: string },
    ...more: IConstruct[]
  ): void {
    for (const resource of [this.resource, ...more, ...(this.isOwnKey ? [this.key] : [])]) {
      const tags = Tags.of(resource);
      tags.add(COMPARTMENT_TAG, compartmentOf(this.scope));
      tags.add(OWNER_TAG, declared.owner);
      tags.add(PURPOSE_TAG, declared.purpose);
      tags.add(EXPIRES_ON_TAG, declared.expiresOn);
    }
  }

  /** Adds to the policy of a key that is not this credential's own; without effect where the key was imported. */
  private openForeignKey(...statements: iam.PolicyStatement[]): void {
    for (const statement of statements) {
      // Several credentials can share the key, and ids must differ.
      statement.sid = undefined;
      this.key.addToResourcePolicy(statement);
    }
  }
}

/** CloudFormation makes `<logical id>-<12 characters>`, Secrets Manager appends a hyphen and six more. */
function generatedNameIn(arn: string): string {
  const parts = Fn.split('-', Fn.select(6, Fn.split(':', arn)));
  return Fn.join('-', [Fn.select(0, parts), Fn.select(1, parts)]);
}
