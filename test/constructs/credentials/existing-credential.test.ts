import { App, Duration, Stack } from 'aws-cdk-lib';
import { Annotations, Match, Template } from 'aws-cdk-lib/assertions';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as kms from 'aws-cdk-lib/aws-kms';
import { Secret } from 'aws-cdk-lib/aws-secretsmanager';
import type { ISecret } from 'aws-cdk-lib/aws-secretsmanager';
import { describe, expect, it } from 'vitest';
import { snapshotOf } from '../../../lib/assembly/snapshot';
import { DatabaseCredential } from '../../../lib/constructs/credentials/database-credential';
import { OpaqueToken } from '../../../lib/constructs/credentials/opaque-token';
import { credentialsOf } from '../../../lib/engine/declared/credentials-of';
import { sec8 } from '../../../lib/rules/credentials/sec8-reader-not-declared';
import { allRules } from '../../../lib/rules/registry';
import { runRules } from '../../../lib/rules/run-rules';
import { newReader, newStack } from './deployed-token';

const ARN = 'arn:aws:secretsmanager:eu-west-1:111122223333:secret:Partner-a1B2c3';

function declare(stack: Stack, secret: ISecret, more: object = {}) {
  const reader = newReader(stack);
  return OpaqueToken.fromExisting(stack, 'Existing', {
    secret,
    owner: 'partners',
    purpose: 'signs webhooks',
    reader,
    expiresOn: '2027-06-30',
    ...more,
  });
}

const templateOf = (stack: Stack): any => JSON.parse(JSON.stringify(Template.fromStack(stack).toJSON()));

const snapshotIn = (stack: Stack) =>
  snapshotOf([
    { name: 'Orders', file: 'Orders.json', body: templateOf(stack), account: '111122223333', region: 'eu-west-1' },
  ]);

function wide(stack: Stack, resource: string): void {
  const statement = new iam.PolicyStatement({ actions: ['secretsmanager:GetSecretValue'], resources: [resource] });
  new iam.Role(stack, 'Other', { assumedBy: new iam.ServicePrincipal('ec2.amazonaws.com') }).addToPolicy(statement);
}

