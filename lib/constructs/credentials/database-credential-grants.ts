import type * as iam from 'aws-cdk-lib/aws-iam';

/** Declares who may do what with the credential of a database. */
export interface IDatabaseCredentialGrants {
  /**
   * Declares a further reader: `secretsmanager:GetSecretValue` and `DescribeSecret` on this secret, `kms:Decrypt` on its
   * key through Secrets Manager for this secret, and the same in the role's boundary. The policies of secret and key
   * name the role too. Declaring a reader twice changes nothing. The way to the database is not opened.
   *
   * @param role any role of this account
   * @throws BH3002 without a role, BH3007 where it is of another account.
   */
  read(role: iam.IRole): iam.Grant;

  /**
   * Lets a role change the password at once, without reading it: `secretsmanager:RotateSecret` and `DescribeSecret` on
   * the secret, `lambda:InvokeFunction` on the rotation function, and the same in the role's boundary. Granting it to a
   * role twice changes nothing.
   *
   * With one user a rotation revokes the value before it. With two, `aws secretsmanager rotate-secret --secret-id ARN`
   * has to come to its end twice: the first gives the other user a new password, the second the one that leaked.
   *
   * @param role any role of this account
   */
  rotate(role: iam.IRole): iam.Grant;
}
