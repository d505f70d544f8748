import type * as acm from 'aws-cdk-lib/aws-certificatemanager';
import type * as apigateway from 'aws-cdk-lib/aws-apigateway';
import type * as ec2 from 'aws-cdk-lib/aws-ec2';
import type * as s3 from 'aws-cdk-lib/aws-s3';

/** Certificates that clients have to show. */
export interface ClientCertificates {
  /** The bucket of the truststore. Who may write to it decides who gets in. */
  readonly bucket: s3.IBucket;
  /** The key of the truststore: a PEM file of certificate authorities. */
  readonly key: string;
  /**
   * The version of that object. Pin it, so that a change of the truststore is a deployment.
   *
   * @default - the current one at deployment
   */
  readonly version?: string;
}

/** A domain of the API's own, or a path below one that several APIs share. */
export interface ApiDomain {
  /**
   * The name: `api.example.com`. Makes a domain, with `certificate`; not together with `existing`.
   *
   * @default - `existing`
   */
  readonly name?: string;
  /**
   * The certificate of the name, in the region of the API.
   *
   * @default - `existing`
   */
  readonly certificate?: acm.ICertificate;
  /**
   * A domain that is there already: for several APIs behind one domain.
   *
   * @default - one is made
   */
  readonly existing?: apigateway.IDomainName;
  /**
   * The path under which the API stands: `orders`. Not part of the paths that are authorized.
   *
   * @default - the root of the domain
   */
  readonly basePath?: string;
  /**
   * Certificates that clients have to show (mutual TLS), besides what each endpoint asks for. Of a domain that is made
   * here.
   *
   * @default - none
   * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/rest-api-mutual-tls.html
   */
  readonly clientCertificates?: ClientCertificates;
}

/** Where an API can be reached, and what stands before it. */
export interface FrontDoorProps {
  /**
   * A domain of its own. The default endpoint (`<id>.execute-api.<region>.amazonaws.com`) is then closed, since it would
   * lead past the domain, its certificates and its web ACL.
   *
   * @default - the default endpoint
   * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/rest-api-disable-default-endpoint.html
   */
  readonly domain?: ApiDomain;
  /**
   * Makes the API private: reachable through these VPC endpoints only. The resource policy denies everything else. Not
   * together with `domain`: private domains are not built here.
   *
   * @default - the API is regional
   * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-private-apis.html
   */
  readonly vpcEndpoints?: ec2.IVpcEndpoint[];
  /**
   * The ARN of a web ACL of AWS WAF, a regional one of the API's region, that looks at every call first. Not together with `managedWebAcl`.
   *
   * @default - none
   */
  readonly webAclArn?: string;
  /**
   * Whether to make a web ACL: the AWS managed rules for common attacks, known bad inputs and bad reputation, and a rule
   * that blocks the header `X-HTTP-Method-Override`, by which a request could ask to be taken for another method. It has
   * a price of its own.
   *
   * @default false
   * @see https://docs.aws.amazon.com/waf/latest/developerguide/aws-managed-rule-groups-list.html
   */
  readonly managedWebAcl?: boolean;
  /**
   * Lets browsers of these origins call: a mock answers OPTIONS on every path, without credentials. The answers of the
   * endpoints themselves need their own `Access-Control-Allow-Origin`. Origins are written out, by https: no wildcard, not
   * `null`, no path.
   *
   * @default - no preflight is answered
   */
  readonly cors?: apigateway.CorsOptions;
}
