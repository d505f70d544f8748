import { describe, expect, it } from 'vitest';
import type { Tag } from '../../../local/guard/facts';
import { rotate, settled, valueOf } from '../../../local/rotation';
import type { DeclaredCredential } from '../../../lib/model/declared';
import { works } from '../credential-use';
import type { Scene } from '../scene';
import { functionOf } from './readers';

const PATHS = ['ApiKey', 'Client', 'Partner', 'Signing', 'Token'].map((id) => `Every/Keys/${id}`);

interface Credential {
  readonly credential: DeclaredCredential;
  readonly arn: string;
  readonly value: (label?: string) => Promise<string>;
  readonly isTaken: (value: string) => Promise<boolean>;
}

async function at(scene: Scene, path: string): Promise<Credential> {
  const { cloud, every, asOfEvery } = scene;
  const credential = every.credentials.find((each) => each.path === path);
  if (credential === undefined) throw new Error(`no credential ${path}`);
  const arn = every.secret(credential);
  await settled(cloud, every, arn);
  const reader = await asOfEvery(credential.readers[0]);
  return {
    credential,
    arn,
    value: (label) => valueOf(cloud, every, arn, reader, label),
    isTaken: (value) => works(scene, credential, value),
  };
}

/** Each kind, its values really used: by API Gateway, by Cognito, by verifiers of signatures and of hashes. */
export function everyKind(scene: () => Scene): void {
  describe.each(PATHS)('%s', (path) => {
    it('changes its value; the one before goes on, and the one before that is dead', async () => {
      const { cloud, every } = scene();
      const { arn, value, isTaken } = await at(scene(), path);
      const first = await value();
      expect(await isTaken(first)).toBe(true);
      await rotate(cloud, every, arn);
      const second = await value();
      expect([second === first, await isTaken(second), await isTaken(first)]).toEqual([false, true, true]);
      await rotate(cloud, every, arn);
      const third = await value();
      expect([await isTaken(third), await isTaken(second), await isTaken(first)]).toEqual([true, true, false]);
      expect(await value('AWSPREVIOUS')).toBe(second);
    });

    it('is revoked by its operator: what may have leaked is dead when that rotation has ended', async () => {
      const { cloud, every, asOfEvery } = scene();
      const { arn, value, isTaken, credential } = await at(scene(), path);
      const leaked = [await value(), await value('AWSPREVIOUS')];
      const command = { Command: 'revoke', SecretId: arn };
      const operator = await asOfEvery('Every/Keys/operator');
      const answer = await cloud.client.invoke(functionOf(every, credential), every.region, command, operator);
      expect({ error: answer.headers['x-amz-function-error'], body: answer.body }).toEqual({ body: 'null' });
      const { versions } = await settled(cloud, every, arn);
      expect(Object.values(versions).flat()).toEqual(['AWSCURRENT']);
      const fresh = await value();
      expect(leaked).not.toContain(fresh);
      expect(await isTaken(fresh)).toBe(true);
      expect([await isTaken(leaked[0]), await isTaken(leaked[1])]).toEqual([false, false]);
    });
  });
}

