import * as acm from 'aws-cdk-lib/aws-certificatemanager';
import * as apigateway from 'aws-cdk-lib/aws-apigateway';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as s3 from 'aws-cdk-lib/aws-s3';
import { describe, expect, it } from 'vitest';
import { LeastPrivilegeRestApi } from '../../../lib/constructs/api/least-privilege-rest-api';
import type { LeastPrivilegeRestApiProps } from '../../../lib/constructs/api/least-privilege-rest-api-props';
import { guardOf, integration, list, newApi, newStack, resources, workload } from './support';

function behind(props: (stack: ReturnType<typeof newStack>) => LeastPrivilegeRestApiProps) {
  const stack = newStack();
  const api = new LeastPrivilegeRestApi(stack, 'Api', props(stack));
  api.addEndpoint('GET /orders/{id}', { callers: [workload(stack, 'Reader')], integration });
  return stack;
}

const certificate = (stack: ReturnType<typeof newStack>) =>
  acm.Certificate.fromCertificateArn(stack, 'Certificate', 'arn:aws:acm:eu-west-1:111122223333:certificate/c');

describe('a domain', () => {
  it('closes the default endpoint, and asks for client certificates where told', () => {
    const stack = behind((at) => ({
      domain: {
        name: 'api.example.com',
        certificate: certificate(at),
        clientCertificates: { bucket: s3.Bucket.fromBucketName(at, 'Trust', 'trust'), key: 'ca.pem', version: 'v1' },
      },
    }));
    expect(resources(stack, 'AWS::ApiGateway::RestApi')[0].Properties.DisableExecuteApiEndpoint).toBe(true);
    expect(resources(stack, 'AWS::ApiGateway::DomainName')[0].Properties).toMatchObject({
      SecurityPolicy: 'TLS_1_2',
      MutualTlsAuthentication: { TruststoreUri: 's3://trust/ca.pem', TruststoreVersion: 'v1' },
    });
  });

  it('takes several APIs, each under a path of its own', () => {
    const stack = newStack();
    const existing = new apigateway.DomainName(stack, 'Shared', {
      domainName: 'api.example.com',
      certificate: certificate(stack),
    });
    for (const basePath of ['orders', 'parcels']) {
      const api = new LeastPrivilegeRestApi(stack, basePath, { domain: { existing, basePath } });
      api.addEndpoint('GET /', { callers: [workload(stack, `${basePath}Reader`)], integration });
    }
    const paths = resources(stack, 'AWS::ApiGateway::BasePathMapping').map(({ Properties }) => Properties.BasePath);
    expect(paths.sort()).toEqual(['orders', 'parcels']);
  });
});

describe('a path that API Gateway keeps for itself', () => {
  it.each(['GET /ping', 'GET /sping'])('is refused with a domain, and taken without: %s', (endpoint) => {
    const stack = newStack();
    const options = { callers: [workload(stack, 'Reader')], integration };
    const domain = { name: 'api.example.com', certificate: certificate(stack) };
    const api = new LeastPrivilegeRestApi(stack, 'Api', { domain });
    expect(() => api.addEndpoint(endpoint, options)).toThrow(/BH1029: endpoint `\/s?ping`.*health check.*\/health/);
    expect(() => api.addEndpoint(`${endpoint}/all`, options)).not.toThrow();
    expect(() => new LeastPrivilegeRestApi(stack, 'Open').addEndpoint(endpoint, options)).not.toThrow();
  });
});

describe('a private API', () => {
  it('is denied to whatever does not come through its VPC endpoints', () => {
    const stack = behind((at) => ({
      vpcEndpoints: [
        ec2.InterfaceVpcEndpoint.fromInterfaceVpcEndpointAttributes(at, 'Vpce', { vpcEndpointId: 'vpce-1', port: 443 }),
      ],
    }));
    expect(resources(stack, 'AWS::ApiGateway::RestApi')[0].Properties.EndpointConfiguration).toMatchObject({
      Types: ['PRIVATE'],
    });
    expect(guardOf(stack)).toContainEqual({
      Sid: 'OnlyVpcEndpoints',
      Effect: 'Deny',
      Principal: '*',
      Action: 'execute-api:Invoke',
      Resource: 'execute-api:/*',
      Condition: { StringNotEquals: { 'aws:SourceVpce': ['vpce-1'] } },
    });
  });
});

