// The orders that a caller may read. Which role may call which endpoint is decided by the gateway; what is read here is
// logged with the caller, so that the access log and the application log tell the same story.
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient, GetCommand, QueryCommand } from '@aws-sdk/lib-dynamodb';
import type { APIGatewayProxyEvent, APIGatewayProxyResult } from 'aws-lambda';
import { answer, logCall } from './http';

const orders = DynamoDBDocumentClient.from(new DynamoDBClient({}));
const TableName = process.env.ORDERS_TABLE;

/** GET /orders, GET /orders/export, GET /orders/{id} */
export async function handler(event: APIGatewayProxyEvent): Promise<APIGatewayProxyResult> {
  logCall(event);
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
}
