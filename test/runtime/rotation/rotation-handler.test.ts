import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { opaqueTokenKind } from '../../../lib/runtime/rotation/opaque-token-kind';
import { rotationHandler } from '../../../lib/runtime/rotation/rotation-handler';
import { STEPS } from '../../../lib/runtime/rotation/rotation-event';
import { FakeSecretsManager } from '../../support/fake-secrets-manager';

const ENTRY = {
  path: 'Orders/Token',
  kind: 'opaque-token',
  owner: 'partners',
  purpose: 'webhooks',
  expiresOn: '2027-06-30',
  rotateEveryHours: 48,
  readers: ['Orders/Reader'],
};

/** What was written to the table, and whether it can be written. */
class FakeTable {
  public readonly written: any[] = [];
  public isOut = false;
  public readonly client = { send: ({ input }: any) => this.send(input) } as any;

  private send(input: any): Promise<object> {
    if (this.isOut) return Promise.reject(new Error('the table is out'));
    const values = Object.entries(input.ExpressionAttributeNames).map(([key, name]) => [
      name,
      Object.values(input.ExpressionAttributeValues[key.replace('#', ':')] as object)[0],
    ]);
    this.written.push({ table: input.TableName, credential: input.Key.credential.S, ...Object.fromEntries(values) });
    return Promise.resolve({});
  }
}

let secrets: FakeSecretsManager;
let table: FakeTable;
let lines: any[];

beforeEach(() => {
  secrets = new FakeSecretsManager(true);
  table = new FakeTable();
  lines = [];
  vi.spyOn(process.stdout, 'write').mockImplementation((line) => lines.push(JSON.parse(String(line))) > 0);
  vi.stubEnv('CREDENTIAL_PATH', 'Orders/Token');
  vi.stubEnv('SECRET_ARN', FakeSecretsManager.ARN);
  vi.stubEnv('EXPIRES_ON', ENTRY.expiresOn);
  vi.stubEnv('INVENTORY_TABLE', 'inventory');
  vi.stubEnv('INVENTORY_ENTRY', JSON.stringify(ENTRY));
  vi.stubEnv('AWS_LAMBDA_FUNCTION_NAME', 'rotate-token');
});
afterEach(() => {
  vi.unstubAllEnvs();
  vi.restoreAllMocks();
});

/** The handler as Lambda has it: what it needs stands in the environment. */
function handle(event: object): Promise<void> {
  return rotationHandler(() => opaqueTokenKind(32), { secrets: secrets.client, table: table.client })(event);
}

async function rotation(): Promise<string> {
  const version = secrets.rotateSecret();
  for (const Step of STEPS) await handle({ Step, SecretId: FakeSecretsManager.ARN, ClientRequestToken: version });
  return version;
}

describe('the handler of a rotation', () => {
  it('keeps the line of its credential: one note when a rotation ends, with the version and what was declared', async () => {
    const version = await rotation();
    expect(table.written).toHaveLength(1);
    expect(table.written[0]).toMatchObject({
      table: 'inventory',
      credential: FakeSecretsManager.ARN,
      path: 'Orders/Token',
      owner: 'partners',
      rotatedBy: 'rotate-token',
      state: 'active',
      version,
    });
    const { lastRotation, nextRotation } = table.written[0];
    expect(Date.parse(nextRotation) - Date.parse(lastRotation)).toBe(48 * 3_600_000);
  });

  it('notes that a credential is revoked, and that a step failed', async () => {
    await rotation();
    await handle({ Command: 'revoke', SecretId: FakeSecretsManager.ARN });
    expect(table.written.at(-1)).toMatchObject({ state: 'revoked', rotatedBy: 'rotate-token' });
    const event = { Step: 'testSecret', SecretId: FakeSecretsManager.ARN, ClientRequestToken: 'unheard-of' };
    await expect(handle(event)).rejects.toThrow('no such version');
    expect(table.written.at(-1)).toMatchObject({ state: 'failing', credential: FakeSecretsManager.ARN });
  });

  it('notes nothing of what another secret was named for, nor of an end, which is the sweeper’s to note', async () => {
    await rotation();
    table.written.length = 0;
    const other = { Command: 'revoke', SecretId: `${FakeSecretsManager.ARN}2` };
    await expect(handle(other)).rejects.toThrow('another secret');
    await expect(handle({ Command: 'end', SecretId: FakeSecretsManager.ARN })).rejects.toThrow('not past its end');
    expect(table.written).toEqual([]);
  });

  it('does nothing at all where it is not told what its secret is', async () => {
    vi.stubEnv('SECRET_ARN', '');
    await expect(rotation()).rejects.toThrow('SECRET_ARN is not set');
    expect(secrets.current).toBeUndefined();
  });

  it('rotates all the same where the inventory is out, and says so', async () => {
    table.isOut = true;
    const version = await rotation();
    expect(secrets.holderOf('AWSCURRENT')).toBe(version);
    expect(lines.at(-1)).toMatchObject({ level: 'error', decision: 'the inventory could not be written' });
  });

  it('takes no notes where the credential is in no inventory', async () => {
    vi.stubEnv('INVENTORY_TABLE', undefined);
    await rotation();
    expect(table.written).toEqual([]);
  });

  it('writes no value to the table, and counts the end of a rotation as a metric of its credential', async () => {
    await rotation();
    const token = JSON.parse(secrets.current ?? '').token as string;
    expect(JSON.stringify([table.written, lines])).not.toContain(token);
    expect(lines.at(-1)).toMatchObject({ Credential: 'Orders/Token', RotationsFinished: 1 });
  });
});
