import type { Context } from '../../../lib/engine/decide/decision';
import { ABSENT } from '../../../lib/model/value';
import type { Facts } from '../facts';
import type { Needed } from '../judge';
import { undecided } from '../refusal';

type Item = Readonly<Record<string, Readonly<Record<string, unknown>>>>;

interface Input {
  readonly TableName?: string;
  readonly IndexName?: string;
  readonly Key?: Item;
  readonly Item?: Item;
  readonly ReturnValues?: string;
}

/** Operations on one table that name it. */
const PLAIN = new Set(['DeleteItem', 'DescribeTable', 'GetItem', 'PutItem', 'Query', 'Scan', 'UpdateItem']);

/** What a request to DynamoDB needs. Tables have no policy of their own here; a request by PartiQL or for several tables is not decided. */
export async function dynamoDb(
  operation: string,
  input: Input,
  account: string,
  region: string,
  facts: Facts,
): Promise<readonly Needed[]> {
  const { TableName: name, IndexName: index } = input;
  if (!PLAIN.has(operation) || name === undefined) throw undecided(`dynamodb:${operation}`);
  const table = name.startsWith('arn:') ? name : `arn:aws:dynamodb:${region}:${account}:table/${name}`;
  const resource = index === undefined ? table : `${table}/index/${index}`;
  const context = {
    ...(await leadingKeys(input, table, facts)),
    'dynamodb:EnclosingOperation': ABSENT,
    'dynamodb:ReturnValues': input.ReturnValues ?? ABSENT,
  };
  return [{ action: `dynamodb:${operation}`, resource, resourceAccount: table.split(':')[4], context, on: [] }];
}

/** The partition key of the one item that is meant. Of a query it is in an expression, and stays open. */
async function leadingKeys({ Key, Item }: Input, table: string, facts: Facts): Promise<Context> {
  const item = Key ?? Item;
  const partitionKey = item === undefined ? null : await facts.partitionKey(table);
  const value = partitionKey === null ? undefined : item?.[partitionKey];
  if (value === undefined) return {};
  const [text] = Object.values(value);
  return typeof text === 'string' ? { 'dynamodb:LeadingKeys': [text] } : {};
}
