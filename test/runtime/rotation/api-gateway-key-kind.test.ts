import { describe, expect, it } from 'vitest';
import { apiGatewayKeyKind } from '../../../lib/runtime/rotation/api-gateway-key-kind';
import { FakeApiGateway } from '../../support/fake-api-gateway';
import { apiKeyWorld } from './worlds';

const DAY = 24 * 3_600_000;
const PLAN = { id: 'plan', name: 'orders', tags: { mine: 'yes' } };

/** Keys by what is known of them. */
function kept({ keys }: FakeApiGateway): Record<string, number> {
  const all = [...keys.values()];
  return {
    enabled: all.filter(({ enabled }) => enabled).length,
    disabled: all.filter(({ enabled }) => !enabled).length,
    inNoPlan: all.filter(({ inPlan }) => !inPlan).length,
  };
}

describe('the keys of a usage plan', () => {
  it('are a new one, the one before, and one that is disabled until it is deleted a day later', async () => {
    const gateway = new FakeApiGateway();
    let now = 0;
    const kind = apiGatewayKeyKind(PLAN, { client: gateway.client, clock: () => now });
    const make = () => kind.generate({}, false) as string;
    const [first, second, third] = [make(), make(), make()];
    await kind.introduce?.({ pending: first });
    await kind.introduce?.({ pending: second, current: first });
    await kind.introduce?.({ pending: third, current: second, previous: first });
    expect(kept(gateway)).toMatchObject({ enabled: 3, disabled: 0 });
    const values = { current: third, previous: second };
    for (const [at, disabled] of [
      [0, 1],
      [DAY - 1, 1],
      [DAY, 0],
      [2 * DAY, 0],
    ]) {
      now = at;
      await kind.retire?.(values);
      expect(kept(gateway)).toEqual({ enabled: 2, disabled, inNoPlan: 0 });
    }
  });

  it('carry the tags by which they are known for ours, and names that tell nothing of their values', async () => {
    const world = apiKeyWorld();
    await world.rotate();
    const [key] = world.gateway.keys.values();
    expect(key.tags).toEqual({ mine: 'yes' });
    const { apiKey } = JSON.parse(world.secrets.current ?? '');
    expect(key.value).toBe(apiKey);
    expect(key.name).toMatch(/^orders-[\da-f]{16}$/);
    expect(apiKey).not.toContain(key.name.slice('orders-'.length));
  });

  it('are not lost when a call breaks between making a key and putting it into the plan: the key is valid for no API', async () => {
    const world = apiKeyWorld();
    await world.rotate();
    const version = world.secrets.rotateSecret();
    await world.step('createSecret', version);
    const create = world.line.calls.length + 5;
    world.line.faults = [{ call: create, moment: 'after' }];
    await expect(world.step('setSecret', version)).rejects.toThrow('after the call');
    expect(world.line.calls[create]).toBe('CreateApiKey');
    await expect(world.step('setSecret', version)).rejects.toThrow('made and lost; discarded');
    await world.rotate();
    expect(kept(world.gateway)).toEqual({ enabled: 3, disabled: 0, inNoPlan: 1 });
  });

  it('are disabled at the end, and deleted by a second call a day later, or all at once where nobody calls again', async () => {
    const gateway = new FakeApiGateway();
    let now = 0;
    const kind = apiGatewayKeyKind(PLAN, { client: gateway.client, clock: () => now });
    for (let each = 0; each < 2; each += 1) await kind.introduce?.({ pending: kind.generate({}, false) as string });
    await kind.retire?.({});
    expect(kept(gateway)).toMatchObject({ enabled: 0, disabled: 2 });
    now = DAY;
    await kind.retire?.({});
    expect(gateway.keys.size).toBe(0);
    await kind.introduce?.({ pending: kind.generate({}, false) as string });
    await kind.retire?.({}, true);
    expect(gateway.keys.size).toBe(0);
  });

  it('are tried by a call, where the API has an endpoint for it', async () => {
    const gateway = new FakeApiGateway();
    let asked = '';
    const kind = apiGatewayKeyKind(PLAN, {
      client: gateway.client,
      probe: (value) => Promise.resolve((asked = value) === ''),
    });
    const value = kind.generate({}, false) as string;
    expect(await kind.tryOut?.(value)).toBe('API Gateway does not know the key');
    await kind.introduce?.({ pending: value });
    expect(await kind.tryOut?.(value)).toBe('the API refuses the key');
    expect(value).toContain(asked);
  });
});
