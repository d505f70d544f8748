import { beforeEach, describe, expect, it } from 'vitest';
import type { Entry } from '../../lib/runtime/inventory/entry';
import { Inventory } from '../../lib/runtime/inventory/inventory';
import { noteOf, noteTaker } from '../../lib/runtime/inventory/rotation-notes';
import { sweep, TOLD_BEFORE } from '../../lib/runtime/inventory/sweep';
import type { OwnersMessage } from '../../lib/runtime/inventory/messages';
import type { SweepLogEntry } from '../../lib/runtime/inventory/sweep-tools';
import { dateOf } from '../../lib/model/calendar';
import { Line, named } from '../support/faults';

const ARN = 'arn:aws:secretsmanager:eu-west-1:111122223333:secret:Token-AbCdEf';
const FUNCTION = 'arn:aws:lambda:eu-west-1:111122223333:function:rotate';
const END = `${FUNCTION} {"Command":"end","SecretId":"${ARN}"}`;
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

interface FakeSecret {
  Tags: { Key: string; Value: string }[];
  DeletedDate?: Date;
  readonly RotationLambdaARN?: string;
}

/** A table of DynamoDB, secrets and functions in memory. */
class FakeAccount {
  public readonly items = new Map<string, any>();
  public readonly secrets = new Map<string, FakeSecret>();
  public readonly told: OwnersMessage[] = [];
  public readonly log: SweepLogEntry[] = [];
  public readonly commands: string[] = [];
  /** `refused`: the function throws; `gone`: there is none, or nobody may call it. */
  public functionIs: 'well' | 'refused' | 'gone' = 'well';
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
      RotationLambdaARN: FUNCTION,
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

  /** The subjects of what owners were told, with the messages' end. */
  public get subjects(): string[] {
    return this.told.map(({ subject }) => subject);
  }

