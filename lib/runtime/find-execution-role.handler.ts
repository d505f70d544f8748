import { LambdaClient } from '@aws-sdk/client-lambda';
import { executionRole } from './lookup/execution-role';
import type { LookupEvent } from './lookup/execution-role';

const client = new LambdaClient({});

/** A custom resource: CloudFormation waits for an answer at an address that it sends along. */
export async function handler(event: LookupEvent): Promise<void> {
  const body = JSON.stringify(await executionRole(event, client));
  const { ok, status } = await fetch(event.ResponseURL, {
    method: 'PUT',
    // The address is signed without a content type.
    headers: { 'content-type': '' },
    body,
    signal: AbortSignal.timeout(20_000),
  });
  if (!ok) throw new Error(`CloudFormation did not take the answer: ${status}`);
}
