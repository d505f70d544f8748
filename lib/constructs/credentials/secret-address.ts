import { ArnFormat, Stack } from 'aws-cdk-lib';
import type * as iam from 'aws-cdk-lib/aws-iam';
import type { CfnSecret, ISecret } from 'aws-cdk-lib/aws-secretsmanager';
import type { Construct } from 'constructs';
import { COMPARTMENT_TAG } from '../../model/tags';
import { compartmentOf } from '../intent';

/**
 * How the key, the permissions boundaries and the identity policies name one secret. The key and the boundaries come
 * before the secret, so they name it by pattern, never by a reference, which would make a cycle.
 */
export class SecretAddress {
  /** Every key of the account and region. */
  public readonly anyKey: string;
  /** Every function of the account and region. */
  public readonly anyFunction: string;
  private readonly service: string;

  /** Of a secret that is made here. @param owner of its compartment */
  public static made(secret: CfnSecret, name: string | undefined, owner: Construct): SecretAddress {
    const pattern = Stack.of(secret).formatArn({
      service: 'secretsmanager',
      resource: 'secret',
      // Secrets Manager adds a hyphen and six characters to a name; CloudFormation makes a name of the logical id, a
      // hyphen and twelve characters.
      resourceName: name === undefined ? `${secret.logicalId}-*` : `${name}-??????`,
      arnFormat: ArnFormat.COLON_RESOURCE_NAME,
    });
    return new SecretAddress(Stack.of(secret), secret.ref, pattern, compartmentOf(owner));
  }

  /** Of a secret that is made elsewhere: it carries no tag of ours, and its ARN is no reference. */
  public static imported(scope: Construct, secret: ISecret): SecretAddress {
    const pattern = secret.secretFullArn ?? `${secret.secretArn}-??????`;
    return new SecretAddress(Stack.of(scope), secret.secretFullArn ?? pattern, pattern, undefined);
  }

  private constructor(
    stack: Stack,
    /** The secret's ARN, a reference; where only the name is known, a pattern. */
    public readonly arn: string,
    /** Matches the secret's ARN and holds no reference. */
    public readonly arnPattern: string,
    /** The compartment of the credential, which it carries as a tag. */
    public readonly compartment: string | undefined,
  ) {
    this.anyKey = stack.formatArn({ service: 'kms', resource: 'key', resourceName: '*' });
    this.anyFunction = stack.formatArn({
      service: 'lambda',
      resource: 'function',
      resourceName: '*',
      arnFormat: ArnFormat.COLON_RESOURCE_NAME,
    });
    this.service = `secretsmanager.${stack.region}.amazonaws.com`;
  }

  /** The key is used by Secrets Manager on the caller's behalf. */
  public get viaSecretsManager(): Record<string, string> {
    return { 'kms:ViaService': this.service };
  }

  /** … and for this secret: exact, for identity policies. */
  public get forThisSecret(): Record<string, Record<string, string>> {
    if (this.arn === this.arnPattern) return this.forThisSecretByPattern;
    return { StringEquals: { ...this.viaSecretsManager, 'kms:EncryptionContext:SecretARN': this.arn } };
  }

  /** … and for this secret: by pattern, for the key and for boundaries. */
  public get forThisSecretByPattern(): Record<string, Record<string, string>> {
    return {
      StringEquals: this.viaSecretsManager,
      StringLike: { 'kms:EncryptionContext:SecretARN': this.arnPattern },
    };
  }

  /** The resource carries the tag of the compartment, where it has one. */
  public get inCompartment(): iam.Conditions | undefined {
    if (this.compartment === undefined) return undefined;
    return { StringEquals: { [`aws:ResourceTag/${COMPARTMENT_TAG}`]: this.compartment } };
  }
}