  public isDeleted(credential = ARN): boolean {
    return this.secrets.get(credential)?.DeletedDate !== undefined;
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
        if (this.functionIs === 'gone') throw named('AccessDeniedException', input.FunctionName);
        return this.functionIs === 'refused' ? { FunctionError: 'Unhandled' } : {};
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
    expect(account.commands).toEqual([END]);
    expect(account.secrets.get(ARN)?.DeletedDate).toBeDefined();
    expect(await account.entry()).toMatchObject({ state: 'ended' });
    expect(account.told.map(({ subject }) => subject)).toEqual(['A credential has ended']);
    await account.sweepOn(TODAY + 102);
    expect(account.commands).toHaveLength(1);
    expect(account.told).toHaveLength(1);
  });

  it('has deleted in its service, two days later, what was only disabled there', async () => {
    await account.add(ARN);
    await account.sweepOn(TODAY + 101);
    await account.sweepOn(TODAY + 102);
    expect(account.commands).toHaveLength(1);
    await account.sweepOn(TODAY + 103);
    expect(account.commands).toEqual([END, END]);
    expect(await account.entry()).toMatchObject({ state: 'deleted' });
    await account.sweepOn(TODAY + 104);
    expect(account.commands).toHaveLength(2);
    expect(account.subjects).toEqual(['A credential has ended']);
  });

  it('calls the function that Secrets Manager names, whatever stands in the line', async () => {
    await account.add(ARN, { rotatedBy: 'that-of-somebody-else' });
    await account.sweepOn(TODAY + 101);
    expect(account.commands).toEqual([END]);
  });

  it('deletes the secret where the service cannot be told, says so, and tells the service again every day', async () => {
    for (const functionIs of ['refused', 'gone'] as const) {
      account = new FakeAccount();
      account.functionIs = functionIs;
      await account.add(ARN);
      await expect(account.sweepOn(TODAY + 101)).rejects.toThrow('1 credentials could not be swept');
      expect(account.isDeleted()).toBe(true);
      expect(await account.entry()).toMatchObject({ state: 'ending' });
      await expect(account.sweepOn(TODAY + 102)).rejects.toThrow();
      expect(account.subjects).toEqual(['A credential is past its end and may still work']);
      account.functionIs = 'well';
      await account.sweepOn(TODAY + 103);
      expect(await account.entry()).toMatchObject({ state: 'ended' });
      expect(account.subjects.at(-1)).toBe('A credential has ended');
      expect(account.commands).toEqual([END, END, END]);
    }
  });

  it('tells the service, too, where somebody has had the secret deleted before, and its owner at once', async () => {
    await account.add(ARN);
    (account.secrets.get(ARN) as FakeSecret).DeletedDate = new Date(0);
    await account.sweepOn(TODAY + 10);
    await account.sweepOn(TODAY + 11);
    expect(account.told.map(({ text }) => text)).toEqual([expect.stringContaining('is to be deleted by somebody')]);
    await account.sweepOn(TODAY + 101);
    expect(account.commands).toEqual([END]);
    expect(await account.entry()).toMatchObject({ state: 'ended' });
  });

  it('forgets a credential whose secret is gone when its service has been told, not before', async () => {
    await account.add(ARN);
    account.secrets.delete(ARN);
    account.functionIs = 'refused';
    await expect(account.sweepOn(TODAY)).rejects.toThrow();
    expect(await account.entry()).toMatchObject({ state: 'ending' });
    account.functionIs = 'well';
    await account.sweepOn(TODAY + 1);
    expect(await account.entry()).toBeUndefined();
  });

  it('forgets a credential whose function is gone, too, and says what is left to do', async () => {
    await account.add(ARN);
    account.secrets.delete(ARN);
    account.functionIs = 'gone';
    await account.sweepOn(TODAY);
    expect(await account.entry()).toBeUndefined();
    expect(account.told.map(({ text }) => text)).toEqual([
      expect.stringContaining('make sure that its values do not work any more'),
    ]);
  });

  it('forgets at once what has ended', async () => {
    await account.add(ARN, { state: 'deleted' });
    account.secrets.delete(ARN);
    await account.sweepOn(TODAY + 140);
    expect(await account.entry()).toBeUndefined();
    expect(account.commands).toEqual([]);
  });

  it('never deletes a secret that has not the tag of a compartment, and says so before and after its end', async () => {
    await account.add(ARN, {}, { 'cdk-bulkhead:compartment': '' });
    await account.sweepOn(TODAY);
    expect(account.told.map(({ text }) => text)).toEqual([expect.stringContaining('has lost the tag')]);
    await expect(account.sweepOn(TODAY + 5000)).rejects.toThrow();
    expect(account.line.calls).not.toContain('DeleteSecret');
    expect(account.commands).toEqual([END]);
    expect(account.told.at(-1)?.text).toContain('could not be deleted');
    expect(await account.entry()).toMatchObject({ state: 'ending' });
  });

  it('leaves a line of which nobody knows the end', async () => {
    await account.add(ARN, { expiresOn: 'never' });
    await account.sweepOn(TODAY + 5000);
    await account.sweepOn(TODAY + 5001);
    expect(account.line.calls).not.toContain('DeleteSecret');
    expect(account.commands).toEqual([]);
    expect(account.log.map(({ decision }) => decision)).toEqual([
      'told: has no end in its tags any more',
      'left: nobody knows its end',
    ]);
  });

  it.each([
    ['later', dateOf(TODAY + 4000), TODAY + 100, 'was declared until'],
    ['earlier', dateOf(TODAY + 50), TODAY + 50, 'was declared until'],
    ['away', '', TODAY + 100, 'has no end in its tags'],
    ['to what is no date', 'never', TODAY + 100, 'has no end in its tags'],
  ])(
    'goes by the earlier end where somebody moves the tag %s, and tells the owner once',
    async (_, tag, last, text) => {
      await account.add(ARN, {}, { 'cdk-bulkhead:expires-on': tag });
      await account.sweepOn(TODAY + 1);
      await account.sweepOn(TODAY + 2);
      expect(account.told.map((each) => each.text)).toEqual([expect.stringContaining(text)]);
      await account.sweepOn(last);
      expect(account.isDeleted()).toBe(false);
      await account.sweepOn(last + 1);
      expect(account.isDeleted()).toBe(true);
      expect(await account.entry()).toMatchObject({ expiresOn: DECLARED.expiresOn, state: 'ended' });
    },
  );

  it('tells again of a tag that was mended and moved once more', async () => {
    await account.add(ARN);
    const tag = account.secrets.get(ARN)?.Tags.find(({ Key }) => Key.endsWith('expires-on')) as { Value: string };
    for (const [day, value] of [dateOf(TODAY + 400), DECLARED.expiresOn, dateOf(TODAY + 400)].entries()) {
      tag.Value = value;
      await account.sweepOn(TODAY + day);
    }
    expect(account.told).toHaveLength(2);
  });

  it('ends what is past its end where nobody can be told', async () => {
    await account.add(ARN, {}, { 'cdk-bulkhead:expires-on': dateOf(TODAY + 400) });
    account.line.outage = { of: /^Publish$/, error: 'NotFoundException' };
    await expect(account.sweepOn(TODAY + 101)).rejects.toThrow();
    expect(account.isDeleted()).toBe(true);
    expect(account.commands).toEqual([END]);
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
    await account.add(other);
    account.line.faults = [{ call: account.line.calls.length + 2, moment: 'before' }];
    await expect(account.sweepOn(TODAY + 101)).rejects.toThrow('1 credentials could not be swept');
    expect([account.isDeleted(ARN), account.isDeleted(other)]).toEqual([false, true]);
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
