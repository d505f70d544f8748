const DAY_MS = 86_400_000;

/** The days since 1970 of an ISO date such as `2026-11-22`; `undefined` where there is no such day. */
export function dayOf(date: string): number | undefined {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(date)) return undefined;
  const time = Date.parse(`${date}T00:00:00Z`);
  // JavaScript takes the 30th of February for the 2nd of March.
  return Number.isNaN(time) || dateOf(time / DAY_MS) !== date ? undefined : time / DAY_MS;
}

/** Whether a day is over, in UTC. The last day on which something is needed is none of its past. What is no date is not. */
export function isPast(date: string | undefined, now: number): boolean {
  const day = dayOf(date ?? '');
  return day !== undefined && day < Math.floor(now / DAY_MS);
}

/** The earliest of some ISO dates; what is no date is left out, and none of them gives `undefined`. */
export function earliestOf(...dates: readonly (string | undefined)[]): string | undefined {
  return dates.filter((date) => date !== undefined && dayOf(date) !== undefined).sort()[0];
}

/** The ISO date of a number of days since 1970. */
export function dateOf(day: number): string {
  return new Date(day * DAY_MS).toISOString().slice(0, 10);
}
