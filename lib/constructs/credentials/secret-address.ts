import { ArnFormat, Stack } from 'aws-cdk-lib';
import type * as iam from 'aws-cdk-lib/aws-iam';
import type { CfnSecret } from 'aws-cdk-lib/aws-secretsmanager';
import { COMPARTMENT_TAG } from '../../model/tags';
import { compartmentOf } from '../intent';

/**
 * How the key, the permissions boundaries and the identity policies name one secret. The key and the boundaries come
 * before the secret, so they name it by pattern, never by a reference, which would make a cycle.
 */
export class SecretAddress {
  /** The secret's ARN, a reference. */
  public readonly arn: string;
  /** Matches the secret's ARN and holds no reference. */
  public readonly arnPattern: string;
  /** Every key of the account and region. */
  public readonly anyKey: string;
  /** Every function of the account and region. */
  public readonly anyFunction: string;
  /** The compartment of the credential. */
  public readonly compartment: string;
  private readonly service: string;

  constructor(secret: CfnSecret, name: string | undefined) {
    const stack = Stack.of(secret);
    this.arn = secret.ref;
    this.arnPattern = stack.formatArn({
      service: 'secretsmanager',
      resource: 'secret',
      // Secrets Manager adds a hyphen and six characters to a name; CloudFormation makes a name of the logical id, a
      // hyphen and twelve characters.
      resourceName: name === undefined ? `${secret.logicalId}-*` : `${name}-??????`,
      arnFormat: ArnFormat.COLON_RESOURCE_NAME,
    });
    this.anyKey = stack.formatArn({ service: 'kms', resource: 'key', resourceName: '*' });
    this.anyFunction = stack.formatArn({
      service: 'lambda',
      resource: 'function',
      resourceName: '*',
      arnFormat: ArnFormat.COLON_RESOURCE_NAME,
    });
    this.compartment = compartmentOf(secret.node.scope ?? secret);
    this.service = `secretsmanager.${stack.region}.amazonaws.com`;
  }

  /** The key is used by Secrets Manager on the caller's behalf. */
  public get viaSecretsManager(): Record<string, string> {
    return { 'kms:ViaService': this.service };
  }

  /** … and for this secret: exact, for identity policies. */
  public get forThisSecret(): Record<string, Record<string, string>> {
    return { StringEquals: { ...this.viaSecretsManager, 'kms:EncryptionContext:SecretARN': this.arn } };
  }

  /** … and for this secret: by pattern, for the key and for boundaries. */
  public get forThisSecretByPattern(): iam.Conditions {
    return {
      StringEquals: this.viaSecretsManager,
      StringLike: { 'kms:EncryptionContext:SecretARN': this.arnPattern },
    };
  }

  /** The resource carries the tag of the compartment. */
  public get inCompartment(): Record<string, string> {
    return { [`aws:ResourceTag/${COMPARTMENT_TAG}`]: this.compartment };
  }
}
