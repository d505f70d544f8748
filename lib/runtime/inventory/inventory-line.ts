import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { DeclaredEntry } from './entry';
import { Inventory } from './inventory';

/** The line of one credential, as its deployment keeps it. */
export interface InventoryLine {
  /** Writes what was declared. @param isNew its first rotation is still to come */
  declare(isNew: boolean): Promise<void>;
  remove(): Promise<void>;
}

/** By the environment of a function; `undefined` where the credential is in no inventory. */
export function inventoryLineOf(
  environment: NodeJS.ProcessEnv,
  credential: string,
  client?: Pick<DynamoDBClient, 'send'>,
): InventoryLine | undefined {
  const { INVENTORY_TABLE: table, INVENTORY_ENTRY: text } = environment;
  if (!table || !text) return undefined;
  const inventory = new Inventory(client ?? new DynamoDBClient({}), table);
  const declared = JSON.parse(text) as DeclaredEntry;
  return {
    declare: (isNew) => {
      const due = new Date(Date.now() + declared.rotateEveryHours * 3_600_000).toISOString();
      return inventory.note({ ...declared, credential, ...(isNew ? { nextRotation: due } : {}) });
    },
    remove: () => inventory.remove(credential),
  };
}
