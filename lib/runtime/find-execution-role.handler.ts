import { LambdaClient } from '@aws-sdk/client-lambda';
import { send } from './cloudformation/lifecycle';
import { executionRole } from './lookup/execution-role';
import type { LookupEvent } from './lookup/execution-role';

const client = new LambdaClient({});

/** A custom resource. */
export async function handler(event: LookupEvent): Promise<void> {
  await send(event.ResponseURL, await executionRole(event, client));
}
