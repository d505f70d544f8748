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

  /**
   * Lets a role verify what the credential has made: `s3:GetObject` on the object of the public half, and the same in
   * the role's boundary. It does not become a reader.
   *
   * @param role any role of this account
   * @throws BH3010 where the credential has no public half.
   */
  verify(role: iam.IRole): iam.Grant;

  /**
   * Lets a role rotate and revoke the credential at once, without reading it: `secretsmanager:RotateSecret` and
   * `DescribeSecret` on the secret, `lambda:InvokeFunction` on the rotation function, and the same in the role's
   * boundary.
   *
   * To rotate: `aws secretsmanager rotate-secret --secret-id ARN`. To revoke: invoke the rotation function with
   * `{"Command":"revoke","SecretId":"ARN"}`. Granting it to a role twice changes nothing.
   *
   * @param role any role of this account
   */
  rotate(role: iam.IRole): iam.Grant;
}