/** The last thing that is done to them. */
export function theEnd(scene: () => Scene): void {
  describe('the inventory', () => {
    const lines = async (): Promise<Record<string, Record<string, string>>> => {
      const { cloud, every } = scene();
      const TableName = every.find('AWS::DynamoDB::Table', 'Every/Keys/Inventory/');
      const { Items } = await cloud
        .past(every.account)
        .json<{ Items: Record<string, { S?: string }>[] }>('DynamoDB_20120810.Scan', 'dynamodb', every.region, {
          TableName,
        });
      return Object.fromEntries(
        Items.map((item) => [
          item['path']?.S ?? '',
          Object.fromEntries(Object.entries(item).map(([name, { S = '' }]) => [name, S])),
        ]),
      );
    };

    it('has a line for each credential, and no value', async () => {
      const { cloud, every } = scene();
      // Where nothing has rotated yet, the first rotations write them.
      await Promise.all(PATHS.map((path) => at(scene(), path)));
      const found = await lines();
      expect(Object.keys(found).sort()).toEqual(PATHS);
      for (const path of PATHS) {
        const { arn, credential, value } = await at(scene(), path);
        const { versions } = await settled(cloud, every, arn);
        expect(found[path]).toMatchObject({
          credential: arn,
          kind: credential.kind,
          owner: credential.owner,
          purpose: credential.purpose,
          state: 'active',
          version: Object.keys(versions).find((version) => versions[version].includes('AWSCURRENT')),
        });
        const texts = Object.values(JSON.parse(await value()) as object).filter((each) => typeof each === 'string');
        for (const text of texts.filter((each) => each.length >= 16)) {
          expect(JSON.stringify(found)).not.toContain(JSON.stringify(text).slice(1, -1));
        }
      }
    });

    it('deletes no secret of another stage, and none that nobody declared, be it past its end and tagged like ours', async () => {
      const { cloud, stage, every, asOfEvery } = scene();
      const administrator = cloud.past(every.account);
      const ours = await at(scene(), PATHS[0]);
      const { tags } = await settled(cloud, every, ours.arn);
      const foreign = { Name: 'of-another-team', SecretString: 'x', Tags: ended(tags) };
      expect(await administrator.secrets('CreateSecret', every.region, foreign)).toMatchObject({ status: 200 });
      const sweeper = await asOfEvery('Every/Keys/Inventory/SweeperRole');
      for (const SecretId of [foreign.Name, stage.secret(stage.credentials[0])]) {
        const input = { SecretId, RecoveryWindowInDays: 30 };
        expect(await cloud.client.secrets('DeleteSecret', every.region, input, sweeper)).toMatchObject({ status: 403 });
      }
    });

    it('ends what is past its end: dead where it was in use, and nobody can read it; owners are told', async () => {
      const { cloud, every } = scene();
      const administrator = cloud.past(every.account);
      const heard = await administrator.listenTo(
        every.find('AWS::SNS::Topic', 'Every/Keys/Inventory/Owners/'),
        every.region,
      );
      const sweep = async (): Promise<void> => {
        const sweeper = every.find('AWS::Lambda::Function', 'Every/Keys/Inventory/Sweeper/');
        const { status, headers, body } = await administrator.invoke(sweeper, every.region, {});
        expect({ status, error: headers['x-amz-function-error'], body }).toMatchObject({
          status: 200,
          error: undefined,
        });
      };
      await sweep();
      expect(await heard()).toEqual([]);

      const all = await Promise.all(PATHS.map((path) => at(scene(), path)));
      const values = await Promise.all(all.map(({ value }) => value()));
      for (const { arn } of all) {
        await administrator.secrets('TagResource', every.region, { SecretId: arn, Tags: ended([]) });
      }
      await sweep();
      const taken = await Promise.all(all.map(({ isTaken }, index) => isTaken(values[index])));
      expect(taken).toEqual(PATHS.map(() => false));
      for (const { value } of all) await expect(value()).rejects.toThrow(/marked for deletion|marked deleted/);
      const told = await heard();
      // Of its end, and of the tag that says another one than was declared.
      const subjects = [' has ended', ' was declared until '];
      expect(told).toHaveLength(PATHS.length * subjects.length);
      for (const path of PATHS) {
        const texts = told.filter((text) => text.startsWith(`The credential ${path} `));
        expect(subjects.filter((each) => texts.some((text) => text.includes(each)))).toEqual(subjects);
      }
      expect(Object.values(await lines()).map(({ state }) => state)).toEqual(PATHS.map(() => 'ended'));
      await sweep();
      expect(await heard()).toEqual([]);
      // Made by the test before: past its end, and not in the inventory.
      const other = await administrator.secrets('GetSecretValue', every.region, { SecretId: 'of-another-team' });
      expect(other).toMatchObject({ status: 200 });
    });
  });
}

/** These tags, with an end that is past. */
function ended(tags: readonly Tag[]): readonly Tag[] {
  const Key = 'cdk-bulkhead:expires-on';
  return [...tags.filter((each) => each.Key !== Key), { Key, Value: '2026-01-31' }];
}
