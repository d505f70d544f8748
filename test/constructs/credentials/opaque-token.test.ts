import { App, Duration, Stack, Tags } from 'aws-cdk-lib';
import { Annotations, Match, Template } from 'aws-cdk-lib/assertions';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as kms from 'aws-cdk-lib/aws-kms';
import { beforeAll, describe, expect, it } from 'vitest';
import { OpaqueToken } from '../../../lib/constructs/credentials/opaque-token';
import { RotatedCredential } from '../../../lib/constructs/credentials/rotated-credential';
import { INTENT_KEY } from '../../../lib/model/intent';
import { COMPARTMENT_TAG, EXPIRES_ON_TAG, OWNER_TAG, PURPOSE_TAG } from '../../../lib/model/tags';
import { ACCOUNT, REGION } from '../audit/deployed';
import { DeployedToken, newReader, newStack, newToken } from './deployed-token';

const SECRET = 'AWS::SecretsManager::Secret';
const SCHEDULE = 'AWS::SecretsManager::RotationSchedule';
const POLICY = 'AWS::SecretsManager::ResourcePolicy';
const KEY = 'AWS::KMS::Key';
const FUNCTION = 'AWS::Lambda::Function';

function deployed(props: Parameters<typeof newToken>[1] = {}): DeployedToken {
  const stack = newStack();
  newToken(stack, props);
  return new DeployedToken(stack);
}

/** With nothing but what is required; made once, because a synth takes its time. */
let standard: DeployedToken;
beforeAll(() => {
  standard = deployed();
});

describe('an OpaqueToken', () => {
  it('starts empty, so that neither template nor deployment ever holds a value', () => {
    const { Properties } = standard.only(SECRET);
    expect(Properties).not.toHaveProperty('SecretString');
    expect(Properties).not.toHaveProperty('GenerateSecretString');
  });

  it('is encrypted with a key of its own, which rotates and waits 30 days before it is deleted', () => {
    const token = standard;
    expect(token.only(SECRET).Properties.KmsKeyId).toBe(token.arnOf(KEY));
    expect(token.only(KEY).Properties).toMatchObject({ EnableKeyRotation: true, PendingWindowInDays: 30 });
  });

  it('carries owner, purpose, end and compartment as tags on secret and key, whatever the app tags', () => {
    const app = new App();
    Tags.of(app).add(OWNER_TAG, 'platform');
    const stack = newStack('Orders', app);
    newToken(stack);
    app.synth();
    const token = new DeployedToken(stack);
    for (const type of [SECRET, KEY]) {
      expect(token.only(type).Properties.Tags).toEqual(
        expect.arrayContaining([
          { Key: OWNER_TAG, Value: 'partners' },
          { Key: PURPOSE_TAG, Value: 'webhook signing' },
          { Key: EXPIRES_ON_TAG, Value: '2027-06-30' },
          { Key: COMPARTMENT_TAG, Value: expect.stringMatching(/^Orders-Token/) },
        ]),
      );
    }
  });

  it('declares its intent, readers that are added later included', () => {
    const stack = newStack();
    const token = newToken(stack, { rotateEvery: Duration.hours(12) });
    token.grants.read(newReader(stack, 'Second'));
    expect(new DeployedToken(stack).only(SECRET).Metadata[INTENT_KEY]).toEqual({
      kind: 'credential',
      credentialKind: 'opaque-token',
      path: 'Orders/Token',
      owner: 'partners',
      purpose: 'webhook signing',
      expiresOn: '2027-06-30',
      rotateEveryDays: 0.5,
      readers: ['Orders/Reader', 'Orders/Second'],
      rotator: 'Orders/Token/RotatorRole',
    });
  });

  it('blocks public policies, and its own policy allows nothing', () => {
    const { BlockPublicPolicy, ResourcePolicy } = standard.only(POLICY).Properties;
    expect(BlockPublicPolicy).toBe(true);
    expect(ResourcePolicy.Statement.map(({ Effect }: any) => Effect)).toEqual(Array(6).fill('Deny'));
  });

  it('denies by no source address: Secrets Manager calls the rotation from its own', () => {
    expect(JSON.stringify(standard.only(POLICY))).not.toMatch(/SourceIp|SourceVpc/i);
  });

  it('can be recognised', () => {
    const token = newToken(newStack());
    expect(OpaqueToken.isOpaqueToken(token)).toBe(true);
    expect(RotatedCredential.isRotatedCredential(token)).toBe(true);
    for (const other of [undefined, null, 'token', {}, token.rotatorRole]) {
      expect(OpaqueToken.isOpaqueToken(other)).toBe(false);
      expect(RotatedCredential.isRotatedCredential(other)).toBe(false);
    }
  });

  it('tells its ARN and its name, given or generated', () => {
    const stack = newStack();
    const named = newToken(stack, { secretName: 'partners/webhook' });
    const generated = newToken(stack, { reader: newReader(stack, 'Other') }, 'Generated');
    expect(named.secretName).toBe('partners/webhook');
    const id = stack.getLogicalId(generated.node.findChild('Secret') as any);
    expect(stack.resolve(generated.secretArn)).toEqual({ Ref: id });
    const afterSix = { 'Fn::Select': [6, { 'Fn::Split': [':', { Ref: id }] }] };
    const part = (index: number) => ({ 'Fn::Select': [index, { 'Fn::Split': ['-', afterSix] }] });
    expect(stack.resolve(generated.secretName)).toEqual({ 'Fn::Join': ['-', [part(0), part(1)]] });
  });
});

