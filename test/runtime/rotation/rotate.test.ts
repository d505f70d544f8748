import { beforeEach, describe, expect, it } from 'vitest';
import { opaqueTokenKind } from '../../../lib/runtime/rotation/opaque-token-kind';
import { rotate } from '../../../lib/runtime/rotation/rotate';
import type { RotationLogEntry } from '../../../lib/runtime/rotation/rotate';
import { STEPS } from '../../../lib/runtime/rotation/rotation-event';
import { FakeSecretsManager } from '../../support/fake-secrets-manager';
import type { Fault } from '../../support/faults';
import { OWN_SECRET } from '../../support/rotation-world';

const kind = opaqueTokenKind(32);
const OLD = JSON.stringify({ token: 'o'.repeat(43) });
const HAND = JSON.stringify({ token: 'h'.repeat(43) });

let secrets: FakeSecretsManager;
let log: RotationLogEntry[] = [];

beforeEach(() => {
  secrets = withCurrent();
  log = [];
});

function withCurrent(): FakeSecretsManager {
  const fake = new FakeSecretsManager();
  fake.putByHand('version-0', OLD);
  return fake;
}

/** The calls that could have changed something. */
function written(): readonly string[] {
  return secrets.calls.filter((name) => !/^(Describe|Get)/.test(name));
}

async function step(Step: string, version: string, of = secrets): Promise<void> {
  const event = { Step, SecretId: FakeSecretsManager.ARN, ClientRequestToken: version };
  await rotate(event, { client: of.client, kind, own: OWN_SECRET, log: (entry) => log.push(entry) });
}

async function allSteps(version: string, of = secrets): Promise<void> {
  for (const each of STEPS) await step(each, version, of);
}

/** As Secrets Manager does: a rotation that failed is tried again from its first step, with the same version. */
async function untilDone(version: string, of = secrets): Promise<number> {
  for (let attempt = 1; attempt <= 4; attempt += 1) {
    try {
      await allSteps(version, of);
      return attempt;
    } catch (error) {
      expect(error).toMatchObject({ name: 'Crash' });
    }
  }
  throw new Error('the rotation never ends');
}

function expectFinished(version: string, of = secrets): void {
  expect(of.holderOf('AWSCURRENT')).toBe(version);
  expect(of.holderOf('AWSPENDING')).toBeUndefined();
  expect(kind.problemWith(of.current ?? '')).toBeUndefined();
}

describe('a rotation', () => {
  it('makes a new value current, keeps the old one as previous and leaves nothing pending', async () => {
    const version = secrets.rotateSecret();
    await allSteps(version);
    expectFinished(version);
    expect(secrets.current).not.toBe(OLD);
    expect(secrets.previous).toBe(OLD);
  });

  it('can follow another', async () => {
    await allSteps(secrets.rotateSecret());
    const first = secrets.current;
    const version = secrets.rotateSecret();
    await allSteps(version);
    expectFinished(version);
    expect(secrets.previous).toBe(first);
  });

  it.each([false, true])('makes the first value of an empty secret (labelled current at once: %s)', async (at) => {
    const empty = new FakeSecretsManager(at);
    const version = empty.rotateSecret();
    await allSteps(version, empty);
    expectFinished(version, empty);
  });

  it('gives the same end when every step is called twice', async () => {
    const version = secrets.rotateSecret();
    for (const each of STEPS) {
      await step(each, version);
      const value = secrets.current;
      const pending = secrets.holderOf('AWSPENDING');
      await step(each, version);
      expect(secrets.current).toBe(value);
      expect(secrets.holderOf('AWSPENDING')).toBe(pending);
    }
    expectFinished(version);
    expect(secrets.previous).toBe(OLD);
  });

  it('does nothing when all its steps are called again after its end', async () => {
    const version = secrets.rotateSecret();
    await allSteps(version);
    const { current, previous } = secrets;
    secrets.calls.length = 0;
    await allSteps(version);
    expect(secrets).toMatchObject({ current, previous });
    expect(written()).toEqual([]);
  });

  it('does not touch the rotation that came after it', async () => {
    const version = secrets.rotateSecret();
    await allSteps(version);
    const next = secrets.rotateSecret();
    await step('createSecret', next);
    await step('finishSecret', version);
    expect(secrets.holderOf('AWSPENDING')).toBe(next);
    await allSteps(next);
    expectFinished(next);
  });
});

