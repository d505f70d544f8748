import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';

/** Who called what before. */
export interface CallerMemory {
  /** Remembers it, and says whether it was not known. */
  isNew(role: string, endpoint: string, now: number): Promise<boolean>;
}

const DAY = 86_400;

/** In a table, for so many days after the last call; asked once for each pair while the function is warm. */
export function callerMemory(client: DynamoDBClient, sdk: Sdk, table: string, days: number): CallerMemory {
  const warm = new Map<string, number>();
  return {
    async isNew(role, endpoint, now) {
      const id = `${role} ${endpoint}`;
      const seconds = Math.floor(now / 1000);
      if ((warm.get(id) ?? 0) > seconds - DAY) return false;
      const { Attributes } = await client.send(
        new sdk.PutItemCommand({
          TableName: table,
          Item: { id: { S: id }, expires: { N: String(seconds + days * DAY) } },
          ReturnValues: 'ALL_OLD',
        }),
      );
      warm.set(id, seconds);
      // What has expired may lie there for days before DynamoDB takes it away.
      return Number(Attributes?.['expires']?.N ?? 0) < seconds;
    },
  };
}

type Sdk = Pick<typeof import('@aws-sdk/client-dynamodb'), 'PutItemCommand'>;
