import { createHash, randomBytes } from 'node:crypto';
import {
  CreateApiKeyCommand,
  CreateUsagePlanKeyCommand,
  DeleteApiKeyCommand,
  GetUsagePlanKeysCommand,
  UpdateApiKeyCommand,
} from '@aws-sdk/client-api-gateway';
import type { APIGatewayClient, UsagePlanKey } from '@aws-sdk/client-api-gateway';
import type { CredentialKind, Values } from './credential-kind';
import { isNamed } from './named-error';
import { textIn } from './stored';

/** Where the keys live. */
export interface UsagePlan {
  readonly id: string;
  /** The keys are called after it. */
  readonly name: string;
  /** By which permissions and the sweeper know the keys for ours. */
  readonly tags: Readonly<Record<string, string>>;
}

export interface ApiKeyTools {
  readonly client: Pick<APIGatewayClient, 'send'>;
  readonly clock?: () => number;
  /** Calls the API with the value; whether it was let in. */
  readonly probe?: (value: string) => Promise<boolean>;
}

/** How long a key is only disabled, so that it could be enabled again, before it is deleted. */
const GRACE_MS = 24 * 3_600_000;

/**
 * A key of API Gateway, stored as `{"apiKey":"…"}`. Its value never changes, so that a new key comes beside it; the one
 * before the last is disabled, and deleted by a later rotation, or by a second call at its end.
 *
 * The keys are found through the usage plan, which is theirs alone: to list API keys would be to read those of everybody.
 * What is known of a key stands in its name: the fingerprint of its value, or since when it is retired.
 */
export function apiGatewayKeyKind(plan: UsagePlan, { client, clock = Date.now, probe }: ApiKeyTools): CredentialKind {
  const nameOf = (value: string): string =>
    `${plan.name}-${createHash('sha256').update(value).digest('hex').slice(0, 16)}`;

  const keys = async (): Promise<readonly UsagePlanKey[]> => {
    const found: UsagePlanKey[] = [];
    let position: string | undefined;
    do {
      const page = await client.send(new GetUsagePlanKeysCommand({ usagePlanId: plan.id, limit: 500, position }));
      found.push(...(page.items ?? []));
      ({ position } = page);
    } while (position !== undefined);
    return found;
  };

  const create = async (value: string): Promise<string | undefined> => {
    const name = nameOf(value);
    try {
      const { id } = await client.send(new CreateApiKeyCommand({ name, value, enabled: true, tags: { ...plan.tags } }));
      await client.send(new CreateUsagePlanKeyCommand({ usagePlanId: plan.id, keyId: id, keyType: 'API_KEY' }));
      return undefined;
    } catch (error) {
      // An earlier call was cut off between the two. What it made is in no usage plan, and so valid for no API.
      if (isNamed(error, 'ConflictException')) return 'the key was made and lost';
      throw error;
    }
  };

  return {
    generate: () => JSON.stringify({ apiKey: randomBytes(32).toString('hex') }),
    problemWith: (stored) => {
      const value = valueIn(stored);
      if (value === undefined) return 'the pending value is not JSON with an `apiKey`';
      return /^[\da-f]{64}$/.test(value) ? undefined : 'the pending key is not one of ours';
    },
    isSame: (one, other) => one === other || (valueIn(one) !== undefined && valueIn(one) === valueIn(other)),
    introduce: async ({ pending, current }) => {
      const value = valueIn(pending ?? current);
      if (value === undefined) return undefined;
      const isThere = (await keys()).some(({ name }) => name === nameOf(value));
      return isThere ? undefined : create(value);
    },
    tryOut: async (stored) => {
      const value = valueIn(stored) ?? '';
      const found = (await keys()).find(({ name }) => name === nameOf(value));
      if (found === undefined) return 'API Gateway does not know the key';
      if (found.value !== undefined && found.value !== value) return 'API Gateway knows the key by another value';
      return probe === undefined || (await probe(value)) ? undefined : 'the API refuses the key';
    },
    retire: async (values: Values, atOnce = false) => {
      const kept = [values.pending, values.current, values.previous].flatMap((stored) => valueIn(stored) ?? []);
      const names = new Set(kept.map(nameOf));
      for (const { id, name = '' } of await keys()) {
        if (names.has(name)) continue;
        const since = retiredSince(name);
        if (atOnce || (since !== undefined && clock() - since >= GRACE_MS)) {
          await client.send(new DeleteApiKeyCommand({ apiKey: id }));
        } else if (since === undefined) {
          const retired = `${plan.name}-retired-${clock()}`;
          const patchOperations = [
            { op: 'replace' as const, path: '/enabled', value: 'false' },
            { op: 'replace' as const, path: '/name', value: retired },
          ];
          await client.send(new UpdateApiKeyCommand({ apiKey: id, patchOperations }));
        }
      }
    },
  };
}

function retiredSince(name: string): number | undefined {
  const [, since] = /-retired-(\d+)$/.exec(name) ?? [];
  return since === undefined ? undefined : Number(since);
}

function valueIn(stored: string | undefined): string | undefined {
  return textIn(stored, 'apiKey');
}