describe('a crash', async () => {
  const clean = withCurrent();
  await allSteps(clean.rotateSecret(), clean);
  const faults: Fault[] = clean.calls.flatMap((_, call) => [
    { call, moment: 'before' },
    { call, moment: 'after' },
  ]);

  it('can come at every call of every step', () => {
    expect(clean.calls.length).toBeGreaterThanOrEqual(12);
  });

  it.each(faults)(
    '$moment call $call is mended by trying again, and readers always have a valid value',
    async (fault) => {
      secrets.faults = [fault];
      secrets.afterEach = () => expect(kind.problemWith(secrets.current ?? '')).toBeUndefined();
      const version = secrets.rotateSecret();
      expect(await untilDone(version)).toBe(2);
      expectFinished(version);
      expect(secrets.previous).toBe(OLD);
      await allSteps(secrets.rotateSecret());
    },
  );

  it.each(faults)('$moment call $call and another soon after are mended too', async (fault) => {
    for (let later = 1; later <= 6; later += 1) {
      const twice = withCurrent();
      twice.faults = [fault, { call: fault.call + later, moment: 'after' }];
      const version = twice.rotateSecret();
      await untilDone(version, twice);
      expectFinished(version, twice);
    }
  });

  it.each(faults)('$moment call $call of the first rotation is mended', async (fault) => {
    const empty = new FakeSecretsManager(true);
    empty.faults = [fault];
    const version = empty.rotateSecret();
    await untilDone(version, empty);
    expectFinished(version, empty);
  });
});

describe('what happened in between', () => {
  it('a value set by hand after createSecret becomes previous, not the one before it', async () => {
    const version = secrets.rotateSecret();
    await step('createSecret', version);
    secrets.putByHand('hand', HAND);
    for (const each of STEPS.slice(1)) await step(each, version);
    expectFinished(version);
    expect(secrets.previous).toBe(HAND);
  });

  it('a current value that is broken does not stop the rotation that mends it', async () => {
    secrets.putByHand('hand', 'not JSON');
    const version = secrets.rotateSecret();
    await allSteps(version);
    expectFinished(version);
  });

  it('two calls of createSecret at once leave one value', async () => {
    const version = secrets.rotateSecret();
    await Promise.all([step('createSecret', version), step('createSecret', version)]);
    for (const each of STEPS.slice(1)) await step(each, version);
    expectFinished(version);
  });

  it('a whole rotation run twice at once ends well', async () => {
    const version = secrets.rotateSecret();
    await Promise.allSettled([allSteps(version), allSteps(version)]);
    await untilDone(version);
    expectFinished(version);
    expect(secrets.previous).toBe(OLD);
  });
});

describe('a pending version that can never become current', () => {
  it.each([
    ['is not JSON', 'plain'],
    ['has a token of another length', JSON.stringify({ token: 'short' })],
    ['is the current value', OLD],
    ['holds the current token in another spelling', `{ "token" : "${'o'.repeat(43)}" }`],
  ])('is discarded by createSecret when it %s, so that the next rotation can begin', async (_, value) => {
    const version = secrets.rotateSecret();
    await rotate(
      { Step: 'createSecret', SecretId: FakeSecretsManager.ARN, ClientRequestToken: version },
      { client: secrets.client, kind: { ...kind, generate: () => value }, own: OWN_SECRET, log: () => {} },
    );
    await expect(step('testSecret', version)).rejects.toThrow(/pending/);
    expect(() => secrets.rotateSecret()).toThrow('a previous rotation is not complete');
    await expect(step('createSecret', version)).rejects.toThrow(/discarded/);
    expect(secrets.current).toBe(OLD);
    const next = secrets.rotateSecret();
    await allSteps(next);
    expectFinished(next);
  });

  it.each(['plain', OLD])('is not made current by finishSecret', async (value) => {
    const version = secrets.rotateSecret();
    await rotate(
      { Step: 'createSecret', SecretId: FakeSecretsManager.ARN, ClientRequestToken: version },
      { client: secrets.client, kind: { ...kind, generate: () => value }, own: OWN_SECRET, log: () => {} },
    );
    await expect(step('finishSecret', version)).rejects.toThrow(/the pending/);
    expect(secrets.holderOf('AWSCURRENT')).toBe('version-0');
  });

  it('is not made current while it has no value', async () => {
    const version = secrets.rotateSecret();
    await expect(step('testSecret', version)).rejects.toThrow('has no value');
    await expect(step('finishSecret', version)).rejects.toThrow('has no value');
    expect(secrets.current).toBe(OLD);
  });
});