describe('a secret that is imported', () => {
  it('is in the inventory, with who may read it by identity policies', () => {
    const stack = newStack();
    declare(stack, Secret.fromSecretCompleteArn(stack, 'Secret', ARN), { rotateEvery: Duration.days(30) });
    wide(stack, 'arn:aws:secretsmanager:*:*:secret:Partner-*');
    expect(credentialsOf(snapshotIn(stack))).toEqual([
      {
        path: 'Orders/Existing',
        kind: 'existing',
        owner: 'partners',
        purpose: 'signs webhooks',
        expiresOn: '2027-06-30',
        rotateEveryDays: 30,
        readers: ['Orders/Reader'],
        effectiveReaders: [{ name: 'Orders/Reader' }, { name: expect.stringMatching(/^Other/) }],
        secretArn: ARN,
        template: 'Orders',
        logicalId: expect.stringMatching(/^ExistingReadBy/),
      },
    ]);
  });

  it('others who may read it are possible findings: its own policies are not seen', () => {
    const stack = newStack();
    declare(stack, Secret.fromSecretCompleteArn(stack, 'Secret', ARN));
    wide(stack, ARN);
    const found = runRules(snapshotIn(stack), allRules, { today: '2026-06-30' }).filter(({ ruleId }) =>
      ruleId.endsWith('SEC8'),
    );
    expect(found).toHaveLength(1);
    expect(found[0]).toMatchObject({ certainty: 'possible', message: expect.stringContaining('Orders/Existing') });
    expect(found[0].unknowns?.join()).toContain('in no template');
  });

  it('a role that reads another secret is no finding', () => {
    const stack = newStack();
    declare(stack, Secret.fromSecretCompleteArn(stack, 'Secret', ARN));
    wide(stack, 'arn:aws:secretsmanager:eu-west-1:111122223333:secret:Other-a1B2c3');
    expect(credentialsOf(snapshotIn(stack))[0].effectiveReaders).toEqual([{ name: 'Orders/Reader' }]);
  });

  it('by its name, is granted with the six characters that Secrets Manager adds, and its key', () => {
    const stack = newStack();
    const encryptionKey = kms.Key.fromKeyArn(stack, 'Key', 'arn:aws:kms:eu-west-1:111122223333:key/k1');
    const secret = Secret.fromSecretAttributes(stack, 'Secret', { secretPartialArn: ARN.slice(0, -7), encryptionKey });
    declare(stack, secret);
    const policies = Object.values(templateOf(stack).Resources).filter(({ Type }: any) => Type === 'AWS::IAM::Policy');
    expect((policies[0] as any).Properties.PolicyDocument.Statement).toEqual([
      {
        Effect: 'Allow',
        Action: ['secretsmanager:DescribeSecret', 'secretsmanager:GetSecretValue'],
        Resource: `${ARN.slice(0, -7)}-??????`,
      },
      {
        Effect: 'Allow',
        Action: 'kms:Decrypt',
        Resource: 'arn:aws:kms:eu-west-1:111122223333:key/k1',
        Condition: {
          StringEquals: { 'kms:ViaService': 'secretsmanager.eu-west-1.amazonaws.com' },
          StringLike: { 'kms:EncryptionContext:SecretARN': `${ARN.slice(0, -7)}-??????` },
        },
      },
    ]);
    expect(credentialsOf(snapshotIn(stack))[0].effectiveReaders).toEqual([{ name: 'Orders/Reader' }]);
  });

  it('BH3020 is declared once in an app, by its ARN or by its name in one place', () => {
    const app = new App();
    const [one, two] = [newStack('One', app), newStack('Two', app)];
    const far = new Stack(app, 'Far', { env: { account: '111122223333', region: 'eu-central-1' } });
    declare(one, Secret.fromSecretCompleteArn(one, 'Secret', ARN));
    expect(() => declare(two, Secret.fromSecretCompleteArn(two, 'Secret', ARN), { owner: 'others' })).toThrow(
      /^BH3020: the secret is declared already, as One\/Existing/,
    );
    const [three, four] = [newStack('Three', app), newStack('Four', app)];
    declare(three, Secret.fromSecretNameV2(three, 'Secret', 'partner/webhooks'));
    expect(() => declare(four, Secret.fromSecretNameV2(four, 'Secret', 'partner/webhooks'))).toThrow(/^BH3020/);
    expect(() => declare(far, Secret.fromSecretNameV2(far, 'Secret', 'partner/webhooks'))).not.toThrow();
  });

  it('is warned of when it is past its end', () => {
    const stack = newStack();
    declare(stack, Secret.fromSecretCompleteArn(stack, 'Secret', ARN), { expiresOn: '2001-01-01' });
    expect(Annotations.fromStack(stack).findWarning('*', Match.stringLikeRegexp('ended on 2001-01-01'))).toHaveLength(
      1,
    );
  });

  it.each([['in a known place'], ['in a stack for any place']])(
    'by its name alone, %s, is asked about like any other',
    (where) => {
      const stack = where.includes('any') ? new Stack(new App(), 'Orders') : newStack();
      declare(stack, Secret.fromSecretNameV2(stack, 'Secret', 'partner/webhooks2'));
      wide(stack, '*');
      const { region, account } = stack;
      const statement = new iam.PolicyStatement({
        actions: ['secretsmanager:GetSecretValue'],
        resources: [`arn:aws:secretsmanager:${region}:${account}:secret:partner/webhooks2-??????`],
      });
      new iam.Role(stack, 'ByName', { assumedBy: new iam.ServicePrincipal('ec2.amazonaws.com') }).addToPolicy(
        statement,
      );
      const snapshot = snapshotOf([
        {
          name: 'Orders',
          file: '',
          body: templateOf(stack),
          ...(where.includes('any') ? {} : { account: '111122223333', region: 'eu-west-1' }),
        },
      ]);
      const [found] = credentialsOf(snapshot);
      expect(found.secretArn).toMatch(/:secret:partner\/webhooks2-\?{6}$/);
      expect(found.effectiveReaders).toEqual([
        { name: expect.stringMatching(/^ByName/) },
        { name: 'Orders/Reader' },
        { name: expect.stringMatching(/^Other/) },
      ]);
      const found8 = runRules(snapshot, [sec8], { today: '2026-06-30' });
      expect(found8.map(({ certainty }) => certainty)).toEqual(['possible', 'possible']);
    },
  );

  it('with an ARN that is known only at deployment, is declared, and nobody is said to read it', () => {
    const stack = newStack();
    const arn = stack.formatArn({
      service: 'secretsmanager',
      resource: 'secret',
      account: '',
      resourceName: stack.stackId,
    });
    declare(stack, Secret.fromSecretCompleteArn(stack, 'Secret', arn));
    const [found] = credentialsOf(snapshotIn(stack));
    expect(found.readers).toEqual(['Orders/Reader']);
    expect(found).not.toHaveProperty('effectiveReaders');
  });
});

