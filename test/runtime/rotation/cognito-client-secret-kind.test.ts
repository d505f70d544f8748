import { describe, expect, it } from 'vitest';
import { cognitoClientSecretKind } from '../../../lib/runtime/rotation/cognito-client-secret-kind';
import { FakeUserPool } from '../../support/fake-user-pool';
import { clientSecretWorld } from './worlds';

describe('the secrets of an app client', () => {
  it('are never more than two, and the one that the client was made with goes with the first rotation', async () => {
    const world = clientSecretWorld();
    await world.rotate();
    expect([...world.pool.secrets.keys()]).toEqual(['secret-1']);
    await world.rotate();
    expect([...world.pool.secrets.keys()]).toEqual(['secret-1', 'secret-2']);
    await world.rotate();
    expect([...world.pool.secrets.keys()]).toEqual(['secret-2', 'secret-3']);
  });

  it('are one that nobody has read at the end', async () => {
    const world = clientSecretWorld();
    await world.rotate();
    await world.rotate();
    world.passEnd();
    await world.command('end');
    expect([...world.pool.secrets.keys()]).toEqual(['secret-3']);
  });

  it('are tried by asking for a token, where there is an address for it', async () => {
    const pool = new FakeUserPool();
    const signIn = () => Promise.resolve(false);
    const kind = cognitoClientSecretKind({ userPoolId: 'p', clientId: 'c' }, { client: pool.client, signIn });
    const value = await kind.generate({}, false);
    expect(await kind.tryOut?.(value)).toBe('Cognito gives no token for the secret');
    expect(await kind.tryOut?.('{}')).toBe('Cognito does not know the secret');
    expect(kind.problemWith('{"clientSecret":"a"}')).toBeDefined();
  });
});
