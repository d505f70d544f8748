import { App, CliCredentialsStackSynthesizer, Duration, Stack } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import * as rds from 'aws-cdk-lib/aws-rds';
import { SecretRotationApplication } from 'aws-cdk-lib/aws-secretsmanager';
import { beforeAll, describe, expect, it } from 'vitest';
import { snapshotOf } from '../../../lib/assembly/snapshot';
import { DatabaseCredential } from '../../../lib/constructs/credentials/database-credential';
import type { DatabaseCredentialProps } from '../../../lib/constructs/credentials/database-credential';
import { DatabaseRotation } from '../../../lib/constructs/credentials/database-rotation';
import { credentialsOf } from '../../../lib/engine/declared/credentials-of';
import { INTENT_KEY } from '../../../lib/model/intent';
import { allRules } from '../../../lib/rules/registry';
import { runRules } from '../../../lib/rules/run-rules';
import { newReader, newStack } from './deployed-token';

const ONE = SecretRotationApplication.POSTGRES_ROTATION_SINGLE_USER;
const TWO = SecretRotationApplication.POSTGRES_ROTATION_MULTI_USER;
const SECRET = 'AWS::SecretsManager::Secret';

/** A network with a database of its own; its credentials come from the test. */
class Orders {
  public readonly vpc: ec2.IVpc;
  public readonly reader: iam.IRole;

  constructor(public readonly stack = newStack()) {
    this.vpc = new ec2.Vpc(stack, 'Vpc', { natGateways: 0, maxAzs: 2 });
    this.reader = newReader(stack);
  }

  public credential(id: string, props: Partial<DatabaseCredentialProps> = {}): DatabaseCredential {
    return new DatabaseCredential(this.stack, id, {
      owner: 'orders-team',
      purpose: 'order data',
      reader: this.reader,
      rotateEvery: Duration.days(7),
      expiresOn: '2027-06-30',
      username: 'orders',
      rotation: this.hosted(),
      ...props,
    });
  }

  public hosted(more: { readonly master?: DatabaseCredential } = {}): DatabaseRotation {
    const { master } = more;
    const vpcSubnets = { subnetType: ec2.SubnetType.PRIVATE_ISOLATED };
    const application = master === undefined ? ONE : TWO;
    return DatabaseRotation.hosted({ application, vpc: this.vpc, vpcSubnets, masterSecret: master?.secret });
  }

  public database(credentials: rds.Credentials): rds.DatabaseInstance {
    return new rds.DatabaseInstance(this.stack, 'Db', {
      vpc: this.vpc,
      vpcSubnets: { subnetType: ec2.SubnetType.PRIVATE_ISOLATED },
      engine: rds.DatabaseInstanceEngine.postgres({ version: rds.PostgresEngineVersion.VER_16 }),
      credentials,
    });
  }
}

const idsOf = (template: any, type: string, prefix = ''): string[] =>
  Object.keys(template.Resources).filter((id) => template.Resources[id].Type === type && id.startsWith(prefix));

/** The ARNs that a Deny of the secret's policy leaves out, as the template has them. */
function spared(template: any, prefix: string, sid: string): any[] {
  const [id] = idsOf(template, 'AWS::SecretsManager::ResourcePolicy', prefix);
  const { Statement } = template.Resources[id].Properties.ResourcePolicy;
  return Statement.find(({ Sid }: any) => Sid === sid).Condition.ArnNotEquals['aws:PrincipalArn'];
}

const named = (attribute: object): object => ({
  'Fn::Join': ['', ['arn:', { Ref: 'AWS::Partition' }, ':iam::111122223333:role/', attribute]],
});

