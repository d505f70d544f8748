import {
  AddUserPoolClientSecretCommand,
  DeleteUserPoolClientSecretCommand,
  ListUserPoolClientSecretsCommand,
} from '@aws-sdk/client-cognito-identity-provider';
import type {
  ClientSecretDescriptorType,
  CognitoIdentityProviderClient,
} from '@aws-sdk/client-cognito-identity-provider';
import type { CredentialKind, Values } from './credential-kind';
import { textIn } from './stored';

/** Whose secrets they are. */
export interface AppClient {
  readonly userPoolId: string;
  readonly clientId: string;
}

export interface ClientSecretTools {
  readonly client: Pick<CognitoIdentityProviderClient, 'send'>;
  /** Asks for a token with the secret; whether there was one. */
  readonly signIn?: (clientId: string, clientSecret: string) => Promise<boolean>;
}

/**
 * A secret of an app client, stored as `{"clientId":"…","clientSecret":"…","clientSecretId":"…"}`.
 *
 * A client has two secrets at most: the one before goes when the next rotation begins. Cognito tells a secret once, when
 * it makes it: one whose value was lost in a crash is known by nobody, and goes with the next try.
 *
 * @see https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_AddUserPoolClientSecret.html
 */
export function cognitoClientSecretKind(app: AppClient, { client, signIn }: ClientSecretTools): CredentialKind {
  const to = { UserPoolId: app.userPoolId, ClientId: app.clientId };

  /** The oldest first. */
  const list = async (): Promise<readonly string[]> => {
    const { ClientSecrets = [] } = await client.send(new ListUserPoolClientSecretsCommand(to));
    return [...ClientSecrets]
      .sort((a, b) => madeAt(a) - madeAt(b))
      .flatMap(({ ClientSecretId }) => ClientSecretId ?? []);
  };
  const remove = async (ids: readonly string[]): Promise<void> => {
    for (const id of ids) await client.send(new DeleteUserPoolClientSecretCommand({ ...to, ClientSecretId: id }));
  };
  const add = async (): Promise<ClientSecretDescriptorType> => {
    const { ClientSecretDescriptor } = await client.send(new AddUserPoolClientSecretCommand(to));
    return ClientSecretDescriptor ?? {};
  };

  /** A client keeps one secret: at the end it is one that nobody has ever read. */
  const renew = async (there: readonly string[]): Promise<void> => {
    await remove(there.slice(1));
    await add();
    await remove(there.slice(0, 1));
  };

  return {
    generate: async ({ current }) => {
      const there = await list();
      // The very first rotation finds the secret that the client was made with.
      const inUse = idIn(current) ?? there[0];
      await remove(there.filter((id) => id !== inUse));
      const { ClientSecretId: clientSecretId, ClientSecretValue: clientSecret } = await add();
      return JSON.stringify({ clientId: app.clientId, clientSecret, clientSecretId });
    },
    problemWith: (stored) =>
      idIn(stored) === undefined || textIn(stored, 'clientSecret') === undefined
        ? 'the pending value is not JSON with `clientSecret` and `clientSecretId`'
        : undefined,
    isSame: (one, other) => one === other || (idIn(one) !== undefined && idIn(one) === idIn(other)),
    introduce: async ({ pending, current }) => {
      const id = idIn(pending ?? current);
      return id === undefined || (await list()).includes(id) ? undefined : 'Cognito does not know the secret any more';
    },
    tryOut: async (stored) => {
      if (!(await list()).includes(idIn(stored) ?? '')) return 'Cognito does not know the secret';
      const isIn = await signIn?.(app.clientId, textIn(stored, 'clientSecret') ?? '');
      return isIn === false ? 'Cognito gives no token for the secret' : undefined;
    },
    retire: async (values: Values) => {
      const kept = [values.pending, values.current, values.previous].flatMap((stored) => idIn(stored) ?? []);
      const there = await list();
      if (there.some((id) => kept.includes(id))) {
        await remove(there.filter((id) => !kept.includes(id)));
        return;
      }
      await renew(there);
    },
    // A credential of another name can have taken over the client: its secrets stay.
    remove: async (values: Values) => {
      const own = [values.pending, values.current, values.previous].flatMap((stored) => idIn(stored) ?? []);
      const there = await list();
      const left = there.filter((id) => !own.includes(id));
      if (left.length === 0) await renew(there);
      else await remove(there.filter((id) => own.includes(id)));
    },
  };
}

function idIn(stored: string | undefined): string | undefined {
  return textIn(stored, 'clientSecretId');
}

function madeAt({ ClientSecretCreateDate }: ClientSecretDescriptorType): number {
  return ClientSecretCreateDate?.getTime() ?? 0;
}
