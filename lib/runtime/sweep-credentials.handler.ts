import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { LambdaClient } from '@aws-sdk/client-lambda';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { PublishCommand, SNSClient } from '@aws-sdk/client-sns';
import { Inventory } from './inventory/inventory';
import { sweep } from './inventory/sweep';
import type { OwnersMessage } from './inventory/messages';
import type { SweepLogEntry } from './inventory/sweep-tools';
import { setting } from './rotation/setting';

const dynamo = new DynamoDBClient({});
const secrets = new SecretsManagerClient({});
const functions = new LambdaClient({});
const topic = new SNSClient({});

/** The sweeper of a CredentialInventory, called once a day. */
export async function handler(): Promise<void> {
  const inventory = new Inventory(dynamo, setting(process.env, 'INVENTORY_TABLE'));
  await sweep({ inventory, secrets, functions, tell, log, now: Date.now() });
}

/** Subscriptions choose by the attribute `owner`. */
async function tell({ owner, subject, text }: OwnersMessage): Promise<void> {
  await topic.send(
    new PublishCommand({
      TopicArn: setting(process.env, 'OWNERS_TOPIC'),
      Subject: subject,
      Message: text,
      MessageAttributes: { owner: { DataType: 'String', StringValue: owner } },
    }),
  );
}

function log(entry: SweepLogEntry): void {
  process.stdout.write(`${JSON.stringify(entry)}\n`);
}
