import * as apigateway from 'aws-cdk-lib/aws-apigateway';
import * as iam from 'aws-cdk-lib/aws-iam';
import type { Construct } from 'constructs';
import { misuse } from '../../private/errors';
import type { EndpointName } from './endpoint-name';
import { setErrorHeaders } from './answer-headers';
import { checkCertificate, checkOrigins, checkWebAcl } from './front-door-faults';
import type { FrontDoorProps } from './front-door-props';
import { associateWebAcl } from './web-acl';

/**
 * What of it the API itself has to know.
 *
 * @throws BH1026 where CORS is for an origin that nobody is sure of, BH1029 where settings contradict each other or a
 * certificate or web ACL does not fit the API
 */
export function frontDoorOf(scope: Construct, props: FrontDoorProps): apigateway.RestApiProps {
  check(scope, props);
  const { domain, vpcEndpoints } = props;
  return {
    disableExecuteApiEndpoint: domain !== undefined,
    endpointConfiguration:
      vpcEndpoints === undefined
        ? { types: [apigateway.EndpointType.REGIONAL] }
        : { types: [apigateway.EndpointType.PRIVATE], vpcEndpoints },
  };
}

/** What API Gateway answers itself at the root of a domain. */
const RESERVED = ['/ping', '/sping'];

/**
 * @throws BH1029 for a path that API Gateway keeps for its own health check
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-known-issues.html
 */
export function checkReserved(at: Construct, { path }: EndpointName, { domain }: FrontDoorProps): void {
  if (domain === undefined || !RESERVED.includes(path)) return;
  throw misuse(at, {
    code: 'BH1029',
    what: `endpoint \`${path}\` is declared for an API with a domain`,
    why: 'API Gateway keeps `/ping` and `/sping` for its own health check: callers would not get what the endpoint answers',
    mend: 'give it another path, such as `/health`',
  });
}

/** Keeps calls away that do not come through the VPC endpoints. */
export function vpcEndpointDenies({ vpcEndpoints }: FrontDoorProps): iam.PolicyStatement[] {
  if (vpcEndpoints === undefined) return [];
  return [
    new iam.PolicyStatement({
      sid: 'OnlyVpcEndpoints',
      effect: iam.Effect.DENY,
      principals: [new iam.StarPrincipal()],
      actions: ['execute-api:Invoke'],
      resources: ['execute-api:/*'],
      conditions: { StringNotEquals: { 'aws:SourceVpce': vpcEndpoints.map((each) => each.vpcEndpointId) } },
    }),
  ];
}

/** Puts domain and web ACL before the stage. */
export function openFrontDoor(scope: Construct, api: apigateway.RestApi, props: FrontDoorProps): void {
  const { domain } = props;
  associateWebAcl(scope, api, props);
  setErrorHeaders(api, props.cors);
  if (domain === undefined) return;
  const domainName =
    domain.existing ??
    new apigateway.DomainName(scope, 'Domain', {
      domainName: domain.name as string,
      certificate: domain.certificate as NonNullable<typeof domain.certificate>,
      endpointType: apigateway.EndpointType.REGIONAL,
      securityPolicy: apigateway.SecurityPolicy.TLS_1_2,
      mtls: domain.clientCertificates,
    });
  new apigateway.BasePathMapping(scope, 'BasePath', {
    domainName,
    restApi: api,
    stage: api.deploymentStage,
    basePath: domain.basePath,
  });
}

function check(at: Construct, { domain, vpcEndpoints, webAclArn, managedWebAcl, cors }: FrontDoorProps): void {
  checkOrigins(at, cors?.allowOrigins);
  const faults = [
    [
      webAclArn !== undefined && managedWebAcl === true,
      '`webAclArn` is given together with `managedWebAcl`',
      'leave out one of them',
    ],
    [vpcEndpoints?.length === 0, '`vpcEndpoints` is empty', 'list at least one, or leave it out'],
    [
      vpcEndpoints !== undefined && domain !== undefined,
      'a private API (`vpcEndpoints`) has a `domain`',
      'leave out one of them; a private domain (`AWS::ApiGateway::DomainNameV2`) is another resource with a policy of its own, which is not built here',
    ],
    [
      domain !== undefined &&
        (domain.existing === undefined) === (domain.name === undefined || domain.certificate === undefined),
      '`domain` needs either `existing`, or `name` and `certificate`',
      'give one of the two',
    ],
    [
      domain?.existing !== undefined && domain.clientCertificates !== undefined,
      '`clientCertificates` are given for a domain that is there already',
      'set them where the domain is made',
    ],
  ] as const;
  const fault = faults.find(([isFault]) => isFault);
  if (fault !== undefined) throw misuse(at, { code: 'BH1029', what: fault[1], mend: fault[2] });
  checkCertificate(at, domain?.certificate);
  checkWebAcl(at, webAclArn);
}
