import { describe, expect, it } from 'vitest';
import type { Credentials } from '../../../local/client';
import type { DeployedStage } from '../../../local/deployed';
import { settled } from '../../../local/rotation';
import type { DeclaredCredential } from '../../../lib/model/declared';
import type { Scene } from '../scene';

interface Secret {
  readonly credential: DeclaredCredential;
  readonly arn: string;
  readonly stage: DeployedStage;
  readonly as: (role: string) => Promise<Credentials>;
}

/** Every secret of the example and of the stage with every kind. */
export function secretsOf({ stage, as, every, asOfEvery }: Scene): readonly Secret[] {
  return [
    ...stage.credentials.map((credential) => ({ credential, arn: stage.secret(credential), stage, as })),
    ...every.credentials.map((credential) => ({
      credential,
      arn: every.secret(credential),
      stage: every,
      as: asOfEvery,
    })),
  ];
}

export function readers(scene: () => Scene): void {
  /** Tries something as every role of the stage of each secret, and says who got through. */
  const whoCan = async (
    attempt: (secret: Secret, session: Credentials) => Promise<{ readonly status: number }>,
  ): Promise<Record<string, string[]>> => {
    const { cloud } = scene();
    const found: Record<string, string[]> = {};
    for (const secret of secretsOf(scene())) {
      await settled(cloud, secret.stage, secret.arn);
      const tried = await Promise.all(
        [...secret.stage.roles.keys()].map(async (role) => {
          const { status } = await attempt(secret, await secret.as(role));
          expect([200, 403], `${role} at ${secret.credential.path}`).toContain(status);
          return status === 200 ? [role] : [];
        }),
      );
      found[secret.credential.path] = tried.flat().sort();
    }
    return found;
  };
  const declared = (of: (credential: DeclaredCredential) => readonly (string | undefined)[]) =>
    Object.fromEntries(
      secretsOf(scene()).map(({ credential }) => [
        credential.path,
        of(credential)
          .flatMap((role) => role ?? [])
          .sort(),
      ]),
    );

  describe('every role at every secret', () => {
    it('reads exactly what it was declared to read', async () => {
      const { cloud } = scene();
      expect(secretsOf(scene()).map(({ credential }) => credential.kind)).toEqual([
        'opaque-token',
        'api-gateway-key',
        'cognito-client-secret',
        'partner',
        'signing-key',
        'opaque-token',
      ]);
      const found = await whoCan(({ arn, stage }, session) =>
        cloud.client.secrets('GetSecretValue', stage.region, { SecretId: arn }, session),
      );
      expect(found).toEqual(declared(({ readers, rotator }) => [...readers, rotator]));
    });

    it('writes no value and moves no label, but for the rotator', async () => {
      const { cloud } = scene();
      const before = await Promise.all(secretsOf(scene()).map(({ stage, arn }) => settled(cloud, stage, arn)));
      for (const [operation, input] of Object.entries({
        PutSecretValue: { SecretString: '{"token":"forged"}', ClientRequestToken: 'x'.repeat(36) },
        UpdateSecretVersionStage: { VersionStage: 'AWSCURRENT', MoveToVersionId: 'x' },
        PutResourcePolicy: { ResourcePolicy: '{}' },
        // Not even the sweeper deletes at once, or with less time to restore it.
        DeleteSecret: { ForceDeleteWithoutRecovery: true },
        CancelRotateSecret: {},
      })) {
        const found = await whoCan(async ({ arn, stage, credential, as }, session) => {
          // What the rotator may do is shown by rotations.
          if (credential.rotator !== undefined && session === (await as(credential.rotator))) return { status: 403 };
          return cloud.client.secrets(operation, stage.region, { SecretId: arn, ...input }, session);
        });
        expect({ operation, through: Object.values(found).flat() }).toEqual({ operation, through: [] });
      }
      const after = await Promise.all(secretsOf(scene()).map(({ stage, arn }) => settled(cloud, stage, arn)));
      expect(after.map(({ versions }) => versions)).toEqual(before.map(({ versions }) => versions));
    });

    it('gets no value by plain HTTP, be it the reader', async () => {
      const { cloud } = scene();
      for (const { credential, arn, stage, as } of secretsOf(scene())) {
        const plain = cloud.from('plain');
        const session = await as(credential.readers[0]);
        const { status, body } = await plain.secrets('GetSecretValue', stage.region, { SecretId: arn }, session);
        expect(status).toBe(403);
        expect(body).toContain('NoPlainHttp');
      }
    });

    it('calls a rotation function only as operator, sweeper or that function itself', async () => {
      const { cloud, every } = scene();
      const sweeper = 'Every/Keys/Inventory/SweeperRole';
      // Who may is decided: that is all.
      const mend = cloud.breakCalls((_, what) => (what.startsWith('lambda:InvokeFunction') ? 'before' : undefined));
      const found = await whoCan(async ({ credential, stage }, session) => {
        const answer = await cloud.client.invoke(functionOf(stage, credential), stage.region, {}, session);
        return answer.body.includes('BrokenOnPurpose') ? { status: 200 } : { status: answer.status };
      });
      mend();
      const isOfEvery = (path: string): boolean => path.startsWith(`${every.name}/`);
      // Who asks for a rotation needs to be allowed to call the function: so does the function, when it revokes.
      expect(found).toEqual(
        declared(({ path, rotator }) => [rotator, ...(isOfEvery(path) ? ['Every/Keys/operator', sweeper] : [])]),
      );
    });
  });

  describe('every role at what a rotation may change', () => {
    it('makes keys, client secrets and public halves only as the rotator of that credential', async () => {
      const { cloud, every, asOfEvery } = scene();
      const { region } = every;
      const rest = (method: string, path: string, body: unknown) => (session: Credentials) =>
        cloud.client.send(
          {
            service: 'apigateway',
            region,
            method,
            host: `apigateway.${region}.amazonaws.com`,
            path,
            body: body === undefined ? '' : JSON.stringify(body),
          },
          session,
        );
      const plan = every.find('AWS::ApiGateway::UsagePlan', 'Every/Keys/ApiKey/');
      const pool = { UserPoolId: every.find('AWS::Cognito::UserPool', 'Every/Keys/Pool/') };
      const userPools = (operation: string) => (session: Credentials) =>
        cloud.client.json(`AWSCognitoIdentityProviderService.${operation}`, 'cognito-idp', region, pool, session);
      const write = (path: string) => (session: Credentials) =>
        cloud.client.s3('PUT', path, region, session, { body: 'forged' });
      // What the rotator may do is as good as empty here: what gets past the guard breaks no later rotation.
      const attempts: Record<string, [attempt: (session: Credentials) => Promise<{ status: number }>, by: string[]]> = {
        'a key without a tag': [rest('POST', '/apikeys', { value: 'x' }), []],
        'a key of the plan': [rest('POST', `/usageplans/${plan}/keys`, undefined), ['ApiKey']],
        'all keys': [rest('GET', '/apikeys', undefined), []],
        'a secret of the client': [userPools('AddUserPoolClientSecret'), ['Client']],
        'the secrets of the client': [userPools('ListUserPoolClientSecrets'), ['Client']],
        'the client': [userPools('DescribeUserPoolClient'), []],
        'another object beside the JWKS': [
          write(`/${every.find('AWS::S3::Bucket', 'Every/Keys/Signing/Published/')}/x`),
          [],
        ],
      };
      for (const [name, [attempt, by]] of Object.entries(attempts)) {
        const through: string[] = [];
        for (const role of every.roles.keys()) {
          const passed = cloud.passed;
          const { status } = await attempt(await asOfEvery(role));
          if (status !== 403 || cloud.passed !== passed) through.push(role);
        }
        expect({ name, through }).toEqual({ name, through: by.map((id) => `Every/Keys/${id}/RotatorRole`) });
      }
    });
  });
}

/** The name of the function that rotates a credential. */
export function functionOf(stage: DeployedStage, { path }: DeclaredCredential): string {
  return stage.find('AWS::Lambda::Function', `${path}/RotationFunction/`);
}
