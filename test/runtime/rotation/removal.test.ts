import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { LifecycleAnswer, LifecycleEvent } from '../../../lib/runtime/cloudformation/lifecycle';
import { removalHandler } from '../../../lib/runtime/rotation/rotation-handler';
import { FakeSecretsManager } from '../../support/fake-secrets-manager';
import { OWN_SECRET } from '../../support/rotation-world';
import type { RotationWorld } from '../../support/rotation-world';
import { apiKeyWorld, clientSecretWorld, WORLDS } from './worlds';

const { ARN } = FakeSecretsManager;
const ENTRY = { path: 'Orders/Token', owner: 'partners', expiresOn: '2027-06-30', rotateEveryHours: 48 };

let answers: LifecycleAnswer[];
let commands: any[];
let tableIsOut = false;

beforeEach(() => {
  answers = [];
  commands = [];
  tableIsOut = false;
  vi.spyOn(process.stdout, 'write').mockReturnValue(true);
  vi.stubEnv('SECRET_ARN', ARN);
  vi.stubEnv('EXPIRES_ON', OWN_SECRET.expiresOn);
  vi.stubEnv('INVENTORY_TABLE', 'inventory');
  vi.stubEnv('INVENTORY_ENTRY', JSON.stringify(ENTRY));
});
afterEach(() => {
  vi.unstubAllEnvs();
  vi.restoreAllMocks();
});

const table = {
  send: (command: any) => {
    if (tableIsOut) return Promise.reject(new Error('the table is out'));
    commands.push([command.constructor.name, command.input]);
    return Promise.resolve({});
  },
} as any;

/** What CloudFormation asks for and is answered. */
async function asked(world: RotationWorld, event: Partial<LifecycleEvent> = {}): Promise<LifecycleAnswer> {
  const handle = removalHandler(() => world.kind, {
    secrets: world.secrets.client,
    table,
    answer: (_, answer) => Promise.resolve(void answers.push(answer)),
  });
  await handle({
    RequestType: 'Delete',
    ResponseURL: 'https://answer.example',
    StackId: 'stack',
    RequestId: 'request',
    LogicalResourceId: 'Removal',
    PhysicalResourceId: ARN,
    ...event,
  });
  return answers.at(-1) as LifecycleAnswer;
}

async function lived(make: () => RotationWorld): Promise<RotationWorld> {
  const world = make();
  await world.rotate();
  await world.rotate();
  return world;
}

const valuesOf = ({ secrets }: RotationWorld): string[] => [secrets.current ?? '', secrets.previous ?? ''];

describe.each(Object.entries(WORLDS))('%s that is removed from its stack', (_, make) => {
  it('works no more wherever it was introduced, long before its end', async () => {
    const world = await lived(make);
    expect(await asked(world)).toMatchObject({ Status: 'SUCCESS', PhysicalResourceId: ARN });
    if (world.kind.retire !== undefined) expect(valuesOf(world).map(world.works)).toEqual([false, false]);
    expect(await asked(world)).toMatchObject({ Status: 'SUCCESS' });
  });

  it('fails to be removed where that cannot be done, and says that its values may still work', async () => {
    const world = await lived(make);
    if (world.kind.retire === undefined) return;
    world.line.outage = { of: /./, error: 'AccessDeniedException' };
    const { Status, Reason } = await asked(world);
    expect(Status).toBe('FAILED');
    expect(Reason).toContain('AccessDeniedException): its values may still work');
    expect(commands).toEqual([]);
    world.line.outage = undefined;
    expect(await asked(world)).toMatchObject({ Status: 'SUCCESS' });
    expect(valuesOf(world).map(world.works)).toEqual([false, false]);
  });

  it('is removed where its service is gone', async () => {
    const world = await lived(make);
    world.line.outage = { of: /Key|ClientSecret|Object/, error: 'NotFoundException' };
    expect(await asked(world)).toMatchObject({ Status: 'SUCCESS' });
  });

  it('goes on where another secret has taken its place', async () => {
    const world = await lived(make);
    const calls = world.line.calls.length;
    expect(await asked(world, { PhysicalResourceId: `${ARN}2` })).toMatchObject({ Status: 'SUCCESS' });
    expect(world.line.calls.length).toBe(calls);
    expect(valuesOf(world).map(world.works)).toEqual([true, true]);
  });

  it('a crash at any call of it is mended by removing it again', async () => {
    const clean = await lived(make);
    const before = clean.line.calls.length;
    await asked(clean);
    for (let call = before; call < clean.line.calls.length; call += 1) {
      const world = await lived(make);
      world.line.faults = [{ call, moment: 'after', error: 'ThrottlingException' }];
      await asked(world);
      await asked(world);
      expect(answers.at(-1)?.Status).toBe('SUCCESS');
      if (world.kind.retire !== undefined) expect(valuesOf(world).map(world.works)).toEqual([false, false]);
    }
  });
});

describe('the line of a credential', () => {
  const world = () => WORLDS['an opaque token']();

  it('is there from the deployment on, and follows each change of what was declared', async () => {
    for (const RequestType of ['Create', 'Update'] as const) {
      expect(await asked(world(), { RequestType })).toMatchObject({ Status: 'SUCCESS', PhysicalResourceId: ARN });
      const [name, { Key, ExpressionAttributeNames }] = commands.at(-1);
      expect([name, Key]).toEqual(['UpdateItemCommand', { credential: { S: ARN } }]);
      const names = Object.values(ExpressionAttributeNames);
      expect(names).toEqual(expect.arrayContaining(['path', 'owner', 'expiresOn']));
      // When it rotates next is for the rotations to say, once there was one.
      expect(names.includes('nextRotation')).toBe(RequestType === 'Create');
    }
  });

  it('goes with the credential, which does not wait for it', async () => {
    expect(await asked(world())).toMatchObject({ Status: 'SUCCESS' });
    expect(commands).toEqual([['DeleteItemCommand', { TableName: 'inventory', Key: { credential: { S: ARN } } }]]);
    tableIsOut = true;
    expect(await asked(world())).toMatchObject({ Status: 'SUCCESS' });
  });

  it('fails a deployment that cannot write it: an end that was moved must not be the old one', async () => {
    tableIsOut = true;
    const { Status, Reason } = await asked(world(), { RequestType: 'Update' });
    expect([Status, Reason]).toEqual(['FAILED', 'The credential could not be entered into its inventory: Error']);
  });

  it('is none where there is no inventory', async () => {
    vi.stubEnv('INVENTORY_TABLE', undefined);
    expect(await asked(world(), { RequestType: 'Create' })).toMatchObject({ Status: 'SUCCESS' });
    expect(commands).toEqual([]);
  });
});

it('a function that is not told its secret answers that it failed', async () => {
  vi.stubEnv('SECRET_ARN', undefined);
  expect(await asked(apiKeyWorld())).toMatchObject({ Status: 'FAILED', PhysicalResourceId: ARN });
});

it('leaves no disabled key of API Gateway behind: nobody would delete it', async () => {
  const world = apiKeyWorld();
  for (let each = 0; each < 4; each += 1) await world.rotate();
  await asked(world);
  expect(world.gateway.keys.size).toBe(0);
});

it('leaves the secrets of a credential that has taken over the app client under another name', async () => {
  const world = clientSecretWorld();
  await world.rotate();
  world.pool.secrets.set('of-the-other', 'value-of-the-other');
  await asked(world);
  expect([...world.pool.secrets.keys()]).toEqual(['of-the-other']);
});
