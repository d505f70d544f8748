import type * as ec2 from 'aws-cdk-lib/aws-ec2';

/** Where a credential may be read from. At least one of `vpcEndpoints`, `vpcs` and `ranges`. */
export interface CredentialSource {
  /**
   * Interface endpoints for Secrets Manager through which readers may come.
   *
   * @default - none
   */
  readonly vpcEndpoints?: ec2.IVpcEndpoint[];
  /**
   * Networks from which readers may come through any endpoint for Secrets Manager.
   *
   * @default - none
   */
  readonly vpcs?: ec2.IVpc[];
  /**
   * Public address ranges, `203.0.113.0/24`, from which readers may come over the internet: those of a NAT gateway, say.
   * At least /8 (IPv4) or /16 (IPv6) long; known at synthesis.
   *
   * @default - none
   */
  readonly ranges?: string[];
  /**
   * Whether services of AWS may read it for a reader, from wherever they are: those that forward his request, such as
   * CloudFormation with a dynamic reference or the Data API of RDS. A service that assumes the role itself, such as
   * Lambda, is no such one: what counts there is the network of the function.
   *
   * @default false
   */
  readonly services?: boolean;
}
