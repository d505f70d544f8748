import { secondsOf } from '../conditions/dates';
import type { Present } from '../conditions/known';

/** No request is earlier than what decides about it. */
const WRITTEN_ON = '2026-11-22';

/** A day from its first second to its last; without one it is not known how late it is. */
export function presentOf(today: string | undefined): Present {
  const from = secondsOf(today ?? WRITTEN_ON) ?? 0;
  return { from, to: today === undefined ? Infinity : from + 86_399 };
}
