// Order entry: the only function that writes orders.
import { randomUUID } from 'node:crypto';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient, PutCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import type { APIGatewayProxyEvent, APIGatewayProxyResult } from 'aws-lambda';
import { guard } from '../../../lib/runtime';
import { answer } from './http';

const orders = DynamoDBDocumentClient.from(new DynamoDBClient({}));
const TableName = process.env.ORDERS_TABLE;

/** POST /orders, PUT /orders/{id}. The gateway has validated the body against the request model. */
export const handler = guard(async (event: APIGatewayProxyEvent): Promise<APIGatewayProxyResult> => {
  const { customer, amount } = JSON.parse(event.body ?? '{}');
  const id = event.pathParameters?.id;
  if (id === undefined) {
    const order = { kind: 'order', id: randomUUID(), customer, amount };
    await orders.send(new PutCommand({ TableName, Item: order, ConditionExpression: 'attribute_not_exists(id)' }));
    return answer(201, order);
  }
  try {
    await orders.send(
      new UpdateCommand({
        TableName,
        Key: { kind: 'order', id },
        UpdateExpression: 'SET customer = :customer, amount = :amount',
        ConditionExpression: 'attribute_exists(id)',
        ExpressionAttributeValues: { ':customer': customer, ':amount': amount },
      }),
    );
  } catch (error) {
    if (error instanceof Error && error.name === 'ConditionalCheckFailedException') {
      return answer(404, { message: 'no such order' });
    }
    throw error;
  }
  return answer(200, { id, customer, amount });
});
