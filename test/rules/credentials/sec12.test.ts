import { describe, expect, it } from 'vitest';
import { sec12 } from '../../../lib/rules/credentials/sec12-secret-shown';
import { findingsOf } from '../rule-runner';

const SECRET = '{{resolve:secretsmanager:orders/upstream:SecretString:token}}';
const BASE = {
  Parameters: { Hidden: { Type: 'String', NoEcho: true }, Plain: { Type: 'String' } },
  Outputs: {} as object,
};
const OTHERS = {
  User: { Type: 'AWS::IAM::User' },
  Key: { Type: 'AWS::IAM::AccessKey', Properties: { UserName: { Ref: 'User' } } },
  Client: { Type: 'AWS::Cognito::UserPoolClient', Properties: { UserPoolId: 'x', GenerateSecret: true } },
};
const places = (Type: string, Properties: object) =>
  findingsOf(sec12, { ...BASE, Resources: { ...OTHERS, Example: { Type, Properties } } }).map(({ detail }) => detail);
const inEnvironment = (value: unknown) => places('AWS::Lambda::Function', { Environment: { Variables: { A: value } } });
const inOutput = (Value: unknown) =>
  findingsOf(sec12, { ...BASE, Resources: OTHERS, Outputs: { Out: { Description: SECRET, Value } } });

describe('SEC12', () => {
  it.each<[string, unknown]>([
    ['a reference to Secrets Manager', SECRET],
    ['one to a secure parameter', 'x:{{resolve:ssm-secure:/orders/token:1}}'],
    [
      'one that is joined, as CDK writes it',
      { 'Fn::Join': ['', ['{{resolve:secretsmanager:', { Ref: 'User' }, ':SecretString:password::}}']] },
    ],
    ['a parameter with NoEcho', { Ref: 'Hidden' }],
    ['one in a text', { 'Fn::Sub': 'https://u:${Hidden}@h' }],
    ['the secret of an access key', { 'Fn::GetAtt': ['Key', 'SecretAccessKey'] }],
    ['the same in YAML', { 'Fn::GetAtt': 'Key.SecretAccessKey' }],
    ['the secret of a client', { 'Fn::Sub': '${Client.ClientSecret}' }],
  ])('finds %s in an environment variable and in an output', (_, value) => {
    expect(inEnvironment(value)).toEqual(['Place::Properties.Environment.Variables.A']);
    expect(inOutput(value).map(({ detail, logicalId }) => [detail, logicalId])).toEqual([
      ['Place::Outputs.Out.Value', undefined],
    ]);
  });

  it.each<[string, unknown]>([
    ['a plain parameter of Systems Manager', '{{resolve:ssm:/orders/host:1}}'],
    ['a parameter that is shown anyway', { Ref: 'Plain' }],
    ['the id of an access key', { Ref: 'Key' }],
    ['another attribute', { 'Fn::GetAtt': ['User', 'Arn'] }],
    ['the ARN of a secret', 'arn:aws:secretsmanager:eu-west-1:111122223333:secret:x-a1b2c3'],
  ])('leaves alone %s', (_, value) => {
    expect(inEnvironment(value)).toEqual([]);
    expect(inOutput(value)).toEqual([]);
  });

  it('leaves alone what takes a secret', () => {
    expect(places('AWS::RDS::DBInstance', { MasterUserPassword: SECRET })).toEqual([]);
    expect(
      places('AWS::SecretsManager::Secret', { SecretString: { 'Fn::GetAtt': ['Key', 'SecretAccessKey'] } }),
    ).toEqual([]);
  });

  it('tells the secrets of a container from its environment', () => {
    const containers = (more: object) => places('AWS::ECS::TaskDefinition', { ContainerDefinitions: [{ ...more }] });
    expect(containers({ Secrets: [{ Name: 'A', ValueFrom: SECRET }] })).toEqual([]);
    expect(containers({ Environment: [{ Name: 'A', Value: SECRET }] })).toEqual([
      'Place::Properties.ContainerDefinitions[0].Environment[0].Value',
    ]);
  });

  it('tells a build that reads the secret from one that shows it', () => {
    const build = (Type: string) =>
      places('AWS::CodeBuild::Project', {
        Environment: { EnvironmentVariables: [{ Name: 'A', Type, Value: SECRET }] },
      });
    expect(build('SECRETS_MANAGER')).toEqual([]);
    expect(build('PLAINTEXT')).toHaveLength(1);
  });
});
