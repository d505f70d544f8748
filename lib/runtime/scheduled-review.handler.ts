import { sdkCall } from './review/clients';
import { runReview } from './review/run';
import type { ReviewSettings } from './review/settings';

const call = sdkCall();

/** The function of a ScheduledReview: compares what is deployed with what was declared. */
export async function handler(): Promise<void> {
  const settings = JSON.parse(process.env['SETTINGS'] ?? '{}') as ReviewSettings;
  for (const line of await runReview(settings, call, Date.now())) console.log(line);
}