describe('credentials of a database', () => {
  let template: any;
  let snapshot: ReturnType<typeof snapshotOf>;

  beforeAll(() => {
    const orders = new Orders();
    const admin = orders.credential('Admin', { username: 'admin' });
    const db = orders.database(rds.Credentials.fromSecret(admin.secret));
    admin.attachTo(db);
    const user = orders.credential('User', { rotation: orders.hosted({ master: admin }) });
    user.attachTo(db);
    const operator = newReader(orders.stack, 'Operator');
    expect(user.grants.rotate(operator)).toBe(user.grants.rotate(operator));
    new iam.Role(orders.stack, 'Wide', {
      assumedBy: new iam.ServicePrincipal('ec2.amazonaws.com'),
      inlinePolicies: {
        all: new iam.PolicyDocument({
          statements: [new iam.PolicyStatement({ actions: ['secretsmanager:*', 'kms:*'], resources: ['*'] })],
        }),
      },
    });
    template = JSON.parse(JSON.stringify(Template.fromStack(orders.stack).toJSON()));
    snapshot = snapshotOf([{ name: 'Orders', file: 'Orders.json', body: template }]);
  });

  const intentOf = (prefix: string) => template.Resources[idsOf(template, SECRET, prefix)[0]].Metadata[INTENT_KEY];

  it('say in the template what was declared', () => {
    expect(intentOf('User')).toEqual({
      kind: 'credential',
      credentialKind: 'database',
      path: 'Orders/User',
      owner: 'orders-team',
      purpose: 'order data',
      expiresOn: '2027-06-30',
      rotateEveryDays: 7,
      readers: ['Orders/Reader'],
      rotator: 'Orders/User/RotatorRole',
      deployment: 'Orders/User/DeploymentRole',
    });
    // Who rotates the second user reads the first one.
    expect(intentOf('Admin').readers).toEqual(['Orders/Reader', 'Orders/User/RotatorRole']);
  });

  it('are rotated by functions of AWS, whose role is looked up and named in full, by no pattern', () => {
    const [found] = idsOf(template, 'Custom::BulkheadExecutionRole', 'User');
    const rotator = named({ 'Fn::GetAtt': [found, 'RoleName'] });
    const deployment = {
      'Fn::Sub': expect.stringMatching(/:role\/cdk-hnb659fds-cfn-exec-role-111122223333-eu-west-1$|cfn-exec-role/),
    };
    expect(spared(template, 'User', 'OnlyReadersRead')).toEqual([
      { 'Fn::GetAtt': [idsOf(template, 'AWS::IAM::Role', 'Reader')[0], 'Arn'] },
      rotator,
      deployment,
    ]);
    expect(spared(template, 'User', 'OnlyTheRotatorWrites')).toEqual([rotator, deployment]);
    expect(JSON.stringify(spared(template, 'User', 'OnlyReadersRead'))).not.toContain('*');
  });

  it('are under keys that admit these roles and not the account', () => {
    const [key] = idsOf(template, 'AWS::KMS::Key', 'User');
    const using = template.Resources[key].Properties.KeyPolicy.Statement.filter(({ Action }: any) =>
      [Action].flat().includes('kms:Decrypt'),
    );
    const opening = using.filter(({ Sid }: any) => Sid !== 'DeploymentProvesAccess');
    expect(opening.map(({ Sid }: any) => Sid)).toEqual(['ReadersDecryptThisSecret', 'DeploymentMakesTheFirstValue']);
    expect(JSON.stringify(opening)).not.toContain(':root');
    expect(JSON.stringify(opening)).not.toContain('"*"]');
  });

  it('rotate only once the database knows the first password and the role may do it', () => {
    const [schedule] = idsOf(template, 'AWS::SecretsManager::RotationSchedule', 'User');
    expect(template.Resources[schedule].DependsOn).toEqual(
      expect.arrayContaining([
        idsOf(template, 'AWS::SecretsManager::SecretTargetAttachment', 'User')[0],
        idsOf(template, 'AWS::IAM::Policy', 'UserRotatorPolicy')[0],
        idsOf(template, 'AWS::Serverless::Application', 'User')[0],
      ]),
    );
    // A secret takes one attachment, and the database that was made with it has made it.
    expect(idsOf(template, 'AWS::SecretsManager::SecretTargetAttachment', 'Admin')).toHaveLength(1);
    expect(idsOf(template, 'AWS::EC2::SecurityGroupIngress', 'DbSecurityGroup')).toHaveLength(2);
  });

  it('take no password from the template', () => {
    const [secret] = idsOf(template, SECRET, 'User');
    const { GenerateSecretString } = template.Resources[secret].Properties;
    expect(GenerateSecretString).toMatchObject({ GenerateStringKey: 'password', PasswordLength: 32 });
    expect(JSON.stringify(GenerateSecretString.SecretStringTemplate)).toContain('masterarn');
  });

  it('are found wrong by no rule but for what AWS makes of its application, which no template shows', () => {
    // That the app has no trail is found at what uses need to be recorded of.
    const rules = allRules.filter(({ id }) => !id.startsWith('AUD'));
    const about = runRules(snapshot, rules, { today: '2026-06-30' }).filter(({ logicalId = '' }) =>
      /^(User|Admin|Reader|Operator)/.test(logicalId),
    );
    expect(about.map(({ ruleId, logicalId, message }) => ({ ruleId, logicalId, message }))).toEqual([]);
    const all = runRules(snapshot, allRules, { today: '2026-06-30' }).filter(({ ruleId }) => ruleId.endsWith('TPL1'));
    expect(all.length).toBeGreaterThan(0);
  });

  it('are read by their readers, and not certainly by a role that may read every secret', () => {
    const found = credentialsOf(snapshot);
    expect(found.map(({ path }) => path)).toEqual(['Orders/Admin', 'Orders/User']);
    for (const { effectiveReaders } of found) expect(effectiveReaders).toContainEqual({ name: 'Orders/Reader' });
    const wide = runRules(snapshot, allRules, { today: '2026-06-30' }).filter(
      ({ ruleId, logicalId = '' }) => ruleId.endsWith('SEC8') && logicalId.startsWith('Wide'),
    );
    expect(wide.filter(({ certainty }) => certainty === 'certain')).toEqual([]);
  });
});

