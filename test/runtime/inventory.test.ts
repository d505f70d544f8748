import { beforeEach, describe, expect, it } from 'vitest';
import type { Entry } from '../../lib/runtime/inventory/entry';
import { Inventory } from '../../lib/runtime/inventory/inventory';
import { noteOf, noteTaker } from '../../lib/runtime/inventory/rotation-notes';
import { sweep, TOLD_BEFORE } from '../../lib/runtime/inventory/sweep';
import type { OwnersMessage, SweepLogEntry } from '../../lib/runtime/inventory/sweep';
import { dateOf } from '../../lib/model/calendar';
import { Line, named } from '../support/faults';

const ARN = 'arn:aws:secretsmanager:eu-west-1:111122223333:secret:Token-AbCdEf';
const DAY = 86_400_000;
const TODAY = 20_000;
const DECLARED = {
  path: 'Orders/Token',
  kind: 'opaque-token',
  owner: 'partners',
  purpose: 'webhooks',
  expiresOn: dateOf(TODAY + 100),
  rotateEveryHours: 48,
  readers: ['Orders/Reader'],
};

/** A table of DynamoDB, secrets and functions in memory. */
class FakeAccount {
  public readonly items = new Map<string, any>();
  public readonly secrets = new Map<string, { Tags: { Key: string; Value: string }[]; DeletedDate?: Date }>();
  public readonly told: OwnersMessage[] = [];
  public readonly log: SweepLogEntry[] = [];
  public readonly commands: string[] = [];
  public functionFails = false;
  public readonly line = new Line();
  public readonly client = { send: (command: any) => this.send(command) } as any;
  public readonly inventory = new Inventory(this.client, 'table');

  public async add(credential: string, entry: Partial<Entry> = {}, tags: Record<string, string> = {}): Promise<void> {
    const whole = { ...DECLARED, credential, rotatedBy: 'rotate', state: 'active' as const, ...entry };
    await this.inventory.note(whole);
    const all = {
      'cdk-bulkhead:compartment': 'Orders-Token',
      'cdk-bulkhead:expires-on': whole.expiresOn,
      ...tags,
    };
    this.secrets.set(credential, {
      Tags: Object.entries(all).flatMap(([Key, Value]) => (Value === '' ? [] : [{ Key, Value }])),
    });
  }

  public sweepOn(day: number): Promise<void> {
    return sweep({
      inventory: this.inventory,
      secrets: this.client,
      functions: this.client,
      tell: (message) => this.line.call('Publish', () => void this.told.push(message)),
      log: (entry) => this.log.push(entry),
      now: day * DAY + 5 * 3_600_000,
    });
  }

  public async entry(credential = ARN): Promise<Entry | undefined> {
    return (await this.inventory.all()).find((each) => each.credential === credential);
  }

  private send({ constructor: { name }, input }: any): Promise<unknown> {
    return this.line.call(name.replace(/Command$/, ''), () => this.answer(name, input));
  }

