import type { Needed } from '../judge';
import { undecided } from '../refusal';

/** Operations on one table that name it. */
const PLAIN = new Set(['DeleteItem', 'DescribeTable', 'GetItem', 'PutItem', 'Query', 'Scan', 'UpdateItem']);

/** What a request to DynamoDB needs. Tables have no policy of their own here; a request by PartiQL or for several tables is not decided. */
export function dynamoDb(
  operation: string,
  input: { readonly TableName?: string; readonly IndexName?: string },
  account: string,
  region: string,
): readonly Needed[] {
  const { TableName: name, IndexName: index } = input;
  if (!PLAIN.has(operation) || name === undefined) throw undecided(`dynamodb:${operation}`);
  const table = name.startsWith('arn:') ? name : `arn:aws:dynamodb:${region}:${account}:table/${name}`;
  const resource = index === undefined ? table : `${table}/index/${index}`;
  return [{ action: `dynamodb:${operation}`, resource, resourceAccount: table.split(':')[4], on: [] }];
}