describe('a rotation of the team’s own', () => {
  const orders = new Orders();
  const code = new lambda.Function(orders.stack, 'Rotate', {
    runtime: lambda.Runtime.PYTHON_3_13,
    handler: 'index.handler',
    code: lambda.Code.fromInline('def handler(event, context): pass'),
    vpc: orders.vpc,
    vpcSubnets: { subnetType: ec2.SubnetType.PRIVATE_ISOLATED },
  });
  const credential = orders.credential('User', { rotation: DatabaseRotation.byFunction(code) });
  credential.attachTo(orders.database(rds.Credentials.fromGeneratedSecret('admin')));
  const made = Template.fromStack(orders.stack);

  it('is the only one that writes beside the deployment, by the role of its function', () => {
    const template = made.toJSON();
    const [role] = idsOf(template, 'AWS::IAM::Role', 'RotateServiceRole');
    expect(spared(template, 'User', 'OnlyTheRotatorWrites')[0]).toEqual({ 'Fn::GetAtt': [role, 'Arn'] });
  });

  it('is called by Secrets Manager for this secret only', () => {
    made.hasResourceProperties('AWS::Lambda::Permission', {
      Principal: 'secretsmanager.amazonaws.com',
      SourceAccount: '111122223333',
      SourceArn: Match.anyValue(),
    });
    made.resourceCountIs('AWS::Serverless::Application', 0);
    made.resourceCountIs('Custom::BulkheadExecutionRole', 0);
  });

  it('is found wrong by no rule', () => {
    const body = JSON.parse(JSON.stringify(made.toJSON()));
    const rules = allRules.filter(({ id }) => id.startsWith('SEC'));
    const found = runRules(snapshotOf([{ name: 'Orders', file: 'Orders.json', body }]), rules, { today: '2026-06-30' });
    const about = found.filter(({ constructPath = '' }) => constructPath.startsWith('Orders/User'));
    expect(about.map(({ ruleId, message }) => `${ruleId}: ${message}`)).toEqual([]);
  });
});

describe('what is refused', () => {
  it.each<[string, (orders: Orders) => unknown]>([
    [
      'BH3014',
      () =>
        new Orders(new Stack(new App(), 'Cli', { synthesizer: new CliCredentialsStackSynthesizer() })).credential(
          'User',
        ),
    ],
    [
      'BH3015',
      (orders) =>
        orders.credential('User', {
          rotation: DatabaseRotation.byFunction(lambda.Function.fromFunctionName(orders.stack, 'F', 'rotate')),
        }),
    ],
    [
      'BH3016',
      (orders) =>
        orders.credential('User', { rotation: DatabaseRotation.hosted({ application: TWO, vpc: orders.vpc }) }),
    ],
    [
      'BH3016',
      (orders) =>
        orders.credential('User', {
          rotation: DatabaseRotation.hosted({
            application: ONE,
            vpc: orders.vpc,
            masterSecret: orders.credential('Admin').secret,
          }),
        }),
    ],
    ['BH3017', (orders) => orders.credential('User', { username: "o'; DROP" })],
    ['BH3017', (orders) => orders.credential('User', { username: undefined as any })],
    ['BH3021', (orders) => orders.credential('User', { rotation: undefined as any })],
    ['BH3001', (orders) => orders.credential('User', { owner: '' })],
  ])('%s', (code, make) => {
    expect(() => make(new Orders())).toThrow(new RegExp(`^${code}: `));
  });

  it('a second database (BH3018), and none (BH3019)', () => {
    const orders = new Orders();
    const credential = orders.credential('User');
    expect(() => Template.fromStack(orders.stack)).toThrow(/BH3019: .*attachTo/s);
    const db = orders.database(rds.Credentials.fromGeneratedSecret('admin'));
    credential.attachTo(db);
    expect(() => credential.attachTo(db)).toThrow(/^BH3018: /);
  });
});
