import { Duration, Stack, Stage } from 'aws-cdk-lib';
import type { StageProps } from 'aws-cdk-lib';
import * as apigateway from 'aws-cdk-lib/aws-apigateway';
import * as cognito from 'aws-cdk-lib/aws-cognito';
import * as iam from 'aws-cdk-lib/aws-iam';
import type { Construct } from 'constructs';
import {
  AlarmTopic,
  ApiGatewayKey,
  AuditVault,
  CognitoClientSecret,
  CredentialInventory,
  OpaqueToken,
  PartnerCredential,
  SigningKey,
  TamperAlarms,
  WorkloadRole,
} from '../../lib';
import type { RotatedCredential } from '../../lib';

export interface EveryCredentialProps extends StageProps {
  readonly partnerPublicKey: string;
}

/** One credential of every kind with its inventory, and a record with its alarms: what the example does not have. */
export class EveryCredential extends Stage {
  constructor(scope: Construct, id: string, { partnerPublicKey, ...props }: EveryCredentialProps) {
    super(scope, id, props);
    const record = new Stack(this, 'Record');
    const vault = new AuditVault(record, 'Vault', {
      retention: Duration.days(400),
      owner: 'security-team',
      purpose: 'who touched what',
    });
    const alarmTopic = new AlarmTopic(record, 'OnCall', { emails: ['on-call@company.example'] });
    new TamperAlarms(record, 'Tampering', { vault, alarmTopic });
    new Credentials(this, 'Keys', partnerPublicKey);
  }
}

class Credentials extends Stack {
  constructor(scope: Construct, id: string, partnerPublicKey: string) {
    super(scope, id);
    const inventory = new CredentialInventory(this, 'Inventory', { owner: 'security-team' });
    const declared = (kind: string) => ({
      owner: `${kind}-team`,
      purpose: `shows a ${kind}`,
      reader: this.role(`${kind}-reader`),
      rotateEvery: Duration.days(7),
      expiresOn: '2027-06-30',
      inventory,
    });

    const api = new apigateway.RestApi(this, 'Api', {
      cloudWatchRole: false,
      deployOptions: { stageName: 'live' },
    });
    const answer = new apigateway.MockIntegration({
      requestTemplates: { 'application/json': '{"statusCode":200}' },
      integrationResponses: [{ statusCode: '200' }],
    });
    api.root
      .addResource('metered')
      .addMethod('GET', answer, { apiKeyRequired: true, methodResponses: [{ statusCode: '200' }] });
    const pool = new cognito.UserPool(this, 'Pool');
    const scope_ = { scopeName: 'read', scopeDescription: 'reads' };
    const server = pool.addResourceServer('Server', {
      identifier: 'orders',
      scopes: [new cognito.ResourceServerScope(scope_)],
    });
    const client = pool.addClient('Client', {
      generateSecret: true,
      oAuth: {
        flows: { clientCredentials: true },
        scopes: [cognito.OAuthScope.resourceServer(server, new cognito.ResourceServerScope(scope_))],
      },
    });
    const domain = pool.addDomain('Domain', { cognitoDomain: { domainPrefix: 'orders-company' } });

    const published = [
      new OpaqueToken(this, 'Token', { ...declared('token'), publishHashes: true }),
      new SigningKey(this, 'Signing', declared('signing')),
      new PartnerCredential(this, 'Partner', { ...declared('partner'), partnerPublicKey }),
    ];
    const others = [
      new ApiGatewayKey(this, 'ApiKey', {
        ...declared('key'),
        stage: api.deploymentStage,
        probeUrl: api.urlForPath('/metered'),
      }),
      new CognitoClientSecret(this, 'Client', {
        ...declared('client'),
        userPool: pool,
        userPoolClient: client,
        tokenUrl: `${domain.baseUrl()}/oauth2/token`,
      }),
    ];
    const [verifier, operator] = [this.role('verifier'), this.role('operator')];
    for (const each of published) each.grants.verify(verifier);
    for (const each of [...published, ...others] as RotatedCredential[]) each.grants.rotate(operator);
  }

  private role(name: string): WorkloadRole {
    return new WorkloadRole(this, name, {
      owner: 'platform-team',
      purpose: name,
      assumedBy: new iam.ServicePrincipal('lambda.amazonaws.com'),
    });
  }
}
