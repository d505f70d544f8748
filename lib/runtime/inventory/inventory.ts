import { DeleteItemCommand, ScanCommand, UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import type { AttributeValue, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { Entry } from './entry';

/** The table in which the functions keep what is known of the credentials. */
export class Inventory {
  constructor(
    private readonly client: Pick<DynamoDBClient, 'send'>,
    private readonly table: string,
  ) {}

  /** Writes the members that are given, and leaves the others as they are. */
  public async note({ credential, ...members }: Entry): Promise<void> {
    const given = Object.entries(members).filter(([, value]) => value !== undefined);
    await this.client.send(
      new UpdateItemCommand({
        TableName: this.table,
        Key: { credential: { S: credential } },
        UpdateExpression: `SET ${given.map((_, index) => `#${index} = :${index}`).join(', ')}`,
        ExpressionAttributeNames: Object.fromEntries(given.map(([name], index) => [`#${index}`, name])),
        ExpressionAttributeValues: Object.fromEntries(given.map(([, value], index) => [`:${index}`, write(value)])),
      }),
    );
  }

  public async remove(credential: string): Promise<void> {
    await this.client.send(new DeleteItemCommand({ TableName: this.table, Key: { credential: { S: credential } } }));
  }

  public async all(): Promise<readonly Entry[]> {
    const found: Entry[] = [];
    let from: Record<string, AttributeValue> | undefined;
    do {
      const page = await this.client.send(new ScanCommand({ TableName: this.table, ExclusiveStartKey: from }));
      found.push(...(page.Items ?? []).map(read));
      from = page.LastEvaluatedKey;
    } while (from !== undefined);
    return found;
  }
}

function write(value: unknown): AttributeValue {
  if (typeof value === 'number') return { N: String(value) };
  if (Array.isArray(value)) return { L: value.map(write) };
  return { S: String(value) };
}

function read(item: Record<string, AttributeValue>): Entry {
  const members = Object.entries(item).map(([name, value]) => [name, readValue(value)]);
  return Object.fromEntries(members) as Entry;
}

function readValue({ S, N, L }: AttributeValue): unknown {
  if (L !== undefined) return L.map(readValue);
  return N === undefined ? S : Number(N);
}
