import { rules } from '@secretlint/secretlint-rule-preset-recommend';
import { describe, expect, it } from 'vitest';
import { snapshotOf } from '../../lib/assembly/snapshot';
import type { SecretHit } from '../../lib/model/snapshot';
import { source } from './probe';

// Put together here, so that no scanner takes this file for a leak.
const GITHUB = `ghp_${'a1B2'.repeat(9)}`;
const SLACK = ['xoxb', '123456789012', '1234567890123', 'AbCdEfGhIjKlMnOpQrStUvWx'].join('-');
const AWS_SECRET = ['wJalrXUtnFEMI', 'K7MDENG', 'bPxRfiCYzz12345678'].join('/');
const KEY_ID = ['AKIA', 'ABCDEFGHIJKLMNOP'].join('');
const DATABASE = ['postgres://user:Sup3rS3cret', 'db.internal:5432/orders'].join('@');
const URL = ['https://user:Sup3rS3cret', 'host.com/x'].join('@');

function hits(sections: Readonly<Record<string, unknown>>): readonly SecretHit[] {
  return snapshotOf([source(sections)]).secretHits;
}

function inEnvironment(name: string, value: unknown, sections: object = {}): readonly SecretHit[] {
  const Fn = { Type: 'AWS::Lambda::Function', Properties: { Environment: { Variables: { [name]: value } } } };
  return hits({ ...sections, Resources: { Fn } });
}

