import { Duration, Stack, App } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import { beforeAll, describe, expect, it } from 'vitest';
import { OpaqueToken } from '../../../lib/constructs/credentials/opaque-token';
import { WorkloadRole } from '../../../lib/constructs/roles/workload-role';
import { snapshotOf } from '../../../lib/assembly/snapshot';
import { credentialsOf } from '../../../lib/engine/declared/credentials-of';
import { sec8 } from '../../../lib/rules/credentials/sec8-reader-not-declared';
import { runRules } from '../../../lib/rules/run-rules';

const env = { account: '111122223333', region: 'eu-west-1' };
const LAMBDA = new iam.ServicePrincipal('lambda.amazonaws.com');
let body: any;

beforeAll(() => {
  const stack = new Stack(new App({ context: { 'aws:cdk:enable-path-metadata': true } }), 'Orders', { env });
  const reader = new WorkloadRole(stack, 'Reader', { owner: 'orders', purpose: 'reads', assumedBy: LAMBDA });
  const token = new OpaqueToken(stack, 'Token', {
    owner: 'orders',
    purpose: 'webhooks',
    reader,
    rotateEvery: Duration.days(7),
    expiresOn: '2027-06-30',
  });
  const thief = new iam.Role(stack, 'Thief', { assumedBy: LAMBDA });
  thief.addToPolicy(
    new iam.PolicyStatement({
      actions: ['secretsmanager:GetSecretValue', 'kms:Decrypt'],
      resources: [token.secretArn, token.encryptionKey.keyArn],
    }),
  );
  const heir = new iam.Role(stack, 'Heir', { assumedBy: LAMBDA });
  heir.addToPolicy(new iam.PolicyStatement({ actions: ['sts:AssumeRole'], resources: [thief.roleArn] }));
  thief.assumeRolePolicy?.addStatements(
    new iam.PolicyStatement({ actions: ['sts:AssumeRole'], principals: [new iam.ArnPrincipal(heir.roleArn)] }),
  );
  body = (stack.node.root as App).synth().stacks[0]?.template;
});

/** The readers of the token, and what SEC8 finds, after a change of the template. */
function after(change: (resources: Record<string, any>) => void) {
  const copy = structuredClone(body);
  change(copy.Resources);
  const snapshot = snapshotOf([{ name: 'Orders', file: '', body: copy, ...env }]);
  const [credential] = credentialsOf(snapshot);
  const findings = runRules(snapshot, [sec8]).map(({ logicalId, message, trace }) => ({ logicalId, message, trace }));
  const all = credential.effectiveReaders ?? [];
  const marks = Object.fromEntries(all.flatMap(({ name, by }) => (by === undefined ? [] : [[name, by]])));
  return { readers: all.map(({ name }) => name), marks, findings };
}

const drop = (resources: Record<string, any>, type: string, sids: readonly string[]) => {
  for (const { Type, Properties } of Object.values(resources)) {
    const document = Properties?.ResourcePolicy ?? Properties?.KeyPolicy;
    if (Type === type) document.Statement = document.Statement.filter(({ Sid }: any) => !sids.includes(Sid));
  }
};
const openKey = (resources: Record<string, any>) => {
  for (const { Type, Properties } of Object.values(resources)) {
    if (Type !== 'AWS::KMS::Key') continue;
    const root = { 'Fn::Sub': 'arn:${AWS::Partition}:iam::111122223333:root' };
    Properties.KeyPolicy.Statement.push({ Effect: 'Allow', Principal: { AWS: root }, Action: 'kms:*', Resource: '*' });
  }
};

