import * as sdk from '@aws-sdk/client-dynamodb';
import type { PackedSettings } from '../model/monitor-settings';
import { callerMemory } from './access-monitor/memory';
import { unpackSettings } from './access-monitor/settings';
import { watch } from './access-monitor/watch';
import type { LogsEvent } from './access-monitor/watch';

const settings = unpackSettings(JSON.parse(process.env['SETTINGS'] ?? '{}') as PackedSettings);
const memory = callerMemory(
  new sdk.DynamoDBClient({}),
  sdk,
  process.env['TABLE'] ?? '',
  Number(process.env['REMEMBER_DAYS'] ?? 90),
);

/** The function of an AccessMonitor: counts what is unusual in the access log of an API. */
export async function handler(event: LogsEvent): Promise<void> {
  for (const line of await watch(event, settings, memory, Date.now())) console.log(line);
}
