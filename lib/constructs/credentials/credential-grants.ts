import type * as iam from 'aws-cdk-lib/aws-iam';

/** Declares who may do what with a credential. */
export interface ICredentialGrants {
  /**
   * Declares a further reader: `secretsmanager:GetSecretValue` and `DescribeSecret` on this secret, `kms:Decrypt` on its
   * key through Secrets Manager for this secret, and the same in the role's boundary. The policies of secret and key
   * name the role too. Declaring a reader twice changes nothing.
   *
   * Each reader is one more place from which the credential can leak: two purposes are better served by two
   * credentials.
   *
   * @param role the reader, under the same limits as the property `reader`
   * @throws BH3002 without a role, BH3007 where it is of another account.
   */
  read(role: iam.IRole): iam.Grant;
}
