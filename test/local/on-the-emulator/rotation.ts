import { randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import type { Fault } from '../../../local/guard/guard';
import { holderOf, settled, tryToRotate, valueOf } from '../../../local/rotation';
import { THOROUGH } from '../../support/effort';
import { works } from '../credential-use';
import type { Scene } from '../scene';
import { functionOf } from './readers';

/** The one that publishes stands for all, where somebody waits; on a fake (test/runtime/rotation) it is always all. */
const KINDS = THOROUGH ? ['ApiKey', 'Client', 'Partner', 'Signing', 'Token'] : ['Token'];
/**
 * Calls that change nothing of a credential: a crash after one of them, or before the next one, leaves what a crash after
 * the last write leaves. The inventory is a record: where it cannot be written, the rotation goes on.
 */
const NO_WRITES = /:(Get|Describe|List)|apigateway:GET|dynamodb:/;

const MOST_TRIES = 4;

/** A credential that rotates while something goes wrong. */
interface Rotating {
  readonly arn: string;
  /** Whether a request is one of its rotation function. */
  readonly isMine: (who: string) => boolean;
  /** One AWSCURRENT, one AWSPREVIOUS, nothing else; both are read, and the current one works. */
  readonly expectClean: () => Promise<void>;
  /** Tries again until nothing is pending, as Secrets Manager does. */
  readonly untilDone: () => Promise<void>;
  /** Consumers have a value that works. */
  readonly expectService: () => Promise<void>;
}

function rotating(scene: Scene, id: string): Rotating {
  const { cloud, every, asOfEvery } = scene;
  const credential = every.credentials.find(({ path }) => path === `Every/Keys/${id}`);
  if (credential?.rotator === undefined) throw new Error(`no credential ${id}`);
  const arn = every.secret(credential);
  const role = every.role(credential.rotator).split('/').at(-1) ?? '';
  const value = async (label?: string): Promise<string> =>
    valueOf(cloud, every, arn, await asOfEvery(credential.readers[0]), label);
  return {
    arn,
    isMine: (who) => who.includes(`:assumed-role/${role}/`),
    expectClean: async () => {
      const { versions } = await settled(cloud, every, arn);
      expect(Object.values(versions).flat().sort()).toEqual(['AWSCURRENT', 'AWSPREVIOUS']);
      expect(await works(scene, credential, await value())).toBe(true);
      expect(await value('AWSPREVIOUS')).not.toBe(await value());
    },
    untilDone: async () => {
      for (let tries = 0; tries < MOST_TRIES; tries += 1) {
        if (holderOf('AWSPENDING', await tryToRotate(cloud, every, arn)) === undefined) return;
      }
      throw new Error(`the rotation of ${id} never ends`);
    },
    expectService: async () => expect(await works(scene, credential, await value())).toBe(true),
  };
}

export function rotation(scene: () => Scene): void {
  /** Rotates while calls break; says how many of the rotation's own calls were broken. */
  const rotateWhile = async ({ arn, isMine }: Rotating, fault: (what: string, at: number) => ReturnType<Fault>) => {
    const { cloud, every } = scene();
    const before = holderOf('AWSCURRENT', await settled(cloud, every, arn));
    const seen: string[] = [];
    let broken = 0;
    const mend = cloud.breakCalls((who, what) => {
      if (!isMine(who)) return undefined;
      seen.push(what);
      const how = fault(what, seen.length - 1);
      if (how !== undefined) broken += 1;
      return how;
    });
    const after = holderOf('AWSCURRENT', await tryToRotate(cloud, every, arn));
    mend();
    return { broken, seen, isDone: after !== before };
  };

  describe.each(KINDS)('a rotation of %s', (id) => {
    it('survives that it ends after any of its writes; its reader never lacks a value that works', async () => {
      const it = rotating(scene(), id);
      await it.untilDone();
      const { seen } = await rotateWhile(it, () => undefined);
      await it.expectClean();
      expect(seen.length, 'calls of a rotation').toBeGreaterThan(10);
      // Which call it is can differ from one rotation to the next by a call that only reads: counted are the writes.
      let broken = 0;
      for (; ; broken += 1) {
        let writes = 0;
        const tried = await rotateWhile(it, (what) => {
          if (NO_WRITES.test(what.split(' ')[0])) return undefined;
          return writes++ === broken ? 'after' : undefined;
        });
        await it.expectService();
        if (tried.broken === 0) break;
        await it.untilDone();
        await it.expectClean();
      }
      expect(broken, 'places where it was broken').toBeGreaterThanOrEqual(4);
    }, 240_000);

    it('survives a crash at its very first call, before it has done anything', async () => {
      const it = rotating(scene(), id);
      expect(await rotateWhile(it, (_, at) => (at === 0 ? 'before' : undefined))).toMatchObject({ isDone: false });
      await it.expectService();
      await it.untilDone();
      await it.expectClean();
    });

    it('ends well when it is asked for twice at once, and when each of its steps runs twice at once', async () => {
      const { cloud, every } = scene();
      const it = rotating(scene(), id);
      await it.untilDone();
      const administrator = cloud.past(every.account);
      const ask = () => administrator.secrets('RotateSecret', every.region, { SecretId: it.arn });
      const answers = await Promise.all([ask(), ask()]);
      expect(answers.map(({ status }) => status)).toContain(200);
      await settled(cloud, every, it.arn);
      await it.expectClean();

      const name = functionOf(every, every.credentials.find(({ path }) => path === `Every/Keys/${id}`)!);
      const running = ask();
      for (const Step of ['createSecret', 'setSecret', 'testSecret', 'finishSecret']) {
        const pending = holderOf('AWSPENDING', (await cloud.facts.secret(every.account, every.region, it.arn))!);
        const event = { Step, SecretId: it.arn, ClientRequestToken: pending ?? randomUUID() };
        await Promise.all([1, 2].map(() => administrator.invoke(name, every.region, event)));
      }
      await running;
      await it.untilDone();
      await it.expectClean();
    });

    it('ends well when somebody sets a value by hand in between', async () => {
      const { cloud, every } = scene();
      const it = rotating(scene(), id);
      // It stops when its new value is made.
      await rotateWhile(it, (what) => (what.startsWith('secretsmanager:PutSecretValue') ? 'after' : undefined));
      const hand = { SecretId: it.arn, SecretString: '{"token":"set by hand"}', ClientRequestToken: randomUUID() };
      const { status } = await cloud.past(every.account).secrets('PutSecretValue', every.region, hand);
      expect(status).toBe(200);
      await it.untilDone();
      const after = await settled(cloud, every, it.arn);
      expect(holderOf('AWSPREVIOUS', after)).toBe(hand.ClientRequestToken);
      await it.expectClean();
    });

    it('gets through a service that throttles every fourth call', async () => {
      const it = rotating(scene(), id);
      const tried = await rotateWhile(it, (_, at) => (at % 4 === 0 ? 'throttled' : undefined));
      expect(tried.isDone).toBe(true);
      expect(tried.broken).toBeGreaterThan(3);
      await it.expectClean();
    });

    it('leaves the values as they are while a service is out, and ends when it is back', async () => {
      const it = rotating(scene(), id);
      const services = { ApiKey: 'apigateway:', Client: 'cognito-idp:', Partner: 's3:', Signing: 's3:', Token: 's3:' };
      for (const service of ['secretsmanager:PutSecretValue', services[id as keyof typeof services]]) {
        const out = await rotateWhile(it, (what) => (what.startsWith(service) ? 'out' : undefined));
        expect(out).toMatchObject({ isDone: false });
        expect(out.broken).toBeGreaterThan(0);
        await it.expectService();
        await it.untilDone();
        await it.expectClean();
      }
    }, 60_000);
  });
}
