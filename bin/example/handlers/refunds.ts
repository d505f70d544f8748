// Refunds move money: the endpoint that writes them has callers of its own, and who has paid is written down with them,
// as the guard has verified it.
import { randomUUID } from 'node:crypto';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient, PutCommand, QueryCommand } from '@aws-sdk/lib-dynamodb';
import type { APIGatewayProxyEvent, APIGatewayProxyResult } from 'aws-lambda';
import { guard } from '../../../lib/runtime';
import { answer } from './http';

const refunds = DynamoDBDocumentClient.from(new DynamoDBClient({}));
const TableName = process.env.ORDERS_TABLE;

/** GET /orders/{id}/refunds, POST /orders/{id}/refunds */
export const handler = guard(async (event: APIGatewayProxyEvent, caller): Promise<APIGatewayProxyResult> => {
  const order = event.pathParameters?.id ?? '';
  const kind = `refund#${order}`;
  if (event.httpMethod === 'GET') {
    const page = await refunds.send(
      new QueryCommand({
        TableName,
        KeyConditionExpression: 'kind = :kind',
        ExpressionAttributeValues: { ':kind': kind },
      }),
    );
    return answer(200, { order, refunds: page.Items ?? [] });
  }
  const { amount, reason } = JSON.parse(event.body ?? '{}');
  const by = caller.kind === 'role' ? `${caller.account}/${caller.role}/${caller.session}` : caller.subject;
  const refund = { kind, id: randomUUID(), order, amount, reason, by };
  await refunds.send(new PutCommand({ TableName, Item: refund }));
  return answer(201, refund);
});