describe('who can effectively read a credential', () => {
  it('is whom the policies of the secret and of the key let in, not who was merely granted it', () => {
    const { readers, findings } = after(() => {});
    expect(readers).toEqual(['Orders/Reader', 'Orders/Token/RotatorRole']);
    expect(findings).toEqual([]);
  });

  it('is not changed where the key is opened: the policy of the secret keeps them out', () => {
    expect(after(openKey).readers).toEqual(['Orders/Reader', 'Orders/Token/RotatorRole']);
  });

  // What a key policy allows under an encryption context may be anything here: the key alone is not believed.
  it('is the thief, and who becomes it, where the lock of the secret is gone; SEC8 finds both, one with its way', () => {
    const { readers, findings } = after((all) => {
      drop(all, 'AWS::SecretsManager::ResourcePolicy', ['OnlyReadersRead']);
    });
    expect(readers).toEqual(['Orders/Heir', 'Orders/Reader', 'Orders/Thief', 'Orders/Token/RotatorRole']);
    expect(findings).toMatchObject([
      { message: expect.stringContaining('may read Orders/Token') },
      { message: expect.stringContaining('may read Orders/Token') },
    ]);
    expect(findings.map(({ trace }) => trace?.length ?? 0).sort()).toEqual([0, 1]);
  });

  describe('where somebody changes what is in the way', () => {
    const mayAlso = (all: Record<string, any>, ...actions: readonly string[]): void => {
      const [policy] = Object.entries(all).filter(([id]) => id.startsWith('ThiefDefaultPolicy'));
      policy[1].Properties.PolicyDocument.Statement.push({ Effect: 'Allow', Action: actions, Resource: '*' });
    };

    it('is who writes the policy of the secret anew, or takes it away, and who becomes it', () => {
      for (const [action, technique] of [
        ['secretsmanager:PutResourcePolicy', 'secret-policy'],
        ['secretsmanager:DeleteResourcePolicy', 'secret-no-policy'],
      ]) {
        const { readers, findings } = after((all) => {
          openKey(all);
          mayAlso(all, action);
        });
        expect(readers).toEqual(['Orders/Heir', 'Orders/Reader', 'Orders/Thief', 'Orders/Token/RotatorRole']);
        expect(findings.map(({ trace }) => trace?.join()).sort()).toEqual([
          expect.stringMatching(new RegExp(`sts-assume-role.*${technique}`)),
          expect.stringMatching(new RegExp(`^Orders/Thief.*\\(${technique}\\)`)),
        ]);
      }
    });

    it('is who writes the policies of both secret and key, marked in the inventory; one of them does not help', () => {
      const closed = (...actions: readonly string[]) =>
        after((all) => {
          for (const { Type, Properties } of Object.values(all)) {
            if (Type !== 'AWS::KMS::Key') continue;
            const { KeyPolicy } = Properties;
            KeyPolicy.Statement = KeyPolicy.Statement.filter(
              (each: any) => !/Decrypt/.test(JSON.stringify(each.Action)),
            );
          }
          mayAlso(all, ...actions);
        });
      const both = closed('secretsmanager:PutResourcePolicy', 'kms:PutKeyPolicy');
      expect(both.marks).toMatchObject({ 'Orders/Thief': 'policies' });
      expect(both.findings.map(({ trace }) => trace?.join())).toContainEqual(
        expect.stringMatching(/\(secret-policy\).*\(kms-key-policy\)/),
      );
      for (const one of ['kms:PutKeyPolicy', 'secretsmanager:PutResourcePolicy']) {
        const { readers, findings } = closed(one);
        expect([readers.includes('Orders/Thief'), findings], one).toEqual([false, []]);
      }
    });

    it('is every administrator, marked in the inventory, and no finding', () => {
      const { marks, findings } = after((all) => mayAlso(all, '*'));
      expect(marks).toEqual({ 'Orders/Heir': 'administrator', 'Orders/Thief': 'administrator' });
      expect(findings).toEqual([]);
    });

    it('is not who may write other policies only', () => {
      const other = after((all) => {
        openKey(all);
        mayAlso(all, 's3:PutBucketPolicy', 'sqs:SetQueueAttributes');
      });
      expect(other.findings).toEqual([]);
    });
  });
});
