// The orders that a caller may read. The gateway has decided which role may call which endpoint; `guard` decides again by
// the policy that was shipped with the function, and logs who called what. In an app it comes from
// `cdk-bulkhead/runtime`.
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient, GetCommand, QueryCommand } from '@aws-sdk/lib-dynamodb';
import type { APIGatewayProxyEvent, APIGatewayProxyResult } from 'aws-lambda';
import { guard } from '../../../lib/runtime';
import { answer } from './http';

const orders = DynamoDBDocumentClient.from(new DynamoDBClient({}));
const TableName = process.env.ORDERS_TABLE;

/** GET /orders, GET /orders/export, GET /orders/{id} */
export const handler = guard(async (event: APIGatewayProxyEvent): Promise<APIGatewayProxyResult> => {
  const id = event.pathParameters?.id;
  if (id === undefined) {
    const page = await orders.send(
      new QueryCommand({
        TableName,
        KeyConditionExpression: 'kind = :order',
        ExpressionAttributeValues: { ':order': 'order' },
        Limit: 100,
      }),
    );
    return answer(200, { orders: page.Items ?? [] });
  }
  const found = await orders.send(new GetCommand({ TableName, Key: { kind: 'order', id } }));
  return found.Item === undefined ? answer(404, { message: 'no such order' }) : answer(200, found.Item);
});