  private answer(name: string, input: any): unknown {
    switch (name) {
      case 'UpdateItemCommand': {
        const item = this.items.get(input.Key.credential.S) ?? { ...input.Key };
        for (const [, key, value] of input.UpdateExpression.matchAll(/(#\d+) = (:\d+)/g)) {
          item[input.ExpressionAttributeNames[key]] = input.ExpressionAttributeValues[value];
        }
        this.items.set(input.Key.credential.S, item);
        return {};
      }
      case 'ScanCommand': {
        const all = [...this.items.values()];
        const at = Number(input.ExclusiveStartKey?.at?.N ?? 0);
        return {
          Items: all.slice(at, at + 1),
          LastEvaluatedKey: at + 1 < all.length ? { at: { N: String(at + 1) } } : undefined,
        };
      }
      case 'DeleteItemCommand':
        this.items.delete(input.Key.credential.S);
        return {};
      case 'DescribeSecretCommand': {
        const found = this.secrets.get(input.SecretId);
        if (found === undefined) throw named('ResourceNotFoundException', input.SecretId);
        return found;
      }
      case 'DeleteSecretCommand': {
        const found = this.secrets.get(input.SecretId);
        if (found === undefined || found.DeletedDate !== undefined) throw named('InvalidRequestException', 'deleted');
        expect(input).toEqual({ SecretId: input.SecretId, RecoveryWindowInDays: 30 });
        found.DeletedDate = new Date(0);
        return {};
      }
      case 'InvokeCommand':
        this.commands.push(`${input.FunctionName} ${Buffer.from(input.Payload).toString()}`);
        return this.functionFails ? { FunctionError: 'Unhandled' } : {};
      default:
        throw named('AccessDeniedException', name);
    }
  }
}

let account: FakeAccount;
beforeEach(() => {
  account = new FakeAccount();
});

describe('the sweeper', () => {
  it('tells the owner once at each of 30, 14, 7, 3 days and a day before the end, and nothing else', async () => {
    await account.add(ARN);
    const toldOn: number[] = [];
    for (let left = 60; left >= 0; left -= 1) {
      const before = account.told.length;
      await account.sweepOn(TODAY + 100 - left);
      if (account.told.length > before) toldOn.push(left);
    }
    expect(toldOn).toEqual([...TOLD_BEFORE]);
    expect(account.told[0]).toMatchObject({ owner: 'partners', subject: 'A credential ends in 30 days' });
    expect(account.commands).toEqual([]);
    expect(account.secrets.get(ARN)?.DeletedDate).toBeUndefined();
  });

  it('tells once where it did not run for a while', async () => {
    await account.add(ARN);
    await account.sweepOn(TODAY + 98);
    await account.sweepOn(TODAY + 98);
    expect(account.told.map(({ subject }) => subject)).toEqual(['A credential ends in 2 days']);
  });

  it('ends a credential on the day after its last: in its service first, then the secret, which can be restored', async () => {
    await account.add(ARN);
    await account.sweepOn(TODAY + 101);
    expect(account.commands).toEqual([`rotate {"Command":"end","SecretId":"${ARN}"}`]);
    expect(account.secrets.get(ARN)?.DeletedDate).toBeDefined();
    expect(await account.entry()).toMatchObject({ state: 'ended' });
    expect(account.told.map(({ subject }) => subject)).toEqual(['A credential has ended']);
    await account.sweepOn(TODAY + 102);
    expect(account.commands).toHaveLength(1);
    expect(account.told).toHaveLength(1);
  });

  it('forgets a credential whose secret is gone', async () => {
    await account.add(ARN);
    account.secrets.delete(ARN);
    await account.sweepOn(TODAY);
    expect(await account.entry()).toBeUndefined();
  });

  it.each([
    ['has not the tag of a compartment', { 'cdk-bulkhead:compartment': '' }],
    ['has no end in its tags', { 'cdk-bulkhead:expires-on': '' }],
    ['has an end that is no date', { 'cdk-bulkhead:expires-on': 'never' }],
  ])('never touches a secret that %s', async (_, tags) => {
    await account.add(ARN, {}, tags);
    await account.sweepOn(TODAY + 5000);
    expect(account.line.calls).not.toContain('DeleteSecret');
    expect(account.commands).toEqual([]);
    expect(account.log).toMatchObject([{ decision: 'left: it is not tagged as one of ours' }]);
  });

  it('goes by the tag where a deployment gave another end since the last rotation', async () => {
    await account.add(ARN, {}, { 'cdk-bulkhead:expires-on': dateOf(TODAY + 400) });
    await account.sweepOn(TODAY + 101);
    expect(account.line.calls).not.toContain('DeleteSecret');
    await account.sweepOn(TODAY + 401);
    expect(account.secrets.get(ARN)?.DeletedDate).toBeDefined();
  });

  it('tells of a rotation that is late by two days', async () => {
    await account.add(ARN, { nextRotation: new Date(TODAY * DAY).toISOString() });
    await account.sweepOn(TODAY + 1);
    expect(account.told).toEqual([]);
    await account.sweepOn(TODAY + 2);
    expect(account.told.map(({ subject }) => subject)).toEqual(['A credential has not rotated']);
  });

  it('goes on with the others where one fails, and fails at last', async () => {
    const other = ARN.replace('Token', 'Other');
    await account.add(ARN);
    await account.add(other, { rotatedBy: undefined });
    account.functionFails = true;
    await expect(account.sweepOn(TODAY + 101)).rejects.toThrow('1 credentials could not be swept');
    expect(account.secrets.get(ARN)?.DeletedDate).toBeUndefined();
    expect(account.secrets.get(other)?.DeletedDate).toBeDefined();
  });

  it('ends what it began, wherever it broke off', async () => {
    const clean = new FakeAccount();
    await clean.add(ARN);
    clean.line.calls.length = 0;
    await clean.sweepOn(TODAY + 101);
    for (const [call] of clean.line.calls.entries()) {
      for (const moment of ['before', 'after'] as const) {
        const broken = new FakeAccount();
        await broken.add(ARN);
        broken.line.calls.length = 0;
        broken.line.faults = [{ call, moment }];
        await broken.sweepOn(TODAY + 101).catch(() => {});
        await broken.sweepOn(TODAY + 102);
        expect(broken.secrets.get(ARN)?.DeletedDate, `${moment} ${call}`).toBeDefined();
        expect(await broken.entry()).toMatchObject({ state: 'ended' });
        expect(broken.told.length, `${moment} ${call}`).toBeGreaterThanOrEqual(1);
      }
    }
  });
});

describe('what is noted of a rotation', () => {
  const line = (step: any, level: 'info' | 'error' = 'info') => ({ level, step, secretId: ARN, decision: 'done' });
  const now = TODAY * DAY;

  it.each([
    ['finishSecret', 'info', 'active'],
    ['revoke', 'info', 'revoked'],
    ['testSecret', 'error', 'failing'],
  ] as const)('%s, %s: %s', (step, level, state) => {
    expect(noteOf(line(step, level), DECLARED, now)).toMatchObject({ ...DECLARED, credential: ARN, state });
  });

  it('is when it rotated, when it will, and the version', () => {
    const note = noteOf({ ...line('finishSecret'), version: 'v1' }, DECLARED, now);
    expect(note).toMatchObject({
      version: 'v1',
      lastRotation: new Date(now).toISOString(),
      nextRotation: new Date(now + 2 * DAY).toISOString(),
    });
  });

  it('is nothing of the steps between, nor of an event that names no secret', () => {
    expect(noteOf(line('createSecret'), DECLARED, now)).toBeUndefined();
    expect(noteOf({ level: 'error', decision: 'refused' }, DECLARED, now)).toBeUndefined();
  });

  it('is nothing at all without an inventory', async () => {
    await expect(noteTaker({})(line('finishSecret'))).resolves.toBeUndefined();
  });
});