describe('the rotation', () => {
  it.each([
    [Duration.hours(4), 'rate(4 hours)'],
    [Duration.hours(36), 'rate(36 hours)'],
    [Duration.hours(24), 'rate(1 day)'],
    [Duration.days(7), 'rate(7 days)'],
    [Duration.days(1000), 'rate(1000 days)'],
  ])('every %s is scheduled as %s and begins at once, because the secret is empty', (rotateEvery, rate) => {
    const token = deployed({ rotateEvery });
    expect(token.only(SCHEDULE).Properties).toEqual({
      SecretId: token.arnOf(SECRET),
      RotationLambdaARN: token.arnOf(FUNCTION),
      RotationRules: { ScheduleExpression: rate },
      RotateImmediatelyOnUpdate: true,
    });
  });

  it('begins only when the function has its permissions and may be called', () => {
    const token = standard;
    const [permission] = Object.keys(
      Template.fromJSON({ Resources: token.resources }).findResources('AWS::Lambda::Permission'),
    );
    expect(token.only(SCHEDULE).DependsOn).toEqual(
      expect.arrayContaining([
        permission,
        token.idOf('AWS::IAM::Policy', 'TokenRotatorPolicy'),
        token.idOf('AWS::IAM::Policy', 'TokenRotationLogPolicy'),
      ]),
    );
  });

  it('ends only after the policy that forbids its end is gone', () => {
    const token = standard;
    expect(token.only(POLICY).DependsOn).toContain(token.idOf(SCHEDULE));
  });

  it('is called by Secrets Manager for this secret of this account, and by nobody else', () => {
    const token = standard;
    expect(token.only('AWS::Lambda::Permission').Properties).toEqual({
      Action: 'lambda:InvokeFunction',
      FunctionName: token.arnOf(FUNCTION),
      Principal: 'secretsmanager.amazonaws.com',
      SourceAccount: ACCOUNT,
      SourceArn: token.arnOf(SECRET),
    });
  });

  it('runs our own code as its own role, with nothing secret in its environment', () => {
    const token = deployed({ tokenLength: 48, reservedConcurrency: 1 });
    expect(token.only(FUNCTION).Properties).toMatchObject({
      Handler: 'index.handler',
      Runtime: 'nodejs24.x',
      Role: token.arnOf('AWS::IAM::Role', 'TokenRotatorRole'),
      Environment: { Variables: { TOKEN_BYTES: '48', CREDENTIAL_PATH: 'Orders/Token' } },
      DeadLetterConfig: { TargetArn: token.arnOf('AWS::SQS::Queue') },
      ReservedConcurrentExecutions: 1,
    });
  });

  it('never runs twice at once, unless it is told to', () => {
    expect(standard.only(FUNCTION).Properties.ReservedConcurrentExecutions).toBe(1);
  });

  it('raises an alarm with the first call that fails, and keeps the events that it could not do', () => {
    expect(standard.only('AWS::CloudWatch::Alarm').Properties).toMatchObject({
      Namespace: 'AWS/Lambda',
      MetricName: 'Errors',
      Dimensions: [{ Name: 'FunctionName', Value: expect.stringContaining(standard.idOf(FUNCTION)) }],
      Threshold: 1,
      TreatMissingData: 'notBreaching',
    });
    expect(standard.only('AWS::SQS::Queue').Properties.MessageRetentionPeriod).toBe(1_209_600);
  });

  it('has no wildcard in what its role is granted, and no managed policy', () => {
    const token = standard;
    const role = token.idOf('AWS::IAM::Role', 'TokenRotatorRole');
    expect(token.resources[role].Properties).not.toHaveProperty('ManagedPolicyArns');
    const granted = Object.values(token.resources).filter(
      ({ Type, Properties }) => Type === 'AWS::IAM::Policy' && Properties.Roles.some((each: any) => each.Ref === role),
    );
    expect(granted).toHaveLength(3);
    expect(JSON.stringify(granted)).not.toMatch(/[*?]/);
  });

  it('keeps its log for a year, encrypted with the same key', () => {
    const token = standard;
    expect(token.only('AWS::Logs::LogGroup').Properties).toEqual({ KmsKeyId: token.arnOf(KEY), RetentionInDays: 365 });
    const admitted = token
      .only(KEY)
      .Properties.KeyPolicy.Statement.find(
        ({ Principal }: any) => Principal.Service === `logs.${REGION}.amazonaws.com`,
      );
    expect(admitted.Condition).toEqual({
      ArnLike: { 'kms:EncryptionContext:aws:logs:arn': `arn:aws:logs:${REGION}:${ACCOUNT}:log-group:*` },
    });
  });
});