describe('the scan for secrets', () => {
  it.each([
    ['a GitHub token', GITHUB, 'GitHub token'],
    ['a Slack token', SLACK, 'Slack token'],
    ['a connection string', DATABASE, 'password in a database connection string'],
    ['a URL with a password', URL, 'password in a URL'],
    ['a lone access key id', `id ${KEY_ID}`, 'AWS access key id'],
  ])('finds %s by what it looks like, and does not repeat it', (_, text, looksLike) => {
    const found = inEnvironment('CONFIG', text);
    expect(found.map((each) => [each.resource?.logicalId, each.place, each.looksLike])).toEqual([
      ['Fn', 'Properties.Environment.Variables.CONFIG', looksLike],
    ]);
    expect(JSON.stringify(found.map(({ place, looksLike: words }) => [place, words]))).not.toContain(text);
  });

  it('finds an AWS secret key by its name and form', () => {
    expect(inEnvironment('AWS_SECRET_ACCESS_KEY', AWS_SECRET).map(({ looksLike }) => looksLike)).toContain(
      'AWS secret access key',
    );
  });

  it('finds a token inside code and user data, in the arguments of functions, too', () => {
    const found = hits({
      Resources: {
        Fn: {
          Type: 'AWS::Lambda::Function',
          Properties: { Code: { ZipFile: `const a = 1;\nconst t = '${GITHUB}';` } },
        },
        Vm: {
          Type: 'AWS::EC2::Instance',
          Properties: { UserData: { 'Fn::Base64': { 'Fn::Sub': `export T=${GITHUB}` } } },
        },
      },
    });
    expect(found.map(({ resource, place }) => `${resource?.logicalId} ${place}`)).toEqual([
      'Fn Properties.Code.ZipFile',
      'Vm Properties.UserData.Fn::Base64.Fn::Sub',
    ]);
  });

  it('finds the same token at every place where it stands', () => {
    const properties = { A: GITHUB, B: [GITHUB] };
    const found = hits({
      Resources: { X: { Type: 'X', Properties: properties }, Y: { Type: 'X', Properties: properties } },
    });
    expect(found).toHaveLength(4);
  });

  it('is not switched off by a comment in the text', () => {
    expect(inEnvironment('CONFIG', `// secretlint-disable\n${GITHUB}`)).toHaveLength(1);
  });

  it.each([
    'DB_PASSWORD',
    'dbPassword',
    'API_KEY',
    'apiKey',
    'ClientSecret',
    'SIGNING_TOKEN',
    'PRIVATE_KEY',
    'HTTP_PASSWD',
    'USE_TOKEN',
    'CLASS_SECRET',
  ])('takes a literal in the environment variable %s for a secret', (name) => {
    expect(inEnvironment(name, 'hunter2')).toMatchObject([
      { looksLike: `plain text in the environment variable "${name}"` },
    ]);
  });

  it.each<[string, unknown]>([
    ['SECRET_ARN', 'whatever'],
    ['TOKEN_TTL', 'long'],
    ['TOKEN_USE', 'access'],
    ['SECRET_CLASS', 'internal'],
    ['SECRET_KEY_ID', 'orders'],
    ['PASSWORD_MIN_LENGTH', 'twelve'],
    ['TOKEN_URL', 'https://auth.example/token'],
    ['TABLE', 'hunter2'],
    ['USE_TOKEN', 'true'],
    ['MAX_TOKENS', '4096'],
    ['SECRET', ''],
    ['SECRET', 'arn:aws:secretsmanager:eu-west-1:111122223333:secret:x'],
    ['SECRET', '/prod/db/password'],
    ['SECRET', '{{resolve:secretsmanager:x:SecretString:y}}'],
    ['SECRET', 'user:{{resolve:secretsmanager:x:SecretString:y}}'],
    ['SECRET', { Ref: 'AWS::StackName' }],
    ['SECRET', { 'Fn::Sub': 'x-${AWS::StackName}' }],
  ])('does not take %s = %j for a secret', (name, value) => {
    expect(inEnvironment(name, value)).toEqual([]);
  });

  it.each<[string, unknown]>([
    ['one branch of an Fn::If', { 'Fn::If': ['C', 'hunter2', { Ref: 'AWS::NoValue' }] }],
    ['pieces that are joined', { 'Fn::Join': ['', ['hun', 'ter2']] }],
    ['an Fn::Sub without variables', { 'Fn::Sub': 'hunter2' }],
  ])('finds a plain secret in %s', (_, value) => {
    const Conditions = { C: { 'Fn::Equals': [{ Ref: 'AWS::Region' }, 'x'] } };
    expect(inEnvironment('DB_PASSWORD', value, { Conditions })).toHaveLength(1);
  });

  it('finds a plain secret among name and value pairs', () => {
    const Environment = [
      { Name: 'DB_PASSWORD', Value: 'hunter2' },
      { Name: 'DB_HOST', Value: 'hunter2' },
    ];
    const found = hits({
      Resources: { T: { Type: 'AWS::ECS::TaskDefinition', Properties: { ContainerDefinitions: [{ Environment }] } } },
    });
    expect(found.map(({ place }) => place)).toEqual(['Properties.ContainerDefinitions[0].Environment[0].Value']);
  });

  it('finds a plain secret in a property that holds one', () => {
    const found = hits({
      Resources: { Db: { Type: 'AWS::RDS::DBInstance', Properties: { MasterUserPassword: 'hunter2' } } },
    });
    expect(found).toMatchObject([{ place: 'Properties.MasterUserPassword' }]);
  });

  it.each<[string, string, object, string]>([
    ['the key of an API', 'AWS::ApiGateway::ApiKey', { Value: 'abcdefghijklmnopqrstu12345' }, 'Properties.Value'],
    [
      'a template of a secret',
      'AWS::SecretsManager::Secret',
      { GenerateSecretString: { SecretStringTemplate: '{"username":"a","password":"hunter2"}' } },
      'Properties.GenerateSecretString.SecretStringTemplate',
    ],
    [
      'a secret of which only a part is known',
      'AWS::SecretsManager::Secret',
      { SecretString: { 'Fn::Sub': '{"password":"hunter2","region":"${AWS::Region}"}' } },
      'Properties.SecretString',
    ],
    [
      'code',
      'AWS::Lambda::Function',
      { Code: { ZipFile: 'const password = "hunter2-Hunter";' } },
      'Properties.Code.ZipFile',
    ],
  ])('finds plain text in %s', (_, Type, Properties, place) => {
    expect(hits({ Resources: { X: { Type, Properties } } })).toMatchObject([{ place }]);
  });

  it.each<[string, string, object]>([
    ['the value of an SSM parameter', 'AWS::SSM::Parameter', { Name: '/orders/host', Value: 'db1.internal' }],
    [
      'a template that generates',
      'AWS::SecretsManager::Secret',
      { GenerateSecretString: { SecretStringTemplate: '{"username":"admin"}', GenerateStringKey: 'password' } },
    ],
    [
      'a secret of what is not known',
      'AWS::SecretsManager::Secret',
      { SecretString: { 'Fn::Sub': '{"password":"${AWS::StackId}"}' } },
    ],
    ['code that reads it', 'AWS::Lambda::Function', { Code: { ZipFile: 'const password = await read("orders/db");' } }],
  ])('finds nothing in %s', (_, Type, Properties) => {
    expect(hits({ Resources: { X: { Type, Properties } } })).toEqual([]);
  });

  const PLAIN = ['hunter2', 'Prod9x'].join('-');
  const init = (content: string) => ({ config: { files: { '/etc/my.cnf': { content } } } });
  it.each<[string, object, number]>([
    [
      'user data in Base64',
      { Properties: { UserData: Buffer.from(`export DB_PASSWORD=${PLAIN}!`).toString('base64') } },
      1,
    ],
    ['a file of cfn-init', { Metadata: { 'AWS::CloudFormation::Init': init(`user=a\npassword=${PLAIN}`) } }, 1],
    [
      'a build',
      { Properties: { Source: { BuildSpec: `phases:\n  build:\n    commands:\n      - export NPM_TOKEN=${PLAIN}` } } },
      1,
    ],
    ['an argument', { Properties: { ContainerDefinitions: [{ Command: ['app', '--password', PLAIN] }] } }, 1],
    ['an argument in one text', { Properties: { ContainerDefinitions: [{ Command: [`--password=${PLAIN}`] }] } }, 1],
    [
      'a state machine',
      { Properties: { DefinitionString: JSON.stringify({ States: { a: { Parameters: { password: PLAIN } } } }) } },
      1,
    ],
    [
      'a state machine of pieces',
      {
        Properties: {
          DefinitionString: { 'Fn::Join': ['', ['{"password":"', PLAIN, '","arn":"', { Ref: 'AWS::StackId' }, '"}']] },
        },
      },
      1,
    ],
    ['a plain parameter for a password', { Properties: { MasterUserPassword: '{{resolve:ssm:/db/pw}}' } }, 1],
    ['a secure parameter', { Properties: { MasterUserPassword: '{{resolve:ssm-secure:/db/pw}}' } }, 0],
    ['a plain parameter for a name', { Properties: { Table: '{{resolve:ssm:/db/table}}' } }, 0],
    [
      'an argument that is none',
      { Properties: { ContainerDefinitions: [{ Command: ['app', '--password-file', '/run/db1'] }] } },
      0,
    ],
    ['a path of a state machine', { Properties: { DefinitionString: '{"password.$":"$.password12"}' } }, 0],
    ['a file with a reference', { Metadata: { 'AWS::CloudFormation::Init': init('password=${DB_PASSWORD1}') } }, 0],
  ])('by its place in %s', (_, resource, count) => {
    const found = hits({ Resources: { X: { Type: 'AWS::X::Y', ...resource } } });
    expect(found).toHaveLength(count);
    expect(JSON.stringify(found.map(({ place, looksLike }) => [place, looksLike]))).not.toContain(PLAIN);
  });

  it('finds a value of a mapping by its key, and no name', () => {
    const mapped = (password: string) => hits({ Mappings: { Db: { prod: { password } } }, Resources: {} });
    expect(mapped(PLAIN)).toMatchObject([{ place: 'Mappings.Db.prod.password' }]);
    expect(mapped('orders-db-secret')).toEqual([]);
    expect(mapped('{{resolve:secretsmanager:orders}}')).toEqual([]);
  });

  it('finds a parameter that shows a password, and none that is not shown or only names one', () => {
    const parameter = (name: string, declared: object) => hits({ Parameters: { [name]: declared }, Resources: {} });
    expect(parameter('DbPassword', { Type: 'String' })).toMatchObject([{ place: 'Parameters.DbPassword' }]);
    expect(parameter('GitHubToken', { Type: 'String', Default: '' })).toHaveLength(1);
    expect(parameter('DbPassword', { Type: 'String', NoEcho: true })).toEqual([]);
    expect(parameter('DbPassword', { Type: 'AWS::SSM::Parameter::Value<String>' })).toEqual([]);
    expect(parameter('DbPassword', { Type: 'String', Default: '/orders/db1' })).toEqual([]);
    for (const name of ['DbSecret', 'DbPasswordArn', 'TokenName', 'KeyName'])
      expect(parameter(name, { Type: 'String' })).toEqual([]);
  });

  it('finds an output by its name, and not one that names a secret or refers to it', () => {
    const outputs = (Value: unknown) => hits({ Outputs: { DbPassword: { Value } }, Resources: {} });
    expect(outputs('hunter2')).toMatchObject([{ place: 'Outputs.DbPassword.Value' }]);
    expect(outputs('arn:aws:secretsmanager:eu-west-1:111122223333:secret:x')).toEqual([]);
    expect(outputs({ Ref: 'AWS::StackName' })).toEqual([]);
  });

  it.each<[string, object]>([
    ['by its name', { Type: 'String', Default: 'hunter2' }],
    ['by NoEcho, be it a number', { Type: 'String', NoEcho: true, Default: 123456 }],
  ])('finds the default of a parameter %s', (_, declared) => {
    const snapshot = snapshotOf([source({ Parameters: { DbPassword: declared }, Resources: {} })]);
    const [template] = snapshot.templates;
    expect(snapshot.secretsIn(template as never)).toMatchObject([{ place: 'Parameters.DbPassword.Default' }]);
  });

  it.each<[string, object]>([
    ['an empty one', { Type: 'String', NoEcho: true, Default: '' }],
    ['the name of an SSM parameter', { Type: 'AWS::SSM::Parameter::Value<String>', Default: 'db-pass' }],
    ['one of several allowed', { Type: 'String', Default: 'weak', AllowedValues: ['weak', 'strong'] }],
    ['none', { Type: 'String', NoEcho: true }],
  ])('does not take the default of a parameter for a secret: %s', (_, declared) => {
    expect(hits({ Parameters: { DbPassword: declared }, Resources: {} })).toEqual([]);
  });

  it('tells the secrets of a resource from those of its template', () => {
    const snapshot = snapshotOf([
      source({ Outputs: { O: { Value: GITHUB } }, Resources: { X: { Type: 'X', Properties: { A: SLACK } } } }),
    ]);
    expect(snapshot.secretsIn(snapshot.resources[0] as never)).toMatchObject([{ looksLike: 'Slack token' }]);
    expect(snapshot.secretsIn(snapshot.templates[0] as never)).toMatchObject([{ looksLike: 'GitHub token' }]);
  });

  it('knows every rule of the scanner: a new one may need another filter before it', () => {
    expect(rules.map(({ meta }) => meta.id.replace('@secretlint/secretlint-rule-', ''))).toEqual([
      'aws',
      'gcp',
      'privatekey',
      'npm',
      'basicauth',
      'slack',
      'sendgrid',
      'shopify',
      'github',
      'openai',
      'anthropic',
      'linear',
      '1password',
      'database-connection-string',
      'filter-comments',
    ]);
  });
});
