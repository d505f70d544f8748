import { describe, expect, it } from 'vitest';
import { secretPropertiesOf, takesSecret } from '../../lib/assembly/secret-properties';

describe('a property that takes a secret', () => {
  // As CloudFormation names them, of some forty services.
  it.each(
    (
      'AccountPassword AdminPassword AdminUserPassword AppSecret ApiKey ApiKeySecret ApiKeyValue ApiSecretKey ApiToken ' +
      'AuthKey AuthPassword AuthToken AuthorizationApiKeyValue AccessToken AddPrivateKey AzureBlobSasToken ' +
      'ClientSecret CrossRealmTrustPrincipalPassword DomainSigningPrivateKey HecToken JwtToken KdcAdminPassword ' +
      'KeyPassphrase MasterUserPassword OauthToken Password Passwords PreSharedKey PrivateKey ' +
      'ProcurementPortalSharedSecret RefreshToken SaslPassword SecretAccessKey SecretKey SecretString SecretToken ' +
      'SmtpPassword SvmAdminPassword TdeCredentialPassword TokenKey TokenValue WalletSecret client_secret'
    ).split(' '),
  )('is known by its name: %s', (name) => expect(takesSecret(name)).toBe(true));

  it.each(
    (
      'ApiKeyId ApiKeyArn ApiKeyHeader ApiKeyRequired ApiKeySourceType ClientToken CredentialsArn EventSourceToken ' +
      'HttpTokens MasterUserSecretKmsKeyId PasswordArn PublicKeyMaterial SecretArn SecretId SecretName SecretVersion ' +
      'ServiceToken SslPolicy TokenDomains TokenEndpoint TokenKeyId TokenKeyName TokenType TokenUrl KmsKeyId'
    ).split(' '),
  )('is not one that names it or is about it: %s', (name) => expect(takesSecret(name)).toBe(false));

  it('is known by its type where the name alone says nothing', () => {
    expect(secretPropertiesOf('AWS::ApiGateway::ApiKey')?.has('Value')).toBe(true);
    expect(secretPropertiesOf('AWS::SSM::Parameter')).toBeUndefined();
  });
});