describe('a secret of the app', () => {
  const others = (resource: string): number => {
    const stack = newStack();
    declare(stack, new Secret(stack, 'Secret'));
    wide(stack, resource);
    return runRules(snapshotIn(stack), [sec8], { today: '2026-06-30' }).length;
  };

  it('is not confused with a secret that a role names in full, be its own name one that CloudFormation makes up', () => {
    const arn = 'arn:aws:secretsmanager:eu-west-1:111122223333:secret:';
    expect(others(`${arn}other/db-a1B2c3`)).toBe(0);
    expect(others(`${arn}other/*`)).toBe(0);
    expect(others(`${arn}SecretA720EF05-x1Y2z3A4b5C6-a1B2c3`)).toBe(1);
    expect(others(`${arn}Sec*`)).toBe(1);
  });

  it('carries what was declared, is within the boundary of its reader, and is not changed else', () => {
    const stack = newStack();
    const secret = new Secret(stack, 'Secret');
    const before = templateOf(newStackWith((other) => new Secret(other, 'Secret')));
    declare(stack, secret).grants.read(newReader(stack, 'Second'));
    const { Resources } = templateOf(stack);
    const id = Object.keys(before.Resources)[0];
    const { Metadata, Properties, ...rest } = Resources[id];
    const { Tags, ...plain } = Properties;
    expect({ ...rest, Properties: plain }).toEqual(before.Resources[id]);
    expect(Metadata['cdk-bulkhead']).toMatchObject({
      credentialKind: 'existing',
      readers: ['Orders/Reader', 'Orders/Second'],
    });
    expect(Metadata['cdk-bulkhead']).not.toHaveProperty('rotateEveryDays');
    expect(Tags.map(({ Key }: any) => Key)).toContain('cdk-bulkhead:owner');
    expect(credentialsOf(snapshotIn(stack))[0].effectiveReaders).toEqual([
      { name: 'Orders/Reader' },
      { name: 'Orders/Second' },
    ]);
  });

  it('is not said to be shut: SEC5 asks for a policy that keeps others out', () => {
    const stack = newStack();
    declare(stack, new Secret(stack, 'Secret'));
    const found = runRules(snapshotIn(stack), allRules, { today: '2026-06-30' }).map(({ ruleId }) => ruleId);
    expect(found).toContain('Bulkhead-SEC5');
  });
});

describe('what is refused', () => {
  it('a secret that is declared already, by this or by a credential (BH3020)', () => {
    const stack = newStack();
    const secret = new Secret(stack, 'Secret');
    declare(stack, secret);
    const again = { secret, owner: 'a', purpose: 'b', reader: newReader(stack, 'Again'), expiresOn: '2027-06-30' };
    expect(() => DatabaseCredential.fromExisting(stack, 'Again2', again)).toThrow(/^BH3020: /);
  });

  it.each([
    ['BH3001', { owner: ' ' }],
    ['BH3002', { reader: undefined }],
    ['BH3003', { rotateEvery: Duration.hours(1) }],
    ['BH3004', { expiresOn: 'never' }],
  ])('%s', (code, more) => {
    const stack = newStack();
    const secret = Secret.fromSecretCompleteArn(stack, 'Secret', ARN);
    expect(() => declare(stack, secret, more)).toThrow(new RegExp(`^${code}: `));
  });
});

function newStackWith(make: (stack: Stack) => unknown): Stack {
  const stack = newStack();
  make(stack);
  return stack;
}