describe('a web ACL', () => {
  it('of AWS managed rules blocks the header that overrides the method', () => {
    const stack = behind(() => ({ managedWebAcl: true }));
    const [{ Properties }] = resources(stack, 'AWS::WAFv2::WebACL');
    expect(Properties.Rules[0]).toMatchObject({
      Action: { Block: {} },
      Statement: { SizeConstraintStatement: { FieldToMatch: { SingleHeader: { Name: 'x-http-method-override' } } } },
    });
    expect(Properties.Rules).toHaveLength(4);
    expect(resources(stack, 'AWS::WAFv2::WebACLAssociation')).toHaveLength(1);
  });

  it('of their own is put before the stage', () => {
    const webAclArn = 'arn:aws:wafv2:eu-west-1:111122223333:regional/webacl/own/1';
    const stack = behind(() => ({ webAclArn }));
    expect(resources(stack, 'AWS::WAFv2::WebACLAssociation')[0].Properties.WebACLArn).toBe(webAclArn);
    expect(resources(stack, 'AWS::WAFv2::WebACL')).toEqual([]);
  });
});

describe('CORS', () => {
  const cors = { allowOrigins: ['https://shop.example.com'] };

  it('answers preflights by mocks, which alone are open, while every other request keeps its guard', () => {
    const stack = behind(() => ({ cors }));
    const methods = resources(stack, 'AWS::ApiGateway::Method').map(({ Properties }) => Properties);
    expect(methods.map((each) => [each.HttpMethod, each.AuthorizationType, each.Integration.Type]).sort()).toEqual([
      ['GET', 'AWS_IAM', 'MOCK'],
      ['OPTIONS', 'NONE', 'MOCK'],
    ]);
    const allows = guardOf(stack).filter(({ Effect }) => Effect === 'Allow');
    expect(allows).toEqual([
      {
        Effect: 'Allow',
        Principal: '*',
        Condition: { Null: { 'aws:PrincipalArn': 'true' } },
        Action: 'execute-api:Invoke',
        Resource: 'execute-api:/prod/OPTIONS/orders/*',
      },
    ]);
    // Whoever is a principal and no caller is denied, whoever is none gets no further than to the mock.
    const [everyone] = guardOf(stack);
    expect(list(everyone.Resource)).toEqual(['execute-api:/*']);
    expect(everyone.Condition.Null).toEqual({ 'aws:PrincipalArn': 'false' });
  });

  it('refuses every origin', () => {
    expect(() => newApi({ cors: { allowOrigins: ['*'] } })).toThrow('BH1026');
  });
});

describe('what API Gateway itself answers', () => {
  it('has the headers of a closed door', () => {
    const answers = resources(
      behind(() => ({})),
      'AWS::ApiGateway::GatewayResponse',
    );
    expect(answers.map(({ Properties }) => Properties.ResponseType).sort()).toEqual(['DEFAULT_4XX', 'DEFAULT_5XX']);
    for (const { Properties } of answers) {
      expect(Properties.ResponseParameters).toMatchObject({
        'gatewayresponse.header.Cache-Control': "'no-store'",
        'gatewayresponse.header.X-Content-Type-Options': "'nosniff'",
      });
    }
  });
});

describe('settings that contradict each other', () => {
  it.each<[string, LeastPrivilegeRestApiProps]>([
    ['two web ACLs', { webAclArn: 'arn', managedWebAcl: true }],
    ['no VPC endpoint', { vpcEndpoints: [] }],
    ['a domain without certificate', { domain: { name: 'api.example.com' } }],
  ])('are refused: %s', (_, props) => {
    expect(() => newApi(props)).toThrow('BH1029');
  });
});