describe('readers', () => {
  it('that are added later may read too, and the same grant comes back for the same role', async () => {
    const stack = newStack();
    const token = newToken(stack);
    const second = newReader(stack, 'Second');
    const grant = token.grants.read(second);
    grant.assertSuccess();
    expect(token.grants.read(second)).toBe(grant);
    const made = new DeployedToken(stack);
    expect(await made.maySecret('Second', { action: 'GetSecretValue' })).toBe(true);
    expect(await made.mayKey('Second', { action: 'Decrypt' })).toBe(true);
    expect(await made.maySecret('Second', { action: 'PutSecretValue' })).toBe(false);
  });

  it('get a policy of the credential, so that their role refers to nothing', () => {
    const stack = newStack();
    const reader = newReader(stack);
    newToken(stack, { reader });
    expect(reader.node.tryFindChild('DefaultPolicy')).toBeUndefined();
    expect(JSON.stringify(stack.resolve(reader.boundary.document))).not.toMatch(/"Ref":"Token|GetAtt/);
  });

  it.each([
    ['the stack below', 'eu-west-1'],
    ['a stack without an environment', undefined],
  ])('may live in %s', (_, region) => {
    const app = new App();
    const env = region === undefined ? undefined : { account: ACCOUNT, region };
    const roles = new Stack(app, 'Roles', { env });
    const orders = new Stack(app, 'Orders', { env });
    const reader = newReader(roles);
    newToken(orders, { reader });
    expect(() => app.synth()).not.toThrow();
    expect(orders.dependencies).toEqual([roles]);
    expect(roles.dependencies).toEqual([]);
    const boundary = JSON.stringify(new DeployedToken(roles).only('AWS::IAM::ManagedPolicy').Properties);
    expect(boundary).toContain(
      `:secret:${orders.getLogicalId(orders.node.findChild('Token').node.findChild('Secret') as any)}-*`,
    );
  });

  it('may be imported roles of this account', () => {
    const stack = newStack();
    const reader = iam.Role.fromRoleArn(stack, 'Imported', `arn:aws:iam::${ACCOUNT}:role/app/imported`);
    newToken(stack, { reader });
    const token = new DeployedToken(stack);
    expect(token.only('AWS::IAM::Policy', 'TokenReadBy').Properties.Roles).toEqual(['imported']);
    expect(
      token.only(POLICY).Properties.ResourcePolicy.Statement[0].Condition.ArnNotEquals['aws:PrincipalArn'],
    ).toContain(`arn:aws:iam::${ACCOUNT}:role/app/imported`);
  });

  it('of two tokens do not read each other’s', () => {
    const stack = newStack();
    newToken(stack, { reader: newReader(stack, 'A') }, 'TokenA');
    newToken(stack, { reader: newReader(stack, 'B') }, 'TokenB');
    const token = new DeployedToken(stack);
    const named = JSON.stringify(token.only(POLICY, 'TokenA').Properties.ResourcePolicy.Statement[0].Condition);
    expect(named).toContain(token.arnOf('AWS::IAM::Role', 'A'));
    expect(named).not.toContain(token.arnOf('AWS::IAM::Role', 'B'));
  });
});

describe('a key that is given', () => {
  it('of the same stack lets readers and rotator in, for this secret only', async () => {
    const stack = newStack();
    const encryptionKey = new kms.Key(stack, 'Shared', { policy: new iam.PolicyDocument() });
    const token = newToken(stack, { encryptionKey });
    token.grants.read(newReader(stack, 'Second'));
    const made = new DeployedToken(stack);
    expect(token.encryptionKey).toBe(encryptionKey);
    for (const role of ['Reader', 'Second', 'TokenRotatorRole']) {
      expect(await made.mayKey(role, { action: 'Decrypt' })).toBe(true);
    }
    expect(await made.mayKey('TokenRotatorRole', { action: 'GenerateDataKey' })).toBe(true);
    expect(await made.mayKey('Second', { action: 'GenerateDataKey' })).toBe(false);
    expect(
      await made.mayKey('Reader', { action: 'Decrypt', context: { 'kms:EncryptionContext:SecretARN': 'x' } }),
    ).toBe(false);
  });

  it('can serve several credentials: no id of a statement is used twice', () => {
    const stack = newStack();
    const encryptionKey = new kms.Key(stack, 'Shared');
    newToken(stack, { encryptionKey, reader: newReader(stack, 'A') }, 'TokenA');
    newToken(stack, { encryptionKey, reader: newReader(stack, 'B') }, 'TokenB');
    const { Statement } = new DeployedToken(stack).only(KEY).Properties.KeyPolicy;
    const ids = Statement.map(({ Sid }: any) => Sid).filter((sid: unknown) => sid !== undefined);
    expect(new Set(ids).size).toBe(ids.length);
    expect(Statement.filter(({ Principal }: any) => Principal.Service !== undefined)).toHaveLength(1);
  });

  it('of another stack makes no cycle', () => {
    const app = new App();
    const keys = newStack('Keys', app);
    const orders = newStack('Orders', app);
    newToken(orders, { encryptionKey: new kms.Key(keys, 'Shared') });
    expect(() => app.synth()).not.toThrow();
    expect(keys.dependencies).toEqual([]);
  });

  it('does not carry the tags of one credential', () => {
    const stack = newStack();
    newToken(stack, { encryptionKey: new kms.Key(stack, 'Shared') });
    expect(new DeployedToken(stack).only(KEY).Properties).not.toHaveProperty('Tags');
  });
});

describe('is refused', () => {
  const stack = newStack();
  const reader = newReader(stack);
  let count = 0;
  const make = (props: object) => () => {
    count += 1;
    return newToken(stack, { reader, ...props }, `Token${count}`);
  };

  it.each([
    ['BH3001', 'without an owner', { owner: ' ' }],
    ['BH3001', 'without a purpose', { purpose: '' }],
    ['BH3001', 'with an owner that is not there', { owner: undefined }],
    ['BH3002', 'without a reader', { reader: null }],
    ['BH3003', 'when it rotates more often than every 4 hours', { rotateEvery: Duration.hours(3) }],
    ['BH3003', 'when it rotates less often than every 1,000 days', { rotateEvery: Duration.days(1001) }],
    ['BH3003', 'when it rotates at a broken hour', { rotateEvery: Duration.minutes(270) }],
    ['BH3003', 'when it does not rotate', { rotateEvery: undefined }],
    ['BH3004', 'without an end', { expiresOn: '' }],
    ['BH3004', 'with an end that is not a date', { expiresOn: 'never' }],
    ['BH3004', 'with an end that is not in the calendar', { expiresOn: '2027-02-30' }],
    ['BH3004', 'with an end that is not an ISO date', { expiresOn: '30.06.2027' }],
    ['BH3004', 'with an end that has a time', { expiresOn: '2027-06-30T00:00:00Z' }],
    ['BH3005', 'when it could be guessed', { tokenLength: 15 }],
    ['BH3005', 'when it is too long', { tokenLength: 513 }],
    ['BH3005', 'when its length is broken', { tokenLength: 32.5 }],
    ['BH3006', 'when the purpose cannot stand in a tag', { purpose: 'webhooks (v2)' }],
    ['BH3006', 'when the owner is too long for a tag', { owner: 'o'.repeat(257) }],
    ['BH3011', 'when its rotation could not run', { reservedConcurrency: 0 }],
    ['BH3008', 'when its name holds a wildcard', { secretName: 'partners/*' }],
    [
      'BH3009',
      'when its key is named by an alias',
      { encryptionKey: kms.Alias.fromAliasName(stack, 'Alias', 'alias/a') },
    ],
  ])('%s %s', (code, _, props) => {
    expect(make(props)).toThrow(new RegExp(`^${code}: .*, at Orders/Token${count + 1}`));
  });

  it('BH3007 when its reader belongs to another account, at once or later', () => {
    const foreign = iam.Role.fromRoleArn(stack, 'Foreign', 'arn:aws:iam::444455556666:role/partner');
    expect(make({ reader: foreign })).toThrow(/^BH3007: .*444455556666/);
    const token = make({})();
    expect(() => token.grants.read(foreign)).toThrow(/^BH3007/);
  });

  it('BH3007 when its reader has an account and the stack has none: a role of the same name would get the permissions', () => {
    const anywhere = new Stack(new App(), 'Anywhere');
    const foreign = iam.Role.fromRoleArn(anywhere, 'Foreign', 'arn:aws:iam::444455556666:role/partner');
    expect(() => newToken(anywhere, { reader: foreign })).toThrow(
      /^BH3007: .*belongs to account 444455556666, and nobody knows to which account the stack is deployed/,
    );
    const own = iam.Role.fromRoleName(anywhere, 'Own', 'partner');
    expect(() => newToken(anywhere, { reader: own }, 'Other')).not.toThrow();
  });

  it('BH3002 when its reader is no role, which other languages do not see', () => {
    const code = { node: { path: 'Orders/Function' }, grantPrincipal: {} } as any;
    expect(make({ reader: code })).toThrow(/^BH3002: the reader Orders\/Function is no role/);
  });

  it('BH3009 when its key is of another region', () => {
    const encryptionKey = kms.Key.fromKeyArn(stack, 'Far', 'arn:aws:kms:eu-central-1:111122223333:key/k1');
    expect(make({ encryptionKey })).toThrow(/^BH3009: `encryptionKey` is a key of eu-central-1/);
  });

  it('BH3010 a verifier where nothing is published', () => {
    const token = make({})();
    expect(() => token.grants.verify(newReader(stack, 'Verifier'))).toThrow(/^BH3010: /);
    expect(() => make({ publishHashes: true })().grants.verify(newReader(stack, 'Other'))).not.toThrow();
  });

  it('never by the clock: an end in the past is for the checks to judge', () => {
    expect(make({ expiresOn: '2001-01-01' })).not.toThrow();
  });
});

describe('a credential past its end', () => {
  const warnings = (expiresOn: string) => {
    const stack = newStack();
    newToken(stack, { expiresOn });
    return Annotations.fromStack(stack).findWarning('*', Match.stringLikeRegexp('the credential ended on'));
  };

  it('is warned of, and one that is still needed is not', () => {
    expect(warnings('2001-01-01')).toHaveLength(1);
    expect(warnings('9999-12-31')).toEqual([]);
    expect(warnings(new Date(Date.now() - 86_400_000).toISOString().slice(0, 10))).toHaveLength(1);
    // Its last day, as the sweeper has it.
    expect(warnings(new Date().toISOString().slice(0, 10))).toEqual([]);
  });
});