describe('a step is refused, and changes nothing,', () => {
  it.each(STEPS)('when rotation is not enabled: %s', async (each) => {
    const version = secrets.rotateSecret();
    secrets.rotationEnabled = false;
    await expect(step(each, version)).rejects.toThrow('rotation is not enabled');
    expect(written()).toEqual([]);
  });

  it.each(STEPS)('when the secret has no such version: %s', async (each) => {
    await expect(step(each, 'unheard-of')).rejects.toThrow('no such version');
    await expect(step(each, 'constructor')).rejects.toThrow('no such version');
    expect(written()).toEqual([]);
  });

  it.each(STEPS)('when another version is the pending one: %s', async (each) => {
    await allSteps(secrets.rotateSecret());
    const pending = secrets.rotateSecret();
    secrets.calls.length = 0;
    // The version before the current one still carries AWSPREVIOUS.
    await expect(step(each, 'version-0')).rejects.toThrow(`version ${pending} is`);
    expect(written()).toEqual([]);
  });

  it.each([
    undefined,
    null,
    'createSecret',
    {},
    { Step: 'dropSecret', SecretId: 'a', ClientRequestToken: 'b' },
    { Step: 'testSecret', ClientRequestToken: 'b' },
    { Step: 'testSecret', SecretId: 'a' },
  ])('when the event is not one of a rotation: %j', async (event) => {
    await expect(rotate(event, { client: secrets.client, kind, own: OWN_SECRET, log: () => {} })).rejects.toThrow(
      /the event has no/,
    );
    expect(secrets.calls).toEqual([]);
  });

  it.each(['createSecret', 'finishSecret'])('when the event is about another secret: %s', async (Step) => {
    const version = secrets.rotateSecret();
    const event = { Step, SecretId: `${FakeSecretsManager.ARN}2`, ClientRequestToken: version };
    const tools = { client: secrets.client, kind, own: OWN_SECRET, log: () => {} };
    await expect(rotate(event, tools)).rejects.toThrow('another secret');
    expect(secrets.calls).toEqual([]);
  });

  it('when the value cannot be read: a denial is not the same as no value', async () => {
    const version = secrets.rotateSecret();
    secrets.faults = [2, 1].map((call) => ({ call, moment: 'before', error: 'AccessDeniedException' }));
    await expect(step('createSecret', version)).rejects.toMatchObject({ name: 'AccessDeniedException' });
    expect(written()).toEqual([]);
  });
});

describe('the log', () => {
  it('has ids and decisions, and never a value', async () => {
    const version = secrets.rotateSecret();
    await allSteps(version);
    secrets.faults = [{ call: secrets.calls.length, moment: 'before' }];
    await expect(step('testSecret', version)).rejects.toThrow('before the call');
    expect(log.map(({ level }) => level)).toEqual(['info', 'info', 'info', 'info', 'error']);
    expect(log[0]).toEqual({
      level: 'info',
      step: 'createSecret',
      secretId: FakeSecretsManager.ARN,
      version,
      decision: 'created',
    });
    const text = JSON.stringify(log);
    for (const stored of [secrets.current, secrets.previous]) {
      expect(text).not.toContain(JSON.parse(stored ?? '').token);
    }
  });

  it('does not repeat a broken value in a refusal', async () => {
    const version = secrets.rotateSecret();
    const value = 'hunter2-hunter2';
    await rotate(
      { Step: 'createSecret', SecretId: FakeSecretsManager.ARN, ClientRequestToken: version },
      { client: secrets.client, kind: { ...kind, generate: () => value }, own: OWN_SECRET, log: () => {} },
    );
    const error: Error = await step('testSecret', version).then(
      () => new Error('not refused'),
      (refusal: Error) => refusal,
    );
    expect(error.message).toContain('is not JSON');
    expect(`${error.stack}${JSON.stringify(log)}`).not.toContain('hunter2');
  });
});
