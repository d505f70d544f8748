import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import { STEPS } from '../../../lib/runtime/rotation/rotation-event';
import { THOROUGH } from '../../support/effort';
import { FakeSecretsManager } from '../../support/fake-secrets-manager';
import type { Fault } from '../../support/faults';
import type { RotationWorld } from '../../support/rotation-world';
import { WORLDS } from './worlds';

/** Kept to the end of the test: what is thrown amid a call is taken for a crash, and the rotation goes on. */
const broken: string[] = [];
afterEach(() => expect(broken.splice(0)).toEqual([]));

/** Consumers of both values go on, whatever has just happened. */
function watch(world: RotationWorld): void {
  world.line.afterEach = () => {
    const { current, previous } = world.secrets;
    const isUnderWay = world.holders().pending !== undefined;
    if (current !== undefined && !world.works(current)) broken.push('the current value does not work');
    if (previous === undefined || (world.overlapEndsEarly && isUnderWay)) return;
    if (!world.works(previous)) broken.push('the previous value does not work');
  };
}

/** While a revocation goes on, the value in use works until another takes its place; what was before it counts no more. */
function watchCurrent(world: RotationWorld): void {
  world.line.afterEach = () => {
    if (!world.works(world.secrets.current ?? '')) broken.push('the current value does not work');
  };
}

/** One AWSCURRENT, one AWSPREVIOUS, nothing else. */
function expectClean(world: RotationWorld, version: string): void {
  const { labels, current } = world.secrets;
  expect(Object.values(labels).flat().sort()).toEqual(['AWSCURRENT', 'AWSPREVIOUS']);
  expect(labels[version]).toEqual(['AWSCURRENT']);
  expect(world.works(current ?? '')).toBe(true);
}

/** A call that only reads has no effect: whether it breaks before or after is the same. */
function momentsOf(name: string): readonly Fault['moment'][] {
  return /^(Get|Describe|List)/.test(name) ? ['after'] : ['before', 'after'];
}

/** With two values behind it, so that the next rotation has something to retire. */
async function lived(make: () => RotationWorld): Promise<RotationWorld> {
  const world = make();
  await world.rotate();
  await world.rotate();
  world.line.calls.length = 0;
  world.log.length = 0;
  watch(world);
  return world;
}

