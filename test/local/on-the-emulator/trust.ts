import { describe, expect, it } from 'vitest';
import type { Answer, Credentials } from '../../../local/client';
import { PARTNER_ADDRESS } from '../../../local/tour/every-call';
import { ACCOUNT, REGION } from '../scene';
import type { Scene } from '../scene';

const EMPLOYEES = { by: 'saml', provider: `arn:aws:iam::${ACCOUNT}:saml-provider/employees` } as const;
const PARTNER = '777788889999';

/** A user of an account, who may assume every role as far as that account is concerned. */
async function user(scene: Scene, account: string, name: string, mayAssume = true): Promise<Credentials> {
  const administrator = scene.cloud.past(account);
  await administrator.iam({ Action: 'CreateUser', UserName: name });
  const made = await administrator.iam({ Action: 'CreateAccessKey', UserName: name });
  const allow = {
    Version: '2012-10-17',
    Statement: [
      {
        Effect: 'Allow',
        Action: mayAssume ? ['sts:AssumeRole', 'sts:SetSourceIdentity'] : 's3:ListBucket',
        Resource: '*',
      },
    ],
  };
  await administrator.iam({
    Action: 'PutUserPolicy',
    UserName: name,
    PolicyName: 'assume',
    PolicyDocument: JSON.stringify(allow),
  });
  const [, accessKeyId] = /<AccessKeyId>([^<]+)/.exec(made) ?? [];
  const [, secretAccessKey] = /<SecretAccessKey>([^<]+)/.exec(made) ?? [];
  return { accessKeyId, secretAccessKey };
}

/** The ExternalId that the trust policy of a role asks for. */
async function externalId({ cloud }: Scene, role: string): Promise<string> {
  const trust = JSON.stringify((await cloud.facts.role(role))?.trust);
  return /"sts:ExternalId": ?"([^"]+)"/.exec(trust)?.[1] ?? '';
}

function session({ body }: Answer): Credentials {
  const part = (name: string): string => new RegExp(`<${name}>([^<]+)`).exec(body)?.[1] ?? '';
  return {
    accessKeyId: part('AccessKeyId'),
    secretAccessKey: part('SecretAccessKey'),
    sessionToken: part('SessionToken'),
  };
}

export function trust(scene: () => Scene): void {
  describe('who becomes whom', () => {
    it('the partner: its own account, with the ExternalId, from its addresses; and then calls the API', async () => {
      const { cloud, stage } = scene();
      const role = stage.role('Prod/People/ParcelService');
      const ExternalId = await externalId(scene(), role);
      const partner = await user(scene(), PARTNER, 'parcels');
      const assume = (from: string, by: Credentials, more: Record<string, string> = { ExternalId }): Promise<Answer> =>
        cloud.from(from).query({ Action: 'AssumeRole', RoleArn: role, RoleSessionName: 'parcels', ...more }, by);

      const assumed = await assume(PARTNER_ADDRESS, partner);
      expect(assumed.status).toBe(200);
      const { status } = await cloud
        .from(PARTNER_ADDRESS)
        .callApi({ id: stage.api.id, region: REGION }, 'GET', '/prod/orders/7', session(assumed));
      expect(status).toBe(404);

      const refused = {
        'without an ExternalId': await assume(PARTNER_ADDRESS, partner, {}),
        'with another one': await assume(PARTNER_ADDRESS, partner, { ExternalId: 'guessed' }),
        'from elsewhere': await assume('127.0.0.1', partner),
        'another account': await assume(PARTNER_ADDRESS, await user(scene(), '888899990000', 'stranger')),
        'without permission of its own account': await assume(
          PARTNER_ADDRESS,
          await user(scene(), PARTNER, 'x', false),
        ),
        'with session tags': await assume(PARTNER_ADDRESS, partner, {
          'ExternalId': ExternalId,
          'Tags.member.1.Key': 'a',
        }),
      };
      expect(Object.entries(refused).filter(([, answer]) => answer.status !== 403)).toEqual([]);
    });

    it('people: their identity provider, with a source identity', async () => {
      const { cloud, stage } = scene();
      const role = stage.role('Prod/People/Clerk');
      await cloud.signIn(role, { ...EMPLOYEES, sourceIdentity: 'ann' });
      const other = `arn:aws:iam::${ACCOUNT}:saml-provider/others`;
      await expect(cloud.signIn(role, { ...EMPLOYEES })).rejects.toThrow('not authorized');
      await expect(cloud.signIn(role, { ...EMPLOYEES, sourceIdentity: 'ann', audience: 'x' })).rejects.toThrow('sts:');
      await expect(cloud.signIn(role, { by: 'saml', provider: other, sourceIdentity: 'ann' })).rejects.toThrow('sts:');
      await expect(cloud.signIn(role, { by: 'service', service: 'lambda.amazonaws.com' })).rejects.toThrow('sts:');
    });

    it('the operator: a user of the account with MFA, and not without', async () => {
      const { cloud, stage } = scene();
      await user(scene(), ACCOUNT, 'olga');
      const role = stage.role('Prod/People/Operator');
      const olga = { by: 'user', arn: `arn:aws:iam::${ACCOUNT}:user/olga`, sourceIdentity: 'olga' } as const;
      await cloud.signIn(role, { ...olga, mfa: true });
      await expect(cloud.signIn(role, { ...olga, mfa: false })).rejects.toThrow('not authorized');
    });

    it('the pipeline: one repository and environment', async () => {
      const { cloud, stage } = scene();
      const role = stage.role('Prod/People/Pipeline');
      const token = (sub: string) =>
        ({
          by: 'token',
          issuer: 'token.actions.githubusercontent.com',
          claims: { sub, aud: 'sts.amazonaws.com' },
        }) as const;
      await cloud.signIn(role, token('repo:orders-company/orders:environment:production'));
      for (const sub of [
        'repo:orders-company/orders:environment:development',
        'repo:x/orders:environment:production',
      ]) {
        await expect(cloud.signIn(role, token(sub))).rejects.toThrow('not authorized');
      }
    });
  });
}
