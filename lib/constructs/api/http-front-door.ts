import * as apigatewayv2 from 'aws-cdk-lib/aws-apigatewayv2';
import type { Construct } from 'constructs';
import { misuse } from '../../private/errors';
import { checkCertificate, checkOrigins } from './front-door-faults';
import type { LeastPrivilegeHttpApiProps } from './least-privilege-http-api-props';

/** @throws BH1026 where CORS is for an origin that nobody is sure of, BH1029 where settings of the domain do not fit */
export function checkHttpFrontDoor(at: Construct, { domain, cors }: LeastPrivilegeHttpApiProps): void {
  checkOrigins(at, cors?.allowOrigins);
  if (domain === undefined) return;
  const isMade = domain.name !== undefined && domain.certificate !== undefined;
  if ((domain.existing === undefined) !== isMade) {
    throw misuse(at, {
      code: 'BH1029',
      what: '`domain` needs either `existing`, or `name` and `certificate`',
      mend: 'give one of the two',
    });
  }
  checkCertificate(at, domain.certificate);
  if (domain.existing === undefined || domain.clientCertificates === undefined) return;
  throw misuse(at, {
    code: 'BH1029',
    what: '`clientCertificates` are given for a domain that is there already',
    mend: 'set them where the domain is made',
  });
}

/** Puts the domain before the stage. */
export function openHttpFrontDoor(
  scope: Construct,
  api: apigatewayv2.IHttpApi,
  stage: apigatewayv2.IHttpStage,
  { domain }: LeastPrivilegeHttpApiProps,
): void {
  if (domain === undefined) return;
  const domainName =
    domain.existing ??
    new apigatewayv2.DomainName(scope, 'Domain', {
      domainName: domain.name as string,
      certificate: domain.certificate as NonNullable<typeof domain.certificate>,
      endpointType: apigatewayv2.EndpointType.REGIONAL,
      securityPolicy: apigatewayv2.SecurityPolicy.TLS_1_2,
      mtls: domain.clientCertificates,
    });
  new apigatewayv2.ApiMapping(scope, 'Mapping', { api, stage, domainName });
}