describe.each(Object.entries(WORLDS))('%s', { timeout: 120_000 }, async (_, make) => {
  let calls = 0;
  let faults: readonly Fault[] = [];
  beforeAll(async () => {
    const clean = await lived(make);
    await clean.rotate();
    calls = clean.line.calls.length;
    faults = clean.line.calls.flatMap((name, call) => momentsOf(name).map((moment) => ({ call, moment })));
  });

  it('changes its value, and the value before the last one stops working where it was introduced', async () => {
    const world = await lived(make);
    const { previous } = world.secrets;
    expectClean(world, await world.rotate());
    expect(new Set([previous, world.secrets.previous, world.secrets.current]).size).toBe(3);
    if (world.kind.retire !== undefined) expect(world.works(previous ?? '')).toBe(false);
  });

  it('gets its first value', async () => {
    const world = make();
    const version = await world.rotate();
    expect(world.secrets.labels).toEqual({ [version]: ['AWSCURRENT'] });
    expect(world.works(world.secrets.current ?? '')).toBe(true);
  });

  it('a crash before or after any call is mended by trying again, and both values work at any time', async () => {
    expect(calls).toBeGreaterThanOrEqual(12);
    for (const fault of faults) {
      const world = await lived(make);
      world.line.faults = [fault];
      expectClean(world, await world.untilDone(world.secrets.rotateSecret()));
      expectClean(world, await world.rotate());
    }
  });

  it('two crashes are mended, and so are those of a service that throttles', async () => {
    for (const [index, fault] of faults.entries()) {
      if (!THOROUGH && index % 3 !== 0) continue;
      for (const later of THOROUGH ? [1, 2, 3, 5, 7] : [1 + (index % 7)]) {
        const world = await lived(make);
        const again = { call: fault.call + later, moment: 'after' as const, error: 'ThrottlingException' };
        world.line.faults = [fault, again];
        expectClean(world, await world.untilDone(world.secrets.rotateSecret()));
      }
    }
  });

  it('a crash at any call of the first rotation is mended', async () => {
    for (const fault of faults) {
      const world = make();
      world.line.faults = [fault];
      const version = await world.untilDone(world.secrets.rotateSecret());
      expect(world.holders()).toMatchObject({ current: version, pending: undefined });
      expect(world.works(world.secrets.current ?? '')).toBe(true);
    }
  });

  it('every step can be called twice', async () => {
    const world = await lived(make);
    const version = world.secrets.rotateSecret();
    for (const each of STEPS) {
      await world.step(each, version);
      await world.step(each, version);
    }
    expectClean(world, version);
  });

  it('two rotations at once end well', async () => {
    const world = await lived(make);
    const version = world.secrets.rotateSecret();
    await Promise.allSettled([world.steps(version), world.steps(version)]);
    expectClean(world, await world.untilDone(version));
  });

  it('a value that is set by hand in between becomes the previous one, valid or not', async () => {
    for (const step of STEPS.slice(0, -1)) {
      const world = await lived(make);
      const version = world.secrets.rotateSecret();
      for (const each of STEPS.slice(0, STEPS.indexOf(step) + 1)) await world.step(each, version);
      world.line.afterEach = () => {};
      world.secrets.putByHand('hand', 'set by hand');
      const done = await world.untilDone(version);
      expectClean(world, done);
      expect(world.secrets.previous).toBe('set by hand');
    }
  });

  it('a service that is out leaves the values as they are, and the rotation ends once it is back', async () => {
    const names = [...new Set((await lived(make)).line.calls.concat(await namesOf(make)))];
    for (const name of names) {
      const world = await lived(make);
      const { current } = world.secrets;
      world.line.outage = { of: new RegExp(`^${name}$`), error: 'InternalServiceError' };
      const version = world.secrets.rotateSecret();
      await expect(world.untilDone(version)).rejects.toThrow('never ends');
      world.line.outage = undefined;
      expect([current, world.secrets.previous]).toContain(current);
      expectClean(world, await world.untilDone(version));
    }
  });

  it('is revoked: the values that may have leaked work no more once the rotation has ended', async () => {
    const world = await lived(make);
    watchCurrent(world);
    const leaked = [world.secrets.current ?? '', world.secrets.previous ?? ''];
    await world.command('revoke');
    const version = world.holders().pending ?? '';
    await world.steps(version);
    expect(world.secrets.labels).toEqual({ [version]: ['AWSCURRENT'] });
    if (world.kind.retire !== undefined) expect(leaked.map(world.works)).toEqual([false, false]);
    watch(world);
    await world.rotate();
    expectClean(world, await world.rotate());
  });

  it('a crash at any call of a revocation is mended by revoking again', async () => {
    const begun = await lived(make);
    watchCurrent(begun);
    await begun.command('revoke');
    await begun.steps(begun.holders().pending ?? '');
    for (const [call, name] of begun.line.calls.entries()) {
      for (const moment of momentsOf(name)) {
        const world = await lived(make);
        watchCurrent(world);
        const leaked = [world.secrets.current ?? '', world.secrets.previous ?? ''];
        world.line.faults = [{ call, moment }];
        await world.command('revoke').catch(() => world.command('revoke'));
        const version = await world.untilDone(world.holders().pending ?? '');
        expect(world.secrets.labels).toEqual({ [version]: ['AWSCURRENT'] });
        if (world.kind.retire !== undefined) expect(leaked.map(world.works)).toEqual([false, false]);
      }
    }
  });

  it('is revoked while a rotation is under way: what that has made is called off', async () => {
    for (const step of STEPS.slice(0, -1)) {
      const world = await lived(make);
      watchCurrent(world);
      const begun = world.secrets.rotateSecret();
      for (const each of STEPS.slice(0, STEPS.indexOf(step) + 1)) await world.step(each, begun);
      const leaked = world.secrets.current ?? '';
      await world.command('revoke');
      await expect(world.step('finishSecret', begun)).rejects.toThrow(/no such version|not staged as AWSPENDING/);
      const version = world.holders().pending ?? '';
      await world.steps(version);
      expect(world.secrets.labels).toEqual({ [version]: ['AWSCURRENT'] });
      if (world.kind.retire !== undefined) expect(world.works(leaked)).toBe(false);
    }
  });

  it('comes to its end: no value works any more where it was introduced', async () => {
    const world = await lived(make);
    world.line.afterEach = () => {};
    world.passEnd();
    await world.command('end');
    await world.command('end');
    const values = [world.secrets.current ?? '', world.secrets.previous ?? ''];
    if (world.kind.retire !== undefined) expect(values.map(world.works)).toEqual([false, false]);
  });

  it('does not come to its end by a command before it is past, or about another secret', async () => {
    const world = await lived(make);
    const calls = world.line.calls.length;
    await expect(world.command('end')).rejects.toThrow('not past its end, 2027-06-30');
    world.passEnd();
    const foreign = { Command: 'end', SecretId: `${FakeSecretsManager.ARN}2` };
    await expect(world.event(foreign)).rejects.toThrow('another secret');
    expect(world.line.calls.slice(calls)).toEqual(['DescribeSecret']);
    expect(world.works(world.secrets.current ?? '')).toBe(true);
  });

  it.each([
    ['by its tag', '2026-01-01'],
    ['by what was declared, whatever its tag says', '2099-01-01'],
  ])('comes to its end %s', async (_, tag) => {
    const world = await lived(make);
    world.line.afterEach = () => {};
    world.secrets.expiresOn = tag;
    if (tag > '2027-06-30') world.passEnd();
    await world.command('end');
    if (world.kind.retire !== undefined) expect(world.works(world.secrets.current ?? '')).toBe(false);
  });

  it('comes to its end where its secret cannot be reached, or is deleted', async () => {
    const world = await lived(make);
    world.line.afterEach = () => {};
    world.line.outage = { of: /^(Describe|Get)Secret/, error: 'AccessDeniedException' };
    world.passEnd();
    await world.command('end');
    if (world.kind.retire !== undefined) expect(world.works(world.secrets.current ?? '')).toBe(false);
  });

  it('a crash at any call of its end is mended by ending it again', async () => {
    const clean = await lived(make);
    clean.line.afterEach = () => {};
    clean.passEnd();
    await clean.command('end');
    for (const [call, name] of clean.line.calls.entries()) {
      for (const moment of momentsOf(name)) {
        const world = await lived(make);
        world.line.afterEach = () => {};
        world.passEnd();
        const values = [world.secrets.current ?? '', world.secrets.previous ?? ''];
        world.line.faults = [{ call, moment, error: 'ThrottlingException' }];
        await world.command('end').catch(() => world.command('end'));
        expect(values.map(world.works)).toEqual(values.map(() => world.kind.retire === undefined));
      }
    }
  });

  it('is throttled at every call for a while: nothing changes, and the rotation ends once it is over', async () => {
    const world = await lived(make);
    const { current } = world.secrets;
    world.line.outage = { of: /./, error: 'ThrottlingException' };
    const version = world.secrets.rotateSecret();
    await expect(world.untilDone(version)).rejects.toThrow('never ends');
    expect(world.secrets.current).toBe(current);
    world.line.outage = undefined;
    expectClean(world, await world.untilDone(version));
  });

  it('two revocations at once end well: the values that may have leaked work no more', async () => {
    const world = await lived(make);
    watchCurrent(world);
    const leaked = [world.secrets.current ?? '', world.secrets.previous ?? ''];
    await Promise.allSettled([world.command('revoke'), world.command('revoke')]);
    const version = await world.untilDone(world.holders().pending ?? world.secrets.rotateSecret());
    expect(world.secrets.labels).toEqual({ [version]: ['AWSCURRENT'] });
    if (world.kind.retire !== undefined) expect(leaked.map(world.works)).toEqual([false, false]);
  });

  it('never writes a value to the log', async () => {
    const world = await lived(make);
    await world.rotate();
    const log = JSON.stringify(world.log);
    for (const stored of [world.secrets.current, world.secrets.previous]) {
      for (const text of textsIn(JSON.parse(stored ?? '""'))) expect(log).not.toContain(text);
    }
  });
});

async function namesOf(make: () => RotationWorld): Promise<string[]> {
  const world = await lived(make);
  await world.rotate();
  return world.line.calls;
}

/** The texts of a value that are long enough to be secret. */
function textsIn(value: unknown): string[] {
  if (typeof value === 'string') return value.length >= 16 ? [value] : [];
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(textsIn) : [];
}
